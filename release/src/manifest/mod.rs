//! Rendered text → what to do, in order. Pure data: nothing here knows a cluster.

mod split;
mod order;
mod head;
mod resource;
mod plan;
mod read;
mod post_render;
mod error;

pub use error::{PlanError, ReadError};
pub use order::{KindOrder, install_order, uninstall_order};
pub use plan::{CrdFile, IgnoredHook, ManifestOptions, Plan};
pub use post_render::{PostRenderError, post_rendered};
pub use resource::{GroupVersionKind, Resource};
pub use split::{split, split_release};

pub use head::HeadError;
pub(crate) use head::json_kind;
pub(crate) use plan::crd_files;
pub use read::Reader;
pub(crate) use read::read_documents;
