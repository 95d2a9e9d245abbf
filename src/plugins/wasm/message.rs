//! What plugins are asked and what they answer, as JSON (Helm's `internal/plugin/schema`).

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chart::json::{JsonFault, fault, to_string};
use repo::Errand;
use serde::Serialize;
use serde_json::Value;

use crate::settings::Settings;

/// What a plugin is asked.
pub(in crate::plugins) enum Message<'a> {
    /// To be a command, with arguments.
    Command(&'a [String]),
    /// To change objects, with arguments.
    PostRender(&'a str, &'a [String]),
    /// To get what is behind a URL.
    Get(Errand<'a>),
}

/// Why an answer is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AnswerError {
    #[error("{0}")]
    Json(String),
    #[error("it is {0}, not an object")]
    NoObject(&'static str),
    #[error("{field:?} in it is {got}, not {wanted}")]
    Field {
        field: &'static str,
        got: &'static str,
        wanted: &'static str,
    },
}

#[derive(Serialize)]
struct Command<'a> {
    #[serde(rename = "extraArgs")]
    arguments: &'a [String],
}

#[derive(Serialize)]
struct PostRender<'a> {
    manifests: &'a str,
    #[serde(rename = "extraArgs")]
    arguments: &'a [String],
}

#[derive(Serialize)]
struct Get<'a> {
    href: &'a str,
    protocol: &'a str,
    options: Options<'a>,
}

/// `GetterOptionsV1`, whose fields have the names that they have in Go.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Options<'a> {
    #[serde(rename = "URL")]
    url: &'a str,
    cert_file: String,
    key_file: String,
    #[serde(rename = "CAFile")]
    ca_file: String,
    #[serde(rename = "UNTar")]
    untar: bool,
    #[serde(rename = "InsecureSkipVerifyTLS")]
    insecure: bool,
    #[serde(rename = "PlainHTTP")]
    plain_http: bool,
    accept_header: &'a str,
    username: &'a str,
    password: &'a str,
    pass_credentials_all: bool,
    user_agent: &'static str,
    version: &'static str,
    timeout: u64,
}

impl Message<'_> {
    /// As JSON, as Go writes it.
    pub(super) fn input(&self) -> String {
        let text = match self {
            Message::Command(arguments) => to_string(&Command { arguments }),
            Message::PostRender(manifests, arguments) => to_string(&PostRender { manifests, arguments }),
            Message::Get(errand) => to_string(&Get {
                href: errand.text,
                protocol: errand.url.scheme(),
                options: options(*errand),
            }),
        };
        text.expect("texts, numbers and lists are JSON")
    }

    /// The environment that Helm gives a plugin of this kind: commands have `ours`, getters how this program is set up.
    pub(super) fn environment(
        &self,
        settings: &Settings,
        ours: BTreeMap<String, String>,
    ) -> BTreeMap<String, String> {
        match self {
            Message::Command(_) => ours,
            Message::PostRender(..) => BTreeMap::new(),
            Message::Get(_) => settings.plugin_variables(),
        }
    }

    /// The content of an answer: nothing for commands, what was got, objects.
    ///
    /// # Errors
    /// When it is no JSON, or not the message that was expected.
    pub(super) fn read(&self, answer: &[u8]) -> Result<Vec<u8>, AnswerError> {
        let answer = parse(answer).map_err(AnswerError::Json)?;
        let field = match self {
            Message::Command(_) | Message::Get(_) => "data",
            Message::PostRender(..) => "manifests",
        };
        let value = field_of(&answer, field)?;
        let wrong = |wanted| AnswerError::Field {
            field,
            got: kind(value),
            wanted,
        };
        match (self, value) {
            // Helm makes an empty buffer of any object.
            (_, Value::Null) | (Message::Command(_) | Message::PostRender(..), Value::Object(_)) => {
                Ok(Vec::new())
            }
            (Message::Command(_), _) => Err(wrong("an object")),
            (Message::PostRender(..), Value::String(text)) => Ok(text.clone().into_bytes()),
            (Message::PostRender(..), _) => Err(wrong("a text")),
            (Message::Get(_), value) => bytes(value).ok_or_else(|| wrong("bytes as base64")),
        }
    }
}

