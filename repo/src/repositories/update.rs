//! Indexes are fetched anew, all at once.

use chart::chain;
use futures::StreamExt;
use futures::stream;

use super::{Repositories, RepositoryError};
use crate::config::{RepoFile, Repository};
use crate::event::Event;

/// So many servers are asked at once.
const AT_ONCE: usize = 16;

impl Repositories {
    /// Fetches the indexes of the repositories with these names, or of all when there are none, and tells of each.
    ///
    /// # Errors
    /// When there are none, a name is none of theirs, or some index cannot be fetched; the others are fetched even so.
    pub async fn update(&self, names: &[String]) -> Result<(), RepositoryError> {
        let mut wanted = self.to_update()?;
        if let Some(name) = names
            .iter()
            .find(|name| !wanted.iter().any(|known| known.name == **name))
        {
            return Err(RepositoryError::NoMatch(name.clone()));
        }
        wanted.retain(|known| names.is_empty() || names.contains(&known.name));
        self.tell(Event::Updating);
        let failed = self.update_all(&wanted).await;
        if !failed.is_empty() {
            return Err(RepositoryError::NotUpdated(failed));
        }
        self.tell(Event::Updated);
        Ok(())
    }

    fn to_update(&self) -> Result<Vec<Repository>, RepositoryError> {
        match RepoFile::load(self.config()) {
            Err(error) if error.is_missing() => Err(RepositoryError::NoneToUpdate),
            Err(source) => Err(RepositoryError::Load {
                path: self.config().display().to_string(),
                source,
            }),
            Ok(file) if file.repositories.is_empty() => Err(RepositoryError::NoneToUpdate),
            Ok(file) => Ok(file.repositories),
        }
    }

    /// Fetches indexes and tells of each. Returns the URLs of those that cannot be fetched.
    pub(crate) async fn update_all(&self, wanted: &[Repository]) -> Vec<String> {
        let fetched = stream::iter(wanted).map(async |repository| {
            let outcome = self.refresh(repository).await;
            self.tell(told(repository, outcome.as_ref().err().map(|error| chain(error))));
            outcome.is_err().then(|| crate::location::shown(&repository.url))
        });
        fetched
            .buffer_unordered(AT_ONCE)
            .filter_map(async |failed| failed)
            .collect()
            .await
    }
}

/// Repositories that nobody added have no name that means anything.
fn told(repository: &Repository, reason: Option<String>) -> Event {
    let name = (!repository.name.starts_with(super::UNMANAGED)).then(|| repository.name.clone());
    let url = crate::location::shown(&repository.url);
    match reason {
        None => Event::IndexUpdated(name.unwrap_or(url)),
        Some(reason) => Event::IndexFailed { name, url, reason },
    }
}
