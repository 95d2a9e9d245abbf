//! `Index`: objects by what they are.

use std::collections::BTreeMap;

use super::Object;

/// What makes two objects the same live one: name, kind, namespace and group. The version of its API does not matter,
/// because all versions show the same object. What differs most comes first, which is the quickest to compare.
type Identity<'a> = (&'a str, &'a str, &'a str, &'a str);

/// Finds objects among many.
pub(crate) struct Index<'a>(BTreeMap<Identity<'a>, &'a Object>);

impl<'a> Index<'a> {
    /// Sorts objects in; of several that are the same, the first one counts.
    pub(crate) fn of(objects: &'a [Object]) -> Self {
        let mut index = BTreeMap::new();
        for object in objects {
            index.entry(object.identity()).or_insert(object);
        }
        Index(index)
    }

    /// Finds the same object.
    pub(crate) fn find(&self, wanted: &Object) -> Option<&'a Object> {
        self.0.get(&wanted.identity()).copied()
    }

    /// Says whether the same object is among them.
    pub(crate) fn has(&self, wanted: &Object) -> bool {
        self.0.contains_key(&wanted.identity())
    }
}

impl Object {
    fn identity(&self) -> Identity<'_> {
        let gvk = &self.mapping.gvk;
        (&self.name, &gvk.kind, &self.namespace, &gvk.group)
    }
}
