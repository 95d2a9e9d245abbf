//! Why a chart cannot be had.

use std::path::PathBuf;

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
