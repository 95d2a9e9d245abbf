//! Making live objects match what is wanted.

mod object;
mod index;
mod ownership;
mod preflight;
mod harmless;
mod rights;
mod runs;
mod send;
mod server_side;
mod client_side;
mod managed_fields;
mod field_key;
mod owned_fields;
mod merge;
mod merge_keys;
mod metadata;
mod delete;

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

pub use delete::Cascade;
pub use object::{BuildError, ObjectRef};
pub use ownership::OwnershipError;
pub use preflight::PreflightError;
pub use rights::Missing;
pub use send::{ApplyError, SendError};

pub(crate) use delete::{RESOURCE_POLICY, delete, delete_departed, delete_owned, departed};
pub(crate) use field_key::FieldKey;
pub(crate) use harmless::leave_out_harmless;
pub(crate) use index::Index;
pub(crate) use merge::{is_built_in, is_built_in_group, is_same_item, three_way};
pub(crate) use merge_keys::{ListMerge, Schema};
pub(crate) use object::{Object, Validation, build, build_known, flatten, locate};
pub(crate) use owned_fields::drop_owned_fields;
pub(crate) use ownership::{MANAGED_BY, Owner, existing, own};
pub(crate) use preflight::{Trial, Way};
pub(crate) use rights::{join, undeletable};
pub(crate) use runs::each;
pub(crate) use send::{CustomMerge, Method, Sender};

use runs::in_runs;

/// What became of an object.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Change {
    /// It is new.
    Created,
    /// It was there, and was sent.
    Updated,
    /// It is gone, or on its way.
    Deleted,
    /// It should have gone, but asks to stay.
    Kept,
}

impl fmt::Display for Change {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str(match self {
            Change::Created => "created",
            Change::Updated => "updated",
            Change::Deleted => "deleted",
            Change::Kept => "kept",
        })
    }
}

/// What an action did to the cluster's objects, in the order it did so.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Changes {
    /// Objects that were not there.
    pub created: Vec<ObjectRef>,
    /// Objects that were there and were sent again.
    pub updated: Vec<ObjectRef>,
    /// Objects that are not wanted any more.
    pub deleted: Vec<ObjectRef>,
    /// Objects that are not wanted any more but ask to stay.
    pub kept: Vec<ObjectRef>,
}

impl Changes {
    fn note(&mut self, object: ObjectRef, change: Change) {
        match change {
            Change::Created => self.created.push(object),
            Change::Updated => self.updated.push(object),
            Change::Deleted => self.deleted.push(object),
            Change::Kept => self.kept.push(object),
        }
    }
}

/// Makes objects that should not be there yet: kind after kind, those of a kind at once.
///
/// # Errors
///
/// All that failed; the others are made, those of later kinds too (`pkg/kube/client.go`, `perform`).
pub(crate) async fn create(sender: &Sender<'_>, objects: &[Object]) -> Result<Changes, ApplyError> {
    let mut changes = Changes::default();
    let mut errors = Vec::new();
    for run in in_runs(objects) {
        let results = run.each(|object| sender.create(object)).await;
        for (object, result) in run.objects().iter().zip(results) {
            match result {
                Ok(()) => sender.note(&mut changes, object.reference(), Change::Created),
                Err(error) => errors.push(error),
            }
        }
    }
    ApplyError::check(errors, "\n").map(|()| changes)
}

/// What an update did until it ended, well or not.
pub(crate) struct Update {
    pub(crate) changes: Changes,
    pub(crate) result: Result<(), ApplyError>,
}

/// Sends `target`, then deletes what is in `current` and not in `target`.
///
/// An object that cannot be changed does not keep the others from it, but then nothing is deleted; one that cannot be
/// made ends it (`pkg/kube/client.go`, `update`).
pub(crate) async fn update(sender: &Sender<'_>, current: &[Object], target: &[Object]) -> Update {
    let mut changes = Changes::default();
    let work = async {
        send_all(sender, current, target, &mut changes).await?;
        delete_departed(sender, current, target, &mut changes).await
    };
    let result = sender.foreseeing(target.iter().chain(current), work).await;
    Update { changes, result }
}

async fn send_all(
    sender: &Sender<'_>,
    current: &[Object],
    target: &[Object],
    changes: &mut Changes,
) -> Result<(), ApplyError> {
    let mut errors = Vec::new();
    let current = Index::of(current);
    for run in in_runs(target) {
        let sent = run.each(|object| sender.send(current.find(object), object)).await;
        let mut fatal = Vec::new();
        for (object, (change, result)) in run.objects().iter().zip(sent) {
            sender.note(changes, object.reference(), change);
            match result {
                Ok(()) => {}
                Err(error) if error.is_fatal() => fatal.push(error),
                Err(error) => errors.push(error),
            }
        }
        ApplyError::check(fatal, " && ")?;
    }
    ApplyError::check(errors, " && ")
}

/// Tells the server's warnings, each once.
#[derive(Debug, Default)]
pub(crate) struct Warnings(std::sync::Mutex<BTreeSet<String>>);

impl Warnings {
    fn is_new(&self, text: &str) -> bool {
        let mut told = self.0.lock().expect("nothing panics while holding the warnings");
        told.insert(text.to_owned())
    }
}
