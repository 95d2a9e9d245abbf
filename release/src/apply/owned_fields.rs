//! Which fields of a live object are ours: `managedFields`, read (`structured-merge-diff`'s form `FieldsV1`).

use serde_json::Value;

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
        let Some(part) = Part::parse(key) else { continue };
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

/// One step of a path: `f:name`, `k:{"name":"web"}`, `v:"text"`.
enum Part<'a> {
    Field(&'a str),
    Item(Value),
    Member(Value),
}

impl<'a> Part<'a> {
    fn parse(key: &'a str) -> Option<Self> {
        match key.split_once(':')? {
            ("f", name) => Some(Part::Field(name)),
            ("k", keys) => Some(Part::Item(serde_json::from_str(keys).ok()?)),
            ("v", value) => Some(Part::Member(serde_json::from_str(value).ok()?)),
            _ => None,
        }
    }

    fn is_item(&self) -> bool {
        !matches!(self, Part::Field(_))
    }

    fn matches(&self, item: &Value) -> bool {
        match self {
            Part::Field(_) => false,
            Part::Member(value) => item == value,
            Part::Item(keys) => {
                let mut keys = keys.as_object().into_iter().flatten();
                keys.all(|(key, value)| item.get(key) == Some(value))
            }
        }
    }

    fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match self {
            Part::Field(name) => value.get(*name),
            _ => value.as_array()?.iter().find(|item| self.matches(item)),
        }
    }

    fn of_mut<'v>(&self, value: &'v mut Value) -> Option<&'v mut Value> {
        match self {
            Part::Field(name) => value.get_mut(*name),
            _ => value.as_array_mut()?.iter_mut().find(|item| self.matches(item)),
        }
    }

    fn remove_from(&self, value: &mut Value) {
        match (self, value) {
            (Part::Field(name), Value::Object(fields)) => {
                fields.remove(*name);
            }
            (_, Value::Array(items)) => items.retain(|item| !self.matches(item)),
            _ => {}
        }
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
