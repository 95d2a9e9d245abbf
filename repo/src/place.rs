//! `Places`: which files on this machine are about repositories.

use std::path::PathBuf;

/// Where Helm keeps what it knows of repositories, and what it has fetched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Places {
    /// The file with the repositories that were added: `repositories.yaml`.
    pub repository_config: PathBuf,
    /// The folder with their indexes: `NAME-index.yaml`.
    pub repository_cache: PathBuf,
    /// The folder with charts by digest.
    pub content_cache: PathBuf,
}
