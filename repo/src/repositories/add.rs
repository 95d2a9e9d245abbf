//! Repositories come and go.

use super::{IndexFetchError, Repositories, RepositoryError};
use crate::config::{FileLock, RepoFile, Repository};

/// Repositories that were deleted for good, and where their charts are now (Helm's `pkg/cmd/repo_add.go`).
const GONE: [(&str, &str); 2] = [
    (
        "//kubernetes-charts.storage.googleapis.com",
        "https://charts.helm.sh/stable",
    ),
    (
        "//kubernetes-charts-incubator.storage.googleapis.com",
        "https://charts.helm.sh/incubator",
    ),
];

/// What becomes of a repository that has the same name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It stays.
    Stays,
    /// The new one takes its place.
    Replaced,
}

/// What became of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Added {
    /// It was added.
    New,
    /// It was there already, just so.
    Known,
}

impl Repositories {
    /// Refuses repositories that are gone for good.
    ///
    /// # Errors
    /// [`RepositoryError::Deprecated`].
    pub fn check_not_gone(&self, url: &str) -> Result<(), RepositoryError> {
        match GONE.iter().find(|(gone, _)| url.contains(gone)) {
            Some((_, instead)) => Err(RepositoryError::Deprecated {
                url: url.to_owned(),
                instead,
            }),
            None => Ok(()),
        }
    }

    /// Fetches the index of a repository, and then adds it. Other processes wait meanwhile.
    ///
    /// # Errors
    /// When the name is taken or is none, or there is no repository at the URL; nothing is changed then.
    pub async fn add(&self, repository: Repository, existing: Existing) -> Result<Added, RepositoryError> {
        let _lock = FileLock::take(self.config())?;
        let mut file = RepoFile::load_if_any(self.config())?;
        if repository.name.contains('/') {
            return Err(RepositoryError::Name(repository.name));
        }
        match file.find(&repository.name) {
            Some(known) if existing == Existing::Stays && *known == repository => return Ok(Added::Known),
            Some(_) if existing == Existing::Stays => return Err(RepositoryError::Taken(repository.name)),
            _ => {}
        }
        match self.refresh(&repository).await {
            Ok(()) => {}
            Err(IndexFetchError::Scheme(scheme)) => return Err(RepositoryError::Scheme(scheme)),
            Err(source) => {
                return Err(RepositoryError::Unreachable {
                    url: crate::location::shown(&repository.url),
                    source: Box::new(source),
                });
            }
        }
        file.put(repository);
        file.save(self.config())?;
        Ok(Added::New)
    }

    /// Removes repositories with all that is kept of them, one by one, and says so each time.
    ///
    /// # Errors
    /// At the first one that is not there; those before are gone then.
    pub fn remove(&self, names: &[String], removed: &mut dyn FnMut(&str)) -> Result<(), RepositoryError> {
        let load = || match RepoFile::load(self.config()) {
            Err(error) if error.is_missing() => Err(RepositoryError::None),
            Ok(file) if file.repositories.is_empty() => Err(RepositoryError::None),
            other => Ok(other?),
        };
        // Without repositories there need not even be a folder for the lock.
        load()?;
        let _lock = FileLock::take(self.config())?;
        let mut file = load()?;
        for name in names {
            if !file.remove(name) {
                return Err(RepositoryError::NotFound(name.clone()));
            }
            file.save(self.config())?;
            self.indexes().forget(name)?;
            removed(name);
        }
        Ok(())
    }
}
