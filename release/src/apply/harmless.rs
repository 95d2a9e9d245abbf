//! Changes that no server refuses: it need not be asked about them.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::Object;

/// What a ConfigMap or a Secret may hold in all, with room for what the server adds.
const LARGEST: usize = 1_000_000;

/// Leaves out those of `changed` (pairs of what was sent the last time and what is to be sent now) of which a server can
/// say nothing that is not known: other texts in fields that take any text, under the keys that were there. Of each kind
/// and namespace one is kept all the same, for it shows whether the user still may.
pub(crate) fn leave_out_harmless<'a>(changed: impl Iterator<Item = (&'a Object, &'a Object)>) -> Vec<Object> {
    let mut asked = BTreeSet::new();
    let mut kept = Vec::new();
    for (old, new) in changed {
        let gvk = &new.mapping.gvk;
        let is_first = asked.insert((&gvk.group, &gvk.kind, &new.namespace));
        if is_first || !is_harmless(old, new) {
            kept.push(new.clone());
        }
    }
    kept
}

fn is_harmless(old: &Object, new: &Object) -> bool {
    let gvk = &new.mapping.gvk;
    let is_plain = gvk.group.is_empty() && matches!(gvk.kind.as_str(), "ConfigMap" | "Secret");
    is_plain
        && old.mapping.gvk == *gvk
        && is_body_harmless(&old.body, &new.body)
        && new.body.to_string().len() < LARGEST
}

/// Says whether all that differs is text in `data` and its like.
fn is_body_harmless(old: &Value, new: &Value) -> bool {
    let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else {
        return false;
    };
    // Base64 may be wrong, and a map that must not change may be different on the server.
    let takes_any_text = |field: &str| match new.get("kind").and_then(Value::as_str) {
        Some("Secret") => field == "stringData",
        _ => field == "data",
    };
    let is_fixed = |map: &Map<String, Value>| map.get("immutable") == Some(&Value::Bool(true));
    !is_fixed(old)
        && !is_fixed(new)
        && has_same_keys(old, new)
        && new.iter().all(|(field, value)| {
            let before = &old[field];
            before == value || takes_any_text(field) && is_other_text(before, value)
        })
}

/// Says whether two tables have the same keys, all with texts.
fn is_other_text(old: &Value, new: &Value) -> bool {
    let (Some(old), Some(new)) = (old.as_object(), new.as_object()) else {
        return false;
    };
    has_same_keys(old, new) && new.values().all(Value::is_string)
}

fn has_same_keys(old: &Map<String, Value>, new: &Map<String, Value>) -> bool {
    old.len() == new.len() && new.keys().all(|key| old.contains_key(key))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_text_under_known_keys_is_harmless() {
        let old = json!({"kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "1"}});
        let is_fine = |new: Value| is_body_harmless(&old, &new);
        assert!(is_fine(
            json!({"kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "2"}})
        ));
        for new in [
            json!({"kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": 2}}),
            json!({"kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"b": "2"}}),
            json!({"kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "1", "b": "2"}}),
            json!({"kind": "ConfigMap", "metadata": {"name": "a", "labels": {}}, "data": {"a": "1"}}),
            json!({"kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"a": "2"}, "immutable": true}),
        ] {
            assert!(!is_fine(new.clone()), "{new}");
        }
    }

    #[test]
    fn base64_may_be_wrong() {
        let secret = |field: &str, text: &str| json!({"kind": "Secret", field: {"a": text}});
        assert!(!is_body_harmless(&secret("data", "YQ=="), &secret("data", "?")));
        assert!(is_body_harmless(
            &secret("stringData", "a"),
            &secret("stringData", "?")
        ));
    }
}
