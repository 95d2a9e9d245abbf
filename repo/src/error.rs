//! Why a chart cannot be had.

use std::path::PathBuf;

use chart::FileError;
use chart::provenance::VerifyFileError;
use chart::quote::quote;

use crate::cache::CacheError;
use crate::config::RepoFileError;
use crate::http::HttpError;
use crate::index::LookupError;
use crate::location::LocationError;
use crate::repositories::IndexFetchError;

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
    /// The chart is in a registry, which is reached in another way.
    #[error("{0} is in a registry")]
    InRegistry(String),
    /// Something else than HTTP is spoken there.
    #[error("scheme {} not supported", quote(.0))]
    Scheme(String),
    /// A URL is none.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// The file with the repositories cannot be read.
    #[error(transparent)]
    RepoFile(#[from] RepoFileError),
    /// No repository was added under this name.
    #[error("repo {0} not found")]
    UnknownRepository(String),
    /// A repository has no URL.
    #[error("no URL found for repository {0}")]
    NoUrl(String),
    /// The index of a repository cannot be had.
    #[error("no cached repo found. (try 'helm repo update')")]
    NoIndex(#[source] Box<CacheError>),
    /// The repository has no such chart, or no such version.
    #[error("chart {} matching {version} not found in {repository} index. (try 'helm repo update')", quote(.chart))]
    NoMatch {
        /// The chart.
        chart: String,
        /// The version asked for.
        version: String,
        /// The repository's name.
        repository: String,
        /// What there is.
        #[source]
        source: LookupError,
    },
    /// As [`FetchError::NoMatch`], in a repository that was not added.
    #[error("chart {}{} not found in {repository} repository", quote(.chart), version_asked_for(.version))]
    NotInRepository {
        /// The chart.
        chart: String,
        /// The version asked for.
        version: String,
        /// The repository's URL.
        repository: String,
    },
    /// There is no repository at the URL.
    #[error("looks like {} is not a valid chart repository or cannot be reached", quote(.url))]
    Unreachable {
        /// The URL.
        url: String,
        /// Why not.
        #[source]
        source: Box<IndexFetchError>,
    },
    /// The index does not say where the chart is.
    #[error("chart {} has no downloadable URLs", quote(.0))]
    NoUrls(String),
    /// What the index says of the archive's digest is none.
    #[error("unable to decode digest: {}", quote(.0))]
    NoDigest(String),
    /// The archive is not the one of the index.
    #[error("{url} is not what the index says: its digest is {found}, and not {expected}")]
    Digest {
        /// Where it is from.
        url: String,
        /// What the index says.
        expected: String,
        /// What it is.
        found: String,
    },
    /// What a mirror has is not the archive that it was the last time.
    #[error("{url} is not what it was: its digest is {found}, and not {expected}")]
    NotAsBefore {
        /// Where it should be from.
        url: String,
        /// What it was.
        expected: String,
        /// What it is.
        found: String,
    },
    /// The server cannot be reached, or does not have it.
    #[error(transparent)]
    Http(Box<HttpError>),
    /// There is no provenance. Helm does not say why.
    #[error("failed to fetch provenance {}", quote(.url))]
    Provenance {
        /// Where it should be.
        url: String,
        /// Why it cannot be had; no cause, so that nobody says it by accident.
        reason: Box<FetchError>,
    },
    /// What a mirror has in the place of an archive.
    #[error("what is there for {0} is no archive")]
    NoArchive(String),
    /// What a mirror has in the place of a provenance.
    #[error("it is no signed message")]
    NoProvenance,
    /// The chart is not what its provenance says.
    #[error(transparent)]
    Verify(#[from] VerifyFileError),
    /// The system refused something.
    #[error(transparent)]
    File(#[from] FileError),
}

fn version_asked_for(version: &str) -> String {
    if version.is_empty() {
        return String::new();
    }
    format!(" version {}", quote(version))
}

impl From<HttpError> for FetchError {
    fn from(error: HttpError) -> Self {
        FetchError::Http(Box::new(error))
    }
}

impl From<CacheError> for FetchError {
    fn from(error: CacheError) -> Self {
        FetchError::NoIndex(Box::new(error))
    }
}
