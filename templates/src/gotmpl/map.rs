//! `Map`: a Go map with strings as keys, shared and changed in place.

use super::text::Text;
use super::types::{MapType, Type};
use super::value::Value;
use std::cell::{Cell, Ref, RefCell, RefMut};
use std::collections::BTreeMap;
use std::fmt;
use std::rc::Rc;

/// A map that all its clones share, as in Go: what `set` puts in is seen by every holder.
///
/// No borrow outlives a method, so a template may change a map while it ranges over it: the range sees the entries of
/// its start.
#[derive(Debug, Clone)]
pub struct Map {
    inner: Rc<Inner>,
    /// The type of this view, where it is not that of the map as it was made.
    view: Option<&'static MapType>,
}

/// What makes the entries of a map.
type Fill = Box<dyn FnOnce() -> BTreeMap<Text, Value>>;

struct Inner {
    map_type: MapType,
    is_nil: bool,
    entries: RefCell<BTreeMap<Text, Value>>,
    /// Makes the entries when somebody looks at them for the first time.
    fill: Cell<Option<Fill>>,
    /// The entry that was found last. Templates ask for the same one over and over, and to find it takes as long as to
    /// compare its name with a dozen others.
    found: RefCell<Option<(Text, Value)>>,
}

impl Inner {
    fn new(map_type: MapType, entries: BTreeMap<Text, Value>) -> Self {
        Self {
            map_type,
            is_nil: false,
            entries: RefCell::new(entries),
            fill: Cell::default(),
            found: RefCell::default(),
        }
    }

    fn get(&self, key: &[u8]) -> Option<Value> {
        let known = self.found.borrow();
        if let Some((_, value)) = known.as_ref().filter(|(name, _)| **name == *key) {
            return Some(value.clone());
        }
        drop(known);
        let entries = self.entries().borrow();
        let (name, value) = entries.get_key_value(key)?;
        // What was found before is still among the entries: dropping it here drops nothing else.
        self.found.replace(Some((name.clone(), value.clone())));
        Some(value.clone())
    }

    /// Borrows the entries to change them.
    fn entries_mut(&self) -> RefMut<'_, BTreeMap<Text, Value>> {
        self.found.take();
        self.entries().borrow_mut()
    }

    fn entries(&self) -> &RefCell<BTreeMap<Text, Value>> {
        if let Some(fill) = self.fill.take() {
            self.entries.replace(fill());
        }
        &self.entries
    }
}

impl fmt::Debug for Inner {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entries().fmt(out)
    }
}

impl Map {
    /// Makes an empty `map[string]interface {}`.
    pub fn new() -> Self {
        Self::typed(MapType::ANY, BTreeMap::new())
    }

    /// Makes a map of a given type; the values must be of its element type.
    pub fn typed(map_type: MapType, entries: BTreeMap<Text, Value>) -> Self {
        Self::of(Inner::new(map_type, entries))
    }

    /// Makes a map whose entries are made when they are asked for: of large values templates read little.
    pub fn lazy(map_type: MapType, fill: impl FnOnce() -> BTreeMap<Text, Value> + 'static) -> Self {
        Self::of(Inner {
            fill: Cell::new(Some(Box::new(fill))),
            ..Inner::new(map_type, BTreeMap::new())
        })
    }

    /// Makes the nil map of a type: empty, refuses entries.
    pub fn nil(map_type: MapType) -> Self {
        Self::of(Inner {
            is_nil: true,
            ..Inner::new(map_type, BTreeMap::new())
        })
    }

    fn of(inner: Inner) -> Self {
        Self {
            inner: Rc::new(inner),
            view: None,
        }
    }

    /// Returns the same map as another type, as a conversion in Go does: both see what is set in either.
    pub fn viewed_as(&self, map_type: &'static MapType) -> Self {
        Self {
            inner: Rc::clone(&self.inner),
            view: Some(map_type),
        }
    }

    /// Returns the value of a key.
    pub fn get(&self, key: impl AsRef<[u8]>) -> Option<Value> {
        self.inner.get(key.as_ref())
    }

    /// Says whether the key is there.
    pub fn contains_key(&self, key: impl AsRef<[u8]>) -> bool {
        self.inner.entries().borrow().contains_key(key.as_ref())
    }

    /// Sets the value of a key.
    ///
    /// # Errors
    ///
    /// A nil map has no place for entries; the text is that of Go's panic.
    pub fn insert(&self, key: impl Into<Text>, value: impl Into<Value>) -> Result<(), String> {
        if self.inner.is_nil {
            return Err("assignment to entry in nil map".into());
        }
        // The old value goes only after the borrow: dropping it may drop other maps.
        let old = self.inner.entries_mut().insert(key.into(), value.into());
        drop(old);
        Ok(())
    }

    /// Takes a key out.
    pub fn remove(&self, key: impl AsRef<[u8]>) -> Option<Value> {
        self.inner.entries_mut().remove(key.as_ref())
    }

    /// Returns the number of entries.
    pub fn len(&self) -> usize {
        self.inner.entries().borrow().len()
    }

    /// Says whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Says whether this is a nil map.
    pub fn is_nil(&self) -> bool {
        self.inner.is_nil
    }

    /// Returns the keys, sorted.
    pub fn keys(&self) -> Vec<Text> {
        self.inner.entries().borrow().keys().cloned().collect()
    }

    /// Returns the entries of this moment, sorted by key.
    pub fn entries(&self) -> Vec<(Text, Value)> {
        self.inner
            .entries()
            .borrow()
            .iter()
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect()
    }

    /// Returns the type of the map.
    pub fn map_type(&self) -> MapType {
        self.view.copied().unwrap_or(self.inner.map_type)
    }

    /// Returns the type of the values.
    pub fn element_type(&self) -> Type {
        *self.map_type().element
    }

    /// Says whether both are one and the same map in memory.
    pub fn is_same(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }

    /// Returns where in memory the map is: what tells it from all others that are alive.
    pub(super) fn address(&self) -> usize {
        Rc::as_ptr(&self.inner).addr()
    }

    /// Borrows the entries; nothing that may run a template or change a map may be called meanwhile.
    pub(crate) fn borrow(&self) -> Ref<'_, BTreeMap<Text, Value>> {
        self.inner.entries().borrow()
    }
}

impl Default for Map {
    fn default() -> Self {
        Self::new()
    }
}

impl<K: Into<Text>, V: Into<Value>> FromIterator<(K, V)> for Map {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let entries = entries
            .into_iter()
            .map(|(key, value)| (key.into(), value.into()))
            .collect();
        Self::typed(MapType::ANY, entries)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_found_is_not_found_once_it_is_changed() {
        let map: Map = [("a", 1_i64), ("b", 2)].into_iter().collect();
        let get = |key: &str| map.get(key).map(|value| format!("{value:?}"));
        let (one, two) = (get("a"), get("b"));
        assert!(one.is_some() && one != two);
        assert_eq!((get("a"), get("a"), get("c")), (one.clone(), one.clone(), None));
        map.insert("a", 2_i64).expect("there is room");
        assert_eq!(get("a"), two);
        map.remove("a");
        assert_eq!((get("a"), get("b")), (None, two));
        map.insert("c", 1_i64).expect("there is room");
        assert_eq!(get("c"), one);
    }
}
