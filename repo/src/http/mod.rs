//! HTTP as repositories and registries need it: one client, made in one place.
//!
//! `client.rs` sends; what it follows, repeats and goes through are pure rules in files of their own.

mod options;
mod client;
mod call;
mod response;
mod progress;
mod proxy;
mod redirect;
mod retry;
mod tls;
mod error;

pub use call::{Body, Call, Credentials, Trust};
pub use client::HttpClient;
pub use error::{HttpError, Reason};
pub use options::{HttpOptions, Reach, TlsOptions};
pub use progress::{Moved, Progress};
pub use proxy::ProxyRules;
pub use response::Response;

pub(crate) use client::decoded;
pub(crate) use error::shown;
pub(crate) use progress::Transfer;
