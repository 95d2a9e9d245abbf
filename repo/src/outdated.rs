//! What is newer than the charts in use. A release does not say where its chart is from, so it is found out: by what was
//! said, by what was fetched from registries here, and by what the repositories that were added have.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use chart::{Metadata, Version, VersionReq, chain};
use futures::StreamExt;
use futures::stream;

use crate::Repositories;
use crate::event::Event;
use crate::index::choose;
use crate::oci::{OciError, Reference, Registry};

/// So many registries are asked at once.
const AT_ONCE: usize = 8;

/// How a source is known to be that of a chart; the better reason comes later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Evidence {
    /// It has a chart of that name.
    Name,
    /// It has that version of a chart of that name.
    Version,
    /// It has that version, and what it says of it is the same.
    Metadata,
    /// The user says so.
    Told,
}

/// The newest version of a chart at the place where it seems to be from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newest {
    /// `REPOSITORY/CHART` or `oci://HOST/PATH`.
    pub source: String,
    /// Why it is taken for the source.
    pub evidence: Evidence,
    /// The version.
    pub version: String,
    /// The version of what it installs, as far as that is known.
    pub app_version: String,
    /// Whether it is newer than the one in use.
    pub is_newer: bool,
}

/// Where to look for newer versions.
#[derive(Debug)]
pub struct Sources<'a> {
    /// How registries are reached.
    pub registry: &'a Registry,
    /// Charts in registries, of which the user says that releases are from there.
    pub told: &'a [Reference],
    /// The cache for charts, where the metadata of charts in registries are kept.
    pub cache: &'a Path,
    /// Whether pre-releases count although the one in use is none.
    pub range: &'a VersionReq,
}

/// The versions of charts in registries by reference.
type Tags = BTreeMap<String, Vec<Version>>;

impl Repositories {
    /// Fetches the indexes of all repositories that were added, as far as that is possible.
    pub async fn refresh_all(&self) {
        let file = self.known().unwrap_or_default();
        self.update_all(&file.repositories).await;
    }

    /// Finds the newest version of each chart; nothing for one whose source is not known. A source that does not answer
    /// is told of, and passed over.
    pub async fn newest_of(&self, charts: &[&Metadata], sources: &Sources<'_>) -> Vec<Option<Newest>> {
        let references = references(charts, sources);
        let tags = self.all_tags(&references, sources.registry).await;
        let mut found = Vec::new();
        for chart in charts {
            let mut offers = self.in_repositories(chart, sources.range);
            let mine = references.iter().filter(|(reference, _)| is_of(reference, chart));
            offers.extend(mine.filter_map(|(reference, evidence)| {
                in_registry(chart, (reference, *evidence), &tags, sources.range)
            }));
            let best = offers.into_iter().max_by(|one, other| {
                let version = |offer: &Newest| Version::parse(&offer.version).ok();
                let by_version = match (version(one), version(other)) {
                    (Some(one), Some(other)) => one.precedence(&other),
                    (one, other) => one.is_some().cmp(&other.is_some()),
                };
                one.evidence.cmp(&other.evidence).then(by_version)
            });
            found.push(best);
        }
        self.add_app_versions(&mut found, sources).await;
        found
    }

    /// Lists the tags of each repository once.
    async fn all_tags(&self, references: &[(Reference, Evidence)], registry: &Registry) -> Tags {
        let names: BTreeMap<String, &Reference> = references
            .iter()
            .map(|(reference, _)| (name(reference), reference))
            .collect();
        let listed = stream::iter(names).map(async |(name, reference)| {
            let versions = registry.versions(reference).await;
            (name, versions)
        });
        let listed: Vec<_> = listed.buffered(AT_ONCE).collect().await;
        let mut tags = Tags::new();
        for (name, versions) in listed {
            match versions {
                Ok(versions) => drop(tags.insert(name, versions)),
                Err(error) => self.tell(Event::IndexFailed {
                    name: None,
                    url: name,
                    reason: chain(&error),
                }),
            }
        }
        tags
    }

