//! Why dependencies are not to be had.

use chart::provenance::VerifyFileError;
use chart::quote::quote;
use chart::{FileError, LoadError, PackageError, RequirementError, VersionError};

use crate::FetchError;
use crate::cache::CacheError;
use crate::config::RepoFileError;
use crate::oci::OciError;

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
    /// The tags of a dependency in a registry cannot be had.
    #[error("could not retrieve list of tags for repository {repository}")]
    Tags {
        /// Where it is.
        repository: String,
        /// Why not.
        #[source]
        source: Box<OciError>,
    },
    /// A dependency in a registry cannot be had.
    #[error("could not download {url}")]
    Registry {
        /// Where it is.
        url: String,
        /// Why not.
        #[source]
        source: Box<OciError>,
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
    /// Names of repositories that nobody has given.
    #[error("no repository definition for {}. Please add them via 'helm repo add'{}", .names.join(", "), if *.has_word { NOTE } else { "" })]
    UnknownRepositories {
        /// The names.
        names: Vec<String>,
        /// Whether one of them looks as if a name alone was meant.
        has_word: bool,
    },
    /// Repositories of a lock file that were not added.
    #[error("no repository definition for {}. Please add the missing repos via 'helm repo add'", .0.join(", "))]
    NotAdded(Vec<String>),
    /// The index of a repository cannot be had.
    #[error("no cached repository for {repository} found. (try 'helm repo update')")]
    NoIndex {
        /// The repository.
        repository: String,
        /// Why not.
        #[source]
        source: CacheError,
    },
    /// A repository does not have a chart.
    #[error("{name} chart not found in repo {repository}")]
    NotInRepository {
        /// The chart.
        name: String,
        /// The repository's URL.
        repository: String,
    },
    /// A repository does not have the version of the lock file.
    #[error("could not find {name}: {reason}")]
    NotFound {
        /// The chart.
        name: String,
        /// What is missing.
        reason: &'static str,
    },
    /// A folder has another version by now.
    #[error("can't get a valid version for dependency {0}")]
    NoVersionHere(String),
    /// An archive cannot be fetched.
    #[error("could not download {url}")]
    Download {
        /// Where it is.
        url: String,
        /// Why not.
        #[source]
        source: Box<FetchError>,
    },
    /// The index leads to a registry.
    #[error("{0} is in a registry")]
    InRegistry(String),
    /// An archive is not what its provenance says.
    #[error(transparent)]
    Verify(#[from] VerifyFileError),
    /// What was fetched is no chart.
    #[error("could not verify {name}")]
    NoArchive {
        /// The archive.
        name: String,
        /// What is wrong.
        #[source]
        source: Box<LoadError>,
    },
    /// The lock file is of another time than the chart.
    #[error(
        "the lock file (Chart.lock) is out of sync with the dependencies file (Chart.yaml). Please update the \
         dependencies with 'helm dependency update'"
    )]
    OutOfSync,
    /// As [`DependencyError::OutOfSync`], for charts of the first form.
    #[error(
        "the lock file (requirements.lock) is out of sync with the dependencies file (requirements.yaml). Please \
         update the dependencies"
    )]
    OutOfSyncV1,
    /// Exactly what the lock file says was asked for, and there is none.
    #[error("there is no lock file: 'dependency update' writes one")]
    NoLock,
    /// Exactly what the lock file says was asked for, and the chart asks for something else.
    #[error("the lock file does not fit the chart: {}; 'dependency update' writes a new one", .0.join("; "))]
    Differs(Vec<String>),
    /// An archive is not the one that it was.
    #[error("{name} is another archive than before: its digest is {found}, and not {expected}")]
    OtherDigest {
        /// The archive.
        name: String,
        /// What it was.
        expected: String,
        /// What it is.
        found: String,
    },
    /// Exactly what was there before was asked for, and it is not known what that was.
    #[error("no digest of {0} is known: 'dependency update' writes it down")]
    NoDigest(String),
    /// The file with the repositories cannot be read.
    #[error(transparent)]
    RepoFile(#[from] RepoFileError),
    /// The system refused something.
    #[error(transparent)]
    File(#[from] FileError),
}

/// What Helm says to people who give a name where a URL or an alias should be.
const NOTE: &str = "
Note that repositories must be URLs or aliases. For example, to refer to the \"example\"
repository, use \"https://charts.example.com/\" or \"@example\" instead of
\"example\". Don't forget to add the repo, too ('helm repo add').";
