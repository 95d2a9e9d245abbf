//! `Object`: a wanted object, with the place where the API server keeps it.

use std::fmt;

use chart::quote::quote;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::cluster::{Cluster, Mapping, MappingError};
use crate::error::joined;
use crate::manifest::{GroupVersionKind, Resource};

/// Names an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ObjectRef {
    /// What kind of object it is.
    pub gvk: GroupVersionKind,
    /// Its namespace; empty for a cluster-wide object.
    pub namespace: String,
    /// Its name.
    pub name: String,
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{}/{}", self.gvk.kind, self.name)
    }
}

/// A wanted object.
#[derive(Clone, Debug)]
pub(crate) struct Object {
    pub(crate) mapping: Mapping,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) body: Value,
}

impl Object {
    /// Returns its path on the server.
    pub(crate) fn path(&self) -> String {
        self.mapping.object(&self.namespace, &self.name)
    }

    /// Returns the path to make it at.
    pub(crate) fn collection(&self) -> String {
        self.mapping.collection(&self.namespace)
    }

    pub(crate) fn kind(&self) -> &str {
        &self.mapping.gvk.kind
    }

    pub(crate) fn reference(&self) -> ObjectRef {
        ObjectRef {
            gvk: self.mapping.gvk.clone(),
            namespace: self.namespace.clone(),
            name: self.name.clone(),
        }
    }

    /// Says whether the server is to make up the name.
    pub(crate) fn has_generated_name(&self) -> bool {
        self.name.is_empty() && self.metadata_text("generateName").is_some()
    }

    pub(super) fn metadata_text(&self, field: &str) -> Option<&str> {
        self.body.get("metadata")?.get(field)?.as_str()
    }
}

/// Objects cannot be made out of a manifest.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// A document lacks what every object has.
    #[error("error validating \"\": error validating data: {0}")]
    Invalid(String),
    /// A document has no kind.
    #[error("unable to decode \"\": Object 'Kind' is missing in {}", quoted(.0))]
    NoKind(String),
    /// A document's metadata cannot be read.
    #[error("unable to decode \"\": {0}")]
    Metadata(String),
    /// The server has no such kind.
    #[error(
        "resource mapping not found for name: {} namespace: {} from \"\": {missing}\nensure CRDs are installed first",
        quote(name),
        quote(namespace)
    )]
    NoMapping {
        /// The object's name.
        name: String,
        /// The object's namespace, as written.
        namespace: String,
        /// What is not there. Not a source: the message goes on behind it.
        missing: MappingError,
    },
    /// The server could not be asked.
    #[error("unable to recognize \"\"")]
    Discovery(#[source] MappingError),
    /// Several of these.
    #[error("[{}]", joined(.0, ", "))]
    Several(Vec<BuildError>),
}

fn quoted(json: &str) -> String {
    format!("'{json}'")
}

/// Whether documents are checked before they are looked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Validation {
    /// They must say what they are.
    Strict,
    /// Anything that can be looked up will do.
    None,
}

/// Finds out where each document's object lives. Lists are taken apart, documents without content left out; objects
/// with a namespace get the cluster's own if they name none.
///
/// # Errors
///
/// All documents that are no objects, or of a kind that the server does not have.
pub(crate) async fn build(
    cluster: &Cluster,
    resources: impl IntoIterator<Item = &Resource>,
    validation: Validation,
) -> Result<Vec<Object>, BuildError> {
    let mut objects = Vec::new();
    let mut errors = Vec::new();
    for body in resources
        .into_iter()
        .flat_map(|resource| flatten(&resource.object))
    {
        if validation == Validation::Strict {
            check_head(body)?;
        }
        match locate(cluster, body).await {
            Ok(object) => objects.push(object),
            Err(error) => errors.push(error),
        }
    }
    let is_first = errors.len() == 1;
    match errors.pop() {
        None => Ok(objects),
        Some(error) if is_first => Err(error),
        Some(error) => {
            errors.push(error);
            Err(BuildError::Several(errors))
        }
    }
}

