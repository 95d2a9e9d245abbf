//! Which versions dependencies get (Helm's `internal/resolver`).

use std::path::Path;

use chart::quote::quote;
use chart::{Chart, Dependency, Version, VersionReq};

use super::names::Place;
use super::{DependencyError, folder};
use crate::Repositories;
use crate::config::Repository;
use crate::oci::{Reference, Registry};

impl Repositories {
    /// Chooses the newest version that fits, of each dependency.
    ///
    /// # Errors
    /// When there is none.
    pub(super) async fn choose(
        &self,
        wanted: &[Dependency],
        places: &[Place],
        (chart, registry): (&Path, &Registry),
    ) -> Result<Vec<Dependency>, DependencyError> {
        let mut locked = Vec::new();
        let mut missing = Vec::new();
        for (dependency, place) in wanted.iter().zip(places) {
            match self.version(dependency, place, (chart, registry)).await? {
                Some(version) => locked.push(Dependency {
                    name: dependency.name.clone(),
                    version,
                    repository: dependency.repository.clone(),
                    ..Dependency::default()
                }),
                None => missing.push(describe(dependency)),
            }
        }
        if missing.is_empty() {
            return Ok(locked);
        }
        Err(DependencyError::NoVersion(missing))
    }

    /// The newest version of a dependency that fits.
    ///
    /// # Errors
    /// When it cannot be found out.
    pub(super) async fn version(
        &self,
        dependency: &Dependency,
        place: &Place,
        (chart, registry): (&Path, &Registry),
    ) -> Result<Option<String>, DependencyError> {
        let range = range(dependency)?;
        match place {
            Place::Here => {
                folder::place(&format!("charts/{}", dependency.name), chart)?;
                Ok(Some(dependency.version.clone()))
            }
            Place::Folder => {
                let version = Chart::load_folder(folder::source(dependency, chart)?)?
                    .metadata
                    .version;
                Ok(fits(&version, &range).then_some(version))
            }
            Place::Registry => newest_tag(dependency, &range, registry).await,
            Place::Known(repository) | Place::Unmanaged(repository) => {
                self.newest(dependency, repository, &range)
            }
        }
    }

    fn newest(
        &self,
        dependency: &Dependency,
        repository: &Repository,
        range: &VersionReq,
    ) -> Result<Option<String>, DependencyError> {
        let name = &repository.name;
        let failed = |source| DependencyError::NoIndex {
            repository: name.clone(),
            source,
        };
        let catalog = self.catalog(name).map_err(failed)?;
        let found = self
            .indexes()
            .with(name, catalog, |catalog| catalog.versions(&dependency.name));
        let versions = found
            .map_err(failed)?
            .ok_or_else(|| DependencyError::NotInRepository {
                name: dependency.name.clone(),
                repository: dependency.repository.clone(),
            })?;
        let newest = versions
            .into_iter()
            .filter(|entry| !entry.urls.is_empty())
            .find(|entry| fits(&entry.metadata.version, range));
        Ok(newest.map(|entry| entry.metadata.version))
    }
}

/// A version is taken as it is; a range is looked for among the tags.
async fn newest_tag(
    dependency: &Dependency,
    range: &VersionReq,
    registry: &Registry,
) -> Result<Option<String>, DependencyError> {
    if Version::parse(&dependency.version).is_ok() {
        return Ok(Some(dependency.version.clone()));
    }
    let reference = reference(dependency)?;
    let versions = registry
        .versions(&reference)
        .await
        .map_err(|source| DependencyError::Tags {
            repository: dependency.repository.clone(),
            source: Box::new(source),
        })?;
    let newest = versions.into_iter().find(|version| range.matches(version));
    Ok(newest.map(|version| version.original))
}

/// A dependency that is in a registry.
///
/// # Errors
/// When the repository is no reference.
pub(super) fn reference(dependency: &Dependency) -> Result<Reference, DependencyError> {
    let text = format!(
        "{}/{}",
        dependency.repository.trim_end_matches('/'),
        dependency.name
    );
    Reference::parse(&text).map_err(|error| DependencyError::Registry {
        url: text,
        source: Box::new(error.into()),
    })
}

/// The range of versions that a dependency may have.
pub(super) fn range(dependency: &Dependency) -> Result<VersionReq, DependencyError> {
    VersionReq::parse(&dependency.version).map_err(|source| DependencyError::Range {
        name: dependency.name.clone(),
        source,
    })
}

fn fits(version: &str, range: &VersionReq) -> bool {
    Version::parse(version).is_ok_and(|version| range.matches(&version))
}

fn describe(dependency: &Dependency) -> String {
    format!(
        "{} (repository {}, version {})",
        quote(&dependency.name),
        quote(&dependency.repository),
        quote(&dependency.version)
    )
}
