//! `Step`: one change of a rehearsal.

use std::sync::Arc;

use serde_json::Value;

use super::deed::Deed;
use crate::apply::ObjectRef;
use crate::cluster::ApiError;

/// One change that a verb would make.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// What is changed.
    pub(super) object: ObjectRef,
    /// How it is before; nothing if it is not there.
    pub(super) before: Option<Arc<Value>>,
    /// How it is afterwards, as the server says; nothing if it is deleted. Of a refused change: how it was meant to be.
    pub(super) after: Option<Arc<Value>>,
    /// Why the server will not do it.
    pub(super) refusal: Option<ApiError>,
    /// Why the verb itself would stop here: the object belongs to somebody else.
    pub(super) protest: Option<String>,
    /// What becomes of objects of the kind, if the object is the definition of one and changes.
    pub(super) misfits: Vec<String>,
    /// Whether the server has tried it out. If not, it lacks what the server would add.
    pub(super) is_checked: bool,
    /// The event of the hook that the object is, such as `pre-upgrade`.
    pub(super) hook: Option<String>,
    /// What is sent, and how.
    pub(super) deed: Deed,
}

impl Step {
    /// Says whether it is about the book-keeping of releases.
    pub(super) fn is_bookkeeping(&self) -> bool {
        self.deed.is_bookkeeping()
    }
}

/// A step's place in the log.
pub(super) type Place = usize;

/// The steps so far, in the order they began; those under way are still missing.
#[derive(Debug, Default)]
pub(super) struct Log {
    steps: Vec<Option<Step>>,
    hook: Option<String>,
}

impl Log {
    /// Keeps a place for a step that begins.
    pub(super) fn begin(&mut self) -> Place {
        self.steps.push(None);
        self.steps.len() - 1
    }

    /// Writes a step down in its place.
    pub(super) fn end(&mut self, place: Place, mut step: Step) {
        step.hook = self.hook.clone();
        self.steps[place] = Some(step);
    }

    /// Writes down how the object of a step was before it.
    pub(super) fn complete(&mut self, place: Place, before: Option<Arc<Value>>) {
        if let Some(step) = &mut self.steps[place] {
            step.before = before;
        }
    }

    /// Notes that a hook's object, named as `Kind/name`, is sent next: what was just deleted under its name made room for it.
    pub(super) fn begin_hook(&mut self, event: String, object: &str) {
        let done = self.steps.iter_mut().rev().flatten();
        let room = done.take_while(|step| step.hook.is_none() && step.after.is_none());
        for step in room.filter(|step| step.object.to_string() == object) {
            step.hook = Some(event.clone());
        }
        self.hook = Some(event);
    }

    pub(super) fn end_hook(&mut self) {
        self.hook = None;
    }

    pub(super) fn done(&self) -> Vec<Step> {
        self.steps.iter().flatten().cloned().collect()
    }
}
