//! Whether an object's metadata can be read: the server's client checks the types before it sends anything
//! (`k8s.io/cli-runtime`, `metadata_decoder.go`).

use serde_json::Value;

use crate::manifest::json_kind;

const TEXTS: [&str; 6] = [
    "generateName",
    "name",
    "namespace",
    "resourceVersion",
    "selfLink",
    "uid",
];
const MAPS: [&str; 2] = ["annotations", "labels"];
const LISTS: [&str; 1] = ["finalizers"];

/// Checks the types of texts, and of tables and lists of texts.
///
/// # Errors
///
/// The first one that is something else, by the names of the fields, in the words of Go.
pub(super) fn check(body: &Value) -> Result<(), String> {
    let Some(metadata) = body.get("metadata").and_then(Value::as_object) else {
        return Ok(());
    };
    let mut fields: Vec<_> = metadata.iter().collect();
    fields.sort_by_key(|(name, _)| *name);
    for (name, value) in fields {
        let found = misfit(name, value);
        if let Some((value, wanted)) = found {
            let found = json_kind(value);
            return Err(format!(
                "json: cannot unmarshal {found} into Go struct field ObjectMeta.metadata.{name} of type {wanted}"
            ));
        }
    }
    Ok(())
}

/// Returns what in a field is not what it should be, and what it should be.
fn misfit<'a>(name: &str, value: &'a Value) -> Option<(&'a Value, &'static str)> {
    let is_text = |value: &&Value| value.is_string() || value.is_null();
    if TEXTS.contains(&name) {
        return (!is_text(&value)).then_some((value, "string"));
    }
    let (mut inside, wanted): (Box<dyn Iterator<Item = &Value>>, _) = match value {
        Value::Object(fields) if MAPS.contains(&name) => (Box::new(fields.values()), "string"),
        Value::Array(items) if LISTS.contains(&name) => (Box::new(items.iter()), "string"),
        Value::Null => return None,
        _ if MAPS.contains(&name) => return Some((value, "map[string]string")),
        _ if LISTS.contains(&name) => return Some((value, "[]string")),
        _ => return None,
    };
    inside.find(|value| !is_text(value)).map(|value| (value, wanted))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_misfit_is_named() {
        let error = |metadata: Value| check(&json!({"metadata": metadata})).unwrap_err();
        assert_eq!(
            error(json!({"name": false, "labels": {"a": "1", "b": 2}})),
            "json: cannot unmarshal number into Go struct field ObjectMeta.metadata.labels of type string"
        );
        assert_eq!(
            error(json!({"labels": "none"})),
            "json: cannot unmarshal string into Go struct field ObjectMeta.metadata.labels of type map[string]string"
        );
        let fine = json!({"metadata": {"name": "a", "labels": null, "finalizers": ["a"], "generation": 1}});
        assert!(check(&fine).is_ok());
    }
}