    fn in_repositories(&self, chart: &Metadata, range: &VersionReq) -> Vec<Newest> {
        let file = self.known().unwrap_or_default();
        let names = file.repositories.iter().map(|repository| &repository.name);
        let offers = names.filter_map(|name| {
            let catalog = self.catalog(name).ok()?;
            let entries = self.versions(name, catalog, &chart.name).ok()??;
            let same = entries
                .iter()
                .find(|entry| entry.metadata.version == chart.version);
            let evidence = match same {
                Some(entry) if entry.metadata == *chart => Evidence::Metadata,
                Some(_) => Evidence::Version,
                None => Evidence::Name,
            };
            let fits = |version: &str| is_wanted(version, chart, range);
            let newest = entries.iter().find(|entry| fits(&entry.metadata.version));
            let newest = match newest {
                Some(entry) => entry,
                // Nothing but what is in use, or older pre-releases.
                None => choose(&entries, &chart.name, &chart.version).ok()?.0,
            };
            Some(Newest {
                source: format!("{name}/{}", chart.name),
                evidence,
                version: newest.metadata.version.clone(),
                app_version: newest.metadata.app_version.clone(),
                is_newer: is_newer(&newest.metadata.version, &chart.version),
            })
        });
        offers.collect()
    }

    /// What a newer version in a registry installs is in its metadata, which are small.
    async fn add_app_versions(&self, found: &mut [Option<Newest>], sources: &Sources<'_>) {
        let mut known: BTreeMap<String, String> = BTreeMap::new();
        for newest in found.iter_mut().flatten() {
            if !newest.source.starts_with("oci://") || !newest.is_newer {
                continue;
            }
            let key = format!("{}:{}", newest.source, newest.version);
            if !known.contains_key(&key) {
                let app_version = app_version(newest, sources).await.unwrap_or_default();
                known.insert(key.clone(), app_version);
            }
            newest.app_version = known[&key].clone();
        }
    }
}

async fn app_version(newest: &Newest, sources: &Sources<'_>) -> Result<String, OciError> {
    let reference = Reference::parse(&newest.source)?;
    let Ok(version) = Version::parse(&newest.version) else {
        return Ok(String::new());
    };
    let versions = [version];
    let listed = sources.registry.catalog(&reference, &versions, sources.cache);
    Ok(listed
        .await?
        .into_iter()
        .map(|metadata| metadata.app_version)
        .collect())
}

/// The places in registries that may be the source of one of the charts, each once, with the best reason.
fn references(charts: &[&Metadata], sources: &Sources<'_>) -> Vec<(Reference, Evidence)> {
    let mut seen = BTreeSet::new();
    let told = sources.told.iter().map(|reference| (reference, Evidence::Told));
    let remembered = sources.registry.remembered();
    let fetched = remembered.iter().map(|reference| (reference, Evidence::Version));
    told.chain(fetched)
        .filter(|(reference, _)| charts.iter().any(|chart| is_of(reference, chart)))
        .filter(|(reference, _)| seen.insert(name(reference)))
        .map(|(reference, evidence)| (reference.clone(), evidence))
        .collect()
}

fn is_of(reference: &Reference, chart: &Metadata) -> bool {
    reference.name() == chart.name
}

fn name(reference: &Reference) -> String {
    format!("oci://{}/{}", reference.registry, reference.repository)
}

fn in_registry(
    chart: &Metadata,
    (reference, evidence): (&Reference, Evidence),
    tags: &Tags,
    range: &VersionReq,
) -> Option<Newest> {
    let versions = tags.get(&name(reference))?;
    let has_it = versions
        .iter()
        .any(|version| version.to_string() == chart.version);
    let evidence = match evidence {
        Evidence::Version if !has_it => Evidence::Name,
        evidence => evidence,
    };
    let texts = || versions.iter().map(ToString::to_string);
    let newest = texts().find(|version| is_wanted(version, chart, range));
    let newest = newest.or_else(|| texts().find(|version| *version == chart.version))?;
    Some(Newest {
        source: name(reference),
        evidence,
        is_newer: is_newer(&newest, &chart.version),
        app_version: String::new(),
        version: newest,
    })
}

/// Whether a version is in the range, or is a pre-release as the one in use.
fn is_wanted(version: &str, chart: &Metadata, range: &VersionReq) -> bool {
    let Ok(version) = Version::parse(version) else {
        return false;
    };
    let is_early = chart.version.split('+').next().unwrap_or_default().contains('-');
    range.matches(&version) || is_early
}

/// Whether a version comes behind another one; what is no version does not.
pub fn is_newer(version: &str, than: &str) -> bool {
    match (Version::parse(version), Version::parse(than)) {
        (Ok(version), Ok(than)) => version.precedence(&than).is_gt(),
        _ => false,
    }
}
