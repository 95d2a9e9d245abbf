//! `Chart::load`: a folder or an archive → `Chart`.

mod archive;
mod directory;
mod files;
mod ignore;
mod inflate;
mod packed;
mod sniff;
mod values;
mod watch;

use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use crate::error::FileError;
use crate::metadata::ValidationError;
use crate::{Chart, File, yaml};

pub use archive::ArchiveError;
pub(crate) use archive::read as archive_files;
pub use ignore::IgnoreError;
pub(crate) use values::merge_tables;
pub use values::{ValuesFileError, read_values};
pub use watch::Watch;

/// The largest file of a chart, in bytes.
pub const MAX_FILE_SIZE: u64 = 5 * 1024 * 1024;

/// The largest chart archive when unpacked, in bytes.
pub const MAX_CHART_SIZE: u64 = 100 * 1024 * 1024;

/// Why a chart could not be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The system refused to read something.
    #[error(transparent)]
    File(#[from] FileError),
    /// There is no readable `Chart.yaml`.
    #[error("unable to detect chart at {path}")]
    NotDetected {
        /// Where `Chart.yaml` should be.
        path: String,
        /// What the system said.
        #[source]
        source: FileError,
    },
    /// An archive without `Chart.yaml`.
    #[error("unable to detect chart version, no Chart.yaml found")]
    NoChartYaml,
    /// The files have no `Chart.yaml` among them.
    #[error("Chart.yaml file is missing")]
    MissingChartYaml,
    /// The `apiVersion` is none that Helm knows.
    #[error("unsupported chart version")]
    UnsupportedVersion,
    /// The `apiVersion` is Helm's experimental `v3`, which its commands refuse as well.
    #[error("invalid chart apiVersion")]
    ExperimentalVersion,
    /// A file of the chart's own is not what it should be.
    #[error("cannot load {name}")]
    Yaml {
        /// Which file.
        name: &'static str,
        /// What is wrong with it.
        #[source]
        source: yaml::Error,
    },
    /// `values.yaml` cannot be read.
    #[error("cannot load values.yaml")]
    Values(#[source] ValuesFileError),
    /// The metadata breaks a rule.
    #[error(transparent)]
    Validation(#[from] ValidationError),
    /// `.helmignore` has a bad line.
    #[error(transparent)]
    Ignore(#[from] IgnoreError),
    /// A link leads nowhere.
    #[error("error evaluating symlink {path}")]
    Link {
        /// The link.
        path: String,
        /// What the system said.
        #[source]
        source: FileError,
    },
    /// A device, a socket or the like.
    #[error("cannot load irregular file {0} as it has file mode type bits set")]
    Irregular(String),
    /// A file above [`MAX_FILE_SIZE`].
    #[error("chart file {} is larger than the maximum file size {MAX_FILE_SIZE}", crate::quote::quote(.0))]
    LargeFile(String),
    /// A file of the chart could not be read.
    #[error("error reading {name}")]
    Read {
        /// Which file, from the chart's folder.
        name: String,
        /// What the system said.
        #[source]
        source: FileError,
    },
    /// The file is no archive at all.
    #[error("{0}")]
    NotAnArchive(String),
    /// The archive starts like one, but is none.
    #[error("file '{path}' does not appear to be a valid chart file (details: {reason})")]
    BadHeader {
        /// The archive.
        path: String,
        /// What is wrong with it.
        reason: ArchiveError,
    },
    /// The bytes start like an archive, but are none.
    #[error("stream does not appear to be a valid chart file (details: {0})")]
    BadStreamHeader(ArchiveError),
    /// The archive cannot be unpacked. Helm does not say why; the cause is in `reason`.
    #[error("unable to load chart archive")]
    BadArchive {
        /// What is wrong with it.
        reason: ArchiveError,
    },
    /// The bytes cannot be unpacked.
    #[error("unable to load chart archive")]
    BadStream(#[source] ArchiveError),
    /// An archive below `charts/` cannot be unpacked.
    #[error(transparent)]
    Archive(ArchiveError),
    /// A folder below `charts/` is named like an archive.
    #[error("error unpacking subchart tar in {parent}: expected {expected}, got {found}")]
    SubchartTar {
        /// The chart around it.
        parent: String,
        /// The folder.
        expected: String,
        /// The file in it.
        found: String,
    },
    /// A subchart could not be loaded.
    #[error("error unpacking subchart {name} in {parent}")]
    Subchart {
        /// The folder or archive below `charts/`.
        name: String,
        /// The chart around it.
        parent: String,
        /// Why.
        #[source]
        source: Box<LoadError>,
    },
    /// Subcharts within subcharts beyond any reason.
    #[error("subcharts are nested more than {MAX_NESTING} deep")]
    TooDeep,
}

/// As much as is looked at to find out what a file is, in bytes.
const HEAD: u64 = 512;

/// How deep subcharts may be nested.
pub(crate) const MAX_NESTING: usize = 100;

impl Chart {
    /// Loads the chart at `path`, which is a folder or an archive.
    ///
    /// A folder's `.helmignore` is obeyed and its links are followed. Chart files larger than [`MAX_FILE_SIZE`] and
    /// archives larger than [`MAX_CHART_SIZE`] are refused, as is every path in an archive that leads out of it.
    ///
    /// # Errors
    ///
    /// When it is no chart, in Helm's words.
    pub fn load(path: impl AsRef<Path>) -> Result<Chart, LoadError> {
        Chart::load_watched(path, &())
    }

    /// As [`Chart::load`]; `watch` is shown files, those of subcharts too, while others are read.
    ///
    /// # Errors
    ///
    /// See [`Chart::load`].
    pub fn load_watched(path: impl AsRef<Path>, watch: &dyn Watch) -> Result<Chart, LoadError> {
        let path = path.as_ref();
        if is_directory(path)? {
            load_directory(path, watch)
        } else {
            load_archive_file(path, watch)
        }
    }

    /// Loads the chart in the folder at `path`; an archive will not do.
    ///
    /// # Errors
    ///
    /// See [`Chart::load`].
    pub fn load_folder(path: impl AsRef<Path>) -> Result<Chart, LoadError> {
        load_directory(path.as_ref(), &())
    }

    /// Loads a chart from the bytes of an archive.
    ///
    /// # Errors
    ///
    /// See [`Chart::load`].
    pub fn from_archive(bytes: &[u8]) -> Result<Chart, LoadError> {
        let files = archive::read(bytes, &()).map_err(|err| match err {
            ArchiveError::Header => LoadError::BadStreamHeader(err),
            other => LoadError::BadStream(other),
        })?;
        let generation = generation_among(&files)?;
        generation.admit(Chart::from_files(files)?)
    }

    /// Puts a chart together from its files.
    ///
    /// # Errors
    ///
    /// When the files make no chart.
    pub fn from_files(files: Vec<File>) -> Result<Chart, LoadError> {
        files::assemble(files, 0, &())
    }

    /// Puts a chart together from files that an archive had, as if they had been written to a folder first: in the order of
    /// their names, without those that its `.helmignore` names.
    ///
    /// # Errors
    ///
    /// See [`Chart::load`].
    pub(crate) fn from_unpacked(
        files: impl Iterator<Item = File>,
        watch: &dyn Watch,
    ) -> Result<Chart, LoadError> {
        files::assemble(directory::select(files.collect())?, 0, watch)
    }

    /// Loads the chart at `path` without looking at its `apiVersion` first, as Helm's linter and `show` do.
    ///
    /// # Errors
    ///
    /// See [`Chart::load`].
    pub fn load_any_version(path: impl AsRef<Path>) -> Result<Chart, LoadError> {
        let path = path.as_ref();
        if is_directory(path)? {
            return from_folder(path, &());
        }
        Chart::from_files(read_archive_file(path, LoadError::Archive, &())?)
    }

    /// As [`Chart::load_any_version`] of a folder, watched.
    ///
    /// # Errors
    ///
    /// See [`Chart::load`].
    pub(crate) fn load_any_folder(path: &Path, watch: &dyn Watch) -> Result<Chart, LoadError> {
        from_folder(path, watch)
    }
}

fn is_directory(path: &Path) -> Result<bool, FileError> {
    std::fs::metadata(path)
        .map(|found| found.is_dir())
        .map_err(|err| FileError::new("stat", path, &err))
}

fn load_directory(path: &Path, watch: &dyn Watch) -> Result<Chart, LoadError> {
    let name = absolute(path)?.join("Chart.yaml");
    let bytes = std::fs::read(&name).map_err(|err| LoadError::NotDetected {
        path: name.display().to_string(),
        source: FileError::new("open", &name, &err),
    })?;
    let generation = generation(&bytes)?;
    generation.admit(from_folder(path, watch)?)
}

fn from_folder(path: &Path, watch: &dyn Watch) -> Result<Chart, LoadError> {
    let found = directory::read(path, watch)?;
    let mut chart = files::assemble(found.files, 0, watch)?;
    chart.remarks.splice(0..0, found.remarks);
    Ok(chart)
}

fn absolute(path: &Path) -> Result<PathBuf, FileError> {
    let joined = std::path::absolute(path).map_err(|err| FileError::new("getwd", path, &err))?;
    Ok(clean(&joined))
}

/// Resolves `..` by name, as Go's `filepath.Clean` does.
fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        match component {
            std::path::Component::ParentDir => {
                cleaned.pop();
            }
            std::path::Component::CurDir => {}
            other => cleaned.push(other),
        }
    }
    cleaned
}

fn load_archive_file(path: &Path, watch: &dyn Watch) -> Result<Chart, LoadError> {
    let files = read_archive_file(path, |reason| LoadError::BadArchive { reason }, watch)?;
    let generation = generation_among(&files)?;
    generation.admit(files::assemble(files, 0, watch)?)
}

/// Reads a file that should be an archive; `refuse` says what it means that it cannot be unpacked.
fn read_archive_file(
    path: &Path,
    refuse: fn(ArchiveError) -> LoadError,
    watch: &dyn Watch,
) -> Result<Vec<File>, LoadError> {
    archive_at(path, refuse, |file| archive::read_file(file, watch))
}

/// Opens a file that should be an archive, says so early if it is something else, and does `work` with it.
fn archive_at<T>(
    path: &Path,
    refuse: fn(ArchiveError) -> LoadError,
    work: impl FnOnce(std::fs::File) -> Result<T, ArchiveError>,
) -> Result<T, LoadError> {
    let refused = |operation| move |err: io::Error| FileError::new(operation, path, &err);
    let mut file = std::fs::File::open(path).map_err(refused("open"))?;
    let mut head = Vec::with_capacity(HEAD as usize);
    (&mut file)
        .take(HEAD)
        .read_to_end(&mut head)
        .map_err(refused("read"))?;
    sniff::check_archive(path, &head).map_err(LoadError::NotAnArchive)?;
    file.rewind().map_err(refused("read"))?;
    let done = archive::check_header(&head).and_then(|()| work(file));
    done.map_err(|reason| match reason {
        ArchiveError::Header => LoadError::BadHeader {
            path: path.display().to_string(),
            reason,
        },
        other => refuse(other),
    })
}

fn generation_among(files: &[File]) -> Result<Generation, LoadError> {
    let chart_yaml = files
        .iter()
        .find(|file| file.name == "Chart.yaml")
        .ok_or(LoadError::NoChartYaml)?;
    generation(&chart_yaml.data)
}

/// The part of `Chart.yaml` that says how to read the rest.
#[derive(Default, serde::Deserialize)]
#[serde(default, rename = "chartBase", rename_all = "camelCase")]
struct Base {
    api_version: String,
}

/// What the `apiVersion` says of a chart.
#[derive(Clone, Copy)]
enum Generation {
    /// `v1` or `v2`, or nothing.
    Current,
    /// `v3`.
    Experimental,
}

impl Generation {
    /// Refuses an experimental chart. Helm reads it first, and says what else is wrong with it.
    fn admit(self, chart: Chart) -> Result<Chart, LoadError> {
        match self {
            Generation::Current => Ok(chart),
            Generation::Experimental => Err(LoadError::ExperimentalVersion),
        }
    }
}

fn generation(chart_yaml: &[u8]) -> Result<Generation, LoadError> {
    let base: Base = yaml::from_slice_as(chart_yaml).map_err(|source| LoadError::Yaml {
        name: "Chart.yaml",
        source,
    })?;
    match base.api_version.as_str() {
        "" | "v1" | "v2" => Ok(Generation::Current),
        "v3" => Ok(Generation::Experimental),
        _ => Err(LoadError::UnsupportedVersion),
    }
}

#[cfg(test)]
mod tests;
