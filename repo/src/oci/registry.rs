//! `Registry`: sends requests to a registry, and tells it who we are when it asks.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use http::StatusCode;
use http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use url::Url;

use super::challenge::{Bearer, Challenge};
use super::credentials::{Credential, CredentialStore};
use super::error::{IdentityError, OciError};
use super::memory::Memory;
use super::mirror::Stands;
use super::pull::ChartManifest;
use super::refusal::Refusal;
use super::requests::{self, Protocol, is_same_origin};
use super::scope::{self, Access};
use super::token::{self, Purpose};
use super::{realm, reference::Reference};
use crate::http::{Call, Credentials, HttpClient, HttpError, HttpOptions, Progress, Reach, Response, Trust};
use crate::mirrors::Mirrors;

/// As much as is read of an answer that says no.
const MAX_REFUSAL: u64 = 8 * 1024;

/// As much as is read of a token service's answer.
const MAX_TOKEN: u64 = 128 * 1024;

/// A client of registries. Tokens are asked for once and used until they are no longer taken.
#[derive(Debug)]
pub struct Registry {
    http: HttpClient,
    pub(super) protocol: Protocol,
    identity: Identity,
    memory: Option<Memory>,
    pub(super) stands: Option<Stands>,
    /// What a host took last: the header for each scope.
    answers: Mutex<BTreeMap<(String, String), HeaderValue>>,
}

/// Who we are.
#[derive(Debug, Clone)]
pub enum Identity {
    /// The same to every registry.
    Fixed(Credential),
    /// Whoever logged in there.
    Stored(CredentialStore),
}

/// How a name and a password become a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grant {
    /// As most services like it.
    Header,
    /// By an OAuth2 form.
    Form,
}

/// A request on its way: what it is, what a token for it must allow, and how that is asked for.
pub(super) struct Errand {
    pub(super) call: Call,
    /// The name that its credentials go by.
    pub(super) registry: String,
    pub(super) scope: Option<String>,
    pub(super) grant: Grant,
}

impl Errand {
    /// A request for something in a repository.
    pub(super) fn new(call: Call, reference: &Reference, access: Access) -> Self {
        Errand {
            call,
            registry: requests::host(&reference.registry).to_owned(),
            scope: Some(scope::of(&reference.repository, access)),
            grant: Grant::Header,
        }
    }
}

impl Registry {
    /// A client; nothing is sent yet.
    pub fn new(http: HttpClient, protocol: Protocol, identity: Identity) -> Self {
        Registry {
            http,
            protocol,
            identity,
            memory: None,
            stands: None,
            answers: Mutex::default(),
        }
    }

    /// Keeps what is learnt below a cache for charts, for those who may ask nobody.
    #[must_use]
    pub fn remembering(self, cache: &Path) -> Self {
        Registry {
            memory: Some(Memory::below(cache)),
            ..self
        }
    }

    /// Asks mirrors before registries. What is said of TLS is for registries: mirrors have authorities of their own.
    #[must_use]
    pub fn with_mirrors(self, mirrors: Mirrors, http: HttpOptions, store: CredentialStore) -> Self {
        Registry {
            stands: Stands::new(mirrors, http, store),
            ..self
        }
    }

    /// The charts that were fetched by tag, as far as that was kept.
    pub fn remembered(&self) -> Vec<Reference> {
        self.memory.as_ref().map(Memory::references).unwrap_or_default()
    }

    /// Keeps what led to a chart that was fetched.
    pub(super) fn remember_chart(&self, manifest: &ChartManifest) {
        if let Some(memory) = &self.memory {
            manifest.came.iter().for_each(|came| memory.keep(came));
        }
    }

    /// What is known, for those who may ask nobody.
    pub(super) fn instead(&self) -> Option<&Memory> {
        self.memory
            .as_ref()
            .filter(|_| self.http.reach() == Reach::ThisMachine)
    }

    /// Whom to tell of transfers.
    pub(super) fn progress(&self) -> &Progress {
        self.http.progress()
    }

    /// Sends a request; when the registry wants to know who we are, says it and sends the request again.
    ///
    /// # Errors
    /// When there is no answer, or it cannot be said who we are. Any other answer is returned as it is.
    pub(super) async fn send(&self, errand: Errand) -> Result<Response, OciError> {
        let mut call = errand.call.clone();
        call.trust = Trust::Origin;
        let host = errand.registry.clone();
        let hint = errand.scope.clone().unwrap_or_default();
        if let Some(header) = self.known(&host, &hint) {
            call.headers.insert(AUTHORIZATION, header);
        }
        let response = self.send_plainly(call.clone()).await?;
        // Who was reached by a redirect has no business with our credentials.
        if response.status() != StatusCode::UNAUTHORIZED || !is_same_origin(&call.url, response.url()) {
            return Ok(response);
        }
        let challenge = Challenge::parse(response.header(WWW_AUTHENTICATE.as_str()).unwrap_or_default());
        let header = match challenge {
            Challenge::Other => return Ok(response),
            Challenge::Basic => self.basic(&errand).await,
            Challenge::Bearer(bearer) => self.bearer(&errand, &bearer).await,
        };
        let header = header.map_err(|source| OciError::Identity {
            method: call.method.to_string(),
            url: call.url.to_string(),
            source: Box::new(source),
        })?;
        self.remember(host, hint, header.clone());
        call.headers.insert(AUTHORIZATION, header);
        self.send_plainly(call).await
    }

