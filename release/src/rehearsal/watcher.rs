//! `Watcher`: tells the stage which changes are those of hooks.

use std::sync::Arc;

use super::Stage;
use crate::apply::Change;
use crate::observer::{Event, Observer};

/// Passes events on.
pub(super) struct Watcher {
    pub(super) stage: Arc<Stage>,
    pub(super) audience: Arc<dyn Observer>,
}

impl Observer for Watcher {
    fn notify(&self, event: Event) {
        match &event {
            Event::HookStarted { event, hook } => self.stage.begin_hook(event.to_string(), hook),
            Event::HookFinished { .. } => self.stage.end_hook(),
            Event::Changed(object, Change::Kept) => self.stage.keep(object.clone()),
            _ => {}
        }
        self.audience.notify(event);
    }
}