/// Reads JSON; what is wrong with it is said in Go's words, as far as Go's reader stops where ours does.
fn parse(answer: &[u8]) -> Result<Value, String> {
    match fault(answer) {
        Some(JsonFault::End) => Err("unexpected end of JSON input".to_owned()),
        Some(JsonFault::Byte { message, .. }) => Err(message),
        None => serde_json::from_slice(answer).map_err(|error| error.to_string()),
    }
}

fn options<'a>(errand: Errand<'a>) -> Options<'a> {
    let file = |file: &Option<std::path::PathBuf>| {
        file.as_deref()
            .map_or(String::new(), |file| file.display().to_string())
    };
    let (username, password) = errand
        .credentials
        .map_or(("", ""), |who| (who.username.as_str(), who.password.as_str()));
    Options {
        url: errand.repository.unwrap_or(errand.text),
        cert_file: file(&errand.tls.cert_file),
        key_file: file(&errand.tls.key_file),
        ca_file: file(&errand.tls.ca_file),
        untar: false,
        insecure: errand.tls.insecure_skip_tls_verify,
        plain_http: false,
        accept_header: errand.accept,
        username,
        password,
        pass_credentials_all: errand.pass_credentials,
        user_agent: "",
        version: "",
        timeout: 0,
    }
}

/// A field; Go does not mind the case of its name, and takes `null` for any object.
fn field_of<'a>(answer: &'a Value, name: &str) -> Result<&'a Value, AnswerError> {
    match answer {
        Value::Null => Ok(&Value::Null),
        Value::Object(fields) => {
            let exact = fields.get(name);
            let similar = || fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(name));
            let found = exact.or_else(|| similar().map(|(_, value)| value));
            Ok(found.unwrap_or(&Value::Null))
        }
        other => Err(AnswerError::NoObject(kind(other))),
    }
}

/// Bytes as Go reads them: base64, in which line ends do not count, or a list of numbers.
fn bytes(value: &Value) -> Option<Vec<u8>> {
    match value {
        Value::String(text) => STANDARD.decode(text.replace(['\r', '\n'], "")).ok(),
        Value::Array(items) => items
            .iter()
            .map(|item| u8::try_from(item.as_u64()?).ok())
            .collect(),
        _ => None,
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(message: &Message<'_>, answer: &str) -> Result<String, String> {
        let answer = message.read(answer.as_bytes());
        answer
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .map_err(|error| error.to_string())
    }

    #[test]
    fn answers_are_read_as_go_reads_them() {
        let render = Message::PostRender("", &[]);
        let command = Message::Command(&[]);
        for (message, answer, expected) in [
            (&render, r#"{"manifests": "a: b"}"#, Ok("a: b")),
            (&render, r#"{"Manifests": "a: b", "more": 1}"#, Ok("a: b")),
            (&render, r#"{"manifests": {}}"#, Ok("")),
            (&render, "null", Ok("")),
            (&render, "[]", Err("it is a list, not an object")),
            (
                &render,
                r#"{"manifests": 7}"#,
                Err("\"manifests\" in it is a number, not a text"),
            ),
            (&render, "", Err("unexpected end of JSON input")),
            (
                &render,
                "nope",
                Err("invalid character 'o' in literal null (expecting 'u')"),
            ),
            (&command, "{}", Ok("")),
            (
                &command,
                r#"{"data": "x"}"#,
                Err("\"data\" in it is a text, not an object"),
            ),
        ] {
            let expected = expected.map(str::to_owned).map_err(str::to_owned);
            assert_eq!(read(message, answer), expected, "{answer}");
        }
    }

    #[test]
    fn bytes_are_base64_or_numbers() {
        assert_eq!(bytes(&"YTog\nMQo=".into()), Some(b"a: 1\n".to_vec()));
        assert_eq!(bytes(&serde_json::json!([97, 10])), Some(b"a\n".to_vec()));
        for wrong in [
            serde_json::json!("?"),
            serde_json::json!([256]),
            serde_json::json!(7),
        ] {
            assert_eq!(bytes(&wrong), None);
        }
    }

    #[test]
    fn questions_are_what_go_would_write() {
        let arguments = ["<a>".to_owned()];
        assert_eq!(
            Message::Command(&arguments).input(),
            r#"{"extraArgs":["\u003ca\u003e"]}"#
        );
        assert_eq!(
            Message::PostRender("a: b\n", &[]).input(),
            r#"{"manifests":"a: b\n","extraArgs":[]}"#
        );
    }
}
