//! `Keyed`: the items of a list that is a map by some of their fields.

use std::collections::BTreeMap;

use serde_json::Value;

use super::lists::key_values;

/// The items of a list by their keys.
pub(super) struct Keyed<'a> {
    items: Vec<(Vec<Value>, &'a Value)>,
    places: BTreeMap<String, usize>,
}

impl<'a> Keyed<'a> {
    /// Items without the keys are not among them.
    pub(super) fn new(items: &'a [Value], keys: &[&str]) -> Self {
        let named = items
            .iter()
            .filter_map(|item| Some((key_values(item, keys)?, item)));
        let items: Vec<_> = named.collect();
        let places = items.iter().enumerate().map(|(at, (name, _))| (text(name), at));
        Keyed {
            places: places.collect(),
            items,
        }
    }

    /// Returns the item that has these values under the keys.
    pub(super) fn find(&self, name: &[Value]) -> Option<&'a Value> {
        let place = self.places.get(&text(name))?;
        Some(self.items[*place].1)
    }

    /// Returns the values under the keys, in the order of the items.
    pub(super) fn names(&self) -> impl Iterator<Item = &Vec<Value>> {
        self.items.iter().map(|(name, _)| name)
    }

    /// Returns the keys of the items that the other list has, too, in order. A key of one value is that value.
    pub(super) fn names_that_are_in(&self, other: &Keyed<'_>) -> Value {
        let both = self.names().filter(|name| other.find(name).is_some());
        both.map(|name| shown(name)).collect()
    }

    /// Returns the keys of all items, in order.
    pub(super) fn all_names(&self) -> Value {
        self.names().map(|name| shown(name)).collect()
    }

    /// Says whether an item that `old` has not comes before one that it has.
    pub(super) fn has_new_before_old(&self, old: &Keyed<'_>) -> bool {
        let is_old = |name: &&Vec<Value>| old.find(name).is_some();
        self.names().skip_while(is_old).any(|name| is_old(&name))
    }
}

fn shown(name: &[Value]) -> Value {
    match name {
        [one] => one.clone(),
        several => Value::from(several.to_vec()),
    }
}

fn text(name: &[Value]) -> String {
    Value::from(name.to_vec()).to_string()
}
