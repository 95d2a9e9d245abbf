//! Why something cannot be done with repositories.

use chart::FileError;
use chart::quote::quote;

use crate::cache::CacheError;
use crate::config::RepoFileError;
use crate::http::HttpError;
use crate::index::IndexError;
use crate::location::LocationError;

/// Why the index of a repository cannot be had.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum IndexFetchError {
    /// The URL is none.
    #[error(transparent)]
    Location(#[from] LocationError),
    /// Something else than HTTP is spoken there.
    #[error("could not find protocol handler for: {0}")]
    Scheme(String),
    /// The server cannot be reached, or does not have it.
    #[error(transparent)]
    Http(#[from] HttpError),
    /// What the server has is no index.
    #[error(transparent)]
    Index(#[from] IndexError),
    /// It cannot be kept.
    #[error(transparent)]
    File(#[from] FileError),
    /// The one that was kept cannot be read.
    #[error(transparent)]
    Cache(#[from] CacheError),
}

/// Why something cannot be done with repositories that were added.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RepositoryError {
    /// The repository is gone for good.
    #[error("repo {} is no longer available; try {} instead", quote(.url), quote(.instead))]
    Deprecated {
        /// Its URL.
        url: String,
        /// Where its charts are now.
        instead: &'static str,
    },
    /// A name that would be read as another one.
    #[error("repository name ({0}) contains '/', please specify a different name without '/'")]
    Name(String),
    /// The name is taken.
    #[error("repository name ({0}) already exists, please specify a different name")]
    Taken(String),
    /// There is no repository at the URL.
    #[error("looks like {} is not a valid chart repository or cannot be reached", quote(.url))]
    Unreachable {
        /// The URL.
        url: String,
        /// Why not.
        #[source]
        source: Box<IndexFetchError>,
    },
    /// Nobody knows how to speak to a repository there.
    #[error("could not find protocol handler for: {0}")]
    Scheme(String),
    /// None was added.
    #[error("no repositories configured")]
    None,
    /// None was added, so none can be updated.
    #[error("no repositories found. You must add one before updating")]
    NoneToUpdate,
    /// None was added under this name.
    #[error("no repo named {} found", quote(.0))]
    NotFound(String),
    /// None was added under this name, so nothing is updated.
    #[error("no repositories found matching '{0}'.  Nothing will be updated")]
    NoMatch(String),
    /// Some could not be updated.
    #[error("failed to update the following repositories: [{}]", .0.join(" "))]
    NotUpdated(Vec<String>),
    /// The file with the repositories cannot be read or written.
    #[error(transparent)]
    RepoFile(#[from] RepoFileError),
    /// The file with the repositories cannot be read.
    #[error("failed loading file: {path}")]
    Load {
        /// The file.
        path: String,
        /// What is wrong.
        #[source]
        source: RepoFileError,
    },
    /// The system refused something.
    #[error(transparent)]
    File(#[from] FileError),
}
