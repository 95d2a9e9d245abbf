//! Chart → `NAME-VERSION.tgz`, laid out as Helm lays it out.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use flate2::{Compression, GzBuilder};

use crate::error::FileError;
use crate::metadata::{API_VERSION_V1, API_VERSION_V2, ValidationError};
use crate::quote::quote;
use crate::{Chart, Metadata, yaml};

/// Why a chart cannot be packed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PackageError {
    /// The metadata breaks a rule.
    #[error("chart validation")]
    Validation(#[from] ValidationError),
    /// The name would lead elsewhere.
    #[error("{} is not a valid chart name", quote(.0))]
    Name(String),
    /// `values.schema.json` is no JSON.
    #[error("invalid JSON in values.schema.json")]
    Schema,
    /// The place for the archive is no folder.
    #[error("is not a directory: {0}")]
    NoDirectory(String),
    /// `Chart.yaml` or `Chart.lock` cannot be written.
    #[error(transparent)]
    Yaml(#[from] yaml::WriteError),
    /// The archive cannot be made.
    #[error("cannot write archive")]
    Archive(#[source] io::Error),
    /// The system refused something.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Helm's own mark in the gzip header.
const EXTRA: &[u8] = b"rr\x28\x00aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo=";

impl Chart {
    /// Packs the chart, its subcharts unpacked below `charts/`. What has no time of its own gets `now`.
    ///
    /// The same chart makes the same bytes. `Chart.yaml` is written anew, so its comments are lost.
    ///
    /// # Errors
    ///
    /// When the metadata or a name is not right, or the schema is no JSON.
    pub fn to_archive(&self, now: SystemTime) -> Result<Vec<u8>, PackageError> {
        self.metadata.clone().validate()?;
        let gzip = GzBuilder::new()
            .extra(EXTRA)
            .comment("Helm")
            .operating_system(255)
            .write(Vec::new(), Compression::default());
        let mut tar = Tar {
            builder: tar::Builder::new(gzip),
            now,
        };
        tar.chart(self, "")?;
        let gzip = tar.builder.into_inner().map_err(PackageError::Archive)?;
        gzip.finish().map_err(PackageError::Archive)
    }

    /// Gives every file of the chart and its subcharts the same time, so that only what is in them makes a difference to
    /// the archive.
    pub fn set_time(&mut self, time: SystemTime) {
        self.modified = Some(time);
        self.schema_modified = Some(time);
        let files = self
            .templates
            .iter_mut()
            .chain(&mut self.files)
            .chain(&mut self.raw);
        files.for_each(|file| file.modified = Some(time));
        self.subcharts
            .iter_mut()
            .for_each(|subchart| subchart.set_time(time));
    }

    /// Packs the chart into `directory`, which is made if need be, and returns the archive's path.
    ///
    /// # Errors
    ///
    /// See [`Chart::to_archive`], and when the file cannot be written.
    pub fn save(&self, directory: &Path, now: SystemTime) -> Result<PathBuf, PackageError> {
        let bytes = self.to_archive(now)?;
        match std::fs::metadata(directory) {
            Ok(found) if !found.is_dir() => {
                return Err(PackageError::NoDirectory(directory.display().to_string()));
            }
            Ok(_) => {}
            Err(_) => {
                std::fs::create_dir_all(directory).map_err(|err| FileError::new("mkdir", directory, &err))?
            }
        }
        let path = directory.join(format!("{}-{}.tgz", self.name(), self.metadata.version));
        let failed = |err| FileError::new("open", &path, &err);
        let mut file = std::fs::File::create(&path).map_err(failed)?;
        file.write_all(&bytes).map_err(failed)?;
        Ok(path)
    }
}

/// Returns `Chart.yaml` as Helm writes it; old charts have their dependencies elsewhere.
pub(crate) fn chart_yaml(chart: &Chart) -> Result<String, yaml::WriteError> {
    if chart.metadata.api_version != API_VERSION_V1 {
        return yaml::serialize(&chart.metadata);
    }
    yaml::serialize(&Metadata {
        dependencies: Vec::new(),
        ..chart.metadata.clone()
    })
}

struct Tar<W: Write> {
    builder: tar::Builder<W>,
    now: SystemTime,
}

impl<W: Write> Tar<W> {
    fn chart(&mut self, chart: &Chart, folder: &str) -> Result<(), PackageError> {
        if chart.name().contains('/') || chart.name().is_empty() {
            return Err(PackageError::Name(chart.name().to_owned()));
        }
        let base = format!("{folder}{}", chart.name());
        self.file(
            &format!("{base}/Chart.yaml"),
            chart_yaml(chart)?.as_bytes(),
            chart.modified,
        )?;
        if let Some(lock) = chart
            .lock
            .as_ref()
            .filter(|_| chart.metadata.api_version == API_VERSION_V2)
        {
            let generated = lock.generated.parse::<Timestamp>().ok().and_then(|time| time.0);
            self.file(
                &format!("{base}/Chart.lock"),
                yaml::serialize(lock)?.as_bytes(),
                generated,
            )?;
        }
        if let Some(values) = chart.raw_file("values.yaml") {
            self.file(&format!("{base}/values.yaml"), &values.data, values.modified)?;
        }
        if let Some(schema) = &chart.schema {
            if serde_json::from_slice::<serde::de::IgnoredAny>(schema).is_err() {
                return Err(PackageError::Schema);
            }
            self.file(
                &format!("{base}/values.schema.json"),
                schema,
                chart.schema_modified,
            )?;
        }
        for file in chart.templates.iter().chain(&chart.files) {
            self.file(&format!("{base}/{}", file.name), &file.data, file.modified)?;
        }
        for subchart in &chart.subcharts {
            self.chart(subchart, &format!("{base}/charts/"))?;
        }
        Ok(())
    }

    fn file(&mut self, name: &str, bytes: &[u8], modified: Option<SystemTime>) -> Result<(), PackageError> {
        let mut header = tar::Header::new_ustar();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_mtime(seconds(modified.unwrap_or(self.now)));
        header.set_entry_type(tar::EntryType::Regular);
        header.set_uid(0);
        header.set_gid(0);
        header.set_device_major(0).map_err(PackageError::Archive)?;
        header.set_device_minor(0).map_err(PackageError::Archive)?;
        let written = match header.set_path(name) {
            Ok(()) => {
                seal(&mut header);
                self.builder.append(&header, bytes)
            }
            // Too long for the header: it gets one of its own.
            Err(_) => self.builder.append_data(&mut header, name, bytes),
        };
        written.map_err(PackageError::Archive)
    }
}

/// Writes the checksum as Go does: six digits, NUL, space.
fn seal(header: &mut tar::Header) {
    header.set_cksum();
    let sum = header.cksum().unwrap_or_default();
    let text = format!("{sum:06o}\0 ");
    if let Some(ustar) = header.as_ustar_mut() {
        ustar.cksum.copy_from_slice(text.as_bytes());
    }
}

/// Rounds to the second, as Go's tar writer does.
fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |since| {
        since.as_secs() + u64::from(since.subsec_millis() >= 500)
    })
}

/// The time in a lock file; Go's zero time is none.
struct Timestamp(Option<SystemTime>);

impl std::str::FromStr for Timestamp {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        let time: jiff::Timestamp = text.parse()?;
        Ok(Timestamp(
            (time.as_second() > -62_135_596_800).then(|| time.into()),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Starter, create};

    #[test]
    fn an_archive_is_the_same_each_time_and_loads_again() {
        let folder = tempfile::tempdir().unwrap();
        let chart = Chart::load(create("web", folder.path(), Starter::Go).unwrap().path).unwrap();
        let path = chart.save(folder.path(), UNIX_EPOCH).unwrap();
        assert!(path.ends_with("web-0.1.0.tgz"));
        let bytes = std::fs::read(path).unwrap();
        assert_eq!(bytes, chart.to_archive(UNIX_EPOCH).unwrap());
        assert_eq!(&bytes[12..56], EXTRA);
        let again = Chart::from_archive(&bytes).unwrap();
        assert_eq!(again.metadata, chart.metadata);
        assert_eq!(again.templates.len(), chart.templates.len());
    }

    #[test]
    fn a_schema_must_be_json() {
        let mut chart = Chart::default();
        chart.metadata.name = "web".to_owned();
        chart.metadata.version = "1.0.0".to_owned();
        chart.metadata.api_version = "v2".to_owned();
        chart.schema = Some((&b"{"[..]).into());
        let err = chart.to_archive(UNIX_EPOCH).unwrap_err();
        assert_eq!(err.to_string(), "invalid JSON in values.schema.json");
    }
}
