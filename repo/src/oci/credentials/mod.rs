//! Who we are to a registry, and where that is kept.

mod config;
mod helper;
mod store;

use std::fmt;

pub use config::ConfigError;
pub use helper::HelperError;
pub use store::{CredentialError, CredentialStore};

/// What a registry may be told about us. Empty fields are not there.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credential {
    /// The user's name.
    pub username: String,
    /// The password.
    pub password: String,
    /// A long-lived token that others are had for: Docker's identity token.
    pub identity_token: String,
    /// A token that the registry itself takes.
    pub registry_token: String,
}

impl Credential {
    /// A user with a password; without a name the password is an identity token.
    pub fn new(username: &str, password: &str) -> Self {
        if username.is_empty() {
            return Credential {
                identity_token: password.to_owned(),
                ..Credential::default()
            };
        }
        Credential {
            username: username.to_owned(),
            password: password.to_owned(),
            ..Credential::default()
        }
    }

    /// Whether it says nothing.
    pub fn is_empty(&self) -> bool {
        [
            &self.username,
            &self.password,
            &self.identity_token,
            &self.registry_token,
        ]
        .iter()
        .all(|field| field.is_empty())
    }
}

/// Says which fields there are, never what is in them.
impl fmt::Debug for Credential {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let there = |field: &str| if field.is_empty() { "none" } else { "…" };
        formatter
            .debug_struct("Credential")
            .field("username", &self.username)
            .field("password", &there(&self.password))
            .field("identity_token", &there(&self.identity_token))
            .field("registry_token", &there(&self.registry_token))
            .finish()
    }
}

/// The name that credentials for a registry are kept under: Docker Hub's is a URL, for reasons of history.
pub(super) fn key(registry: &str) -> &str {
    match registry {
        "docker.io" | "registry-1.docker.io" => "https://index.docker.io/v1/",
        other => other,
    }
}
