//! What happens while an action works, for whoever wants to watch.

use std::fmt;

use chart::Remark;

use crate::apply::{Change, ObjectRef};
use crate::cluster::ContainerLog;
use crate::hook::HookEvent;
use crate::wait::Progress;

/// Is told what happens.
pub trait Observer: Send + Sync {
    /// Takes note of an event. It is called between requests, so it should be quick.
    fn notify(&self, event: Event);
}

/// Nobody watches.
#[derive(Clone, Copy, Debug, Default)]
pub struct Silent;

impl Observer for Silent {
    fn notify(&self, _event: Event) {}
}

/// A failure, as Helm logs it.
#[derive(Clone, Debug)]
pub struct Failing {
    /// `ERROR` or `WARN`.
    pub level: &'static str,
    /// What failed, in Helm's words.
    pub message: String,
    /// What it is about, as keys and values.
    pub fields: Vec<(&'static str, String)>,
}

/// Something happened.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event {
    /// A step of the action begins.
    Step(&'static str),
    /// An object was sent, and this came of it.
    Changed(ObjectRef, Change),
    /// An object that is waited for: how it is now, and why.
    Waiting(Progress),
    /// A hook was sent.
    HookStarted {
        /// When it runs.
        event: HookEvent,
        /// Its kind and name.
        hook: String,
    },
    /// A hook ended.
    HookFinished {
        /// When it ran.
        event: HookEvent,
        /// Its kind and name.
        hook: String,
        /// Whether it did what it should.
        has_succeeded: bool,
    },
    /// A hook's container output, because its annotation asks for it.
    HookLog(ContainerLog),
    /// A detail, for who wants to know them all.
    Note(String),
    /// The server, or we, have something to say that is not an error.
    Warning(String),
    /// Something about chart or values is odd.
    Remark(Remark),
    /// A failure that the action ends with, and that its error says once more. Helm logs it as well.
    Failing(Failing),
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Event::Step(step) => f.write_str(step),
            Event::Changed(object, change) => write!(f, "{object} {change}"),
            Event::Waiting(progress) => write!(f, "{} {:?}", progress.object, progress.state),
            Event::HookStarted { event, hook } => write!(f, "{event} hook {hook} started"),
            Event::HookFinished {
                event,
                hook,
                has_succeeded: true,
            } => write!(f, "{event} hook {hook} succeeded"),
            Event::HookFinished { event, hook, .. } => write!(f, "{event} hook {hook} failed"),
            Event::HookLog(log) => write!(f, "{}/{}: {}", log.pod, log.container, log.text),
            Event::Note(text)
            | Event::Warning(text)
            | Event::Remark(Remark { message: text, .. })
            | Event::Failing(Failing { message: text, .. }) => f.write_str(text),
        }
    }
}
