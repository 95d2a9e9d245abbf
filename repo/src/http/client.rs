//! `HttpClient`: sends requests, follows redirects, tries again.

use std::time::Duration;

use http::header::AUTHORIZATION;
use reqwest::redirect::Policy;

use super::call::{Call, Credentials};
use super::error::{HttpError, Reason, shown};
use super::redirect::{self, MAX_REDIRECTS};
use super::response::Response;
use super::retry::{self, MAX_RETRIES};
use super::{HttpOptions, Progress, ProxyRules, Reach, tls};

/// A client for servers that are reached in the same way. Copies share their connections.
#[derive(Debug, Clone)]
pub struct HttpClient {
    inner: reqwest::Client,
    proxy: ProxyRules,
    reach: Reach,
    progress: Progress,
}

/// A server that does not even take the connection is given up after this time.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

impl HttpClient {
    /// Makes a client; nothing is sent yet.
    ///
    /// # Errors
    /// When a file for TLS cannot be read or used.
    pub fn new(options: &HttpOptions) -> Result<Self, HttpError> {
        let proxy = options.proxy.clone();
        let builder = reqwest::Client::builder()
            .user_agent(&options.user_agent)
            .connect_timeout(CONNECT_TIMEOUT)
            .redirect(Policy::none())
            .no_proxy()
            .proxy(reqwest::Proxy::custom(move |url| proxy.proxy_for(url)))
            // Some servers would pack an archive once more, and others take it apart.
            .no_gzip();
        let builder = match options.timeout {
            Some(timeout) => builder.timeout(timeout),
            None => builder.read_timeout(Duration::from_secs(120)),
        };
        let builder = tls::configure(builder, &options.tls)?;
        match builder.build() {
            Ok(inner) => Ok(HttpClient {
                inner,
                proxy: options.proxy.clone(),
                reach: options.reach,
                progress: options.progress.clone(),
            }),
            // The library says no more of a key that is another certificate's.
            Err(_) if options.tls.cert_file.is_some() => Err(HttpError::KeyPair),
            Err(error) => Err(HttpError::Client(error.to_string())),
        }
    }

    /// How far requests may go.
    pub fn reach(&self) -> Reach {
        self.reach
    }

    /// Whom to tell of transfers; of answers it is told already.
    pub(crate) fn progress(&self) -> &Progress {
        &self.progress
    }

    /// Sends a request, follows redirects, and tries again after 429, faults of the server and broken connections.
    /// Every other answer is returned as it is, whatever its status.
    ///
    /// # Errors
    /// [`HttpError::Send`] when there is no answer.
    pub async fn send(&self, call: Call) -> Result<Response, HttpError> {
        let mut call = with_credentials_of_url(call);
        if self.reach == Reach::ThisMachine {
            return Err(failed(&call, Reason::Offline));
        }
        let asked = call.url.clone();
        for _ in 0..=MAX_REDIRECTS {
            let response = self.send_patiently(&call).await?;
            match redirect::next(&call, response.status(), response.headers()) {
                Some(next) => call = with_credentials_of_url(next),
                None => {
                    let answer = Response::new(response, call.method, (asked, call.url));
                    return Ok(answer.watched(&self.progress));
                }
            }
        }
        Err(failed(&call, Reason::Redirects))
    }

    async fn send_patiently(&self, call: &Call) -> Result<reqwest::Response, HttpError> {
        let mut attempt = 0;
        let mut told = Reason::Closed;
        loop {
            let outcome = self.send_once(call).await;
            let pause = match &outcome {
                Ok(answer) if retry::is_passing(answer.status()) => {
                    retry::pause(attempt, Some(answer.headers()))
                }
                Err(error) if is_passing(call, error) => retry::pause(attempt, None),
                _ => None,
            };
            if let Err(error) = &outcome {
                told = told.or(self.reason(call, error));
            }
            match pause {
                Some(pause) if attempt < MAX_RETRIES => tokio::time::sleep(pause).await,
                _ => return outcome.map_err(|_| failed(call, told)),
            }
            attempt += 1;
        }
    }

    fn reason(&self, call: &Call, error: &reqwest::Error) -> Reason {
        let proxy = self.proxy.proxy_for(&call.url);
        Reason::of(error, &call.url, proxy.as_ref().unwrap_or(&call.url))
    }

    async fn send_once(&self, call: &Call) -> Result<reqwest::Response, reqwest::Error> {
        let mut request = self
            .inner
            .request(call.method.clone(), call.url.clone())
            .headers(call.headers.clone());
        if let Some(body) = call.body.to_reqwest() {
            request = request.body(body);
        }
        request.send().await
    }
}

/// Whether a broken connection may have been bad luck: the server was there, and the request can be repeated.
fn is_passing(call: &Call, error: &reqwest::Error) -> bool {
    call.method.is_idempotent() && !error.is_timeout() && !error.is_connect() && error.is_request()
}

fn failed(call: &Call, reason: Reason) -> HttpError {
    HttpError::Send {
        method: call.method.clone(),
        url: shown(&call.url),
        reason,
    }
}

/// Takes name and password out of the URL.
fn with_credentials_of_url(mut call: Call) -> Call {
    if call.url.username().is_empty() && call.url.password().is_none() {
        return call;
    }
    let credentials = Credentials {
        username: decoded(call.url.username()),
        password: decoded(call.url.password().unwrap_or_default()),
    };
    if !call.headers.contains_key(AUTHORIZATION) {
        call.headers.insert(AUTHORIZATION, credentials.header());
    }
    // Neither can fail for a URL that has a host.
    let _ = call.url.set_password(None);
    let _ = call.url.set_username("");
    call
}

/// Takes the escapes of a URL out of a text.
pub(crate) fn decoded(text: &str) -> String {
    // The form encoding differs from that of URLs in the plus sign only.
    let text = format!("a={}", text.replace('+', "%2B"));
    url::form_urlencoded::parse(text.as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
