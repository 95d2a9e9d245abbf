//! `Owners`: who set a field, by the managed fields of the object.

use serde_json::{Map, Value};

use crate::FIELD_MANAGER;

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
            let mut entries = fields.iter();
            entries.find_map(|(key, below)| is_key_of(key, item).then_some(below))
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

/// Says whether `k:{"name":"web"}` or `v:"text"` means the item.
fn is_key_of(key: &str, item: &Value) -> bool {
    let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    if let Some(value) = key.strip_prefix("v:") {
        return read(value) == *item;
    }
    let Some(Value::Object(keys)) = key.strip_prefix("k:").map(read) else {
        return false;
    };
    keys.iter().all(|(name, value)| match item.get(name) {
        Some(there) => there == value,
        // The server knows the default.
        None => true,
    })
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
