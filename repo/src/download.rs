//! `Downloader`: files from HTTP servers, by those who are allowed to have them.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::{Arc, Mutex};

use http::header::{ACCEPT, DATE, ETAG, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED};
use http::{HeaderName, StatusCode};
use url::Url;

use crate::cache::Validators;
use crate::config::Repository;
use crate::getter::{Errand, Getter};
use crate::http::{Call, Credentials, HttpClient, HttpError, HttpOptions, Reach, Response, TlsOptions};
use crate::location;
use crate::mirrors::Mirrors;

/// An index, or a chart, of this size is a mistake or an attack.
const LARGEST: u64 = 1 << 30;

/// Fetches files. Servers that are reached in the same way share connections.
#[derive(Debug)]
pub(crate) struct Downloader {
    options: HttpOptions,
    getter: Option<Arc<dyn Getter>>,
    mirrors: Mirrors,
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

/// What a server has.
#[derive(Debug)]
pub(crate) enum Answer {
    /// The one that we have is the newest.
    Same,
    /// Another one.
    New(Vec<u8>, Validators),
}

/// Who has answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Giver {
    /// The place that was asked for.
    Origin,
    /// Somebody who stands in for it.
    Mirror,
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
            getter: None,
            mirrors: Mirrors::default(),
            clients: Mutex::default(),
        }
    }

    /// Has URLs of other schemes than those of HTTP got by `getter`.
    pub(crate) fn set_getter(&mut self, getter: Arc<dyn Getter>) {
        self.getter = Some(getter);
    }

    /// Says whether URLs of a scheme can be fetched.
    pub(crate) fn speaks(&self, scheme: &str) -> bool {
        is_http(scheme) || self.getter.as_ref().is_some_and(|getter| getter.speaks(scheme))
    }

    /// Gets what is behind a URL of another scheme than those of HTTP.
    fn by_getter(&self, call: &Call, access: &Access) -> Option<Result<Vec<u8>, HttpError>> {
        let url = &call.url;
        let getter = self.getter.as_ref().filter(|_| !is_http(url.scheme()))?;
        let accept = call.headers.get(ACCEPT).and_then(|value| value.to_str().ok());
        let errand = Errand {
            url,
            text: url.as_str(),
            repository: access.service.as_ref().map(Url::as_str),
            accept: accept.unwrap_or_default(),
            credentials: access.credentials_for(url),
            pass_credentials: access.pass_credentials,
            tls: &access.tls,
        };
        let got = getter.get(errand);
        Some(got.map_err(|error| HttpError::Getter(chart::chain(&*error))))
    }

    /// Asks mirrors first.
    pub(crate) fn with_mirrors(self, mirrors: Mirrors) -> Self {
        Downloader { mirrors, ..self }
    }

    /// How far requests may go.
    pub(crate) fn reach(&self) -> Reach {
        self.options.reach
    }

    /// Fetches a file whole. What `check` refuses is no answer: somebody else is asked.
    ///
    /// # Errors
    /// When the server cannot be reached, or has no such file; what `check` says.
    pub(crate) async fn fetch<E: Error + From<HttpError>>(
        &self,
        url: &Url,
        access: &Access,
        check: impl Fn(&[u8], Giver) -> Result<(), E>,
    ) -> Result<Vec<u8>, E> {
        let call = |url| Call::get(url).header(ACCEPT, "application/gzip,application/octet-stream");
        self.ask((url, access), &call, |answer, giver| {
            let bytes = match answer {
                Answer::New(bytes, _) => bytes,
                // Only who names one that is known is told that it is the same.
                Answer::Same => Vec::new(),
            };
            check(&bytes, giver).map(|()| bytes)
        })
        .await
    }

    /// Fetches an index, unless it is the one that we have, and reads it. One that cannot be read is no answer.
    ///
    /// # Errors
    /// As [`Downloader::fetch`].
    pub(crate) async fn fetch_index<T, E: Error + From<HttpError>>(
        &self,
        url: &Url,
        access: &Access,
        known: Option<&Validators>,
        read: impl Fn(Answer) -> Result<T, E>,
    ) -> Result<T, E> {
        let call = |url: Url| {
            // What one server says of its index means nothing to another one.
            let known = known.filter(|known| known.from == crate::http::shown(&url));
            let mut call = Call::get(url);
            for (name, value) in known.into_iter().flat_map(Validators::headers) {
                call = call.header(name, value);
            }
            call
        };
        self.ask((url, access), &call, |answer, _| read(answer)).await
    }

    /// Asks the mirrors of a place for something one after the other, and last the place itself, whose answer counts. Mirrors
    /// do not learn who we are there. When nobody has it, what was wrong with a mirror's content is the error, if there was
    /// such content.
    async fn ask<T, E: Error + From<HttpError>>(
        &self,
        (url, access): (&Url, &Access),
        call: &(dyn Fn(Url) -> Call + Sync),
        check: impl Fn(Answer, Giver) -> Result<T, E>,
    ) -> Result<T, E> {
        if let Some(got) = self.by_getter(&call(url.clone()), access) {
            return check(Answer::New(got?, Validators::default()), Giver::Origin);
        }
        let mut wrong = None;
        for elsewhere in self.mirrors.of_url(url) {
            let stranger = Access {
                tls: elsewhere.tls,
                ..Access::default()
            };
            match self.receive(call(elsewhere.url.clone()), &stranger, url).await {
                Err(error) => self.mirrors.passed_over(&elsewhere.url, &chart::chain(&error)),
                Ok(answer) => match check(answer, Giver::Mirror) {
                    Ok(found) => return Ok(found),
                    Err(error) => {
                        self.mirrors.refused(&elsewhere.url, &chart::chain(&error));
                        wrong.get_or_insert(error);
                    }
                },
            }
        }
        let answer = self.receive(call(url.clone()), access, url).await;
        let outcome = answer
            .map_err(E::from)
            .and_then(|answer| check(answer, Giver::Origin));
        match wrong {
            Some(wrong) => outcome.map_err(|_| wrong),
            None => outcome,
        }
    }

    /// Receives something whole, which is then the answer for `url`.
    async fn receive(&self, call: Call, access: &Access, url: &Url) -> Result<Answer, HttpError> {
        let is_known =
            call.headers.contains_key(IF_NONE_MATCH) || call.headers.contains_key(IF_MODIFIED_SINCE);
        let response = self.send(call, access).await?;
        if is_known && response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Answer::Same);
        }
        let response = response.ok()?;
        let header = |name: HeaderName| response.header(name.as_str()).unwrap_or_default().to_owned();
        let validators = Validators {
            url: crate::http::shown(url),
            from: crate::http::shown(response.asked()),
            etag: header(ETAG),
            last_modified: strong_time(&header(LAST_MODIFIED), &header(DATE)),
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

fn is_http(scheme: &str) -> bool {
    matches!(scheme, "http" | "https")
}

/// When something was changed, if that can tell it from what it may be changed to: a file that was changed in the second of
/// the answer can change once more in it (RFC 9110, section 8.8.2.2).
fn strong_time(modified: &str, answered: &str) -> String {
    let parse = |text: &str| {
        jiff::fmt::rfc2822::DateTimeParser::new()
            .parse_timestamp(text)
            .ok()
    };
    match (parse(modified), parse(answered)) {
        (Some(time), Some(now)) if time < now => modified.to_owned(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::strong_time;

    #[test]
    fn a_file_of_this_second_has_no_time() {
        let time = "Sat, 21 Nov 2026 20:00:00 GMT";
        assert_eq!(strong_time(time, "Sat, 21 Nov 2026 20:00:01 GMT"), time);
        for answered in [time, "", "nonsense"] {
            assert_eq!(strong_time(time, answered), "");
        }
    }
}
