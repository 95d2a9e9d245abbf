//! `Call`: one request to the API server as data, and its answer.

use http::header::{ACCEPT, CONTENT_TYPE, DATE, WARNING};
use http::response::Parts;
use http::{HeaderValue, Method, Request};
use jiff::Timestamp;
use jiff::fmt::rfc2822;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::ApiError;

/// One request.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    method: Method,
    path: String,
    query: Vec<(&'static str, String)>,
    accept: &'static str,
    content_type: &'static str,
    body: Vec<u8>,
}

/// The formats of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum PatchFormat {
    /// The whole of what we want; the server works out the rest.
    Apply,
    /// RFC 7396.
    Merge,
    /// RFC 6902.
    Json,
}

impl PatchFormat {
    fn content_type(self) -> &'static str {
        match self {
            PatchFormat::Apply => "application/apply-patch+yaml",
            PatchFormat::Merge => "application/merge-patch+json",
            PatchFormat::Json => "application/json-patch+json",
        }
    }
}

pub(crate) const JSON: &str = "application/json";

/// The parameter of changes that are only tried out.
const DRY_RUN: &str = "dryRun";

impl Call {
    fn new(method: Method, path: impl Into<String>) -> Self {
        Call {
            method,
            path: path.into(),
            query: Vec::new(),
            accept: JSON,
            content_type: JSON,
            body: Vec::new(),
        }
    }

    pub(crate) fn get(path: impl Into<String>) -> Self {
        Call::new(Method::GET, path)
    }

    pub(crate) fn post(path: impl Into<String>, body: &impl Serialize) -> Self {
        Call::new(Method::POST, path).body(body)
    }

    pub(crate) fn put(path: impl Into<String>, body: &impl Serialize) -> Self {
        Call::new(Method::PUT, path).body(body)
    }

    pub(crate) fn delete(path: impl Into<String>, options: &Value) -> Self {
        Call::new(Method::DELETE, path).body(options)
    }

    pub(crate) fn patch(path: impl Into<String>, format: PatchFormat, body: &Value) -> Self {
        let mut call = Call::new(Method::PATCH, path).body(body);
        call.content_type = format.content_type();
        call
    }

    fn body(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_vec(body).expect("JSON trees and plain structs can be written");
        self
    }

    pub(crate) fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    pub(crate) fn accept(mut self, accept: &'static str) -> Self {
        self.accept = accept;
        self
    }

    /// Returns the request as Go's client names it in errors: `Get "https://…/version"`.
    pub(super) fn shown(&self, server: &str) -> String {
        let method = self.method.as_str();
        let (first, rest) = method.split_at(1);
        format!("{first}{} \"{server}{}\"", rest.to_lowercase(), self.uri())
    }

    fn uri(&self) -> String {
        let mut uri = self.path.clone();
        for (index, (name, value)) in self.query.iter().enumerate() {
            uri.push(if index == 0 { '?' } else { '&' });
            uri.push_str(name);
            uri.push('=');
            push_escaped(&mut uri, value);
        }
        uri
    }

    /// Says whether the request changes nothing.
    pub(crate) fn is_read(&self) -> bool {
        self.method == Method::GET
    }

    /// Says whether the request only asks something, though it is a POST.
    pub(crate) fn is_question(&self) -> bool {
        self.path.starts_with("/apis/authorization.k8s.io/")
    }

    pub(crate) fn method(&self) -> &Method {
        &self.method
    }

    /// Returns what is asked for or changed; of a POST, the collection.
    pub(crate) fn path(&self) -> &str {
        &self.path
    }

    /// Returns the format of a patch.
    pub(crate) fn patch_format(&self) -> Option<PatchFormat> {
        let formats = [PatchFormat::Apply, PatchFormat::Merge, PatchFormat::Json];
        formats
            .into_iter()
            .find(|format| format.content_type() == self.content_type)
    }

    /// Returns what is sent, as JSON; `Null` if it is none.
    pub(crate) fn content(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Returns the bytes that are sent.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.body
    }

    /// Returns the same request for another object.
    pub(crate) fn to(mut self, path: impl Into<String>, body: &Value) -> Self {
        self.path = path.into();
        self.body(body)
    }

    /// Returns the request that puts `body` in the place of the object.
    pub(crate) fn replacing(self, body: &Value) -> Self {
        let mut call = Call::put(self.path, body);
        call.query = self.query;
        call.query.retain(|(name, _)| *name != "force");
        call
    }

