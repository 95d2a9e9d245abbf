//! Why a chart cannot be had.

use std::path::PathBuf;

use chart::quote::quote;
use chart::{FileError, LoadError, PackageError, RequirementError, VersionError};

/// An error of fetching a chart.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// A path was meant, and nothing is there.
    #[error("path {path:?} not found")]
    NoPath {
        /// The path.
        path: PathBuf,
    },
    /// A single word that is no path: Helm's message, which scripts know.
    #[error("non-absolute URLs should be in form of repo_name/path_to_chart, got: {word}")]
    NoRepository {
        /// The word.
        word: String,
    },
    /// The chart is somewhere else.
    #[error("{reference}: no such path, and charts of repositories and registries cannot be fetched yet")]
    Remote {
        /// The reference as given.
        reference: String,
    },
}

/// Why the charts that a chart depends on cannot be brought into it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DependencyError {
    /// There is no such chart.
    #[error("could not find {path}")]
    NoChart {
        /// The folder.
        path: String,
        /// What the system said.
        #[source]
        source: FileError,
    },
    /// The chart is an archive.
    #[error("only unpacked charts can be updated")]
    Packed,
    /// A chart cannot be read.
    #[error(transparent)]
    Load(#[from] LoadError),
    /// A dependency is somewhere else.
    #[error("dependency {}: charts of repositories and registries cannot be fetched yet: {repository}", quote(.name))]
    Remote {
        /// The dependency.
        name: String,
        /// Where it is.
        repository: String,
    },
    /// The folder of a dependency is missing.
    #[error("directory {0} not found")]
    NoFolder(String),
    /// The version asked for is none.
    #[error("dependency {} has an invalid version/constraint format", quote(.name))]
    Range {
        /// The dependency.
        name: String,
        /// What is wrong.
        #[source]
        source: RequirementError,
    },
    /// The charts that are there have other versions.
    #[error(
        "can't get a valid version for {} subchart(s): {}. Make sure a matching chart version exists in the repo, or \
         change the version constraint in Chart.yaml", .0.len(), .0.join(", ")
    )]
    NoVersion(Vec<String>),
    /// What should be in `charts/` already is no chart.
    #[error("unable to load chart '{path}'")]
    Unpacked {
        /// Its folder.
        path: String,
        /// What is wrong.
        #[source]
        source: Box<LoadError>,
    },
    /// What is in `charts/` already has no version.
    #[error("invalid version {wanted} for dependency {name}")]
    UnpackedVersion {
        /// The dependency.
        name: String,
        /// The version asked for.
        wanted: String,
        /// What is wrong.
        #[source]
        source: VersionError,
    },
    /// What is in `charts/` already has another version.
    #[error("dependency {name} at version {found} does not satisfy the constraint {wanted}")]
    OtherVersion {
        /// The dependency.
        name: String,
        /// Its version.
        found: String,
        /// The version asked for.
        wanted: String,
    },
    /// `charts` is in the way.
    #[error("{} is not a directory", quote(.0))]
    NoDirectory(String),
    /// A dependency cannot be packed.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The lock file would lead elsewhere.
    #[error("the {name} file is a symlink to {}", quote(.target))]
    Link {
        /// The file.
        name: String,
        /// Where it leads.
        target: String,
    },
    /// The lock file cannot be written down.
    #[error("cannot write the lock file")]
    Lock(#[source] chart::yaml::WriteError),
    /// The system refused something.
    #[error(transparent)]
    File(#[from] FileError),
}
