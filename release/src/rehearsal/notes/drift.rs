//! What somebody changed by hand since the running revision was sent, as far as the action takes it back.

use std::collections::BTreeMap;

use super::super::changes::Course;
use crate::apply::ObjectRef;
use crate::diff::{Concern, Effect, Note, ObjectChange, Secrecy, Stated};
use crate::drift::difference;

/// What the running revision says, by name and kind.
pub(in super::super) struct Said<'a> {
    objects: BTreeMap<(&'a str, &'a str, &'a str), Vec<&'a Stated>>,
    namespace: &'a str,
}

impl<'a> Said<'a> {
    /// Sorts in what is no hook; objects that name no namespace are in `namespace`.
    pub(in super::super) fn of(stated: &'a [Stated], namespace: &'a str) -> Self {
        let mut objects: BTreeMap<_, Vec<_>> = BTreeMap::new();
        for stated in stated.iter().filter(|stated| stated.hook.is_none()) {
            objects.entry(key(&stated.object)).or_default().push(stated);
        }
        Said { objects, namespace }
    }

    fn find(&self, wanted: &ObjectRef) -> Option<&'a Stated> {
        let is_there = |stated: &&&Stated| {
            let place = Some(stated.object.namespace.as_str()).filter(|place| !place.is_empty());
            wanted.namespace.is_empty() || wanted.namespace == place.unwrap_or(self.namespace)
        };
        self.objects.get(&key(wanted))?.iter().find(is_there).copied()
    }
}

fn key(object: &ObjectRef) -> (&str, &str, &str) {
    (&object.name, &object.gvk.kind, &object.gvk.group)
}

/// Adds the notes on an object.
pub(in super::super) fn note(
    course: &Course<'_>,
    change: &mut ObjectChange,
    said: &Said<'_>,
    secrecy: &Secrecy,
) {
    let Some(live) = &course.first().before else {
        return;
    };
    if change.effect != Effect::Update || change.hook.is_some() {
        return;
    }
    let Some(said) = said.find(&change.object) else {
        return;
    };
    let Some(drifted) = difference(&said.body, &change.object, live, secrecy) else {
        return;
    };
    let fields = drifted.fields.iter().map(|field| field.path.as_str());
    let taken_back: Vec<&str> = fields
        .filter(|path| change.fields.iter().any(|field| field.path == *path))
        .collect();
    if taken_back.is_empty() {
        return;
    }
    let by: Vec<&str> = drifted.notes.iter().map(|note| note.text.as_str()).collect();
    let by = if by.is_empty() {
        "changed by somebody".to_owned()
    } else {
        by.join("; ")
    };
    let text = format!(
        "{by} since the running revision was made: {} would be set again",
        taken_back.join(", ")
    );
    change.notes.push(Note::new(Concern::Drift, text));
    change.notes.sort();
}
