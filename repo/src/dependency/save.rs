//! The archives of dependencies: fetched beside `charts/`, all at once, and moved there when all are whole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chart::{Chart, Dependency, FileError, Version, chain};
use futures::stream::{self, StreamExt, TryStreamExt};

use super::names::Place;
use super::{DependencyError, DependencyOptions, digests, folder};
use crate::Repositories;
use crate::cache::hex_digest;
use crate::config::Repository;
use crate::disk::{self, Readers};
use crate::download::Access;
use crate::event::Event;
use crate::fetch::Fetcher;
use crate::resolve::Source;

/// So many archives are fetched at once.
const AT_ONCE: usize = 8;

/// What is to be done for a chart.
type Work<'a> = (&'a Path, &'a DependencyOptions);

impl Repositories {
    /// Brings the archives into `charts/` and deletes those there that nothing asks for. Returns the dependencies with the
    /// versions that they have.
    ///
    /// # Errors
    /// When one is not to be had; `charts/` is as it was then.
    pub(super) async fn save_all(
        &self,
        locked: &[Dependency],
        places: &[Place],
        (chart, options): Work<'_>,
    ) -> Result<Vec<Dependency>, DependencyError> {
        let charts = chart.join("charts");
        match std::fs::metadata(&charts) {
            Ok(found) if !found.is_dir() => {
                return Err(DependencyError::NoDirectory(charts.display().to_string()));
            }
            Ok(_) => {}
            Err(_) => disk::make_folder(&charts)?,
        }
        self.tell(Event::Saving(locked.len()));
        let packed = chart.join(format!("tmpcharts-{}", std::process::id()));
        let mut locked = locked.to_vec();
        let fetched = self
            .fetch_all(&mut locked, places, (chart, options), &packed)
            .await;
        let outcome = fetched.and_then(|names| {
            digests::check(&charts, &names, options.digests)?;
            move_all(&names, &packed, &charts)?;
            self.tell(Event::DeletingOutdated);
            delete_outdated(&locked, &charts, &names)?;
            digests::write(&charts, &names, options.digests)
        });
        // What cannot be removed is empty or incomplete, and in nobody's way.
        let _ = std::fs::remove_dir_all(&packed);
        if let Err(error) = &outcome {
            self.tell(Event::SaveFailed(chain(error)));
        }
        outcome.map(|()| locked)
    }

    /// Packs what is in folders and fetches the rest. Returns the names of the archives, with digests of those that were
    /// fetched.
    async fn fetch_all(
        &self,
        locked: &mut [Dependency],
        places: &[Place],
        (chart, options): Work<'_>,
        packed: &Path,
    ) -> Result<BTreeMap<String, Option<String>>, DependencyError> {
        let mut names = BTreeMap::new();
        let mut sources: Vec<Source> = Vec::new();
        for (dependency, place) in locked.iter_mut().zip(places) {
            match place {
                Place::Here => {
                    self.tell(Event::Assumed(dependency.name.clone()));
                    check_unpacked(dependency, chart)?;
                }
                Place::Folder => {
                    self.tell(Event::Archiving {
                        name: dependency.name.clone(),
                        repository: dependency.repository.clone(),
                    });
                    let (name, version) = folder::pack(dependency, chart, (packed, options.now))?;
                    names.insert(name, None);
                    dependency.version = version;
                }
                Place::Registry => {
                    return Err(DependencyError::Remote {
                        name: dependency.name.clone(),
                        repository: dependency.repository.clone(),
                    });
                }
                Place::Known(repository) | Place::Unmanaged(repository) => {
                    let source = self.source(dependency, repository)?;
                    let is_known = sources.iter().any(|known| known.url == source.url);
                    let (name, repository) = (dependency.name.clone(), dependency.repository.clone());
                    if is_known {
                        self.tell(Event::AlreadyDownloaded { name, repository });
                    } else {
                        self.tell(Event::Downloading { name, repository });
                        sources.push(source);
                    }
                }
            }
        }
        let fetched =
            stream::iter(sources).map(async |source| self.fetch_one(&source, options, packed).await);
        let fetched: Vec<(String, String)> = fetched.buffered(AT_ONCE).try_collect().await?;
        names.extend(fetched.into_iter().map(|(name, digest)| (name, Some(digest))));
        Ok(names)
    }

