//! A token service for the real registry: a small one of our own, which signs what the distribution project's
//! specification of tokens asks for, and does no more.

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use rcgen::{CertificateParams, KeyPair, SigningKey};
use serde_json::{Value, json};

use super::answers::{Answer, Answers, Asked};

/// The user that the service knows.
pub(crate) const USER: &str = "alice";
/// Her password.
pub(crate) const PASSWORD: &str = "wonderland";
/// Her identity token.
pub(crate) const IDENTITY: &str = "identity-of-alice";

/// A running service.
pub(crate) struct Tokens {
    pub(crate) server: Answers,
    /// What the registry trusts.
    pub(crate) certificate: String,
}

impl Tokens {
    /// Starts a service that gives tokens to those who say who they are, for whatever they ask.
    pub(crate) fn start() -> Self {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new(Vec::new()).expect("parameters");
        let certificate = params.self_signed(&key).expect("a certificate");
        let der = STANDARD.encode(certificate.der());
        let server = Answers::start(move |asked| answer(asked, &key, &der));
        Tokens {
            server,
            certificate: certificate.pem(),
        }
    }
}

fn answer(asked: &Asked, key: &KeyPair, certificate: &str) -> Answer {
    let form = String::from_utf8_lossy(&asked.body).into_owned();
    let query = asked
        .target
        .split_once('?')
        .map_or(form.as_str(), |(_, query)| query);
    let fields: Vec<(String, String)> = query.split('&').filter_map(field).collect();
    let value = |name: &str| {
        let found = fields.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let basic = format!("Basic {}", STANDARD.encode(format!("{USER}:{PASSWORD}")));
    let is_known = match value("grant_type") {
        "" => asked.headers.get("authorization") == Some(&basic),
        "refresh_token" => value("refresh_token") == IDENTITY,
        _ => value("username") == USER && value("password") == PASSWORD,
    };
    if !is_known {
        return Answer::new(
            401,
            r#"{"errors":[{"code":"UNAUTHORIZED","message":"who are you"}]}"#,
        );
    }
    let scopes = fields.iter().filter(|(key, _)| key == "scope");
    let access: Vec<Value> = scopes
        .flat_map(|(_, scopes)| scopes.split(' '))
        .filter_map(access)
        .collect();
    let token = sign(key, certificate, value("service"), &access);
    Answer::new(200, json!({ "token": token, "access_token": token }).to_string())
}

fn field(text: &str) -> Option<(String, String)> {
    let (key, value) = text.split_once('=')?;
    let value = value
        .replace('+', " ")
        .replace("%3A", ":")
        .replace("%2F", "/")
        .replace("%2C", ",");
    Some((key.to_owned(), value))
}

fn access(scope: &str) -> Option<Value> {
    let (kind, rest) = scope.split_once(':')?;
    let (name, actions) = rest.rsplit_once(':')?;
    let actions: Vec<&str> = actions.split(',').collect();
    Some(json!({ "type": kind, "name": name, "actions": actions }))
}

fn sign(key: &KeyPair, certificate: &str, service: &str, access: &[Value]) -> String {
    let now = jiff::Timestamp::now().as_second();
    let header = json!({ "typ": "JWT", "alg": "ES256", "x5c": [certificate] });
    let claims = json!({
        "iss": "tests", "sub": USER, "aud": service, "iat": now, "nbf": now - 60, "exp": now + 600,
        "jti": "1", "access": access,
    });
    let encoded = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let text = format!("{}.{}", encoded(&header), encoded(&claims));
    let signature = key.sign(text.as_bytes()).expect("a signature");
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(plain(&signature)))
}

/// The two numbers of a signature, 32 bytes each, out of their ASN.1.
fn plain(signature: &[u8]) -> Vec<u8> {
    let mut rest = &signature[2..];
    let mut numbers = Vec::new();
    for _ in 0..2 {
        let length = usize::from(rest[1]);
        let number = &rest[2..2 + length];
        let number = &number[length.saturating_sub(32)..];
        numbers.extend(std::iter::repeat_n(0, 32 - number.len()));
        numbers.extend_from_slice(number);
        rest = &rest[2 + length..];
    }
    numbers
}
