//! Where a redirect leads, and what goes along. Pure.

use http::header::{AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, COOKIE, LOCATION, PROXY_AUTHORIZATION};
use http::{HeaderMap, Method, StatusCode};
use url::Url;

use super::call::{Body, Call, Trust};

/// As many as Go follows.
pub(super) const MAX_REDIRECTS: usize = 10;

/// The request that follows an answer; nothing when the answer is to be taken as it is.
pub(super) fn next(call: &Call, status: StatusCode, headers: &HeaderMap) -> Option<Call> {
    let keeps_method = matches!(status.as_u16(), 307 | 308);
    let is_redirect = matches!(status.as_u16(), 301..=303) || keeps_method;
    let is_read = matches!(call.method, Method::GET | Method::HEAD);
    if !is_redirect || !(is_read || keeps_method) {
        return None;
    }
    let location = headers.get(LOCATION)?.to_str().ok()?;
    let url = call.url.join(location).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    let mut next = call.clone();
    if !may_know_us(call.trust, &call.url, &url) {
        for name in [AUTHORIZATION, COOKIE, PROXY_AUTHORIZATION] {
            next.headers.remove(name);
        }
    }
    if is_read {
        next.body = Body::Empty;
        next.headers.remove(CONTENT_LENGTH);
        next.headers.remove(CONTENT_TYPE);
    }
    next.url = url;
    Some(next)
}

/// Whether the target may learn who we are: it is the same host, and not in clear where it was encrypted.
///
/// Go lets subdomains know as well, and is content with clear text.
fn may_know_us(trust: Trust, from: &Url, to: &Url) -> bool {
    let is_downgrade = from.scheme() == "https" && to.scheme() != "https";
    let is_near = trust == Trust::Host || from.port_or_known_default() == to.port_or_known_default();
    from.host() == to.host() && is_near && !is_downgrade
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Credentials;

    fn follow(from: &str, status: u16, to: &str) -> Option<Call> {
        let call = Call::get(Url::parse(from).unwrap()).basic(&Credentials {
            username: "me".into(),
            password: "secret".into(),
        });
        let mut headers = HeaderMap::new();
        headers.insert(LOCATION, to.parse().unwrap());
        next(&call, StatusCode::from_u16(status).unwrap(), &headers)
    }

    #[test]
    fn only_the_same_host_learns_who_we_are() {
        let knows = |from, to| follow(from, 302, to).unwrap().headers.contains_key(AUTHORIZATION);
        assert!(knows("https://a.example/x", "/y"));
        assert!(knows("http://a.example/x", "https://a.example/y"));
        assert!(!knows("https://a.example/x", "http://a.example/y"));
        assert!(!knows("https://a.example/x", "https://sub.a.example/y"));
        assert!(!knows("https://a.example/x", "https://b.example/y"));
    }

    #[test]
    fn another_port_is_another_origin() {
        let url = |text: &str| Url::parse(text).unwrap();
        let (from, to) = (url("http://a.example:5000/x"), url("http://a.example:9000/y"));
        assert!(may_know_us(Trust::Host, &from, &to));
        assert!(!may_know_us(Trust::Origin, &from, &to));
        assert!(may_know_us(Trust::Origin, &from, &url("http://a.example:5000/z")));
    }

    #[test]
    fn other_answers_are_taken_as_they_are() {
        assert!(follow("https://a.example", 200, "/y").is_none());
        assert!(follow("https://a.example", 304, "/y").is_none());
        assert!(follow("https://a.example", 302, "file:///etc/passwd").is_none());
        assert_eq!(
            follow("https://a.example/b/c", 308, "d").unwrap().url.path(),
            "/b/d"
        );
    }
}
