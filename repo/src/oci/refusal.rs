//! What a registry says when it does not do what was asked: its list of errors, worded as Go's clients word it.

use std::fmt;

use chart::quote::quote;
use http::{Method, StatusCode};
use serde::Deserialize;
use serde_json::Value;

/// An answer of a registry that says no.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// What was to be done.
    pub method: Method,
    /// To what. What is behind a question mark is left out if it may be a secret.
    pub url: String,
    /// The answer.
    pub status: StatusCode,
    problems: Vec<Problem>,
}

/// One of the things that a registry does not like.
#[derive(Clone, Debug, Deserialize)]
struct Problem {
    #[serde(default)]
    code: String,
    #[serde(default)]
    message: String,
    #[serde(default)]
    detail: Value,
}

/// The body of an answer that says no.
#[derive(Debug, Default, Deserialize)]
struct Problems {
    #[serde(default)]
    errors: Vec<Problem>,
}

impl Refusal {
    /// Reads the body of an answer; one that is not in the common form says nothing.
    pub(super) fn new((method, url): (Method, String), status: StatusCode, body: &[u8]) -> Self {
        let problems: Problems = serde_json::from_slice(body).unwrap_or_default();
        Refusal {
            method,
            url,
            status,
            problems: problems.errors,
        }
    }
}

impl std::error::Error for Refusal {}

impl fmt::Display for Refusal {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let (method, url) = (&self.method, quote(&self.url));
        write!(
            formatter,
            "{method} {url}: response status code {}: ",
            self.status.as_u16()
        )?;
        if self.problems.is_empty() {
            return formatter.write_str(self.status.canonical_reason().unwrap_or_default());
        }
        let problems: Vec<String> = self.problems.iter().map(ToString::to_string).collect();
        formatter.write_str(&problems.join("; "))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(&self.code.replace('_', " ").to_lowercase())?;
        if self.message.is_empty() {
            return Ok(());
        }
        write!(formatter, ": {}", self.message)?;
        if self.detail.is_null() {
            return Ok(());
        }
        write!(formatter, ": {}", go(&self.detail))
    }
}

/// Writes a value as Go's `%v` does.
fn go(value: &Value) -> String {
    let joined = |parts: Vec<String>| parts.join(" ");
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => go_number(number.as_f64().unwrap_or_default()),
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", joined(items.iter().map(go).collect())),
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| *key);
            let fields = fields
                .into_iter()
                .map(|(key, value)| format!("{key}:{}", go(value)));
            format!("map[{}]", joined(fields.collect()))
        }
    }
}

/// Go reads every number of JSON as a float, and writes large ones with an exponent.
fn go_number(number: f64) -> String {
    if number != 0.0 && !(1e-4..1e21).contains(&number.abs()) {
        let text = format!("{number:e}");
        let (digits, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (sign, exponent) = match exponent.strip_prefix('-') {
            Some(exponent) => ('-', exponent),
            None => ('+', exponent),
        };
        return format!("{digits}e{sign}{exponent:0>2}");
    }
    number.to_string()
}

#[cfg(test)]
mod tests {
    use super::Refusal;
    use http::{Method, StatusCode};

    fn said(status: StatusCode, body: &str) -> String {
        Refusal::new((Method::GET, "http://h/v2/".to_owned()), status, body.as_bytes()).to_string()
    }

    #[test]
    fn refusals_read_as_gos() {
        let body = r#"{"errors":[{"code":"NAME_UNKNOWN","message":"unknown","detail":{"name":"a/b","n":[1,2.5,null]}}]}"#;
        assert_eq!(
            said(StatusCode::NOT_FOUND, body),
            r#"GET "http://h/v2/": response status code 404: name unknown: unknown: map[n:[1 2.5 <nil>] name:a/b]"#
        );
        assert_eq!(
            said(StatusCode::UNAUTHORIZED, "<html>"),
            r#"GET "http://h/v2/": response status code 401: Unauthorized"#
        );
        let two = r#"{"errors":[{"code":"DENIED"},{"code":"UNSUPPORTED","message":"no"}]}"#;
        assert!(said(StatusCode::FORBIDDEN, two).ends_with("403: denied; unsupported: no"));
    }
}
