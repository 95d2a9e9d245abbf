//! What a person should know about a change, besides the change.

mod refusals;
mod workloads;
mod data;

use super::changes::Course;

pub(super) use refusals::note as refusal;

use crate::diff::{Concern, Note, ObjectChange};

/// Returns the notes on what happens to an object, the gravest first.
pub(super) fn of(course: &Course<'_>, change: &ObjectChange) -> Vec<Note> {
    let mut notes = refusals::of(course);
    notes.extend(workloads::of(course, change));
    notes.extend(data::of(course, change));
    notes.extend(hook(course));
    notes.sort();
    notes
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
