//! The charts that a chart depends on, brought into its `charts/` (Helm's `pkg/downloader/manager.go`).

mod names;
mod choose;
mod save;
mod folder;
mod lock;
mod digests;
mod outdated;
mod error;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use chart::{Chart, Dependency, FileError, Lock};

use crate::Repositories;
use crate::config::{RepoFile, Repository};
use crate::event::Event;
use crate::fetch::Proof;
use crate::http::Reach;
use crate::oci::Registry;

pub use digests::Digests;
pub use error::DependencyError;
use names::Place;
pub use outdated::DependencyVersions;

/// How dependencies are fetched.
#[derive(Debug, Clone)]
pub struct DependencyOptions {
    /// Whether the indexes of the repositories are fetched first.
    pub refresh: Refresh,
    /// What is done about provenances.
    pub proof: Proof,
    /// What is done about the digests of the archives.
    pub digests: Digests,
    /// What time it is.
    pub now: SystemTime,
    /// How registries are reached.
    pub registry: Arc<Registry>,
}

/// Whether the indexes of the repositories are fetched first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refresh {
    /// They are.
    Fetched,
    /// What is known already must do.
    Skipped,
}

impl Repositories {
    /// Chooses the newest versions that a chart's dependencies may have, fetches them all at once, and writes the lock file
    /// when something has changed.
    ///
    /// # Errors
    /// When a dependency is not to be had; nothing in the chart's folder is changed then.
    pub async fn update_dependencies(
        &self,
        folder: &Path,
        options: &DependencyOptions,
    ) -> Result<(), DependencyError> {
        let chart = load(folder)?;
        let mut wanted = chart.metadata.dependencies.clone();
        if wanted.is_empty() {
            return Ok(());
        }
        let file = self.known()?;
        let places = names::resolve(&mut wanted, &file, folder)?;
        if self.is_to_refresh(options) {
            self.refresh_for(&wanted, &places, &file).await;
        }
        let locked = self.choose(&wanted, &places, (folder, &options.registry)).await?;
        let locked = self.save_all(&locked, &places, (folder, options)).await?;
        let digest = lock::digest(&wanted, &locked);
        if chart.lock.as_ref().is_some_and(|lock| lock.digest == digest) {
            return Ok(());
        }
        let lock = Lock {
            generated: jiff::Timestamp::try_from(options.now)
                .unwrap_or_default()
                .to_string(),
            digest,
            dependencies: locked,
        };
        lock::write(&chart, &lock, folder)
    }

    /// Fetches what the lock file says; without one it is as [`Repositories::update_dependencies`].
    ///
    /// # Errors
    /// When the lock file does not fit the chart, a repository was not added, or a dependency is not to be had.
    pub async fn build_dependencies(
        &self,
        folder: &Path,
        options: &DependencyOptions,
    ) -> Result<(), DependencyError> {
        let chart = load(folder)?;
        let Some(lock) = &chart.lock else {
            return match options.digests {
                Digests::Required => Err(DependencyError::NoLock),
                _ => self.update_dependencies(folder, options).await,
            };
        };
        let file = self.known()?;
        let mut wanted = chart.metadata.dependencies.clone();
        let asked_for = wanted.clone();
        names::resolve(&mut wanted, &file, folder)?;
        lock::check(&chart, lock, (&asked_for, &wanted)).map_err(|error| match options.digests {
            Digests::Required => DependencyError::Differs(lock::differences(&wanted, lock)),
            _ => error,
        })?;
        let mut locked = lock.dependencies.clone();
        let places = names::known(&mut locked, &file, folder)?;
        if self.is_to_refresh(options) {
            self.refresh_known(&file).await;
        }
        self.save_all(&locked, &places, (folder, options)).await?;
        Ok(())
    }

    fn is_to_refresh(&self, options: &DependencyOptions) -> bool {
        options.refresh == Refresh::Fetched && self.downloader().reach() == Reach::Network
    }

    /// Fetches the indexes: first those that nobody added, then all others. What cannot be fetched is told, and may do
    /// without.
    async fn refresh_for(&self, wanted: &[Dependency], places: &[Place], file: &RepoFile) {
        let mut unmanaged = BTreeMap::new();
        for (dependency, place) in wanted.iter().zip(places) {
            if let Place::Unmanaged(repository) = place {
                let url = dependency.repository.trim_end_matches('/').to_owned();
                unmanaged.insert(url, repository.clone());
            }
        }
        if !unmanaged.is_empty() {
            self.tell(Event::UpdatingUnmanaged);
            let unmanaged: Vec<Repository> = unmanaged.into_values().collect();
            self.update_all(&unmanaged).await;
        }
        self.refresh_known(file).await;
    }

    async fn refresh_known(&self, file: &RepoFile) {
        if file.repositories.is_empty() {
            return;
        }
        self.tell(Event::Updating);
        // A repository that was added under two names is asked once for each: each has an index of its own.
        self.update_all(&file.repositories).await;
        self.tell(Event::Updated);
    }
}

fn load(folder: &Path) -> Result<Chart, DependencyError> {
    let found = std::fs::metadata(folder).map_err(|err| DependencyError::NoChart {
        path: folder.display().to_string(),
        source: FileError::new("stat", folder, &err),
    })?;
    if !found.is_dir() {
        return Err(DependencyError::Packed);
    }
    Ok(Chart::load_any_version(folder)?)
}
