//! `Map`: a table whose copies are one table until one of them is changed.
//!
//! Defaults of charts are put under values several times over, and most of them end up in the result as they are.

use std::collections::{BTreeMap, btree_map};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::sync::Arc;

use serde::de::{Deserialize, Deserializer};
use serde::ser::{Serialize, Serializer};

use crate::Value;

/// What a table holds, in the order of the keys, because the order of output is part of the contract.
type Entries = BTreeMap<String, Value>;

/// A string-keyed table. It is used as a [`BTreeMap`]; a copy takes no time, and the first change to one of several
/// copies that of one level.
#[derive(Clone, Default)]
pub struct Map(Option<Arc<Entries>>);

static EMPTY: Entries = Entries::new();

impl Map {
    /// Makes a table without entries.
    pub const fn new() -> Self {
        Self(None)
    }

    /// Says whether both are copies of one table, and neither was changed since. Nothing is compared for it.
    pub fn is_same(&self, other: &Self) -> bool {
        match (&self.0, &other.0) {
            (Some(one), Some(other)) => Arc::ptr_eq(one, other),
            (None, None) => true,
            _ => false,
        }
    }

    /// Says whether there are no entries.
    pub fn is_empty(&self) -> bool {
        (**self).is_empty()
    }
}

impl Deref for Map {
    type Target = Entries;

    fn deref(&self) -> &Entries {
        self.0.as_deref().unwrap_or(&EMPTY)
    }
}

impl DerefMut for Map {
    fn deref_mut(&mut self) -> &mut Entries {
        Arc::make_mut(self.0.get_or_insert_default())
    }
}

impl PartialEq for Map {
    fn eq(&self, other: &Self) -> bool {
        self.is_same(other) || **self == **other
    }
}

impl fmt::Debug for Map {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        (**self).fmt(formatter)
    }
}

impl From<Entries> for Map {
    fn from(entries: Entries) -> Self {
        Self((!entries.is_empty()).then(|| Arc::new(entries)))
    }
}

impl<const N: usize> From<[(String, Value); N]> for Map {
    fn from(entries: [(String, Value); N]) -> Self {
        Entries::from(entries).into()
    }
}

impl FromIterator<(String, Value)> for Map {
    fn from_iter<I: IntoIterator<Item = (String, Value)>>(entries: I) -> Self {
        Entries::from_iter(entries).into()
    }
}

impl IntoIterator for Map {
    type Item = (String, Value);
    type IntoIter = btree_map::IntoIter<String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.map(Arc::unwrap_or_clone).unwrap_or_default().into_iter()
    }
}

impl<'m> IntoIterator for &'m Map {
    type Item = (&'m String, &'m Value);
    type IntoIter = btree_map::Iter<'m, String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'m> IntoIterator for &'m mut Map {
    type Item = (&'m String, &'m mut Value);
    type IntoIter = btree_map::IterMut<'m, String, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self)
    }
}

impl<'de> Deserialize<'de> for Map {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Entries::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_seen_by_nobody_else() {
        let inner = Map::from([("b".to_owned(), 1.into())]);
        let one = Map::from([("a".to_owned(), Value::Map(inner))]);
        let mut other = one.clone();
        assert_eq!(one, other);
        let table = other.get_mut("a").and_then(Value::as_map_mut).expect("a table");
        table.insert("c".to_owned(), 2.into());
        assert_eq!(one["a"], Value::from([("b", 1)]));
        assert_eq!(other["a"], Value::from([("b", 1), ("c", 2)]));
    }

    #[test]
    fn all_empty_tables_are_equal() {
        let mut emptied = Map::from([("a".to_owned(), 1.into())]);
        emptied.clear();
        assert_eq!(emptied, Map::new());
        assert_eq!(Map::new().into_iter().count(), 0);
    }
}
