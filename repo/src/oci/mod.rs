//! Charts in OCI registries.
//!
//! `registry.rs` sends requests and tells registries who we are; what can be done with them is in a file per verb, over
//! pure parts: references, manifests, challenges, scopes, tokens, URLs.

mod reference;
mod digest;
mod manifest;
mod versions;
mod requests;
mod challenge;
mod scope;
mod realm;
mod token;
mod credentials;
mod memory;
mod mirror;
mod registry;
mod tags;
mod pull;
mod plugin;
mod download;
mod fetch;
mod catalog;
mod push;
mod upload;
mod login;
mod refusal;
mod error;

pub use credentials::{ConfigError, Credential, CredentialError, CredentialStore, HelperError};
pub use digest::{Digest, DigestError};
pub use error::{IdentityError, OciError};
pub use fetch::{Beside, Fetched, Wanted};
pub use login::login;
pub use manifest::Descriptor;
pub use plugin::PluginFiles;
pub use pull::ChartManifest;
pub use push::{Package, Pushed};
pub use reference::{Reference, ReferenceError};
pub use refusal::Refusal;
pub use registry::{Identity, Registry};
pub use requests::Protocol;
