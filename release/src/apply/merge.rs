//! Merging what was sent, what is wanted and what is live. Pure.
//!
//! The result is that of a strategic three-way merge (`k8s.io/apimachinery/pkg/util/strategicpatch`), but it is computed
//! here as a whole object instead of being described to the server by patch directives.

use serde_json::{Map, Value};

use super::merge_keys::{ListMerge, Schema};
use crate::manifest::GroupVersionKind;

/// Groups whose kinds Helm's client knows as Go types; `""` is the core group. Others, among them
/// `apiregistration.k8s.io`, are custom kinds to it.
const BUILT_IN_GROUPS: [&str; 26] = [
    "",
    "admission.k8s.io",
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apps",
    "authentication.k8s.io",
    "authorization.k8s.io",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "extensions",
    "flowcontrol.apiserver.k8s.io",
    "imagepolicy.k8s.io",
    "internal.apiserver.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "resource.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
    "storagemigration.k8s.io",
    "meta.k8s.io",
];

/// Says whether the API server itself keeps the kinds of a group.
pub(crate) fn is_built_in_group(group: &str) -> bool {
    BUILT_IN_GROUPS.contains(&group)
}

/// Says whether lists of the kind may be merged by key.
pub(crate) fn is_built_in(gvk: &GroupVersionKind) -> bool {
    let is_old_crd = gvk.group == "apiextensions.k8s.io" && gvk.version == "v1beta1";
    is_built_in_group(&gvk.group) && !is_old_crd
}

/// Returns `live` with what went from `original` to `wanted` removed, and everything in `wanted` set.
pub(crate) fn three_way(original: &Value, wanted: &Value, live: &Value, schema: Schema) -> Value {
    match (wanted, live) {
        (Value::Object(wanted), Value::Object(live)) if !schema.is_atomic() => {
            Value::Object(merge_tables(original.as_object(), wanted, live, schema))
        }
        (Value::Array(wanted), Value::Array(live)) => {
            let original = original.as_array().map_or(&[][..], Vec::as_slice);
            Value::Array(merge_lists(original, wanted, live, schema))
        }
        _ => wanted.clone(),
    }
}

fn merge_tables(
    original: Option<&Map<String, Value>>,
    wanted: &Map<String, Value>,
    live: &Map<String, Value>,
    schema: Schema,
) -> Map<String, Value> {
    let was_sent = |key: &String| original.is_some_and(|original| original.contains_key(key));
    let mut merged = live.clone();
    merged.retain(|key, _| wanted.contains_key(key) || !(was_sent(key) || schema.retains_wanted_only()));
    for (key, value) in wanted {
        let before = original
            .and_then(|original| original.get(key))
            .unwrap_or(&Value::Null);
        match (value, live.get(key)) {
            (Value::Null, _) => {
                merged.remove(key);
            }
            (_, Some(live)) => {
                merged.insert(key.clone(), three_way(before, value, live, schema.field(key)));
            }
            (_, None) => {
                merged.insert(key.clone(), value.clone());
            }
        }
    }
    merged
}

fn merge_lists(original: &[Value], wanted: &[Value], live: &[Value], schema: Schema) -> Vec<Value> {
    match schema.list_merge() {
        ListMerge::Replace => wanted.to_vec(),
        ListMerge::Values => merge_values(original, wanted, live),
        ListMerge::ByKey(keys) => merge_by_key(original, wanted, live, (keys, schema.item())),
    }
}

/// A list that is a set of plain values.
fn merge_values(original: &[Value], wanted: &[Value], live: &[Value]) -> Vec<Value> {
    let find = |list: &[Value], value: &Value| list.iter().position(|it| it == value);
    let merged = wanted.iter().map(|value| (find(live, value), value.clone()));
    let is_foreign = |value: &Value| find(original, value).is_none() && find(wanted, value).is_none();
    interleave(merged.collect(), foreign(live, is_foreign))
}

/// A list of tables that is a map by some of their fields.
fn merge_by_key(
    original: &[Value],
    wanted: &[Value],
    live: &[Value],
    (keys, item): (&[&str], Schema),
) -> Vec<Value> {
    let find = |list: &[Value], value: &Value| list.iter().position(|it| is_same_item(it, value, keys));
    let merged = wanted.iter().map(|value| {
        let place = find(live, value);
        let Some(at) = place else {
            return (None, value.clone());
        };
        let before = find(original, value).map_or(&Value::Null, |at| &original[at]);
        (place, three_way(before, value, &live[at], item))
    });
    let is_foreign = |value: &Value| find(original, value).is_none() && find(wanted, value).is_none();
    interleave(merged.collect(), foreign(live, is_foreign))
}

/// Returns the items that only live has, with their places.
fn foreign(live: &[Value], is_foreign: impl Fn(&Value) -> bool) -> Vec<(usize, Value)> {
    let items = live.iter().enumerate().filter(|(_, value)| is_foreign(value));
    items.map(|(place, value)| (place, value.clone())).collect()
}

/// Puts the items that only live has among the wanted ones, which keep their order: each before the first wanted item
/// that live has behind it. Wanted items that are new come as early as they can.
fn interleave(wanted: Vec<(Option<usize>, Value)>, foreign: Vec<(usize, Value)>) -> Vec<Value> {
    let mut merged = Vec::with_capacity(wanted.len() + foreign.len());
    let mut foreign = foreign.into_iter().peekable();
    for (place, value) in wanted {
        while let Some((_, value)) = foreign.next_if(|(other, _)| place.is_some_and(|place| *other < place)) {
            merged.push(value);
        }
        merged.push(value);
    }
    merged.extend(foreign.map(|(_, value)| value));
    merged
}

fn is_same_item(a: &Value, b: &Value, keys: &[&str]) -> bool {
    keys.iter().all(|key| key_of(a, key) == key_of(b, key))
}

/// Returns an item's key. A port without a protocol is one for TCP.
fn key_of<'a>(item: &'a Value, key: &str) -> Option<KeyText<'a>> {
    match item.get(key) {
        Some(value) => Some(KeyText::Given(value)),
        None if key == "protocol" => Some(KeyText::Tcp),
        None => None,
    }
}

#[derive(Clone, Copy, Debug)]
enum KeyText<'a> {
    Given(&'a Value),
    Tcp,
}

impl PartialEq for KeyText<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (KeyText::Given(a), KeyText::Given(b)) => a == b,
            (KeyText::Given(given), KeyText::Tcp) | (KeyText::Tcp, KeyText::Given(given)) => {
                given.as_str() == Some("TCP")
            }
            (KeyText::Tcp, KeyText::Tcp) => true,
        }
    }
}

/// Returns the JSON merge patch (RFC 7396) that turns `from` into `to`, or nothing if they are equal.
pub(super) fn merge_patch(from: &Value, to: &Value) -> Option<Value> {
    let (Value::Object(from), Value::Object(to)) = (from, to) else {
        return (from != to).then(|| to.clone());
    };
    let mut patch = Map::new();
    for key in from.keys().filter(|key| !to.contains_key(*key)) {
        patch.insert(key.clone(), Value::Null);
    }
    for (key, value) in to {
        let change = match from.get(key) {
            Some(before) => merge_patch(before, value),
            None => Some(value.clone()),
        };
        if let Some(change) = change {
            patch.insert(key.clone(), change);
        }
    }
    (!patch.is_empty()).then_some(Value::Object(patch))
}

#[cfg(test)]
mod tests;
