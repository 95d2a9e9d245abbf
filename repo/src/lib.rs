//! Where charts come from: a reference names a chart, a fetcher brings its archive.
//!
//! ```no_run
//! use repo::{ChartRef, Fetcher};
//!
//! let chart = Fetcher::new().fetch(&ChartRef::parse("./web"))?.load()?;
//! println!("{} {}", chart.metadata.name, chart.metadata.version);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod reference;
mod fetch;
mod local;
pub mod http;
pub mod oci;
mod error;

pub use error::{DependencyError, FetchError};
pub use fetch::{Archive, Fetcher};
pub use local::update_local;
pub use reference::ChartRef;
