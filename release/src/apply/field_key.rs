//! `FieldKey`: one step of a path in `managedFields` (`structured-merge-diff`'s form `FieldsV1`).

use serde_json::{Map, Value};

/// A step: `f:name`, `k:{"name":"web"}`, `v:"text"`.
pub(crate) enum FieldKey<'a> {
    /// A field of a table.
    Field(&'a str),
    /// The item of a list that has these keys.
    Item(Map<String, Value>),
    /// A member of a set.
    Member(Value),
}

impl<'a> FieldKey<'a> {
    /// Reads a step; nothing if it is of another form.
    pub(crate) fn parse(key: &'a str) -> Option<Self> {
        match key.split_once(':')? {
            ("f", name) => Some(FieldKey::Field(name)),
            ("k", keys) => Some(FieldKey::Item(serde_json::from_str(keys).ok()?)),
            ("v", value) => Some(FieldKey::Member(serde_json::from_str(value).ok()?)),
            _ => None,
        }
    }

    pub(super) fn is_item(&self) -> bool {
        !matches!(self, FieldKey::Field(_))
    }

    /// Says whether it means an item of a live object: that has all keys.
    pub(crate) fn names(&self, item: &Value) -> bool {
        self.agrees(item, |wanted, there| there == Some(wanted))
    }

    /// Says whether it may mean an item of a manifest: the server has filled in keys that a manifest leaves out. One that it
    /// [names](Self::names) comes before one that it may mean.
    pub(crate) fn may_mean(&self, item: &Value) -> bool {
        self.agrees(item, |wanted, there| there.is_none_or(|there| there == wanted))
    }

    fn agrees(&self, item: &Value, is_same: impl Fn(&Value, Option<&Value>) -> bool) -> bool {
        match self {
            FieldKey::Field(_) => false,
            FieldKey::Member(value) => item == value,
            FieldKey::Item(keys) => keys.iter().all(|(key, value)| is_same(value, item.get(key))),
        }
    }

    /// Returns what it means in a live object or a manifest.
    pub(super) fn of<'v>(&self, value: &'v Value) -> Option<&'v Value> {
        match self {
            FieldKey::Field(name) => value.get(*name),
            _ => {
                let items = value.as_array()?;
                let named = items.iter().find(|item| self.names(item));
                named.or_else(|| items.iter().find(|item| self.may_mean(item)))
            }
        }
    }

    /// Returns what it means in a live object.
    pub(super) fn of_mut<'v>(&self, live: &'v mut Value) -> Option<&'v mut Value> {
        match self {
            FieldKey::Field(name) => live.get_mut(*name),
            _ => live.as_array_mut()?.iter_mut().find(|item| self.names(item)),
        }
    }

    /// Takes what it means from a live object.
    pub(super) fn remove_from(&self, live: &mut Value) {
        match (self, live) {
            (FieldKey::Field(name), Value::Object(fields)) => {
                fields.remove(*name);
            }
            (_, Value::Array(items)) => items.retain(|item| !self.names(item)),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_that_the_server_fills_in_may_be_missing() {
        let key = FieldKey::parse("k:{\"port\":53,\"protocol\":\"TCP\"}").unwrap();
        let (short, udp) = (json!({"port": 53}), json!({"port": 53, "protocol": "UDP"}));
        assert!(!key.names(&short) && key.may_mean(&short) && !key.may_mean(&udp));
        let whole = json!({"port": 53, "protocol": "TCP"});
        assert_eq!(key.of(&json!([short, whole])), Some(&whole));
        assert_eq!(key.of(&json!([udp, short])), Some(&short));
        assert!(FieldKey::parse("i:0").is_none());
    }
}
