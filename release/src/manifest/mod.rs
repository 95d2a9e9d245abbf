//! Rendered text → what to do, in order. Pure data: nothing here knows a cluster.

mod split;
mod order;
mod head;
mod resource;
mod plan;

pub use order::{KindOrder, install_order, uninstall_order};
pub use plan::{CrdFile, IgnoredHook, ManifestOptions, Plan, PlanError};
pub use resource::{GroupVersionKind, Resource};
pub use split::{split, split_release};

pub(crate) use head::HeadError;
