//! The header that tells the server who we are, on every request; made anew when it has run out.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, SystemTime};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chart::FileError;
use futures::FutureExt;
use futures::future::BoxFuture;
use http::header::AUTHORIZATION;
use http::{HeaderValue, Request, Response, StatusCode};
use tower::{BoxError, Layer, Service};

use super::ConnectError;
use super::plugin::{Credentials, Plugin, PluginError};

/// How long a file with a token is believed: client-go's minute, less the ten seconds before its end.
const BELIEVED: Duration = Duration::from_secs(50);

/// Adds the header to requests.
#[derive(Clone, Debug)]
pub(super) struct Authorization(Arc<Mutex<State>>);

struct State {
    header: Option<HeaderValue>,
    /// From when on it is to be made anew.
    until: Option<SystemTime>,
    source: Source,
}

/// Where the next header is from.
enum Source {
    Nowhere,
    File(PathBuf),
    Plugin(Arc<Plugin>),
}

/// A plugin that had said who we are does not say so any more.
#[derive(Debug, thiserror::Error)]
#[error("getting credentials")]
struct RefreshError(#[source] PluginError);

impl fmt::Debug for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("State")
            .field("until", &self.until)
            .finish_non_exhaustive()
    }
}

impl Authorization {
    fn new(header: Option<HeaderValue>, until: Option<SystemTime>, source: Source) -> Self {
        Authorization(Arc::new(Mutex::new(State {
            header,
            until,
            source,
        })))
    }

    /// No header.
    pub(super) fn none() -> Self {
        Self::new(None, None, Source::Nowhere)
    }

    /// A token that stays as it is.
    ///
    /// # Errors
    /// For a token that no header can hold.
    pub(super) fn bearer(token: &str) -> Result<Self, ConnectError> {
        Ok(Self::new(Some(bearer(token)?), None, Source::Nowhere))
    }

    /// A name and a password.
    ///
    /// # Errors
    /// None: what is in base64 fits in a header.
    pub(super) fn basic(name: &str, password: &str) -> Result<Self, ConnectError> {
        let text = format!("Basic {}", STANDARD.encode(format!("{name}:{password}")));
        Ok(Self::new(Some(value(&text)?), None, Source::Nowhere))
    }

    /// The token in a file that somebody writes anew now and then.
    ///
    /// # Errors
    /// When there is none in it now.
    pub(super) fn of_file(file: &str) -> Result<Self, ConnectError> {
        let path = PathBuf::from(file);
        let token = read(&path)?;
        let until = SystemTime::now() + BELIEVED;
        Ok(Self::new(Some(bearer(&token)?), Some(until), Source::File(path)))
    }

    /// What a plugin said, and the plugin for when that has run out.
    pub(super) fn of_plugin(plugin: Plugin, said: Credentials) -> Self {
        let header = bearer(&said.token).ok().filter(|_| !said.token.is_empty());
        Self::new(header, said.expires, Source::Plugin(Arc::new(plugin)))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The plugin, if it is to be asked before the next request.
    fn plugin_to_ask(&self) -> Option<Arc<Plugin>> {
        let state = self.state();
        let is_over = state.until.is_some_and(|until| until <= SystemTime::now());
        match &state.source {
            Source::Plugin(plugin) if is_over => Some(plugin.clone()),
            _ => None,
        }
    }

    fn note(&self, said: &Credentials) {
        let mut state = self.state();
        state.header = bearer(&said.token).ok().filter(|_| !said.token.is_empty());
        state.until = said.expires;
    }

    /// The header for a request that is sent now. A file that cannot be read leaves the token that was in it.
    fn header(&self) -> Option<HeaderValue> {
        let mut state = self.state();
        if let Source::File(path) = &state.source
            && state.until.is_some_and(|until| until <= SystemTime::now())
        {
            let token = read(path).ok().and_then(|token| bearer(&token).ok());
            state.until = Some(SystemTime::now() + BELIEVED);
            if token.is_some() {
                state.header = token;
            }
        }
        state.header.clone()
    }

    /// The server does not know us: a plugin is asked again before the next request.
    fn doubt(&self) {
        let mut state = self.state();
        if matches!(state.source, Source::Plugin(_)) {
            state.until = Some(SystemTime::UNIX_EPOCH);
        }
    }
}

fn bearer(token: &str) -> Result<HeaderValue, ConnectError> {
    value(&format!("Bearer {token}"))
}

fn value(text: &str) -> Result<HeaderValue, ConnectError> {
    let fault =
        |_| ConnectError::Unusable("net/http: invalid header field value for \"Authorization\"".to_owned());
    let mut value = HeaderValue::try_from(text).map_err(fault)?;
    value.set_sensitive(true);
    Ok(value)
}

fn read(path: &Path) -> Result<String, ConnectError> {
    let text = std::fs::read_to_string(path).map_err(|error| FileError::new("open", path, &error))?;
    match text.trim() {
        "" => Err(ConnectError::Unusable(format!(
            "read empty token from file {:?}",
            path.display().to_string()
        ))),
        token => Ok(token.to_owned()),
    }
}

impl<S> Layer<S> for Authorization {
    type Service = Authorized<S>;

    fn layer(&self, inner: S) -> Authorized<S> {
        Authorized {
            inner,
            authorization: self.clone(),
            asking: None,
            fault: None,
        }
    }
}

/// A service whose requests say who sends them.
pub(super) struct Authorized<S> {
    inner: S,
    authorization: Authorization,
    /// A plugin that is being asked: nothing is sent meanwhile.
    asking: Option<BoxFuture<'static, Result<Credentials, PluginError>>>,
    fault: Option<RefreshError>,
}

impl<S, B, A> Service<Request<B>> for Authorized<S>
where
    S: Service<Request<B>, Response = Response<A>, Error = BoxError>,
    S::Future: Send + 'static,
    A: Send + 'static,
{
    type Response = Response<A>;
    type Error = BoxError;
    type Future = BoxFuture<'static, Result<Response<A>, BoxError>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        if self.asking.is_none()
            && let Some(plugin) = self.authorization.plugin_to_ask()
        {
            self.asking = Some(async move { plugin.ask().await }.boxed());
        }
        if let Some(asking) = &mut self.asking {
            let said = ready!(asking.poll_unpin(cx));
            self.asking = None;
            // The request that is to be sent now fails; the next one may be lucky.
            match said {
                Ok(said) => self.authorization.note(&said),
                Err(error) => self.fault = Some(RefreshError(error)),
            }
        }
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        if let Some(fault) = self.fault.take() {
            return futures::future::ready(Err(fault.into())).boxed();
        }
        if let Some(header) = self.authorization.header() {
            request.headers_mut().insert(AUTHORIZATION, header);
        }
        let authorization = self.authorization.clone();
        let answer = self.inner.call(request);
        async move {
            let answer = answer.await?;
            if answer.status() == StatusCode::UNAUTHORIZED {
                authorization.doubt();
            }
            Ok(answer)
        }
        .boxed()
    }
}
