//! `ChangeSet`: all that an action changes, or all in which two things differ.

use serde::{Deserialize, Serialize};

use super::{FieldChange, Note};
use crate::apply::ObjectRef;

/// What becomes of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Effect {
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is deleted and made anew.
    Replace,
    /// It is deleted.
    Delete,
    /// It should go, but asks to stay.
    Keep,
    /// It stays as it is.
    Nothing,
}

impl Effect {
    /// Returns the word for it, as in JSON.
    pub fn as_str(self) -> &'static str {
        match self {
            Effect::Create => "create",
            Effect::Update => "update",
            Effect::Replace => "replace",
            Effect::Delete => "delete",
            Effect::Keep => "keep",
            Effect::Nothing => "nothing",
        }
    }

    /// Says whether something is different afterwards.
    pub fn is_change(self) -> bool {
        !matches!(self, Effect::Keep | Effect::Nothing)
    }
}

/// An object, and what becomes of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectChange {
    /// Which one.
    pub object: ObjectRef,
    /// What becomes of it.
    pub effect: Effect,
    /// Its fields that differ.
    #[serde(default)]
    pub fields: Vec<FieldChange>,
    /// What to know about it.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// When it runs, if it is a hook: `pre-upgrade`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hook: Option<String>,
}

/// What an action changes, or in what two things differ.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ChangeSet {
    /// The verb: `upgrade`, `diff`.
    pub action: String,
    /// The release, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<String>,
    /// The namespace of the release.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// What is there, or the first of the two: `revision 3`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// What is to come, or the second of the two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The objects, in the order of the action. Those that stay as they are may be among them.
    pub objects: Vec<ObjectChange>,
    /// The values that differ.
    #[serde(default)]
    pub values: Vec<FieldChange>,
    /// What to know about the whole.
    #[serde(default)]
    pub notes: Vec<Note>,
}

/// How many objects there are of each effect.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Summary {
    /// Those that are made.
    pub create: usize,
    /// Those that are changed.
    pub update: usize,
    /// Those that are deleted and made anew.
    pub replace: usize,
    /// Those that are deleted.
    pub delete: usize,
    /// Those that ask to stay.
    pub keep: usize,
    /// Those that stay as they are.
    pub nothing: usize,
    /// The values that differ.
    pub values: usize,
    /// The notes that need a person's attention.
    pub attention: usize,
}

impl ChangeSet {
    /// Counts the objects by what becomes of them.
    pub fn summary(&self) -> Summary {
        let count = |effect| {
            self.objects
                .iter()
                .filter(|change| change.effect == effect)
                .count()
        };
        Summary {
            create: count(Effect::Create),
            update: count(Effect::Update),
            replace: count(Effect::Replace),
            delete: count(Effect::Delete),
            keep: count(Effect::Keep),
            nothing: count(Effect::Nothing),
            values: self.values.len(),
            attention: self.attention().count(),
        }
    }

    /// Says whether a person should decide before it is done.
    pub fn needs_attention(&self) -> bool {
        self.attention().next().is_some()
    }

    /// Says whether no object and no value changes.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && !self.objects.iter().any(|change| change.effect.is_change())
    }

    /// Returns the notes that need a person's attention, with the objects that they are about.
    pub fn attention(&self) -> impl Iterator<Item = (Option<&ObjectChange>, &Note)> {
        let of_objects = self.objects.iter().flat_map(|change| {
            let notes = change.notes.iter();
            notes.map(move |note| (Some(change), note))
        });
        let of_all = self.notes.iter().map(|note| (None, note));
        of_all
            .chain(of_objects)
            .filter(|(_, note)| note.concern.needs_attention())
    }
}
