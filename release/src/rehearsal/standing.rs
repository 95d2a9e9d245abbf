//! `Standing`: how objects are by now, as far as a rehearsal has seen or changed them.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::Value;

/// How one object is.
#[derive(Clone, Debug)]
pub(super) enum State {
    /// So it was read; nothing if it is not there.
    Live(Option<Arc<Value>>),
    /// So the rehearsal left it; nothing if it deleted it. The server knows nothing of that.
    Left(Option<Arc<Value>>),
}

/// All objects that were looked at, by their paths.
#[derive(Debug, Default)]
pub(super) struct Standing {
    objects: BTreeMap<String, State>,
    /// Collections of which the objects that are going to be changed are read by list, and whether they still are.
    lists: BTreeMap<String, bool>,
}

impl Standing {
    pub(super) fn get(&self, path: &str) -> Option<&State> {
        self.objects.get(path)
    }

    /// Notes what was read; what the rehearsal did counts for more.
    pub(super) fn saw(&mut self, path: &str, object: Option<Arc<Value>>) {
        self.objects.entry(path.to_owned()).or_insert(State::Live(object));
    }

    /// Notes what the rehearsal made of an object.
    pub(super) fn leave(&mut self, path: &str, object: Option<Arc<Value>>) {
        self.objects.insert(path.to_owned(), State::Left(object));
    }

    /// Says whether the rehearsal made what is at this path.
    pub(super) fn was_made(&self, path: &str) -> bool {
        matches!(self.objects.get(path), Some(State::Left(Some(_))))
    }

    /// Says whether the rehearsal brings the kinds of an API group.
    pub(super) fn brings_group(&self, group: &str) -> bool {
        const DEFINITIONS: &str = "/customresourcedefinitions/";
        self.made().any(|(path, object)| {
            path.contains(DEFINITIONS) && object.pointer("/spec/group").and_then(Value::as_str) == Some(group)
        })
    }

    /// Says whether a text names something, in quotes, that the rehearsal made.
    pub(super) fn is_named_in(&self, text: &str) -> bool {
        self.made().any(|(path, _)| {
            let name = path.rsplit('/').next().unwrap_or_default();
            text.contains(&format!("\"{name}\""))
        })
    }

    fn made(&self) -> impl Iterator<Item = (&String, &Arc<Value>)> {
        self.objects.iter().filter_map(|(path, state)| match state {
            State::Left(Some(object)) => Some((path, object)),
            _ => None,
        })
    }

    /// Says that a collection is about to be listed; `false` if it was already.
    pub(super) fn begin_list(&mut self, collection: &str) -> bool {
        let is_new = !self.lists.contains_key(collection);
        if is_new {
            self.lists.insert(collection.to_owned(), true);
        }
        is_new
    }

    /// Notes that a list has come.
    pub(super) fn end_list(&mut self, collection: &str) {
        self.lists.insert(collection.to_owned(), false);
    }

    /// Says whether an object may be in a list that has not come yet.
    pub(super) fn is_in_list(&self, path: &str) -> bool {
        let collection = path.rsplit_once('/').map_or("", |(collection, _)| collection);
        self.lists.get(collection) == Some(&true)
    }
}
