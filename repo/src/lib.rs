//! Where charts come from: a reference names a chart, a fetcher brings its archive.
//!
//! ```no_run
//! # async fn run() -> Result<(), Box<dyn std::error::Error>> {
//! use repo::{Archive, ChartRef, FetchOptions, Fetcher, Places, Repositories, Teller};
//!
//! let reference = ChartRef::parse("bitnami/nginx");
//! let archive = match Archive::on_this_machine(&reference)? {
//!     Some(archive) => archive,
//!     None => {
//!         let places = Places { repository_config: "repositories.yaml".into(), ..Places::default() };
//!         let repositories = Repositories::new(places, repo::http::HttpOptions::default(), Teller::default());
//!         Fetcher::new(&repositories).fetch(&reference, &FetchOptions::default()).await?
//!     }
//! };
//! println!("{}", archive.load()?.metadata.version);
//! # Ok(())
//! # }
//! ```

mod reference;
mod location;
mod place;
mod disk;
pub mod config;
pub mod index;
pub mod cache;
mod event;
mod getter;
mod mirrors;
mod download;
mod repositories;
mod resolve;
mod fetch;
mod dependency;
mod outdated;
pub mod http;
pub mod oci;
mod error;

pub use dependency::{DependencyError, DependencyOptions, DependencyVersions, Digests, Refresh};
pub use disk::{copy_file, write_file, write_private_file};
pub use error::FetchError;
pub use event::{Event, Teller};
pub use fetch::{Archive, FetchOptions, Fetched, Fetcher, Proof};
pub use getter::{Errand, Getter};
pub use location::LocationError;
pub use mirrors::{MirrorError, Mirrors};
pub use outdated::{Evidence, Newest, Sources, is_newer};
pub use place::Places;
pub use reference::ChartRef;
pub use repositories::{
    Added, Existing, HubChart, HubError, IndexFetchError, Repositories, RepositoryError, SearchError,
    SearchOptions,
};
