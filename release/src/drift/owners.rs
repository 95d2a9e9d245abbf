//! `Owners`: who set a field, by the managed fields of the object.

use serde_json::{Map, Value};

use crate::FIELD_MANAGER;
use crate::apply::FieldKey;

/// Those who set what is here, or something below it.
#[derive(Clone, Debug, Default)]
pub(super) struct Owners<'a> {
    owners: Vec<Owner<'a>>,
}

#[derive(Clone, Debug)]
struct Owner<'a> {
    manager: &'a str,
    time: &'a str,
    /// The fields below, in the form of `FieldsV1`.
    fields: &'a Map<String, Value>,
}

impl<'a> Owners<'a> {
    /// Reads them from an object.
    pub(super) fn of(live: &'a Value) -> Self {
        let entries = live.pointer("/metadata/managedFields").and_then(Value::as_array);
        let owner = |entry: &'a Value| {
            Some(Owner {
                manager: entry.get("manager")?.as_str()?,
                time: entry.get("time").and_then(Value::as_str).unwrap_or_default(),
                fields: entry.get("fieldsV1")?.as_object()?,
            })
        };
        Owners {
            owners: entries.into_iter().flatten().filter_map(owner).collect(),
        }
    }

    /// Returns those of a field.
    pub(super) fn field(&self, name: &str) -> Self {
        let key = format!("f:{name}");
        self.below(|fields| fields.get(&key))
    }

    /// Returns those of an item of a list.
    pub(super) fn item(&self, item: &Value) -> Self {
        self.below(|fields| {
            let find = |means: fn(&FieldKey<'_>, &Value) -> bool| {
                let is_meant = |key: &str| FieldKey::parse(key).is_some_and(|key| means(&key, item));
                fields
                    .iter()
                    .find_map(|(key, below)| is_meant(key).then_some(below))
            };
            find(|key, item| key.names(item)).or_else(|| find(|key, item| key.may_mean(item)))
        })
    }

    fn below(&self, step: impl Fn(&'a Map<String, Value>) -> Option<&'a Value>) -> Self {
        // Where nobody has parts, what is here is owned as a whole. Else it means the table itself: that it is there.
        let is_whole = self.owners.iter().all(|owner| owner.fields.is_empty());
        let owners = self.owners.iter().filter_map(|owner| {
            if is_whole {
                return Some(owner.clone());
            }
            let fields = step(owner.fields)?.as_object()?;
            Some(Owner {
                fields,
                ..owner.clone()
            })
        });
        Owners {
            owners: owners.collect(),
        }
    }

    /// Says whether what is here is what we sent.
    pub(super) fn is_ours(&self) -> bool {
        self.owners.iter().any(|owner| owner.manager == FIELD_MANAGER)
    }

    /// Returns the others, with the time of their last change.
    pub(super) fn others(&self) -> impl Iterator<Item = String> {
        let others = self.owners.iter().filter(|owner| owner.manager != FIELD_MANAGER);
        others.map(|owner| match owner.time {
            "" => owner.manager.to_owned(),
            time => format!("{} at {time}", owner.manager),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_table_is_not_what_is_in_it() {
        let live = json!({"metadata": {"managedFields": [
            {"manager": "helm", "fieldsV1": {"f:data": {}, "f:spec": {"f:selector": {}, "f:ports": {"k:{\"port\":80}": {"f:name": {}}}}}},
            {"manager": "kubectl", "fieldsV1": {"f:data": {"f:a": {}}}},
        ]}});
        let owners = Owners::of(&live);
        assert!(!owners.field("data").field("a").is_ours());
        assert!(owners.field("spec").field("selector").field("app").is_ours());
        let ports = owners.field("spec").field("ports");
        assert!(ports.item(&json!({"port": 80})).field("name").is_ours());
        assert!(!ports.item(&json!({"port": 81})).field("name").is_ours());
    }
}
