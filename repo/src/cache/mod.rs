//! What was fetched before: indexes of repositories, and charts by digest.

mod content;
mod image;
mod indexes;
mod search_lines;
mod stamp;

pub use content::ContentCache;
pub(crate) use content::{Kind, hex_digest};
pub use image::Catalog;
pub use indexes::{CacheError, IndexCache, Validators};
pub(crate) use search_lines::Filter;
pub use search_lines::{Found, Needle};
