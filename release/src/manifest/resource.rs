//! `Resource`: one document of a manifest, read.

use std::fmt;

use bytestring::ByteString;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What kind of object something is.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GroupVersionKind {
    /// The API group; empty for the core group.
    pub group: String,
    /// The version inside the group.
    pub version: String,
    /// The kind.
    pub kind: String,
}

impl GroupVersionKind {
    /// Takes an `apiVersion` (`apps/v1`, `v1`) apart.
    pub fn new(api_version: &str, kind: impl Into<String>) -> Self {
        let (group, version) = api_version.split_once('/').unwrap_or(("", api_version));
        GroupVersionKind {
            group: group.to_owned(),
            version: version.to_owned(),
            kind: kind.into(),
        }
    }

    /// Returns the `apiVersion`.
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            return self.version.clone();
        }
        format!("{}/{}", self.group, self.version)
    }
}

impl fmt::Display for GroupVersionKind {
    /// Writes it as Go does: `apps/v1, Kind=Deployment`, `/v1, Kind=Service`.
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}, Kind={}", self.group, self.version, self.kind)
    }
}

/// One document of a manifest: where it came from, how it reads, what it says.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Resource {
    /// The template: `web/templates/service.yaml`.
    pub path: String,
    /// The document as it was rendered.
    pub text: ByteString,
    /// The document, read; `null` if it holds nothing but comments.
    pub object: Value,
    /// Its `apiVersion`; empty if it has none.
    pub api_version: String,
    /// Its kind; empty if it has none.
    pub kind: String,
    /// Its name; empty if it has none.
    pub name: String,
}

impl Resource {
    /// Returns what kind of object it is.
    pub fn gvk(&self) -> GroupVersionKind {
        GroupVersionKind::new(&self.api_version, &self.kind)
    }

    /// Returns the namespace it names, if any.
    pub fn namespace(&self) -> Option<&str> {
        self.object.pointer("/metadata/namespace")?.as_str()
    }

    /// Returns one of its annotations. Only text counts.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        self.object
            .get("metadata")?
            .get("annotations")?
            .get(key)?
            .as_str()
    }

    /// Says whether it is a Secret of the core group.
    pub fn is_secret(&self) -> bool {
        self.kind == "Secret" && self.api_version == "v1"
    }
}
