//! What the server, or the verb itself, has against a change.

use super::super::changes::Course;
use crate::cluster::ApiError;
use crate::diff::{Concern, Note};

/// Words of the API server about fields that stay as they were made.
const IMMUTABLE: [&str; 3] = [
    "field is immutable",
    "updates to statefulset spec for fields other than",
    "may not be changed",
];

pub(super) fn of(course: &Course<'_>) -> Vec<Note> {
    let mut notes = Vec::new();
    for step in course.steps() {
        if let Some(why) = &step.protest {
            notes.push(Note::new(Concern::Takeover, why.clone()));
        }
        if let Some(error) = &step.refusal {
            notes.push(note(error));
        }
    }
    let last = course.last();
    if !last.is_checked && last.refusal.is_none() {
        let why = "the server could not try it out: what it stands on is only made by this action";
        notes.push(Note::new(Concern::Unchecked, why));
    }
    notes.dedup();
    notes
}

/// Returns what a refusal is about, with the server's words.
pub(in super::super) fn note(error: &ApiError) -> Note {
    Note::new(concern(error), error.message.clone())
}

fn concern(error: &ApiError) -> Concern {
    let says = |words: &str| error.message.contains(words);
    match error.code {
        403 if says("exceeded quota") => Concern::Quota,
        403 if says("User ") && says(" cannot ") => Concern::Rights,
        409 if says("conflict with ") || says("conflicts with ") => Concern::Conflict,
        422 if IMMUTABLE.iter().any(|words| says(words)) => Concern::Immutable,
        _ => Concern::Refused,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_told_apart() {
        let concern = |code, message: &str| super::concern(&ApiError::refused(code, message));
        let right = "services is forbidden: User \"a\" cannot patch resource \"services\"";
        assert_eq!(concern(403, right), Concern::Rights);
        assert_eq!(
            concern(403, "pods \"a\" is forbidden: exceeded quota: q"),
            Concern::Quota
        );
        assert_eq!(
            concern(409, "Apply failed with 1 conflict: conflict with \"x\""),
            Concern::Conflict
        );
        assert_eq!(
            concern(422, "spec.selector: Invalid value: field is immutable"),
            Concern::Immutable
        );
        assert_eq!(concern(422, "spec.ports: Required value"), Concern::Refused);
    }
}
