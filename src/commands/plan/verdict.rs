//! The exit status of a plan.

use release::diff::{ChangeSet, Note};

use crate::error::{CommandError, Result};

/// There are changes.
const CHANGES: u8 = 2;
/// There are changes that a person should look at.
const ATTENTION: u8 = 3;

/// What makes the exit status another one than 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum FailOn {
    /// Any change, and more so one that needs attention.
    Changes,
    /// Only what needs attention.
    Attention,
    /// Only what is about one of these.
    Concerns(Vec<String>),
    Never,
}

impl FailOn {
    /// Reads the flag.
    ///
    /// # Errors
    /// When there is no such concern.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "changes" => return Ok(FailOn::Changes),
            "attention" => return Ok(FailOn::Attention),
            "never" => return Ok(FailOn::Never),
            _ => {}
        }
        let wanted: Vec<String> = text.split(',').map(|word| word.trim().to_owned()).collect();
        for word in &wanted {
            let is_known = release::diff::Concern::all()
                .iter()
                .any(|concern| concern.as_str() == word);
            if !is_known {
                let known: Vec<_> = release::diff::Concern::all()
                    .iter()
                    .map(|concern| concern.as_str())
                    .collect();
                return Err(format!(
                    "{word:?} is neither changes, attention, never nor one of {}",
                    known.join(", ")
                ));
            }
        }
        Ok(FailOn::Concerns(wanted))
    }

    fn status(&self, changes: &ChangeSet) -> u8 {
        match self {
            FailOn::Changes if changes.needs_attention() => ATTENTION,
            FailOn::Changes if !changes.is_empty() => CHANGES,
            FailOn::Attention if changes.needs_attention() => ATTENTION,
            FailOn::Concerns(wanted) if notes(changes).any(|note| is_wanted(note, wanted)) => ATTENTION,
            _ => 0,
        }
    }
}

fn notes(changes: &ChangeSet) -> impl Iterator<Item = &Note> {
    let of_objects = changes.objects.iter().flat_map(|change| &change.notes);
    changes.notes.iter().chain(of_objects)
}

fn is_wanted(note: &Note, wanted: &[String]) -> bool {
    wanted.iter().any(|concern| concern == note.concern.as_str())
}

/// Ends the program as the plan says.
///
/// # Errors
/// The exit status, if it is not 0.
pub(super) fn of(changes: &ChangeSet, fail_on: &FailOn) -> Result {
    match fail_on.status(changes) {
        0 => Ok(()),
        status => Err(CommandError::silent(status)),
    }
}

#[cfg(test)]
mod tests {
    use release::diff::Concern;

    use super::*;

    fn set(concerns: &[Concern]) -> ChangeSet {
        ChangeSet {
            notes: concerns.iter().map(|concern| Note::new(*concern, "")).collect(),
            ..ChangeSet::default()
        }
    }

    #[test]
    fn the_flag_chooses_what_counts() {
        let status = |flag: &str, set: &ChangeSet| FailOn::parse(flag).unwrap().status(set);
        let lossy = set(&[Concern::DataLoss]);
        let calm = set(&[Concern::Restart]);
        assert_eq!(status("changes", &lossy), 3);
        assert_eq!(status("attention", &calm), 0);
        assert_eq!(status("never", &lossy), 0);
        assert_eq!(status("dataLoss,drift", &lossy), 3);
        assert_eq!(status("drift", &lossy), 0);
        assert!(FailOn::parse("rain").unwrap_err().contains("dataLoss"));
    }
}
