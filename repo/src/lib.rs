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
mod location;
mod place;
mod disk;
pub mod config;
pub mod index;
pub mod cache;
mod event;
mod download;
mod repositories;
mod fetch;
mod local;
pub mod http;
mod error;

pub use error::{DependencyError, FetchError};
pub use fetch::{Archive, Fetcher};
pub use local::update_local;
pub use disk::write_file;
pub use event::{Event, Teller};
pub use location::LocationError;
pub use place::Places;
pub use reference::ChartRef;
pub use repositories::{
    Added, Existing, HubChart, HubError, IndexFetchError, Repositories, RepositoryError, SearchError, SearchOptions,
};
