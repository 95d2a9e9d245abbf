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
    let kept: Vec<(String, String)> = realm
        .query_pairs()
        .filter(|(key, _)| key != "service" || purpose.service.is_empty())
        .map(|(key, value)| (key.into_owned(), value.into_owned()))
        .collect();
    let mut query = Serializer::new(String::new());
    query.extend_pairs(kept);
    if !purpose.service.is_empty() {
        query.append_pair("service", purpose.service);
    }
    for scope in purpose.scopes {
        query.append_pair("scope", scope);
    }
    let query = query.finish();
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
    let mut form = Serializer::new(String::new());
    if credential.identity_token.is_empty() {
        form.append_pair("grant_type", "password");
        form.append_pair("username", &credential.username);
        form.append_pair("password", &credential.password);
    } else {
        form.append_pair("grant_type", "refresh_token");
        form.append_pair("refresh_token", &credential.identity_token);
    }
    form.append_pair("service", purpose.service);
    form.append_pair("client_id", CLIENT);
    if !purpose.scopes.is_empty() {
        form.append_pair("scope", &purpose.scopes.join(" "));
    }
    let mut call = within_origin(Call::new(Method::POST, realm));
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded");
    call.headers.insert(CONTENT_TYPE, kind);
    call.body = Body::Bytes(form.finish().into_bytes());
    call
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
            "https://auth.org/token?account=x&service=reg.org&scope=repository%3Aa%3Apull&scope=repository%3Ab%3Apull%2Cpush"
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
            "grant_type=refresh_token&refresh_token=identity&service=reg.org&client_id=oras-go&scope=repository%3Aa%3Apull+repository%3Ab%3Apull%2Cpush"
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
