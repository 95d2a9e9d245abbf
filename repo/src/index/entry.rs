//! `Entry`: one version of a chart in an index.

use std::collections::BTreeMap;

use chart::{Dependency, Maintainer, Metadata, Version};
use serde::{Deserialize, Serialize};

/// One version of a chart, and where it is.
///
/// Field names and order are those of Helm's JSON (`ChartVersion` in `pkg/repo/v1/index.go`).
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Entry {
    /// What its `Chart.yaml` says.
    #[serde(flatten)]
    pub metadata: Metadata,
    /// Where the archive is: URLs, or paths below the repository's.
    pub urls: Vec<String>,
    /// When it came into the index.
    pub created: String,
    /// Whether it is gone.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub removed: bool,
    /// The archive's SHA-256.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub digest: String,
    /// What Helm 2 said; kept for the record.
    #[serde(flatten)]
    pub legacy: Legacy,
}

/// Fields of Helm 2 that mean nothing any more, but are known.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Legacy {
    #[serde(skip_serializing_if = "String::is_empty")]
    checksum: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    engine: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    tiller_version: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    url: String,
}

/// An entry as it is read: all fields in one struct, so that unknown ones are noticed.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", rename = "repo.ChartVersion")]
pub(crate) struct Wire {
    name: String,
    home: String,
    sources: Vec<String>,
    version: String,
    description: String,
    keywords: Vec<String>,
    maintainers: Vec<Option<Maintainer>>,
    icon: String,
    api_version: String,
    condition: String,
    tags: String,
    app_version: String,
    deprecated: bool,
    annotations: BTreeMap<String, String>,
    kube_version: String,
    dependencies: Vec<Option<Dependency>>,
    #[serde(rename = "type")]
    kind: String,
    urls: Vec<String>,
    created: String,
    removed: bool,
    digest: String,
    checksum: String,
    engine: String,
    tiller_version: String,
    url: String,
}

/// Go's zero time.
pub(crate) const ZERO_TIME: &str = "0001-01-01T00:00:00Z";

/// JFrog's repositories lose the aliases (Helm's issue 12748), so this is let pass.
const LET_PASS: &str = "validation: more than one dependency with name or alias";

impl Wire {
    /// The entry, if it is a valid one; otherwise its version and what is wrong with it.
    pub(crate) fn into_entry(self) -> Result<Entry, (String, String)> {
        let version = self.version.clone();
        self.checked().map_err(|reason| (version, reason))
    }

    fn checked(self) -> Result<Entry, String> {
        let null = match () {
            () if self.maintainers.iter().any(Option::is_none) => Some("maintainers"),
            () if self.dependencies.iter().any(Option::is_none) => Some("dependencies"),
            () => None,
        };
        let mut entry = self.trusted();
        match entry.metadata.validate() {
            Err(error) if !error.to_string().starts_with(LET_PASS) => return Err(error.to_string()),
            _ => {}
        }
        match null {
            Some(list) => Err(format!("validation: {list} must not contain empty or null nodes")),
            None => Ok(entry),
        }
    }

    /// The entry, of which is known that it is a valid one.
    pub(crate) fn trusted(self) -> Entry {
        let or = |text: String, default: &str| if text.is_empty() { default.to_owned() } else { text };
        Entry {
            metadata: Metadata {
                name: self.name,
                home: self.home,
                sources: self.sources,
                version: self.version,
                description: self.description,
                keywords: self.keywords,
                maintainers: self.maintainers.into_iter().flatten().collect(),
                icon: self.icon,
                api_version: or(self.api_version, "v1"),
                condition: self.condition,
                tags: self.tags,
                app_version: self.app_version,
                deprecated: self.deprecated,
                annotations: self.annotations,
                kube_version: self.kube_version,
                dependencies: self.dependencies.into_iter().flatten().collect(),
                lists_no_dependency: false,
                kind: self.kind,
            },
            urls: self.urls,
            created: chart::normal_time(&self.created).unwrap_or_else(|| ZERO_TIME.to_owned()),
            removed: self.removed,
            digest: self.digest,
            legacy: Legacy {
                checksum: self.checksum,
                engine: self.engine,
                tiller_version: self.tiller_version,
                url: self.url,
            },
        }
    }
}

impl Entry {
    /// A chart that was just packed.
    pub(crate) fn new(metadata: Metadata, url: String, digest: String, created: String) -> Self {
        Entry {
            metadata,
            urls: vec![url],
            created,
            removed: false,
            digest,
            legacy: Legacy::default(),
        }
    }
}

/// Puts the newest first; what is no version comes last.
pub(crate) fn sort(entries: &mut Vec<Entry>) {
    let mut keyed: Vec<(Option<Version>, Entry)> = std::mem::take(entries)
        .into_iter()
        .map(|entry| (Version::parse(&entry.metadata.version).ok(), entry))
        .collect();
    keyed.sort_by(|(one, _), (other, _)| match (one, other) {
        (Some(one), Some(other)) => other.precedence(one),
        (one, other) => other.is_some().cmp(&one.is_some()),
    });
    entries.extend(keyed.into_iter().map(|(_, entry)| entry));
}
