//! What a person should know about a change, besides the change.

mod refusals;
mod workloads;
mod data;
mod drift;

use super::changes::Course;

pub(super) use drift::{Said, note as drift};
pub(super) use refusals::note as refusal;

use templates::KubeVersion;

use crate::diff::{Concern, Effect, Note, ObjectChange};

/// Returns the notes on what happens to an object, the gravest first.
pub(super) fn of(course: &Course<'_>, change: &ObjectChange) -> Vec<Note> {
    let mut notes = refusals::of(course);
    notes.extend(workloads::of(course, change));
    notes.extend(data::of(course, change));
    notes.extend(definition(course));
    notes.extend(hook(course));
    notes.sort();
    notes
}

/// Notes that a version of Kubernetes does not have the type of an object any more.
pub(super) fn outlook(change: &mut ObjectChange, target: &KubeVersion) {
    let gvk = &change.object.gvk;
    let removal = templates::removal(&gvk.api_version(), &gvk.kind, target);
    if let Some(text) = removal.filter(|_| change.effect != Effect::Delete) {
        change.notes.push(Note::new(Concern::ApiRemoved, text));
        change.notes.sort();
    }
}

fn definition(course: &Course<'_>) -> impl Iterator<Item = Note> {
    let misfits = course.steps().flat_map(|step| &step.misfits);
    misfits.map(|text| Note::new(Concern::Crd, text.clone()))
}

fn hook(course: &Course<'_>) -> Option<Note> {
    let event = course.hook()?;
    let end = if course.is_passing() {
        ", and goes when it is done"
    } else {
        ""
    };
    Some(Note::new(Concern::Hook, format!("runs as {event} hook{end}")))
}
