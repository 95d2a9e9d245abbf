//! `Response`: an answer, its body still on the way.

use http::{HeaderMap, Method, StatusCode};
use url::Url;

use super::error::{HttpError, Reason, shown};
use super::progress::{Progress, Transfer};

/// An answer. Its body is read piece by piece, or whole within a limit.
#[derive(Debug)]
pub struct Response {
    inner: reqwest::Response,
    method: Method,
    asked: Url,
    url: Url,
    progress: Progress,
    /// Since the first piece of the body.
    transfer: Option<Transfer>,
}

impl Response {
    /// An answer to a request for the first URL, from the second one.
    pub(super) fn new(inner: reqwest::Response, method: Method, (asked, url): (Url, Url)) -> Self {
        Response {
            inner,
            method,
            asked,
            url,
            progress: Progress::default(),
            transfer: None,
        }
    }

    /// Has somebody told how the body comes.
    pub(super) fn watched(self, progress: &Progress) -> Self {
        Response {
            progress: progress.clone(),
            ..self
        }
    }

    /// What was to be done.
    pub fn method(&self) -> &Method {
        &self.method
    }

    /// What was asked for, before all redirects.
    pub fn asked(&self) -> &Url {
        &self.asked
    }

    /// The status.
    pub fn status(&self) -> StatusCode {
        self.inner.status()
    }

    /// The headers.
    pub fn headers(&self) -> &HeaderMap {
        self.inner.headers()
    }

    /// A header, if it is there and is text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers().get(name)?.to_str().ok()
    }

    /// Where the answer is from, after all redirects.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// How long the body is to be, as the server says.
    pub fn content_length(&self) -> Option<u64> {
        self.inner.content_length()
    }

    /// Takes every answer but 200 for an error, as Helm does.
    ///
    /// # Errors
    /// [`HttpError::Status`].
    pub fn ok(self) -> Result<Self, HttpError> {
        match self.status() {
            StatusCode::OK => Ok(self),
            status => Err(HttpError::Status {
                url: shown(&self.url),
                status,
                phrase: self.phrase(),
            }),
        }
    }

    /// What the server says beside the number, if it has words of its own; else the usual words.
    fn phrase(&self) -> String {
        let usual = self.status().canonical_reason().unwrap_or_default();
        let own = self.inner.extensions().get::<hyper::ext::ReasonPhrase>();
        own.map_or_else(
            || usual.to_owned(),
            |own| String::from_utf8_lossy(own.as_bytes()).into_owned(),
        )
    }

    /// The next piece of the body; nothing at its end.
    ///
    /// # Errors
    /// When the body ends early, or the time is over.
    pub async fn chunk(&mut self) -> Result<Option<impl AsRef<[u8]> + use<>>, HttpError> {
        let length = self.content_length();
        let transfer = self.transfer.get_or_insert_with(|| self.progress.begin(length));
        match self.inner.chunk().await {
            Ok(chunk) => {
                transfer.moved(chunk.as_ref().map_or(0, |chunk| chunk.len()));
                Ok(chunk)
            }
            Err(error) => Err(self.failed(Reason::of(&error, &self.url, &self.url))),
        }
    }

    /// The whole body, of no more bytes than the limit.
    ///
    /// # Errors
    /// As [`Response::chunk`], and when it is larger.
    pub async fn bytes(mut self, limit: u64) -> Result<Vec<u8>, HttpError> {
        let is_within = |length: u64| length <= limit;
        let length = self.content_length().unwrap_or(0);
        if !is_within(length) {
            return Err(self.failed(Reason::TooLarge(limit)));
        }
        // What a server merely promises is not worth much memory.
        let mut bytes = Vec::with_capacity(usize::try_from(length.min(1 << 20)).unwrap_or(0));
        while let Some(chunk) = self.chunk().await? {
            bytes.extend_from_slice(chunk.as_ref());
            if !is_within(bytes.len() as u64) {
                return Err(self.failed(Reason::TooLarge(limit)));
            }
        }
        Ok(bytes)
    }

    fn failed(&self, reason: Reason) -> HttpError {
        HttpError::Send {
            method: self.method.clone(),
            url: shown(&self.url),
            reason,
        }
    }
}
