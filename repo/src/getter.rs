//! `Getter`: who gets what is behind URLs of schemes that this crate does not speak (Helm's getter plugins).

use std::error::Error;
use std::fmt::Debug;

use url::Url;

use crate::http::{Credentials, TlsOptions};

/// Something to get.
#[derive(Debug, Clone, Copy)]
pub struct Errand<'a> {
    /// What.
    pub url: &'a Url,
    /// The same in the words of whoever named it: a plugin may know better than we what belongs in them.
    pub text: &'a str,
    /// The repository that it belongs to, or nothing for what stands alone.
    pub repository: Option<&'a str>,
    /// The kinds of content that are wanted, as in HTTP's `Accept`; empty is any.
    pub accept: &'a str,
    /// Who we are, if the service is to know.
    pub credentials: Option<&'a Credentials>,
    /// Whether other services may know as well.
    pub pass_credentials: bool,
    /// The files for TLS that were named.
    pub tls: &'a TlsOptions,
}

/// Gets what is behind URLs.
pub trait Getter: Debug + Send + Sync {
    /// Says whether it knows URLs of a scheme: `s3`.
    fn speaks(&self, scheme: &str) -> bool;

    /// Gets all of it.
    ///
    /// # Errors
    /// Why that is not to be had.
    fn get(&self, errand: Errand<'_>) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>>;
}
