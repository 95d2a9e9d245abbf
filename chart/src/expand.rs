//! An archive's files, written into a folder as they are.

use std::path::{Path, PathBuf};

use crate::error::FileError;
use crate::load::{ArchiveError, archive_files};
use crate::quote::quote;
use crate::{File, Metadata, Watch, yaml};

/// Why an archive cannot be unpacked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ExpandError {
    /// The archive cannot be read.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Its `Chart.yaml` cannot be read.
    #[error("cannot load Chart.yaml")]
    ChartYaml(#[source] yaml::Error),
    /// Its `Chart.yaml` says no name.
    #[error("chart name not specified")]
    NoName,
    /// The name would be the folder itself or the one above.
    #[error("chart name {} is not allowed", quote(.0))]
    DotName(String),
    /// The name would lead elsewhere.
    #[error("chart name {} must not contain path separators", quote(.0))]
    PathName(String),
    /// The system refused something.
    #[error(transparent)]
    File(#[from] FileError),
}

/// Unpacks the archive in `bytes` into a new folder in `directory`, named after the chart, and returns that folder's path.
/// The chart need not be a valid one; paths that lead out of it are refused.
///
/// # Errors
///
/// When it is no archive, the chart's name will not do, or a file cannot be written.
pub fn expand(bytes: &[u8], directory: &Path) -> Result<PathBuf, ExpandError> {
    let NamedFiles { name, files } = named_files(bytes, &())?;
    let folder = directory.join(name);
    for file in &files {
        let path = folder.join(&file.name);
        let parent = path.parent().unwrap_or(&folder);
        std::fs::create_dir_all(parent).map_err(|err| FileError::new("mkdir", parent, &err))?;
        std::fs::write(&path, &file.data).map_err(|err| FileError::new("open", &path, &err))?;
    }
    Ok(folder)
}

/// What an archive holds, and the name of its folder.
pub(crate) struct NamedFiles {
    name: String,
    pub(crate) files: Vec<File>,
}

/// Unpacks an archive into memory, watched; the last file counts of those with one name.
///
/// # Errors
///
/// When it is no archive, or the chart's name will not do.
pub(crate) fn named_files(bytes: &[u8], watch: &dyn Watch) -> Result<NamedFiles, ExpandError> {
    let files = archive_files(bytes, watch)?;
    let mut name = String::new();
    for file in files.iter().filter(|file| file.name == "Chart.yaml") {
        let metadata: Metadata = yaml::from_slice_as(&file.data).map_err(ExpandError::ChartYaml)?;
        name = metadata.name;
    }
    check_name(&name)?;
    Ok(NamedFiles { name, files })
}

fn check_name(name: &str) -> Result<(), ExpandError> {
    match name {
        "" => Err(ExpandError::NoName),
        "." | ".." => Err(ExpandError::DotName(name.to_owned())),
        _ if name.contains(std::path::is_separator) => Err(ExpandError::PathName(name.to_owned())),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Chart, Starter, create};

    #[test]
    fn an_archive_becomes_a_folder_again() {
        let folder = tempfile::tempdir().unwrap();
        let chart = Chart::load(create("web", folder.path(), Starter::Go).unwrap().path).unwrap();
        let bytes = chart.to_archive(std::time::UNIX_EPOCH).unwrap();
        let out = folder.path().join("out");
        let path = expand(&bytes, &out).unwrap();
        assert_eq!(path, out.join("web"));
        assert_eq!(Chart::load(path).unwrap().templates.len(), chart.templates.len());
    }

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        let message = |name| check_name(name).unwrap_err().to_string();
        assert_eq!(message(".."), "chart name \"..\" is not allowed");
        assert_eq!(
            message("a/b"),
            "chart name \"a/b\" must not contain path separators"
        );
    }
}
