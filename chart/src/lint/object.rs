//! The part of an object of Kubernetes that the linter looks at.

use serde::Deserialize;

use crate::yaml::{self, ObjectError};

/// What an object is, and what it is called.
///
/// Errors of a wrong type name this struct and its fields as Helm's do.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename = "rules.k8sYamlStruct")]
pub struct Object {
    /// `apiVersion`.
    #[serde(rename = "apiVersion")]
    pub api_version: String,
    /// `kind`.
    #[serde(rename = "Kind")]
    pub kind: String,
    /// `metadata`.
    #[serde(rename = "Metadata")]
    pub metadata: ObjectMetadata,
}

/// What an object is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename = "rules.k8sYamlMetadata")]
pub struct ObjectMetadata {
    /// `metadata.namespace`.
    #[serde(rename = "Namespace")]
    pub namespace: String,
    /// `metadata.name`.
    #[serde(rename = "Name")]
    pub name: String,
}

/// Reads the objects of a manifest one by one; an empty document is none.
///
/// # Errors
///
/// An object may be an error.
pub fn objects(manifest: &[u8]) -> impl Iterator<Item = Result<Option<Object>, ObjectError>> {
    yaml::objects(manifest)
}
