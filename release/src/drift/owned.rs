//! The part of a live object that a release speaks of.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

use super::owners::Owners;
use crate::apply::{ListMerge, Schema, is_built_in, is_same_item};
use crate::manifest::GroupVersionKind;

/// What names the items of a list of which nothing is known.
const NAMES: [&str; 3] = ["name", "key", "id"];

/// Returns an object as the server stores it: what a Secret holds as text is in `data`.
pub(super) fn as_stored(gvk: &GroupVersionKind, wanted: &Value) -> Value {
    let mut stored = wanted.clone();
    let Some(fields) = stored.as_object_mut() else {
        return stored;
    };
    if gvk.group.is_empty()
        && gvk.kind == "Secret"
        && let Some(Value::Object(texts)) = fields.remove("stringData")
    {
        let data = fields.entry("data").or_insert_with(|| Value::Object(Map::new()));
        if !data.is_object() {
            *data = Value::Object(Map::new());
        }
        for (name, text) in texts {
            let text = text.as_str().unwrap_or_default();
            data[name] = Value::from(STANDARD.encode(text));
        }
    }
    stored
}

/// Returns what there is of what is wanted, and who changed what is different.
pub(super) fn owned(gvk: &GroupVersionKind, wanted: &Value, live: &Value) -> (Value, BTreeSet<String>) {
    let schema = match is_built_in(gvk) {
        true => Schema::of(&gvk.group, &gvk.kind),
        false => Schema::none(),
    };
    let mut part = Part {
        changers: BTreeSet::new(),
    };
    let owners = Owners::of(live);
    let value = part.value(wanted, live, &Here { schema, owners });
    (value, part.changers)
}

struct Part {
    changers: BTreeSet<String>,
}

struct Here<'a> {
    schema: Schema,
    owners: Owners<'a>,
}

impl<'a> Here<'a> {
    fn field(&self, name: &str) -> Here<'a> {
        Here {
            schema: self.schema.field(name),
            owners: self.owners.field(name),
        }
    }

    fn item(&self, item: &Value) -> Here<'a> {
        Here {
            schema: self.schema.item(),
            owners: self.owners.item(item),
        }
    }
}

impl Part {
    fn value(&mut self, wanted: &Value, live: &Value, here: &Here<'_>) -> Value {
        match (wanted, live) {
            (Value::Object(wanted), Value::Object(live)) => self.table(wanted, live, here),
            (Value::Array(wanted), Value::Array(live)) => self.list(wanted, live, here),
            _ if wanted == live || wanted.is_null() || here.owners.is_ours() => wanted.clone(),
            _ => {
                self.changers.extend(here.owners.others());
                live.clone()
            }
        }
    }

    fn table(&mut self, wanted: &Map<String, Value>, live: &Map<String, Value>, here: &Here<'_>) -> Value {
        let mut part = Map::new();
        for (name, value) in wanted {
            match live.get(name) {
                Some(live) => {
                    let found = self.value(value, live, &here.field(name));
                    // Of ours there is nothing left, but it is not empty: what is in it is somebody else's.
                    if !is_empty(&found) || is_empty(live) || is_empty(value) {
                        part.insert(name.clone(), found);
                    }
                }
                // The server does not keep what says nothing.
                None if is_nothing(value) => {
                    part.insert(name.clone(), value.clone());
                }
                None => {}
            }
        }
        Value::Object(part)
    }

    fn list(&mut self, wanted: &[Value], live: &[Value], here: &Here<'_>) -> Value {
        match here.schema.list_merge() {
            ListMerge::ByKey(keys) => self.keyed(wanted, (live, keys), here).into(),
            ListMerge::Values => wanted
                .iter()
                .filter(|value| live.contains(value))
                .cloned()
                .collect(),
            ListMerge::Replace => self.whole(wanted, live, here),
        }
    }

    /// Items that others added stay theirs.
    fn keyed(&mut self, wanted: &[Value], (live, keys): (&[Value], &[&str]), here: &Here<'_>) -> Vec<Value> {
        let mut part = Vec::new();
        for item in wanted {
            let there = live.iter().find(|it| is_same_item(it, item, keys));
            part.extend(there.map(|there| self.value(item, there, &here.item(there))));
        }
        part
    }

