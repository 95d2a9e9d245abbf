//! `ApiError`: what went wrong with a request, in the words that Helm's client uses.

use std::error::Error;
use std::io;
use std::net::ToSocketAddrs;

use rustls::CertificateError;
use serde::Deserialize;

/// A request failed: the server refused it, or there was no answer at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ApiError {
    /// The HTTP status; 0 without an answer.
    pub code: u16,
    /// The reason Kubernetes gives: `NotFound`, `AlreadyExists`, `Conflict`, `Forbidden` ...
    pub reason: String,
    /// The sentence for the user.
    pub message: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Status {
    kind: String,
    message: String,
    reason: String,
    code: u16,
}

impl ApiError {
    /// Makes an error without an answer.
    pub(crate) fn local(message: impl Into<String>) -> Self {
        ApiError {
            code: 0,
            reason: String::new(),
            message: message.into(),
        }
    }

    /// Makes the error of a request that was refused, for tests.
    #[cfg(test)]
    pub(crate) fn refused(code: u16, message: &str) -> Self {
        ApiError {
            code,
            ..ApiError::local(message)
        }
    }

    /// Reads the answer to a refused request.
    pub(crate) fn from_answer(code: u16, body: &[u8]) -> Self {
        match serde_json::from_slice::<Status>(body) {
            // The server's own word for 401 says less than that of Helm's client.
            Ok(status) if status.kind == "Status" && code != 401 => ApiError {
                code: if status.code == 0 { code } else { status.code },
                reason: status.reason,
                message: status.message,
            },
            _ => ApiError {
                code,
                reason: String::new(),
                message: generic_message(code, body),
            },
        }
    }

    /// Says that `request` (`Get "https://…"`) got no answer, and why: the innermost cause says it best.
    pub(super) fn transport(request: &str, server: &str, error: &kube::Error) -> Self {
        let cause = innermost(error);
        if cause.starts_with("connect: ")
            && let Some(place) = dialed(server)
        {
            return ApiError::local(format!("{request}: dial tcp {place}: {cause}"));
        }
        ApiError::local(format!("{request}: {cause}"))
    }

    /// Says whether the object, or its kind, is not there.
    pub fn is_not_found(&self) -> bool {
        self.is("NotFound", 404)
    }

    /// Says whether the object is there already.
    pub fn is_already_exists(&self) -> bool {
        self.reason == "AlreadyExists"
    }

    /// Says whether somebody else changed the object, or owns a field of it.
    pub fn is_conflict(&self) -> bool {
        self.is("Conflict", 409)
    }

    /// Says whether the user may not do this.
    pub fn is_forbidden(&self) -> bool {
        self.is("Forbidden", 403)
    }

    /// Says whether the server does not know the patch format.
    pub(crate) fn is_unsupported_media_type(&self) -> bool {
        self.is("UnsupportedMediaType", 415)
    }

    /// Says whether a quota was counted by several at once, which passes when tried again.
    pub(crate) fn is_quota_conflict(&self) -> bool {
        self.is_conflict()
            && self
                .message
                .contains("Operation cannot be fulfilled on resourcequotas")
            && self.message.contains("the object has been modified")
    }

    fn is(&self, reason: &str, code: u16) -> bool {
        self.reason == reason || (self.reason.is_empty() && self.code == code)
    }
}

/// Returns the address that a server's URL leads to, as Go names it: the host's number, if it has one.
fn dialed(server: &str) -> Option<String> {
    let (scheme, rest) = server.split_once("://")?;
    let place = rest.split('/').next().filter(|place| !place.is_empty())?;
    let has_port = place
        .rsplit(':')
        .next()
        .is_some_and(|port| port.parse::<u16>().is_ok());
    let port = if scheme == "https" { 443 } else { 80 };
    let place = if has_port {
        place.to_owned()
    } else {
        format!("{place}:{port}")
    };
    let address = place.to_socket_addrs().ok().and_then(|mut found| found.next());
    Some(address.map_or(place, |address| address.to_string()))
}

fn generic_message(code: u16, body: &[u8]) -> String {
    match code {
        401 => "the server has asked for the client to provide credentials".to_owned(),
        404 => "the server could not find the requested resource".to_owned(),
        405 => "the server does not allow this method on the requested resource".to_owned(),
        429 => "the server has received too many requests and has asked us to try again later".to_owned(),
        503 => "the server is currently unable to handle the request".to_owned(),
        504 => "the server was unable to return a response in the time allotted, but may still be processing the request".to_owned(),
        _ => {
            let text = String::from_utf8_lossy(body);
            let text = chart::quote::quote(text.trim());
            format!("an error on the server ({text}) has prevented the request from succeeding")
        }
    }
}

fn innermost(error: &(dyn Error + 'static)) -> String {
    // A plugin for credentials failed: what it was to do says more than what became of it.
    if error.to_string() == "getting credentials" {
        return chart::chain(error);
    }
    if let Some(rustls::Error::InvalidCertificate(fault)) = error.downcast_ref()
        && let Some(text) = known_certificate_fault(fault)
    {
        return text;
    }
    if let Some(io) = error.downcast_ref::<io::Error>()
        && let Some(text) = known_io_error(io.kind())
    {
        return text.to_owned();
    }
    // What it wraps is not its source.
    if let Some(inner) = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        return innermost(inner);
    }
    match error.source() {
        Some(source) => innermost(source),
        None => error.to_string(),
    }
}

/// Says whether nobody took the connection, so that nothing was sent.
pub(super) fn is_refused(error: &(dyn Error + 'static)) -> bool {
    if let Some(io) = error.downcast_ref::<io::Error>()
        && io.kind() == io::ErrorKind::ConnectionRefused
    {
        return true;
    }
    error.source().is_some_and(is_refused)
}

/// Go's words for what makes a certificate unfit.
fn known_certificate_fault(fault: &CertificateError) -> Option<String> {
    let words = match fault {
        CertificateError::UnknownIssuer => "certificate signed by unknown authority".to_owned(),
        CertificateError::NotValidForNameContext { expected, presented } => {
            // `DnsName("a.test")`, `IpAddress(127.0.0.1)`: of which names are meant when a name was looked for.
            let name = expected.to_str();
            let names: Vec<&str> = presented.iter().filter_map(|it| it.split('"').nth(1)).collect();
            format!("certificate is valid for {}, not {name}", names.join(", "))
        }
        _ => return None,
    };
    Some(format!("tls: failed to verify certificate: x509: {words}"))
}

fn known_io_error(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::ConnectionRefused => Some("connect: connection refused"),
        io::ErrorKind::ConnectionReset => Some("read: connection reset by peer"),
        io::ErrorKind::TimedOut => Some("i/o timeout"),
        io::ErrorKind::UnexpectedEof => Some("EOF"),
        io::ErrorKind::HostUnreachable => Some("connect: no route to host"),
        io::ErrorKind::NetworkUnreachable => Some("connect: network is unreachable"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_read() {
        let body = br#"{"kind":"Status","status":"Failure","message":"secrets \"x\" not found","reason":"NotFound","code":404}"#;
        let error = ApiError::from_answer(404, body);
        assert!(error.is_not_found());
        assert_eq!(error.to_string(), "secrets \"x\" not found");
        let error = ApiError::from_answer(500, b"oops\n");
        assert_eq!(
            error.to_string(),
            "an error on the server (\"oops\") has prevented the request from succeeding"
        );
        assert!(ApiError::from_answer(404, b"").is_not_found());
    }
}
