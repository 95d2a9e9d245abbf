//! Chart and values in, text out.
//!
//! [`Renderer`] renders a configured chart as Helm does, and what ends in `.tera` with Tera; [`gotmpl`] is Go's template language alone, for any use.

pub mod gotmpl;
pub mod sprig;
mod ahead;
mod helm;
mod tera;
mod engine;
mod scope;
mod capabilities;
mod files;
mod glob;
mod lookup;
mod post_render;
mod follow;
mod lint;
pub mod explain;
mod unread;
mod rendered;
mod renderer;
mod error;
mod data;
mod text;

pub use ahead::Ahead;
pub use capabilities::{BuildInfo, Capabilities, KubeVersion, KubeVersionError};
pub use data::{Data, Struct};
pub use error::{Error, ErrorKind};
pub use follow::Follow;
pub use gotmpl::{Call, Chance, Location, Origin, Printed};
pub use lint::{LintOptions, Linted, Unread, lint, removal};
pub use lookup::{Lookup, LookupError, Offline};
pub use post_render::PostRender;
pub use rendered::{Broken, Files, Notice, NoticeLevel, Rendered, RenderedLine};
pub use renderer::{Mode, ReleaseInfo, RenderInput, Renderer};
pub use sprig::{Clock, Pattern, format_time};
pub use text::{TextError, render_data, render_name};
pub use unread::{Found as UnreadFound, Reason as UnreadReason, UnreadValue, Witness};
