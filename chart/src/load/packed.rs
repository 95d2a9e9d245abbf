//! What an archive says of itself, without holding the archive in memory.

use std::io::BufReader;
use std::path::Path;

use super::{LoadError, archive, archive_at, generation_among};
use crate::{Chart, Metadata};

impl Chart {
    /// Reads the metadata of the archive at `path`. All of it is checked as [`Chart::load`] does, but of templates and
    /// other files that loading only stores no more than one is in memory at a time.
    ///
    /// # Errors
    ///
    /// See [`Chart::load`].
    pub fn packed_metadata(path: impl AsRef<Path>) -> Result<Metadata, LoadError> {
        let refuse = |reason| LoadError::BadArchive { reason };
        let files = archive_at(path.as_ref(), refuse, |file| {
            archive::unpack(BufReader::new(file), is_read)
        })?;
        let generation = generation_among(&files)?;
        Ok(generation.admit(Chart::from_files(files)?)?.metadata)
    }
}

/// Whether loading reads what is in a file: the chart's own files, and subcharts.
fn is_read(name: &str) -> bool {
    name.starts_with("charts/") || !name.contains('/') && is_own(name)
}

fn is_own(name: &str) -> bool {
    matches!(
        name,
        "Chart.yaml"
            | "Chart.lock"
            | "values.yaml"
            | "values.schema.json"
            | "requirements.yaml"
            | "requirements.lock"
    )
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use crate::{Chart, Starter};

    #[test]
    fn it_is_what_loading_finds() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = crate::create("web", folder.path(), Starter::Go).expect("a chart");
        let chart = Chart::load_folder(made.path).expect("a chart");
        let archive = chart
            .save(folder.path(), SystemTime::UNIX_EPOCH)
            .expect("an archive");
        let metadata = Chart::packed_metadata(&archive).expect("metadata");
        assert_eq!(metadata, Chart::load(&archive).expect("a chart").metadata);
        let text = folder.path().join("text.tgz");
        for bytes in [
            &b""[..],
            b"a: 1",
            b"\x1f\x8b\x08",
            b"\x1f\x8b\x08\0\0\0\0\0\0\0\0\0",
        ] {
            std::fs::write(&text, bytes).expect("it is written");
            let (light, whole) = (Chart::packed_metadata(&text), Chart::load(&text));
            assert_eq!(
                light.expect_err("light").to_string(),
                whole.expect_err("whole").to_string()
            );
        }
    }
}
