//! Requests that a plugin sends (`http_request`), to the hosts that it may reach.

use std::collections::BTreeMap;
use std::str::FromStr;

use http::{HeaderName, HeaderValue, Method};
use repo::http::{Body, Call, HttpClient};
use serde::Deserialize;
use url::Url;

use super::guest::Guest;
use super::hosts;

/// A request as plugins write it.
#[derive(Debug, Deserialize)]
struct Request {
    #[serde(default, alias = "Url", alias = "URL")]
    url: String,
    #[serde(default, alias = "Headers")]
    headers: Option<BTreeMap<String, String>>,
    #[serde(default, alias = "Method")]
    method: Option<String>,
}

/// Sends a request, and keeps the status and the headers of the answer, whose body is returned.
///
/// # Errors
/// In words: when it is no request, its host is not allowed, there is no answer, or one that is too large.
pub(super) fn send(guest: &mut Guest, about: &str, body: Vec<u8>) -> Result<Vec<u8>, String> {
    guest.headers.clear();
    guest.status = 0;
    let request: Request =
        serde_json::from_str(about).map_err(|error| format!("invalid http request: {error}"))?;
    let call = call(&request, body)?;
    let host = call.url.host_str().unwrap_or_default();
    if !hosts::allow(&guest.allowed_hosts, host) {
        return Err(format!("HTTP request to '{}' is not allowed", request.url));
    }
    // The plugin has a thread of its own, in which no other runtime is.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| error.to_string())?;
    runtime
        .block_on(receive(guest, call))
        .map_err(|error| chart::chain(&error))
}

async fn receive(guest: &mut Guest, call: Call) -> Result<Vec<u8>, repo::http::HttpError> {
    let answer = HttpClient::new(&guest.http)?.send(call).await?;
    guest.status = answer.status().as_u16();
    for (name, value) in answer.headers() {
        let value = String::from_utf8_lossy(value.as_bytes());
        guest
            .headers
            .entry(name.as_str().to_owned())
            .and_modify(|all| all.extend([",", &*value]))
            .or_insert_with(|| value.into_owned());
    }
    answer.bytes(guest.response_limit).await
}

fn call(request: &Request, body: Vec<u8>) -> Result<Call, String> {
    let url = Url::parse(&request.url).map_err(|error| format!("invalid url: {error}"))?;
    let method = request.method.as_deref().filter(|method| !method.is_empty());
    let method = method.unwrap_or("GET").to_uppercase();
    let method = Method::from_str(&method).map_err(|error| error.to_string())?;
    let mut call = Call::new(method, url);
    for (name, value) in request.headers.iter().flatten() {
        let name = HeaderName::from_str(name).map_err(|error| error.to_string())?;
        let value = HeaderValue::from_str(value).map_err(|error| error.to_string())?;
        call.headers.insert(name, value);
    }
    if !body.is_empty() {
        call.body = Body::Bytes(body);
    }
    Ok(call)
}
