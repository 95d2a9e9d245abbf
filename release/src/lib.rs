//! From rendered text to a running release that is remembered.

mod names;
mod time;
mod record;
mod hook;
pub mod manifest;
pub mod store;
pub mod cluster;

pub use cluster::Cluster;
pub use hook::{DeletePolicy, Hook, HookEvent, HookExecution, HookPhase, LogPolicy};
pub use manifest::Plan;
pub use record::{ApplyMethod, Info, NameError, Release, Status, validate_name};
pub use store::Store;
pub use time::{Time, TimeError};

/// The name under which the API server remembers what we wrote. It is Helm's, so that both may change the same object.
pub(crate) const FIELD_MANAGER: &str = "helm";
