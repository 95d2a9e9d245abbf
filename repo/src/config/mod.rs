//! `RepoFile`: the repositories that were added, as `repositories.yaml` says.

mod lock;

use std::fmt;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chart::{FileError, yaml};
use serde::{Deserialize, Serialize};

use crate::disk::{self, Readers};
use crate::http::{Credentials, TlsOptions};

pub(crate) use lock::FileLock;

/// Helm writes this time when it has none.
const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

/// The content of `repositories.yaml`. Fields that Helm does not know are dropped when it is written, as Helm does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", rename = "repo.File")]
pub struct RepoFile {
    /// Unused; kept as it is.
    pub api_version: String,
    /// Unused; kept as it is.
    pub generated: String,
    /// The repositories, in the order in which they were added.
    pub repositories: Vec<Repository>,
}

/// A repository that was added.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", rename = "repo.Entry")]
pub struct Repository {
    /// What the user calls it.
    pub name: String,
    /// Where it is.
    pub url: String,
    /// Who we are there.
    pub username: String,
    /// How we prove it.
    pub password: String,
    /// Our certificate.
    pub cert_file: String,
    /// Its key.
    pub key_file: String,
    /// The authorities that are trusted for its own.
    pub ca_file: String,
    /// Whether any certificate is taken for its own.
    #[serde(rename = "insecure_skip_tls_verify")]
    pub insecure_skip_tls_verify: bool,
    /// Whether other hosts that it sends us to learn who we are.
    #[serde(rename = "pass_credentials_all")]
    pub pass_credentials_all: bool,
}

/// What is wrong with `repositories.yaml`.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum RepoFileError {
    /// It cannot be read.
    #[error("couldn't load repositories file ({path})")]
    Load {
        /// The file.
        path: String,
        /// What the system said.
        #[source]
        source: FileError,
    },
    /// It is not YAML, or something else.
    #[error(transparent)]
    Syntax(#[from] yaml::Error),
    /// It cannot be written down.
    #[error("cannot write the repositories file")]
    Write(#[source] yaml::WriteError),
    /// The system refused something.
    #[error(transparent)]
    File(#[from] FileError),
    /// Somebody else is at it for too long.
    #[error("context deadline exceeded: another process holds {0}")]
    Locked(String),
}

impl RepoFileError {
    /// Whether there is no such file.
    pub fn is_missing(&self) -> bool {
        matches!(self, RepoFileError::Load { source, .. } if source.kind == ErrorKind::NotFound)
    }
}

impl Default for RepoFile {
    fn default() -> Self {
        RepoFile {
            api_version: String::new(),
            generated: ZERO_TIME.to_owned(),
            repositories: Vec::new(),
        }
    }
}

impl RepoFile {
    /// Reads the file.
    ///
    /// # Errors
    /// When it is not there, or is something else.
    pub fn load(path: &Path) -> Result<Self, RepoFileError> {
        let bytes = std::fs::read(path).map_err(|err| RepoFileError::Load {
            path: path.display().to_string(),
            source: FileError::new("open", path, &err),
        })?;
        Ok(yaml::from_slice_as(&bytes)?)
    }

    /// Reads the file; one that is not there names no repositories.
    ///
    /// # Errors
    /// When it is something else.
    pub fn load_if_any(path: &Path) -> Result<Self, RepoFileError> {
        match RepoFile::load(path) {
            Err(error) if error.is_missing() => Ok(RepoFile::default()),
            other => other,
        }
    }

    /// Writes the file, for its owner's eyes only. One that is a link stays one.
    ///
    /// # Errors
    /// When it cannot be written; the old one is intact then.
    pub fn save(&self, path: &Path) -> Result<(), RepoFileError> {
        let text = yaml::serialize(self).map_err(RepoFileError::Write)?;
        let target = std::fs::canonicalize(path).unwrap_or_else(|_| PathBuf::from(path));
        disk::write(&target, text.as_bytes(), Readers::Owner)?;
        Ok(())
    }

    /// The repository of this name.
    pub fn find(&self, name: &str) -> Option<&Repository> {
        self.repositories
            .iter()
            .find(|repository| repository.name == name)
    }

    /// Puts a repository in the place of the one with its name, or behind all others.
    pub fn put(&mut self, repository: Repository) {
        let mut all = self.repositories.iter_mut();
        match all.find(|known| known.name == repository.name) {
            Some(known) => *known = repository,
            None => self.repositories.push(repository),
        }
    }

    /// Takes a repository out. Returns whether it was there.
    pub fn remove(&mut self, name: &str) -> bool {
        let before = self.repositories.len();
        self.repositories.retain(|repository| repository.name != name);
        self.repositories.len() < before
    }
}

impl Repository {
    /// Who we are there, if both halves are known.
    pub fn credentials(&self) -> Option<Credentials> {
        Credentials::whole(&self.username, &self.password)
    }

    /// How TLS is spoken with it.
    pub fn tls(&self) -> TlsOptions {
        let file = |name: &str| (!name.is_empty()).then(|| PathBuf::from(name));
        TlsOptions {
            ca_file: file(&self.ca_file),
            cert_file: file(&self.cert_file),
            key_file: file(&self.key_file),
            insecure_skip_tls_verify: self.insecure_skip_tls_verify,
        }
    }
}

impl fmt::Debug for Repository {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Repository({:?}, {:?}, …)", self.name, self.url)
    }
}