    async fn fetch_one(
        &self,
        source: &Source,
        options: &DependencyOptions,
        packed: &Path,
    ) -> Result<(String, String), DependencyError> {
        let failed = |error| DependencyError::Download {
            url: crate::http::shown(&source.url),
            source: Box::new(error),
        };
        let fetched = Fetcher::new(self)
            .from(source, &options.proof)
            .await
            .map_err(failed)?;
        disk::write(&packed.join(&fetched.name), &fetched.bytes, Readers::All)?;
        if let Some(provenance) = &fetched.provenance {
            disk::write(
                &packed.join(format!("{}.prov", fetched.name)),
                provenance,
                Readers::All,
            )?;
        }
        // For the next time, and for other charts.
        let digest = hex_digest(&fetched.bytes);
        let _ = self
            .contents()
            .put(&digest, crate::cache::Kind::Chart, &fetched.bytes);
        Ok((fetched.name, digest))
    }

    /// Where the archive of this very version is.
    fn source(&self, dependency: &Dependency, repository: &Repository) -> Result<Source, DependencyError> {
        let failed = |source| DependencyError::NoIndex {
            repository: repository.name.clone(),
            source,
        };
        let catalog = self.indexes().open(&repository.name).map_err(failed)?;
        let work = |catalog: &crate::cache::Catalog| catalog.versions(&dependency.name);
        let entries = self
            .indexes()
            .with(&repository.name, catalog, work)
            .map_err(failed)?;
        let not_found = |reason| DependencyError::NotFound {
            name: dependency.name.clone(),
            reason,
        };
        let entries = entries.ok_or_else(|| not_found("entry not found"))?;
        let entry = entries
            .iter()
            .filter(|entry| !entry.urls.is_empty())
            .find(|entry| {
                dependency.version.is_empty() || is_version(&entry.metadata.version, &dependency.version)
            })
            .ok_or_else(|| not_found("no matching version"))?;
        let access = Access::to(repository);
        Source::of_entry(entry, &dependency.repository, access).map_err(|error| DependencyError::Download {
            url: crate::location::shown(&dependency.repository),
            source: Box::new(error),
        })
    }
}

/// Whether two texts mean the same version.
fn is_version(one: &str, other: &str) -> bool {
    match (Version::parse(one), Version::parse(other)) {
        (Ok(one), Ok(other)) => one.precedence(&other).is_eq(),
        (Err(_), _) => one == other,
        (Ok(_), Err(_)) => false,
    }
}

fn check_unpacked(dependency: &Dependency, chart: &Path) -> Result<(), DependencyError> {
    let path = chart.join("charts").join(&dependency.name);
    let chart = Chart::load_folder(&path).map_err(|source| DependencyError::Unpacked {
        path: path.display().to_string(),
        source: Box::new(source),
    })?;
    let range = super::choose::range(dependency)?;
    let found = chart.metadata.version;
    let version = Version::parse(&found).map_err(|source| DependencyError::UnpackedVersion {
        name: dependency.name.clone(),
        wanted: dependency.version.clone(),
        source,
    })?;
    if range.matches(&version) {
        return Ok(());
    }
    Err(DependencyError::OtherVersion {
        name: dependency.name.clone(),
        found,
        wanted: dependency.version.clone(),
    })
}

/// Moves the archives, once all of them are known to be charts.
fn move_all(
    names: &BTreeMap<String, Option<String>>,
    packed: &Path,
    charts: &Path,
) -> Result<(), DependencyError> {
    for name in names.keys() {
        let path = packed.join(name);
        Chart::load(&path).map_err(|source| DependencyError::NoArchive {
            name: name.clone(),
            source: Box::new(source),
        })?;
    }
    let found = std::fs::read_dir(packed).into_iter().flatten().flatten();
    for entry in found {
        let (from, to) = (entry.path(), charts.join(entry.file_name()));
        std::fs::rename(&from, &to).map_err(|err| FileError::new("rename", &from, &err))?;
    }
    Ok(())
}

/// Deletes archives that were not just moved, unless a dependency without a repository may be in them. What is no chart
/// stays.
fn delete_outdated(
    locked: &[Dependency],
    charts: &Path,
    names: &BTreeMap<String, Option<String>>,
) -> Result<(), DependencyError> {
    let here: BTreeSet<&str> = locked
        .iter()
        .filter(|dependency| dependency.repository.is_empty())
        .map(|dependency| dependency.name.as_str())
        .collect();
    let entries = std::fs::read_dir(charts).map_err(|err| FileError::new("open", charts, &err))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if names.contains_key(&*entry.file_name().to_string_lossy()) || !path.is_file() {
            continue;
        }
        let Ok(chart) = Chart::load(&path) else { continue };
        if !here.contains(chart.metadata.name.as_str()) {
            std::fs::remove_file(&path).map_err(|err| FileError::new("remove", &path, &err))?;
        }
    }
    Ok(())
}
