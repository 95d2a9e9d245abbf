//! `HttpError`: why a server did not answer as it should. No message holds a password.

use std::error::Error as StdError;
use std::path::PathBuf;

use chart::FileError;
use chart::quote::quote;
use http::{Method, StatusCode};
use url::Url;

/// An error of a request.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum HttpError {
    /// A file for TLS cannot be read.
    #[error("can't create TLS config for client: {step}: {path:?}")]
    TlsFile {
        /// What was being read.
        step: &'static str,
        /// The file.
        path: PathBuf,
        /// What the system said.
        #[source]
        source: FileError,
    },
    /// Certificate and key are none, or do not belong together.
    #[error("can't create TLS config for client: unable to load cert from key pair")]
    KeyPair,
    /// There is no certificate in the file of the authorities.
    #[error("can't create TLS config for client: failed to append certificates from pem block")]
    Authorities,
    /// The client cannot be made.
    #[error("can't create TLS config for client: {0}")]
    Client(String),
    /// A getter of another scheme failed.
    #[error("{0}")]
    Getter(String),
    /// The request came to nothing.
    #[error("{} {}", verb(.method), quote(.url))]
    Send {
        /// What was to be done.
        method: Method,
        /// To what; without a password.
        url: String,
        /// Why not.
        #[source]
        reason: Reason,
    },
    /// The server answered with something else.
    #[error("failed to fetch {url} : {} {phrase}", .status.as_u16())]
    Status {
        /// What was asked for; without a password.
        url: String,
        /// The answer.
        status: StatusCode,
        /// The server's words for it, or else the usual ones.
        phrase: String,
    },
}

/// Why a request came to nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// It took too long.
    #[error("context deadline exceeded (Client.Timeout exceeded while awaiting headers)")]
    Timeout,
    /// The answer began in time and did not end in time.
    #[error("context deadline exceeded (Client.Timeout or context cancellation while reading body)")]
    TimeoutInBody,
    /// Nobody listens there.
    #[error("{}connect: connection refused", dialed(.0))]
    Refused(String),
    /// The host has no address.
    #[error("lookup {0}: no such host")]
    NoHost(String),
    /// The server is not who it should be.
    #[error("tls: failed to verify certificate: x509: {0}")]
    Certificate(String),
    /// The answer ended early.
    #[error("unexpected EOF")]
    Cut,
    /// The server sends us in a circle.
    #[error("stopped after 10 redirects")]
    Redirects,
    /// The answer is larger than it may be.
    #[error("the answer is larger than {0} bytes")]
    TooLarge(u64),
    /// Nobody may be asked.
    #[error("it is not on this machine, and nobody is asked when offline")]
    Offline,
    /// The connection ended before the request was on its way; why is not known.
    #[error("connection was not ready")]
    Closed,
    /// Something else.
    #[error("{0}")]
    Other(String),
}

impl HttpError {
    /// The status, when there was an answer with a wrong one.
    pub fn status(&self) -> Option<StatusCode> {
        match self {
            HttpError::Status { status, .. } => Some(*status),
            _ => None,
        }
    }
}

/// The URL for people: without a password.
pub(crate) fn shown(url: &Url) -> String {
    if url.password().is_none() && url.username().is_empty() {
        return url.as_str().to_owned();
    }
    let mut url = url.clone();
    // Neither can fail for a URL that has a host.
    let _ = url.set_password(None);
    let _ = url.set_username("");
    url.into()
}

/// As Go words it in errors of its client.
fn verb(method: &Method) -> String {
    let name = method.as_str();
    let (first, rest) = name.split_at(1.min(name.len()));
    format!("{first}{}", rest.to_lowercase())
}

/// The address that a URL's host has, with its port; nothing if it has none.
fn address(url: &Url) -> String {
    let found = url.socket_addrs(|| None).ok();
    let first = found.and_then(|addresses| addresses.into_iter().next());
    first.map_or_else(String::new, |address| address.to_string())
}

fn dialed(address: &str) -> String {
    if address.is_empty() {
        String::new()
    } else {
        format!("dial tcp {address}: ")
    }
}

impl Reason {
    /// Finds the reason in what the HTTP library says. `dialed` is the URL of the server that was called: the proxy's, if
    /// there is one.
    pub(super) fn of(error: &reqwest::Error, url: &Url, dialed: &Url) -> Self {
        if error.is_timeout() {
            let has_begun = error.is_body() || error.is_decode();
            return if has_begun {
                Reason::TimeoutInBody
            } else {
                Reason::Timeout
            };
        }
        let mut deepest = String::new();
        let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
        while let Some(current) = cause {
            match known(current) {
                Some(Reason::Refused(_)) => return Reason::Refused(address(dialed)),
                Some(found) => return found,
                None => {}
            }
            deepest = current.to_string();
            cause = inner(current);
        }
        if error.is_dns() || deepest.contains("failed to lookup address") {
            return Reason::NoHost(url.host_str().unwrap_or_default().to_owned());
        }
        if error.is_body() && deepest.contains("before message length") || deepest.contains("closed before") {
            return Reason::Cut;
        }
        if deepest == Reason::Closed.to_string() {
            return Reason::Closed;
        }
        Reason::Other(deepest)
    }

    /// This reason, or what a later attempt has to say. A server that lets nobody in says so in an alert, and whether the
    /// alert or the end of the connection is seen first is a matter of luck.
    pub(super) fn or(self, later: Reason) -> Self {
        if later == Reason::Closed { self } else { later }
    }
}

/// The cause of an error; those of the system hide theirs.
fn inner<'a>(error: &'a (dyn StdError + 'static)) -> Option<&'a (dyn StdError + 'static)> {
    if let Some(inner) = error.downcast_ref::<std::io::Error>().and_then(|io| io.get_ref()) {
        return Some(inner);
    }
    error.source()
}

fn known(error: &(dyn StdError + 'static)) -> Option<Reason> {
    if let Some(error) = error.downcast_ref::<rustls::Error>() {
        return Some(of_tls(error));
    }
    match error.downcast_ref::<std::io::Error>()?.kind() {
        std::io::ErrorKind::ConnectionRefused => Some(Reason::Refused(String::new())),
        std::io::ErrorKind::UnexpectedEof => Some(Reason::Cut),
        _ => None,
    }
}

/// Go's words for what is wrong with a certificate, which people look for.
fn of_tls(error: &rustls::Error) -> Reason {
    use rustls::{AlertDescription, CertificateError as Wrong, Error, InvalidMessage};
    let text = match error {
        Error::InvalidCertificate(Wrong::UnknownIssuer) => "certificate signed by unknown authority",
        Error::InvalidCertificate(Wrong::Expired | Wrong::ExpiredContext { .. })
        | Error::InvalidCertificate(Wrong::NotValidYet | Wrong::NotValidYetContext { .. }) => {
            "certificate has expired or is not yet valid"
        }
        Error::InvalidCertificate(Wrong::NotValidForName | Wrong::NotValidForNameContext { .. }) => {
            "certificate is valid for other names"
        }
        Error::InvalidMessage(InvalidMessage::InvalidContentType) => {
            return Reason::Other("http: server gave HTTP response to HTTPS client".to_owned());
        }
        Error::AlertReceived(AlertDescription::CertificateRequired) => {
            return Reason::Other("remote error: tls: certificate required".to_owned());
        }
        Error::InvalidCertificate(_) => return Reason::Certificate(error.to_string()),
        _ => return Reason::Other(format!("remote error: tls: {error}")),
    };
    Reason::Certificate(text.to_owned())
}
