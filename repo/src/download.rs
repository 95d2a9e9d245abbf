//! `Downloader`: files from HTTP servers, by those who are allowed to have them.

use std::collections::BTreeMap;
use std::sync::Mutex;

use http::header::{ACCEPT, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use http::{HeaderName, StatusCode};
use url::Url;

use crate::cache::Validators;
use crate::config::Repository;
use crate::http::{Call, Credentials, HttpClient, HttpError, HttpOptions, Reach, Response, TlsOptions};
use crate::location;

/// An index, or a chart, of this size is a mistake or an attack.
const LARGEST: u64 = 1 << 30;

/// Fetches files. Servers that are reached in the same way share connections.
#[derive(Debug)]
pub(crate) struct Downloader {
    options: HttpOptions,
    clients: Mutex<BTreeMap<TlsOptions, HttpClient>>,
}

/// How something may be fetched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Access {
    /// Who we are.
    pub(crate) credentials: Option<Credentials>,
    /// The service that the credentials are for; none is the one that is asked.
    pub(crate) service: Option<Url>,
    /// Whether other services learn who we are, too.
    pub(crate) pass_credentials: bool,
    /// How TLS is spoken.
    pub(crate) tls: TlsOptions,
}

/// An index from a server.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The one that we have is the newest.
    Same,
    /// A new one.
    New(Vec<u8>, Validators),
}

impl Access {
    /// As a repository was added.
    pub(crate) fn to(repository: &Repository) -> Self {
        Access {
            credentials: repository.credentials(),
            service: Url::parse(&repository.url).ok(),
            pass_credentials: repository.pass_credentials_all,
            tls: repository.tls(),
        }
    }

    /// The credentials for a URL, if it may have them.
    fn credentials_for(&self, url: &Url) -> Option<&Credentials> {
        let is_theirs = match &self.service {
            Some(service) => location::is_same_service(service, url),
            None => true,
        };
        self.credentials
            .as_ref()
            .filter(|_| self.pass_credentials || is_theirs)
    }
}

impl Downloader {
    /// Nothing is connected yet.
    pub(crate) fn new(options: HttpOptions) -> Self {
        Downloader {
            options,
            clients: Mutex::default(),
        }
    }

    /// How far requests may go.
    pub(crate) fn reach(&self) -> Reach {
        self.options.reach
    }

    /// Fetches a file whole.
    ///
    /// # Errors
    /// When the server cannot be reached, or has no such file.
    pub(crate) async fn fetch(&self, url: &Url, access: &Access) -> Result<Vec<u8>, HttpError> {
        let call = Call::get(url.clone()).header(ACCEPT, "application/gzip,application/octet-stream");
        self.send(call, access).await?.ok()?.bytes(LARGEST).await
    }

    /// Fetches an index, unless it is the one that we have.
    ///
    /// # Errors
    /// As [`Downloader::fetch`].
    pub(crate) async fn fetch_index(
        &self,
        url: &Url,
        access: &Access,
        known: Option<&Validators>,
    ) -> Result<Answer, HttpError> {
        let mut call = Call::get(url.clone());
        if let Some(known) = known {
            for (name, value) in [
                (IF_NONE_MATCH, &known.etag),
                (IF_MODIFIED_SINCE, &known.last_modified),
            ] {
                if !value.is_empty() {
                    call = call.header(name, value);
                }
            }
        }
        let response = self.send(call, access).await?;
        if known.is_some() && response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Answer::Same);
        }
        let response = response.ok()?;
        let header = |name: HeaderName| response.header(name.as_str()).unwrap_or_default().to_owned();
        let validators = Validators {
            url: crate::http::shown(url),
            etag: header(ETAG),
            last_modified: header(LAST_MODIFIED),
        };
        Ok(Answer::New(response.bytes(LARGEST).await?, validators))
    }

    /// Asks for something, whatever the answer is.
    ///
    /// # Errors
    /// When there is no answer.
    pub(crate) async fn send(&self, mut call: Call, access: &Access) -> Result<Response, HttpError> {
        if let Some(credentials) = access.credentials_for(&call.url) {
            call = call.basic(credentials);
        }
        self.client(&access.tls)?.send(call).await
    }

    fn client(&self, tls: &TlsOptions) -> Result<HttpClient, HttpError> {
        let mut clients = self
            .clients
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if let Some(client) = clients.get(tls) {
            return Ok(client.clone());
        }
        let client = HttpClient::new(&HttpOptions {
            tls: tls.clone(),
            ..self.options.clone()
        })?;
        clients.insert(tls.clone(), client.clone());
        Ok(client)
    }
}
