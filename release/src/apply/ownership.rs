//! Which release an object belongs to: it says so itself.

use chart::quote::quote;
use serde_json::{Map, Value};

use super::Object;
use super::object::metadata_mut;
use super::runs::each;
use crate::cluster::{ApiError, Cluster};
use crate::error::chain;

/// The label of every object of a release.
pub(crate) const MANAGED_BY: &str = "app.kubernetes.io/managed-by";
const RELEASE_NAME: &str = "meta.helm.sh/release-name";
const RELEASE_NAMESPACE: &str = "meta.helm.sh/release-namespace";

/// A release, as objects name it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Owner<'a> {
    pub(crate) name: &'a str,
    pub(crate) namespace: &'a str,
}

/// An object is there already and cannot be taken over.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OwnershipError {
    /// It belongs to somebody else, or to nobody.
    #[error(
        "{object} exists and cannot be imported into the current release: invalid ownership metadata; {problems}"
    )]
    NotOurs {
        /// Kind, name and namespace.
        object: String,
        /// What it lacks.
        problems: String,
    },
    /// It could not be looked at.
    #[error("could not get information about the resource {object}")]
    Get {
        /// Kind, name and namespace.
        object: String,
        /// What the server says.
        #[source]
        source: ApiError,
    },
    /// It has a name and wants one made up.
    #[error("metadata.name and metadata.generateName cannot both be set")]
    TwoNames,
}

/// Marks objects as those of `owner`.
pub(crate) fn own(objects: &mut [Object], owner: Owner<'_>) {
    for object in objects {
        let Some(metadata) = metadata_mut(&mut object.body) else {
            continue;
        };
        set(metadata, "labels", MANAGED_BY, "Helm");
        set(metadata, "annotations", RELEASE_NAME, owner.name);
        set(metadata, "annotations", RELEASE_NAMESPACE, owner.namespace);
    }
}

fn set(metadata: &mut Map<String, Value>, table: &str, key: &str, value: &str) {
    let table = metadata.entry(table).or_insert(Value::Null);
    if !table.is_object() {
        *table = Value::Object(Map::new());
    }
    if let Some(entries) = table.as_object_mut() {
        entries.insert(key.to_owned(), Value::String(value.to_owned()));
    }
}

/// Returns those of `objects` that are there already. Unless `owner` is `None` (which takes over anything), they
/// must belong to it.
///
/// # Errors
///
/// The first object, in their order, that belongs to somebody else or cannot be looked at.
pub(crate) async fn existing(
    cluster: &Cluster,
    objects: &[Object],
    owner: Option<Owner<'_>>,
) -> Result<Vec<Object>, OwnershipError> {
    let mut found = Vec::new();
    for (object, result) in objects
        .iter()
        .zip(each(objects, |object| look_at(cluster, object)).await)
    {
        let Some(live) = result? else { continue };
        if let Some(owner) = owner {
            check(object, &live, owner)?;
        }
        found.push(object.clone());
    }
    Ok(found)
}

async fn look_at(cluster: &Cluster, object: &Object) -> Result<Option<Value>, OwnershipError> {
    if object.has_generated_name() {
        return Ok(None);
    }
    if !object.name.is_empty()
        && object
            .metadata_text("generateName")
            .is_some_and(|name| !name.is_empty())
    {
        return Err(OwnershipError::TwoNames);
    }
    let live = cluster.get(&object.path()).await;
    live.map_err(|source| OwnershipError::Get {
        object: shown(object),
        source,
    })
}

/// Says whether a live object belongs to a release.
pub(super) fn is_owned(object: &Object, live: &Value, owner: Owner<'_>) -> bool {
    check(object, live, owner).is_ok()
}

fn check(object: &Object, live: &Value, owner: Owner<'_>) -> Result<(), OwnershipError> {
    let wanted = [
        ("label", "labels", MANAGED_BY, "Helm"),
        ("annotation", "annotations", RELEASE_NAME, owner.name),
        ("annotation", "annotations", RELEASE_NAMESPACE, owner.namespace),
    ];
    let problems: Vec<_> = wanted
        .iter()
        .filter_map(|(what, table, key, value)| {
            let actual = live
                .get("metadata")?
                .get(*table)
                .and_then(|table| table.get(*key));
            let problem = problem(key, value, actual.and_then(Value::as_str))?;
            Some(format!("{what} validation error: {problem}"))
        })
        .collect();
    if problems.is_empty() {
        return Ok(());
    }
    Err(OwnershipError::NotOurs {
        object: shown(object),
        problems: problems.join("; "),
    })
}

fn problem(key: &str, wanted: &str, actual: Option<&str>) -> Option<String> {
    let (key, wanted_quoted) = (quote(key), quote(wanted));
    match actual {
        None => Some(format!("missing key {key}: must be set to {wanted_quoted}")),
        Some(actual) if actual != wanted => Some(format!(
            "key {key} must equal {wanted_quoted}: current value is {}",
            quote(actual)
        )),
        Some(_) => None,
    }
}

/// Returns an object as Helm names it in these messages.
fn shown(object: &Object) -> String {
    format!(
        "{} {} in namespace {}",
        object.kind(),
        quote(&object.name),
        quote(&object.namespace)
    )
}

impl OwnershipError {
    /// Returns the whole message.
    pub fn line(&self) -> String {
        chain(self)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cluster::Mapping;
    use crate::manifest::GroupVersionKind;

    const OWNER: Owner<'_> = Owner {
        name: "web",
        namespace: "apps",
    };

    fn object(body: Value) -> Object {
        Object {
            mapping: Mapping {
                gvk: GroupVersionKind::new("v1", "Service"),
                plural: "services".to_owned(),
                is_namespaced: true,
            },
            namespace: "apps".to_owned(),
            name: "a".to_owned(),
            body,
        }
    }

    #[test]
    fn marked_objects_are_ours() {
        let mut objects = [object(
            json!({"metadata": {"labels": null, "annotations": {"a": "b"}}}),
        )];
        own(&mut objects, OWNER);
        assert_eq!(objects[0].body["metadata"]["annotations"]["a"], "b");
        assert!(check(&objects[0], &objects[0].body, OWNER).is_ok());
    }

    #[test]
    fn foreign_objects_are_refused() {
        let live =
            json!({"metadata": {"labels": {MANAGED_BY: "Helm"}, "annotations": {RELEASE_NAME: "api"}}});
        let error = check(&object(json!({})), &live, OWNER).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Service \"a\" in namespace \"apps\" exists and cannot be imported into the current release: invalid \
             ownership metadata; annotation validation error: key \"meta.helm.sh/release-name\" must equal \"web\": \
             current value is \"api\"; annotation validation error: missing key \"meta.helm.sh/release-namespace\": \
             must be set to \"apps\""
        );
    }
}
