//! Which dependencies of a chart have newer versions.

use std::path::Path;

use chart::Dependency;

use super::names::{self, Place};
use super::{DependencyError, DependencyOptions, load};
use crate::Repositories;

/// A dependency beside what there is of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DependencyVersions {
    /// Its name.
    pub name: String,
    /// The range that the chart asks for.
    pub wanted: String,
    /// The version in the lock file; empty without one.
    pub locked: String,
    /// The newest version in the range; empty when there is none.
    pub fitting: String,
    /// The newest version of all but pre-releases; empty when there is none.
    pub newest: String,
    /// Where it is from.
    pub repository: String,
}

impl Repositories {
    /// Looks at the dependencies of a chart that are in repositories and registries.
    ///
    /// # Errors
    /// When there is no chart, or a repository of its dependencies is not known or does not answer.
    pub async fn dependency_versions(
        &self,
        folder: &Path,
        options: &DependencyOptions,
    ) -> Result<Vec<DependencyVersions>, DependencyError> {
        let chart = load(folder)?;
        let mut wanted = chart.metadata.dependencies.clone();
        let file = self.known()?;
        let places = names::resolve(&mut wanted, &file, folder)?;
        if self.is_to_refresh(options) {
            self.refresh_for(&wanted, &places, &file).await;
        }
        let locked = chart.lock.map(|lock| lock.dependencies).unwrap_or_default();
        let mut found = Vec::new();
        for (dependency, place) in wanted.iter().zip(&places) {
            if matches!(place, Place::Here | Place::Folder) {
                continue;
            }
            let any = Dependency {
                version: "*".to_owned(),
                ..dependency.clone()
            };
            let at = (folder, &*options.registry);
            let is_it = |locked: &&Dependency| {
                locked.name == dependency.name && locked.repository == dependency.repository
            };
            found.push(DependencyVersions {
                name: dependency.name.clone(),
                wanted: dependency.version.clone(),
                locked: locked
                    .iter()
                    .find(is_it)
                    .map(|it| it.version.clone())
                    .unwrap_or_default(),
                fitting: self.version(dependency, place, at).await?.unwrap_or_default(),
                newest: self.version(&any, place, at).await?.unwrap_or_default(),
                repository: dependency.repository.clone(),
            });
        }
        Ok(found)
    }
}