    /// The whole list is ours: what was added to it counts.
    fn whole(&mut self, wanted: &[Value], live: &[Value], here: &Here<'_>) -> Value {
        let name = NAMES
            .into_iter()
            .find(|name| wanted.iter().all(|item| item.get(name).is_some()));
        let part: Vec<_> = match name {
            Some(name) if !wanted.is_empty() => {
                let is_new = |item: &&Value| !wanted.iter().any(|it| is_same_item(it, item, &[name]));
                let new: Vec<_> = live.iter().filter(is_new).cloned().collect();
                [self.keyed(wanted, (live, &[name]), here), new].concat()
            }
            _ if wanted.len() == live.len() => {
                let pairs = wanted.iter().zip(live);
                pairs
                    .map(|(item, there)| self.value(item, there, &here.item(there)))
                    .collect()
            }
            _ => self.aligned(wanted, live, here),
        };
        if part.len() != wanted.len() {
            self.changers.extend(here.owners.others());
        }
        part.into()
    }

    /// Items that are there as they are wanted, with defaults of the server, are taken for those.
    fn aligned(&mut self, wanted: &[Value], live: &[Value], here: &Here<'_>) -> Vec<Value> {
        let same = |there: &Value| {
            let is_same = |item: &&Value| {
                let mut trial = Part {
                    changers: BTreeSet::new(),
                };
                let unowned = Here {
                    schema: here.schema.item(),
                    owners: Owners::default(),
                };
                trial.value(item, there, &unowned) == **item
            };
            wanted.iter().find(is_same).unwrap_or(there).clone()
        };
        live.iter().map(same).collect()
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.is_empty(),
        Value::Object(fields) => fields.is_empty(),
        _ => false,
    }
}

/// Says whether a value is one that the server leaves out.
fn is_nothing(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(false) => true,
        Value::Bool(true) => false,
        Value::Number(number) => number.as_f64() == Some(0.0),
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.iter().all(is_nothing),
        Value::Object(fields) => fields.values().all(is_nothing),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn drifted(wanted: &Value, live: &Value) -> (Value, Vec<String>) {
        let (there, who) = owned(&GroupVersionKind::new("apps/v1", "Deployment"), wanted, live);
        (there, who.into_iter().collect())
    }

    fn pod(spec: Value) -> Value {
        json!({"spec": {"template": {"spec": spec}}})
    }

    #[test]
    fn what_others_add_is_not_ours() {
        let wanted =
            pod(json!({"containers": [{"name": "a", "env": [{"name": "X", "value": "1"}]}], "volumes": []}));
        let live = pod(json!({"containers": [
            {"name": "sidecar"},
            {"name": "a", "env": [{"name": "Y", "value": "2"}, {"name": "X", "value": "1"}], "imagePullPolicy": "Always"},
        ], "dnsPolicy": "ClusterFirst"}));
        assert_eq!(drifted(&wanted, &live).0, wanted);
    }

    #[test]
    fn a_list_that_is_ours_is_so_as_a_whole() {
        let wanted =
            pod(json!({"containers": [{"name": "a", "args": ["x", "y"]}], "tolerations": [{"key": "k"}]}));
        let live = pod(json!({"containers": [{"name": "a", "args": ["x", "new", "y"]}],
            "tolerations": [{"key": "k", "operator": "Equal"}, {"key": "l"}]}));
        let part = drifted(&wanted, &live).0;
        let expected = pod(json!({"containers": [{"name": "a", "args": ["x", "new", "y"]}],
            "tolerations": [{"key": "k"}, {"key": "l"}]}));
        assert_eq!(part, expected);
    }

    #[test]
    fn what_the_server_writes_otherwise_is_still_ours() {
        let wanted = json!({"spec": {"replicas": 3, "cpu": "1000m", "gone": 1, "off": false}});
        let live = json!({
            "metadata": {"managedFields": [
                {"manager": "helm", "time": "t0", "fieldsV1": {"f:spec": {"f:cpu": {}}}},
                {"manager": "kubectl", "time": "t1", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
            ]},
            "spec": {"replicas": 5, "cpu": "1"},
        });
        let (part, who) = drifted(&wanted, &live);
        assert_eq!(
            part,
            json!({"spec": {"replicas": 5, "cpu": "1000m", "off": false}})
        );
        assert_eq!(who, ["kubectl at t1"]);
    }

    #[test]
    fn texts_of_secrets_are_stored_as_data() {
        let gvk = GroupVersionKind::new("v1", "Secret");
        let stored = as_stored(&gvk, &json!({"stringData": {"a": "b"}, "data": {"c": "ZA=="}}));
        assert_eq!(stored, json!({"data": {"a": "Yg==", "c": "ZA=="}}));
    }
}
