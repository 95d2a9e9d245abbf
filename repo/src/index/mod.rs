//! `Index`: what charts a repository has. Pure: bytes in, bytes out.

mod entry;
mod read;
mod pieces;
mod lookup;
mod write;
mod build;

use std::collections::BTreeMap;

use chart::{Remark, yaml};
use serde::Serialize;

pub use build::BuildError;
pub use entry::Entry;
pub(crate) use entry::Wire;
pub use lookup::{LookupError, choose};
pub(crate) use read::{Reading, read_each};

/// Everything that an `index.yaml` says. The versions of each chart are in order, the newest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Index {
    /// `v1`.
    pub api_version: String,
    /// When it was made.
    pub generated: String,
    /// The versions of each chart.
    pub entries: BTreeMap<String, Vec<Entry>>,
    /// Unused by Helm.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub public_keys: Vec<String>,
    /// Free notes for other programs.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
}

/// Why an `index.yaml` cannot be used.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// There is nothing in it.
    #[error("empty index.yaml file")]
    Empty,
    /// It says no version of its form.
    #[error("no API version specified")]
    NoApiVersion,
    /// It is not YAML, says a thing twice, or says something unknown.
    #[error(transparent)]
    Syntax(#[from] yaml::Error),
    /// It is JSON, and something is wrong with it.
    #[error("{0}")]
    Json(String),
}

impl Index {
    /// An index without charts.
    pub fn new(generated: String) -> Self {
        Index {
            api_version: "v1".to_owned(),
            generated,
            entries: BTreeMap::new(),
            public_keys: Vec::new(),
            annotations: BTreeMap::new(),
        }
    }

    /// Reads an index. Entries that are no valid charts are left out, each with a remark. `source` is what the remarks
    /// call it.
    ///
    /// # Errors
    /// When the text is no index. Unknown and doubled keys are errors, except in JSON.
    pub fn read(bytes: &[u8], source: &str) -> Result<(Self, Vec<Remark>), IndexError> {
        let mut entries = BTreeMap::new();
        let reading = Reading {
            source,
            make: &|_, versions| versions,
        };
        let about = read_each(bytes, &reading, &mut |name, versions| {
            entries.insert(name, versions);
        })?;
        let index = Index {
            api_version: about.api_version,
            generated: about.generated,
            entries,
            public_keys: about.public_keys,
            annotations: about.annotations,
        };
        Ok((index, about.remarks))
    }

    /// Puts the versions of every chart in order.
    pub fn sort(&mut self) {
        self.entries.values_mut().for_each(entry::sort);
    }

    /// Takes over every version that is not here yet (Helm's `Merge`): what is here wins.
    pub fn merge(&mut self, other: Index) {
        for entry in other.entries.into_values().flatten() {
            let versions = self.entries.entry(entry.metadata.name.clone()).or_default();
            if choose(versions, &entry.metadata.name, &entry.metadata.version).is_err() {
                versions.push(entry);
            }
        }
    }
}

#[cfg(test)]
mod tests;