/// As [`build`], but passes over what is no object or of a kind that the server does not have.
pub(crate) async fn build_known(cluster: &Cluster, resources: &[&Resource]) -> Vec<Object> {
    let mut objects = Vec::new();
    for body in resources.iter().flat_map(|resource| flatten(&resource.object)) {
        objects.extend(locate(cluster, body).await);
    }
    objects.retain(|object| !object.name.is_empty());
    objects
}

/// Takes `List`s apart, those inside lists as well.
fn flatten(object: &Value) -> Vec<&Value> {
    match object {
        Value::Null => Vec::new(),
        Value::Object(fields) => match fields.get("items").and_then(Value::as_array) {
            Some(items) => items.iter().flat_map(flatten).collect(),
            None => vec![object],
        },
        other => vec![other],
    }
}

/// Checks what kubectl's validation checks when the server does the rest.
fn check_head(body: &Value) -> Result<(), BuildError> {
    let is_missing = |field: &&&str| {
        body.get(**field)
            .is_none_or(|value| value.as_str().is_none_or(str::is_empty))
    };
    let missing: Vec<_> = ["apiVersion", "kind"]
        .iter()
        .filter(is_missing)
        .map(|field| format!("{field} not set"))
        .collect();
    match missing.as_slice() {
        [] => Ok(()),
        [one] => Err(BuildError::Invalid(one.clone())),
        several => Err(BuildError::Invalid(format!("[{}]", several.join(", ")))),
    }
}

async fn locate(cluster: &Cluster, body: &Value) -> Result<Object, BuildError> {
    let text = |path: &str| body.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let kind = text("/kind");
    if kind.is_empty() {
        return Err(BuildError::NoKind(body.to_string()));
    }
    super::metadata::check(body).map_err(BuildError::Metadata)?;
    let gvk = GroupVersionKind::new(text("/apiVersion"), kind);
    let (name, namespace) = (text("/metadata/name"), text("/metadata/namespace"));
    let mapping = cluster.mapping(&gvk).await.map_err(|source| {
        if source.is_no_match() {
            BuildError::NoMapping {
                name: name.to_owned(),
                namespace: namespace.to_owned(),
                missing: source,
            }
        } else {
            BuildError::Discovery(source)
        }
    })?;
    let mut object = Object {
        namespace: namespace.to_owned(),
        name: name.to_owned(),
        body: body.clone(),
        mapping,
    };
    if object.mapping.is_namespaced && object.namespace.is_empty() {
        cluster.namespace().clone_into(&mut object.namespace);
        set_namespace(&mut object);
    }
    Ok(object)
}

fn set_namespace(object: &mut Object) {
    let namespace = object.namespace.clone();
    if let Some(metadata) = metadata_mut(&mut object.body) {
        metadata.insert("namespace".to_owned(), Value::String(namespace));
    }
}

/// Returns the metadata table, made if it is not there.
pub(super) fn metadata_mut(body: &mut Value) -> Option<&mut serde_json::Map<String, Value>> {
    let fields = body.as_object_mut()?;
    let metadata = fields
        .entry("metadata")
        .or_insert_with(|| Value::Object(serde_json::Map::new()));
    if metadata.is_null() {
        *metadata = Value::Object(serde_json::Map::new());
    }
    metadata.as_object_mut()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn lists_are_taken_apart() {
        let list = json!({"kind": "List", "items": [{"a": 1}, {"kind": "List", "items": [{"a": 2}]}, null]});
        assert_eq!(flatten(&list), [&json!({"a": 1}), &json!({"a": 2})]);
        assert!(flatten(&Value::Null).is_empty());
        assert_eq!(flatten(&json!({"a": 1})), [&json!({"a": 1})]);
    }

    #[test]
    fn heads_are_checked() {
        let error = |body: Value| check_head(&body).unwrap_err().to_string();
        assert_eq!(
            error(json!({"kind": "A"})),
            "error validating \"\": error validating data: apiVersion not set"
        );
        assert_eq!(
            error(json!({})),
            "error validating \"\": error validating data: [apiVersion not set, kind not set]"
        );
        assert!(check_head(&json!({"apiVersion": "v1", "kind": "A"})).is_ok());
    }
}
