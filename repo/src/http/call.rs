//! `Call`: one request as data, so that it can be sent again.

use std::fmt;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use url::Url;

/// A request that is to be sent.
#[derive(Debug, Clone)]
pub struct Call {
    /// What is to be done.
    pub method: Method,
    /// To what. User and password in it become a header when nothing else says who we are, as in Go.
    pub url: Url,
    /// With which headers. Those that say who we are do not follow a redirect to another host.
    pub headers: HeaderMap,
    /// With which content.
    pub body: Body,
    /// How far a redirect may lead those headers that say who we are.
    pub trust: Trust,
}

/// Where a redirect may lead and still learn who we are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Trust {
    /// To the same host, as Go's client has it.
    #[default]
    Host,
    /// To the same host and port only, as the OCI library of Go has it.
    Origin,
}

/// The content of a request.
#[derive(Clone, Default)]
pub enum Body {
    /// None.
    #[default]
    Empty,
    /// These bytes.
    Bytes(Vec<u8>),
    /// A stream, made anew for each time that the request is sent.
    Stream(Arc<dyn Fn() -> reqwest::Body + Send + Sync>),
}

/// A user's name and password.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Credentials {
    /// The name.
    pub username: String,
    /// The password.
    pub password: String,
}

impl Call {
    /// A request without content.
    pub fn new(method: Method, url: Url) -> Self {
        Call {
            method,
            url,
            headers: HeaderMap::new(),
            body: Body::Empty,
            trust: Trust::default(),
        }
    }

    /// A request for what is at a place.
    pub fn get(url: Url) -> Self {
        Call::new(Method::GET, url)
    }

    /// Adds a header; a value that cannot be one is left out.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }

    /// Says who we are by name and password.
    #[must_use]
    pub fn basic(mut self, credentials: &Credentials) -> Self {
        self.headers.insert(AUTHORIZATION, credentials.header());
        self
    }
}

impl Credentials {
    /// Nothing when either half is missing: Helm sends no such halves.
    pub fn whole(username: &str, password: &str) -> Option<Self> {
        (!username.is_empty() && !password.is_empty()).then(|| Credentials {
            username: username.to_owned(),
            password: password.to_owned(),
        })
    }

    /// The header's value.
    pub fn header(&self) -> HeaderValue {
        let text = STANDARD.encode(format!("{}:{}", self.username, self.password));
        let value = HeaderValue::from_str(&format!("Basic {text}"));
        let mut value = value.expect("base64 is made of letters that headers may have");
        value.set_sensitive(true);
        value
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({:?}, …)", self.username)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Body::Empty => write!(f, "Empty"),
            Body::Bytes(bytes) => write!(f, "Bytes({})", bytes.len()),
            Body::Stream(_) => write!(f, "Stream"),
        }
    }
}

impl Body {
    /// The content for one sending.
    pub(super) fn to_reqwest(&self) -> Option<reqwest::Body> {
        match self {
            Body::Empty => None,
            Body::Bytes(bytes) => Some(bytes.clone().into()),
            Body::Stream(make) => Some(make()),
        }
    }
}
