//! The archives of dependencies: fetched beside `charts/`, all at once, and moved there when all are whole.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chart::{Chart, Dependency, FileError, Version, chain};
use futures::stream::{self, StreamExt, TryStreamExt};
use url::Url;

use super::names::Place;
use super::{DependencyError, DependencyOptions, digests, folder};
use crate::cache::hex_digest;
use crate::config::Repository;
use crate::disk::{self, Readers};
use crate::download::Access;
use crate::event::Event;
use crate::fetch::{Fetcher, Proof};
use crate::oci::{Beside, Digest, OciError, Wanted};
use crate::resolve::Source;
use crate::{FetchError, Repositories};

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
        let known = digests::known(&chart.join("charts"), options.digests);
        let mut sources: Vec<From> = Vec::new();
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
                    self.tell(Event::Downloading {
                        name: dependency.name.clone(),
                        repository: dependency.repository.clone(),
                    });
                    sources.push(From::Registry(dependency.clone()));
                }
                Place::Known(repository) | Place::Unmanaged(repository) => {
                    let source = match self.source(dependency, repository) {
                        Ok(source) => source,
                        Err(DependencyError::InRegistry(url)) => {
                            let (name, repository) = (dependency.name.clone(), dependency.repository.clone());
                            self.tell(Event::Downloading { name, repository });
                            sources.push(From::Registry(in_registry(dependency, &url)));
                            continue;
                        }
                        Err(error) => return Err(error),
                    };
                    let is_known = sources.iter().any(|known| known.is_at(&source.url));
                    let (name, repository) = (dependency.name.clone(), dependency.repository.clone());
                    if is_known {
                        self.tell(Event::AlreadyDownloaded { name, repository });
                    } else {
                        self.tell(Event::Downloading { name, repository });
                        let pinned = known.get(&source.name).cloned();
                        sources.push(From::Server(Box::new(Source { pinned, ..source })));
                    }
                }
            }
        }
        let fetched = stream::iter(sources).map(async |source| match source {
            From::Server(source) => self.fetch_one(&source, options, packed).await,
            From::Registry(dependency) => self.pull_one(&dependency, (options, &known), packed).await,
        });
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
        let digest = hex_digest(&fetched.bytes);
        Ok((fetched.name, digest))
    }

    async fn pull_one(
        &self,
        dependency: &Dependency,
        (options, known): (&DependencyOptions, &BTreeMap<String, String>),
        packed: &Path,
    ) -> Result<(String, String), DependencyError> {
        let failed = |error: OciError| DependencyError::Registry {
            url: format!(
                "{}/{}:{}",
                dependency.repository, dependency.name, dependency.version
            ),
            source: Box::new(error),
        };
        let reference = super::choose::reference(dependency)?;
        let beside = match options.proof {
            Proof::Ignored => Beside::Nothing,
            _ => Beside::Provenance,
        };
        let cache = self.contents().root();
        let archive = format!("{}-{}.tgz", reference.name(), dependency.version);
        let pinned = known
            .get(&archive)
            .and_then(|hex| Digest::parse(&format!("sha256:{hex}")).ok());
        let wanted = Wanted {
            reference: &reference,
            version: &dependency.version,
            pinned: pinned.as_ref(),
        };
        let fetched = options
            .registry
            .fetch(wanted, beside, cache)
            .await
            .map_err(failed)?;
        let name = fetched.file_name();
        let bytes =
            std::fs::read(&fetched.archive).map_err(|err| FileError::new("open", &fetched.archive, &err))?;
        disk::write(&packed.join(&name), &bytes, Readers::All)?;
        match (&options.proof, &fetched.provenance) {
            (Proof::Ignored, _) => {}
            (Proof::Required(_), None) => {
                fetched.signature().map_err(failed)?;
            }
            (Proof::Required(keyring) | Proof::IfPossible(keyring), Some(provenance)) => {
                let provenance_path = packed.join(format!("{name}.prov"));
                disk::write(&provenance_path, provenance, Readers::All)?;
                chart::provenance::verify_file(&packed.join(&name), &provenance_path, keyring, options.now)?;
            }
            _ => {}
        }
        self.tell(Event::Pulled(Box::new(fetched)));
        let digest = hex_digest(&bytes);
        Ok((name, digest))
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
        Source::of_entry(entry, &dependency.repository, access).map_err(|error| match error {
            FetchError::InRegistry(url) => DependencyError::InRegistry(url),
            error => DependencyError::Download {
                url: crate::location::shown(&dependency.repository),
                source: Box::new(error),
            },
        })
    }
}

/// The dependency in the registry that an index leads to: `oci://HOST/PATH/NAME[:TAG]`.
fn in_registry(dependency: &Dependency, url: &str) -> Dependency {
    let (repository, last) = url.rsplit_once('/').unwrap_or((url, ""));
    let name = last.split([':', '@']).next().unwrap_or(last);
    Dependency {
        name: name.to_owned(),
        repository: repository.to_owned(),
        ..dependency.clone()
    }
}

/// Where an archive is fetched from.
enum From {
    Server(Box<Source>),
    Registry(Dependency),
}

impl From {
    fn is_at(&self, url: &Url) -> bool {
        matches!(self, From::Server(source) if source.url == *url)
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
    // As in Helm, provenances stay behind.
    for name in names.keys() {
        let (from, to) = (packed.join(name), charts.join(name));
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
