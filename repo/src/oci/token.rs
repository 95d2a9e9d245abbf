//! How tokens are asked for: pure requests, and what is in the answers.
//!
//! Two ways are in use (the distribution project's `spec/auth`): GET with name and password in a header, and POST of an
//! OAuth2 form, which is the one for identity tokens.

use http::header::CONTENT_TYPE;
use http::{HeaderValue, Method};
use serde::Deserialize;
use url::Url;
use url::form_urlencoded::Serializer;

use super::credentials::Credential;
use crate::http::{Body, Call, Credentials, Trust};

/// The name that Helm's library gives itself; services want one.
const CLIENT: &str = "oras-go";

/// What a token is to be good for.
#[derive(Debug, Clone)]
pub(super) struct Purpose<'a> {
    pub(super) service: &'a str,
    pub(super) scopes: &'a [String],
}

/// What a token service answers.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    token: String,
    access_token: String,
}

/// Asks in the way of the distribution project; anonymously if the credential has neither name nor password.
pub(super) fn plain(mut realm: Url, purpose: &Purpose, credential: &Credential) -> Call {
    let is_kept = |key: &str| key != "service" || purpose.service.is_empty();
    let mut fields: Vec<(String, String)> = realm
        .query_pairs()
        .filter(|(key, _)| is_kept(key))
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    if !purpose.service.is_empty() {
        fields.push(("service".to_owned(), purpose.service.to_owned()));
    }
    let scopes = purpose.scopes.iter();
    fields.extend(scopes.map(|scope| ("scope".to_owned(), scope.clone())));
    let query = encode(fields);
    realm.set_query((!query.is_empty()).then_some(&query));
    let call = within_origin(Call::get(realm));
    if credential.username.is_empty() && credential.password.is_empty() {
        return call;
    }
    call.basic(&Credentials {
        username: credential.username.clone(),
        password: credential.password.clone(),
    })
}

/// Asks in the way of OAuth2: with the identity token if there is one, else with name and password.
pub(super) fn oauth2(realm: Url, purpose: &Purpose, credential: &Credential) -> Call {
    let mut fields = if credential.identity_token.is_empty() {
        vec![
            ("grant_type", "password"),
            ("username", &credential.username),
            ("password", &credential.password),
        ]
    } else {
        vec![
            ("grant_type", "refresh_token"),
            ("refresh_token", &credential.identity_token),
        ]
    };
    let scopes = purpose.scopes.join(" ");
    fields.extend([("service", purpose.service), ("client_id", CLIENT)]);
    if !scopes.is_empty() {
        fields.push(("scope", &scopes));
    }
    let fields = fields
        .into_iter()
        .map(|(key, value)| (key.to_owned(), value.to_owned()));
    let form = encode(fields.collect());
    let mut call = within_origin(Call::new(Method::POST, realm));
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    call.headers.insert(CONTENT_TYPE, kind);
    call.body = Body::Bytes(form.into_bytes());
    call
}

/// Writes fields in the order of their names, as Go does.
fn encode(mut fields: Vec<(String, String)>) -> String {
    fields.sort_by(|(a, _), (b, _)| a.cmp(b));
    Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The token in an answer, if there is one.
pub(super) fn read(body: &[u8]) -> Result<Option<String>, serde_json::Error> {
    let answer: Answer = serde_json::from_slice(body)?;
    let tokens = [answer.access_token, answer.token];
    Ok(tokens.into_iter().find(|token| !token.is_empty()))
}

fn within_origin(call: Call) -> Call {
    Call {
        trust: Trust::Origin,
        ..call
    }
}

#[cfg(test)]
mod tests {
    use super::{Body, Credential, Purpose, oauth2, plain, read};
    use http::header::AUTHORIZATION;
    use url::Url;

    const REALM: &str = "https://auth.org/token?account=x";

    fn realm() -> Url {
        Url::parse(REALM).expect("a URL")
    }

    #[test]
    fn tokens_are_asked_for_in_both_ways() {
        let scopes = [
            "repository:a:pull".to_owned(),
            "repository:b:pull,push".to_owned(),
        ];
        let purpose = Purpose {
            service: "reg.org",
            scopes: &scopes,
        };
        let call = plain(realm(), &purpose, &Credential::default());
        assert_eq!(
            call.url.as_str(),
            "https://auth.org/token?account=x&scope=repository%3Aa%3Apull&scope=repository%3Ab%3Apull%2Cpush&service=reg.org"
        );
        assert!(!call.headers.contains_key(AUTHORIZATION));
        let call = plain(realm(), &purpose, &Credential::new("ann", "pass"));
        assert!(call.headers[AUTHORIZATION].is_sensitive());
        let call = oauth2(realm(), &purpose, &Credential::new("", "identity"));
        let Body::Bytes(form) = call.body else {
            panic!("a form")
        };
        assert_eq!(
            String::from_utf8_lossy(&form),
            "client_id=oras-go&grant_type=refresh_token&refresh_token=identity&scope=repository%3Aa%3Apull+repository%3Ab%3Apull%2Cpush&service=reg.org"
        );
        assert_eq!(call.url.as_str(), REALM);
    }

    #[test]
    fn tokens_are_found_under_both_names() {
        let found = |body: &str| read(body.as_bytes()).expect("JSON");
        assert_eq!(found(r#"{"token":"a"}"#).as_deref(), Some("a"));
        assert_eq!(
            found(r#"{"token":"a","access_token":"b","expires_in":60}"#).as_deref(),
            Some("b")
        );
        assert_eq!(found("{}"), None);
        assert!(read(b"<html>").is_err());
    }
}