    /// Says whether the server is only to try the change out.
    pub(crate) fn is_dry(&self) -> bool {
        self.query.iter().any(|(name, _)| *name == DRY_RUN)
    }

    /// Has the server only try the change out.
    ///
    /// Of a deletion with a body it does not look at the query (`apiserver/pkg/endpoints/handlers/delete.go`): asked for a
    /// dry run there alone, it deletes.
    pub(crate) fn dry(mut self) -> Self {
        if self.is_dry() {
            return self;
        }
        if self.method == Method::DELETE {
            let mut options = self.content();
            options[DRY_RUN] = json!(["All"]);
            self = self.body(&options);
        }
        self.query(DRY_RUN, "All")
    }

    /// Says whether sending the request twice does what sending it once does. What the second answer says may differ.
    pub(super) fn is_repeatable(&self) -> bool {
        self.method != Method::POST && self.content_type != PatchFormat::Json.content_type()
    }

    pub(super) fn to_request(&self) -> Result<Request<Vec<u8>>, ApiError> {
        Request::builder()
            .method(self.method.clone())
            .uri(self.uri())
            .header(ACCEPT, self.accept)
            .header(CONTENT_TYPE, self.content_type)
            .body(self.body.clone())
            .map_err(|error| ApiError::local(error.to_string()))
    }
}

/// Appends `text` to a query, with all but unreserved characters as `%XX`.
fn push_escaped(uri: &mut String, text: &str) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte) {
            uri.push(char::from(byte));
        } else {
            uri.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// The answer to a call that succeeded.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The HTTP status; 201 says that an object was made.
    pub(crate) code: u16,
    /// What the server warns about: deprecated versions, dropped fields.
    pub(crate) warnings: Vec<String>,
    pub(crate) body: Vec<u8>,
    date: Option<HeaderValue>,
}

impl Answer {
    pub(super) fn new(parts: &Parts, body: Vec<u8>) -> Self {
        let warnings = parts.headers.get_all(WARNING).iter();
        Answer {
            code: parts.status.as_u16(),
            warnings: warnings
                .filter_map(|value| warning_text(value.to_str().ok()?))
                .collect(),
            body,
            date: parts.headers.get(DATE).cloned(),
        }
    }

    /// Makes the answer that a server would give.
    pub(crate) fn pretended(code: u16, body: &Value) -> Self {
        Answer {
            code,
            warnings: Vec::new(),
            body: serde_json::to_vec(body).expect("JSON trees can be written"),
            date: None,
        }
    }

    /// Adds what the server warns about.
    pub(crate) fn warning(self, warnings: Vec<String>) -> Self {
        Answer { warnings, ..self }
    }

    /// Returns what time the server says it is, to the second.
    pub(crate) fn date(&self) -> Option<Timestamp> {
        rfc2822::DateTimeParser::new()
            .parse_timestamp(self.date.as_ref()?.to_str().ok()?)
            .ok()
    }

    /// Reads the body.
    ///
    /// # Errors
    ///
    /// When it is not the JSON it should be.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, ApiError> {
        serde_json::from_slice(&self.body)
            .map_err(|error| ApiError::local(format!("unable to read the server's answer: {error}")))
    }
}

/// Returns the quoted text of a `Warning` header: `299 - "text"`.
fn warning_text(header: &str) -> Option<String> {
    let quoted = header.splitn(3, ' ').nth(2)?;
    let inner = quoted.strip_prefix('"')?.strip_suffix('"')?;
    Some(inner.replace("\\\"", "\"").replace("\\\\", "\\"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_are_shown_as_in_go() {
        let call = Call::get("/api/v1/secrets").query("labelSelector", "owner=helm,name=a b");
        assert_eq!(
            call.shown("https://host:6443"),
            "Get \"https://host:6443/api/v1/secrets?labelSelector=owner%3Dhelm%2Cname%3Da%20b\""
        );
    }

    #[test]
    fn a_deletion_is_dry_in_its_body() {
        let call = Call::delete("/api/v1/namespaces/a", &json!({"propagationPolicy": "Orphan"})).dry();
        assert_eq!(
            call.content(),
            json!({"propagationPolicy": "Orphan", "dryRun": ["All"]})
        );
        assert!(call.is_dry());
    }

    #[test]
    fn warnings_are_unquoted() {
        assert_eq!(
            warning_text(r#"299 - "policy/v1beta1 is \"old\"""#).as_deref(),
            Some(r#"policy/v1beta1 is "old""#)
        );
        assert_eq!(warning_text("nonsense"), None);
    }
}
