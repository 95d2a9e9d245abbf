//! Which fields of a live object are ours: `managedFields`, read (`structured-merge-diff`'s form `FieldsV1`).

use serde_json::Value;

use super::field_key::FieldKey;
use super::managed_fields::{is_ours, unite};

/// Returns a live object without the fields that are ours alone, however we came to write them, and not in `wanted`: what the
/// server does when we apply `wanted`.
pub(crate) fn drop_owned_fields(live: &Value, wanted: &Value) -> Value {
    let mut left = live.clone();
    let (mut ours, mut others) = (Value::Null, Value::Null);
    let entries = live.pointer("/metadata/managedFields").and_then(Value::as_array);
    for entry in entries.into_iter().flatten() {
        let is_our_own = is_ours(entry, "Apply") || is_ours(entry, "Update");
        unite(
            if is_our_own { &mut ours } else { &mut others },
            &entry["fieldsV1"],
        );
    }
    prune(&mut left, &ours, &others, Some(wanted));
    left
}

/// Takes from `live` what `ours` names and neither `others` name nor `wanted` has.
fn prune(live: &mut Value, ours: &Value, others: &Value, wanted: Option<&Value>) {
    for (key, inner) in ours.as_object().into_iter().flatten() {
        let Some(part) = FieldKey::parse(key) else {
            continue;
        };
        let still_wanted = wanted.and_then(|wanted| part.of(wanted));
        let theirs = others.get(key).unwrap_or(&Value::Null);
        let goes = still_wanted.is_none() && theirs.is_null();
        if goes && part.is_item() {
            part.remove_from(live);
            continue;
        }
        let is_leaf = inner
            .as_object()
            .is_none_or(|inner| inner.keys().all(|key| key == "."));
        if !is_leaf && let Some(child) = part.of_mut(live) {
            prune(child, inner, theirs, still_wanted);
        }
        let is_empty = part.of(live).is_some_and(is_empty);
        if goes && (is_leaf || is_empty) {
            part.remove_from(live);
        }
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(fields) => fields.is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_ours_alone_goes() {
        let live = json!({
            "metadata": {"managedFields": [
                {"manager": "helm", "operation": "Update", "fieldsV1": {
                    "f:data": {".": {}, "f:a": {}, "f:b": {}, "f:c": {}},
                    "f:ports": {"k:{\"port\":1}": {".": {}, "f:port": {}}, "k:{\"port\":2}": {".": {}, "f:port": {}}},
                    "f:finalizers": {"v:\"x\"": {}, "v:\"y\"": {}},
                }},
                {"manager": "kubectl", "operation": "Update", "fieldsV1": {"f:data": {"f:b": {}}}},
            ]},
            "data": {"a": "1", "b": "2", "c": "3", "d": "4"},
            "ports": [{"port": 1}, {"port": 2}],
            "finalizers": ["x", "y"],
        });
        let wanted = json!({"data": {"a": "1"}, "ports": [{"port": 2}], "finalizers": ["y"]});
        let left = drop_owned_fields(&live, &wanted);
        assert_eq!(left["data"], json!({"a": "1", "b": "2", "d": "4"}));
        assert_eq!(left["ports"], json!([{"port": 2}]));
        assert_eq!(left["finalizers"], json!(["y"]));
    }

    #[test]
    fn an_item_that_leaves_out_a_default_is_still_wanted() {
        let live = json!({
            "metadata": {"managedFields": [
                {"manager": "helm", "operation": "Apply", "fieldsV1": {
                    "f:ports": {"k:{\"port\":1,\"protocol\":\"TCP\"}": {".": {}, "f:port": {}}},
                }},
            ]},
            "ports": [{"port": 1, "protocol": "TCP", "nodePort": 30000}],
        });
        let left = drop_owned_fields(&live, &json!({"ports": [{"port": 1}]}));
        assert_eq!(left["ports"], live["ports"]);
    }

    #[test]
    fn tables_that_become_empty_go_too() {
        let live = json!({
            "metadata": {"managedFields": [
                {"manager": "helm", "operation": "Apply", "fieldsV1": {"f:data": {"f:a": {}}}},
            ]},
            "data": {"a": "1"},
        });
        assert!(drop_owned_fields(&live, &json!({})).get("data").is_none());
    }
}
