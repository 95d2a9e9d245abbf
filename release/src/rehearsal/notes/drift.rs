//! What somebody changed by hand since the running revision was sent, as far as the action takes it back.

use super::super::changes::Course;
use crate::diff::{Concern, Effect, Note, ObjectChange, Secrecy, Stated};
use crate::drift::difference;

/// Adds the notes on an object; `stated` is what the running revision says, of objects in `namespace` if they name none.
pub(in super::super) fn note(
    course: &Course<'_>,
    change: &mut ObjectChange,
    (stated, namespace): (&[Stated], &str),
    secrecy: &Secrecy,
) {
    let Some(live) = &course.first().before else {
        return;
    };
    if change.effect != Effect::Update || change.hook.is_some() {
        return;
    }
    let Some(said) = stated.iter().find(|stated| is_same(stated, change, namespace)) else {
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

fn is_same(stated: &Stated, change: &ObjectChange, namespace: &str) -> bool {
    let (a, b) = (&stated.object, &change.object);
    let place = if a.namespace.is_empty() {
        namespace
    } else {
        &a.namespace
    };
    let is_there = b.namespace == place || b.namespace.is_empty();
    stated.hook.is_none()
        && (&a.gvk.group, &a.gvk.kind, &a.name) == (&b.gvk.group, &b.gvk.kind, &b.name)
        && is_there
}
