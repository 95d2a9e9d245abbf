//! `Release`: the record of one revision, as Helm stores it.

mod chart_json;
mod name;

use std::collections::BTreeMap;

use chart::{Chart, Map};
use serde::{Deserialize, Serialize};

use crate::hook::Hook;
use crate::names::{names, null_is_default};
use crate::time::{self, Time};

pub use name::{NameError, validate_name};

names! {
    /// Where a revision stands.
    Status {
        /// Nothing is known.
        Unknown = "unknown",
        /// It is what the cluster runs.
        Deployed = "deployed",
        /// It was taken down, and the record was kept.
        Uninstalled = "uninstalled",
        /// A newer revision took its place.
        Superseded = "superseded",
        /// It could not be made to run.
        Failed = "failed",
        /// It is being taken down.
        Uninstalling = "uninstalling",
        /// It is being installed.
        PendingInstall = "pending-install",
        /// It is being upgraded to.
        PendingUpgrade = "pending-upgrade",
        /// It is being rolled back to.
        PendingRollback = "pending-rollback",
    }
}

impl Status {
    /// Says whether somebody is, or was when he was killed, at work on it.
    pub fn is_pending(&self) -> bool {
        matches!(
            self,
            Status::PendingInstall | Status::PendingUpgrade | Status::PendingRollback
        )
    }

    fn is_empty(&self) -> bool {
        self.as_str().is_empty()
    }
}

impl Default for Status {
    fn default() -> Self {
        Status::Other(String::new())
    }
}

/// How the objects of a revision were sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ApplyMethod {
    /// The server merged them, by field ownership. `ssa` in the record.
    ServerSide,
    /// The client computed patches. `csa` in the record, or nothing at all before Helm 4.
    #[default]
    ClientSide,
}

impl ApplyMethod {
    /// Returns the word in the record.
    pub fn as_str(self) -> &'static str {
        match self {
            ApplyMethod::ServerSide => "ssa",
            ApplyMethod::ClientSide => "csa",
        }
    }
}

/// One revision of a release: the chart, the values, what came out, and what became of it.
///
/// Its JSON is Helm's `pkg/release/v1`, key for key. Not in it: the labels (they are on the object that stores the
/// record) and the chart's subcharts (Helm drops them, so a computed value of a subchart cannot be told later).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Release {
    /// The name, unique in its namespace.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// When, what, how it ended.
    #[serde(deserialize_with = "null_is_default")]
    pub info: Info,
    /// The chart, without subcharts once it was stored.
    #[serde(with = "chart_json")]
    pub chart: Chart,
    /// The user's values.
    #[serde(skip_serializing_if = "Map::is_empty", deserialize_with = "null_is_default")]
    pub config: Map,
    /// The rendered objects, hooks not among them.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub manifest: String,
    /// The rendered hooks.
    #[serde(skip_serializing_if = "Vec::is_empty", deserialize_with = "null_is_default")]
    pub hooks: Vec<Hook>,
    /// The revision, counted from 1.
    #[serde(rename = "version", skip_serializing_if = "is_zero")]
    pub revision: u64,
    /// The namespace of the record, and of objects that name none.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// The user's labels.
    #[serde(skip)]
    pub labels: BTreeMap<String, String>,
    /// `ssa`, `csa`, or empty. See [`Release::apply_method`].
    #[serde(rename = "apply_method", skip_serializing_if = "String::is_empty")]
    pub recorded_apply_method: String,
}

impl Release {
    /// Returns how the objects were sent; a record that does not say is older than server-side apply.
    pub fn apply_method(&self) -> ApplyMethod {
        match self.recorded_apply_method.as_str() {
            "ssa" => ApplyMethod::ServerSide,
            _ => ApplyMethod::ClientSide,
        }
    }

    /// Sets the status and says why.
    pub fn set_status(&mut self, status: Status, description: impl Into<String>) {
        self.info.status = status;
        self.info.description = description.into();
    }

    /// Returns the user's values over the defaults of the recorded chart, which is without its subcharts (Helm's `get
    /// values --all` has no more either).
    ///
    /// # Errors
    ///
    /// When the values do not fit the chart.
    pub fn computed_values(&self) -> Result<Map, chart::values::CoalesceError> {
        Ok(chart::values::coalesce(&self.chart, self.config.clone())?.values)
    }
}

/// What happened to a revision.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Info {
    /// When the first revision was made.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "time::optional")]
    pub first_deployed: Option<Time>,
    /// When this revision was made.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "time::optional")]
    pub last_deployed: Option<Time>,
    /// When it was taken down.
    #[serde(skip_serializing_if = "Option::is_none", deserialize_with = "time::optional")]
    pub deleted: Option<Time>,
    /// A sentence about how it went.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Where it stands.
    #[serde(skip_serializing_if = "Status::is_empty")]
    pub status: Status,
    /// The rendered `NOTES.txt`.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub notes: String,
    /// The bytes of the notes if they are not UTF-8. They are printed, and not stored: JSON has none for them.
    #[serde(skip)]
    pub raw_notes: Option<Vec<u8>>,
    /// The live objects by version and kind (`v1/Service`). Only `status` fills it; it is never stored.
    #[serde(
        skip_serializing_if = "BTreeMap::is_empty",
        deserialize_with = "null_is_default"
    )]
    pub resources: BTreeMap<String, Vec<serde_json::Value>>,
}

fn is_zero(number: &u64) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests;