    /// Sends a request without saying more than is in it.
    pub(super) async fn send_plainly(&self, call: Call) -> Result<Response, OciError> {
        let registry = call.url.clone();
        self.http
            .send(call)
            .await
            .map_err(|error| without_secrets(error, &registry).into())
    }

    async fn basic(&self, errand: &Errand) -> Result<HeaderValue, IdentityError> {
        let credential = self.credential(&errand.registry).await?;
        if credential.is_empty() {
            return Err(IdentityError::Missing);
        }
        let whole = Credentials::whole(&credential.username, &credential.password);
        whole.map(|whole| whole.header()).ok_or(IdentityError::Incomplete)
    }

    async fn bearer(&self, errand: &Errand, bearer: &Bearer) -> Result<HeaderValue, IdentityError> {
        let realm = realm::check(&bearer.realm, &errand.call.url)?;
        let credential = self.credential(&errand.registry).await?;
        if !credential.registry_token.is_empty() {
            return Ok(header(&credential.registry_token));
        }
        let scopes = scope::join(errand.scope.as_deref(), &bearer.scope);
        let purpose = Purpose {
            service: &bearer.service,
            scopes: &scopes,
        };
        let is_whole = !credential.username.is_empty() && !credential.password.is_empty();
        let wants_form = !credential.identity_token.is_empty() || (errand.grant == Grant::Form && is_whole);
        let call = if wants_form {
            token::oauth2(realm, &purpose, &credential)
        } else {
            token::plain(realm, &purpose, &credential)
        };
        Ok(header(&self.token(call).await.map_err(Box::new)?))
    }

    async fn token(&self, call: Call) -> Result<String, OciError> {
        let response = self.send_plainly(call).await?;
        if response.status() != StatusCode::OK {
            return Err(refused(response).await);
        }
        let (method, url) = named(&response);
        let wrong = |what: &str| OciError::Answer {
            method: method.clone(),
            url: url.clone(),
            what: what.to_owned(),
        };
        let body = response.bytes(MAX_TOKEN).await?;
        let token = token::read(&body).map_err(|_| wrong("failed to decode response"))?;
        token.ok_or_else(|| wrong("empty token returned"))
    }

    async fn credential(&self, registry: &str) -> Result<Credential, IdentityError> {
        match &self.identity {
            Identity::Fixed(credential) => Ok(credential.clone()),
            Identity::Stored(store) => Ok(store.get(registry).await?),
        }
    }

    fn known(&self, host: &str, scope: &str) -> Option<HeaderValue> {
        let answers = self.answers.lock().expect("nobody panics while holding it");
        answers.get(&(host.to_owned(), scope.to_owned())).cloned()
    }

    fn remember(&self, host: String, scope: String, header: HeaderValue) {
        let mut answers = self.answers.lock().expect("nobody panics while holding it");
        answers.insert((host, scope), header);
    }
}

fn header(token: &str) -> HeaderValue {
    // A token with line breaks is none; the registry says so.
    let mut value =
        HeaderValue::from_str(&format!("Bearer {token}")).unwrap_or(HeaderValue::from_static("Bearer"));
    value.set_sensitive(true);
    value
}

/// The error that an answer says no with.
pub(super) async fn refused(response: Response) -> OciError {
    let (method, url) = (response.method().clone(), shown(response.url(), response.asked()));
    let status = response.status();
    // An answer that breaks off, or is long, still says no.
    let body = response.bytes(MAX_REFUSAL).await.unwrap_or_default();
    Refusal::new((method, url), status, &body).into()
}

/// What was asked for, for messages.
pub(super) fn named(response: &Response) -> (String, String) {
    let url = shown(response.url(), response.asked());
    (response.method().to_string(), url)
}

/// Registries redirect to stores, with a signature behind the question mark: whoever has it may read there.
fn shown(url: &Url, asked: &Url) -> String {
    let mut url = url.clone();
    if !is_same_origin(&url, asked) {
        url.set_query(None);
    }
    url.into()
}

fn without_secrets(error: HttpError, asked: &Url) -> HttpError {
    match error {
        HttpError::Send { method, url, reason } => {
            let url = Url::parse(&url).map_or(url, |url| shown(&url, asked));
            HttpError::Send { method, url, reason }
        }
        error => error,
    }
}
