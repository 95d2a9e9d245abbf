//! URLs of repositories and charts, compared and joined as Helm does. Pure.

use url::{ParseError, Url};

/// A URL cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("failed to parse {text} as URL: {reason}")]
pub struct LocationError {
    /// What was to be read.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

/// Reads an absolute URL.
///
/// # Errors
/// When it is none.
pub(crate) fn parse(text: &str) -> Result<Url, LocationError> {
    Url::parse(text).map_err(|error| failed(text, error))
}

fn failed(text: &str, error: ParseError) -> LocationError {
    LocationError {
        text: shown(text),
        reason: error.to_string(),
    }
}

/// A text that may be a URL with a password, without it.
pub(crate) fn shown(text: &str) -> String {
    match (text.find("://"), text.rfind('@')) {
        (Some(start), Some(at)) if start < at => format!("{}{}", &text[..start + 3], &text[at + 1..]),
        _ => text.to_owned(),
    }
}

/// The URL of a file that a repository names: absolute as it is, or below the repository's own, whose query goes along
/// (`ResolveReferenceURL` in Helm's `pkg/repo/v1/chartrepo.go`).
///
/// # Errors
/// When one of them is no URL.
pub(crate) fn resolve(base: &str, reference: &str) -> Result<Url, LocationError> {
    match Url::parse(reference) {
        Ok(url) => return Ok(url),
        Err(ParseError::RelativeUrlWithoutBase) => {}
        Err(error) => return Err(failed(reference, error)),
    }
    let mut base = parse(base)?;
    let path = format!("{}/", base.path().strip_suffix('/').unwrap_or(base.path()));
    base.set_path(&path);
    let mut url = base.join(reference).map_err(|error| failed(reference, error))?;
    url.set_query(base.query());
    Ok(url)
}

/// Whether two texts mean the same place: URLs with cleaned paths (`Equal` in Helm's `internal/urlutil`).
pub(crate) fn is_equal(one: &str, other: &str) -> bool {
    match (Url::parse(one), Url::parse(other)) {
        (Ok(mut one), Ok(mut other)) => {
            for url in [&mut one, &mut other] {
                let path = clean(url.path());
                url.set_path(&path);
            }
            one == other
        }
        _ => clean(one) == clean(other),
    }
}

/// Takes doubled and closing slashes and dots out of a path by its text alone.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let root = if path.starts_with('/') { "/" } else { "" };
    format!("{root}{}", parts.join("/"))
}

/// Whether two URLs mean the same service: credentials for one are for the other.
pub(crate) fn is_same_service(one: &Url, other: &Url) -> bool {
    one.scheme() == other.scheme()
        && one.host() == other.host()
        && one.port_or_known_default() == other.port_or_known_default()
}

/// The name of the file that a URL ends in.
pub(crate) fn file_name(url: &Url) -> String {
    let last = url
        .path()
        .trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or_default();
    crate::http::decoded(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_are_found_beside_their_index() {
        for (base, reference, expected) in [
            (
                "http://a.example/charts",
                "web-1.tgz",
                "http://a.example/charts/web-1.tgz",
            ),
            (
                "http://a.example/charts/",
                "sub/web.tgz",
                "http://a.example/charts/sub/web.tgz",
            ),
            ("http://a.example/charts", "/web.tgz", "http://a.example/web.tgz"),
            (
                "http://a.example/charts?t=1",
                "web.tgz",
                "http://a.example/charts/web.tgz?t=1",
            ),
            (
                "http://a.example/charts",
                "https://b.example/w.tgz",
                "https://b.example/w.tgz",
            ),
            (
                "http://a.example/c%2Fd",
                "web.tgz",
                "http://a.example/c%2Fd/web.tgz",
            ),
            (
                "http://a.example/charts",
                "../web.tgz",
                "http://a.example/web.tgz",
            ),
            ("http://a.example", "index.yaml", "http://a.example/index.yaml"),
        ] {
            assert_eq!(
                resolve(base, reference).unwrap().as_str(),
                expected,
                "{base} {reference}"
            );
        }
    }

    #[test]
    fn a_closing_slash_makes_no_other_place() {
        assert!(is_equal("http://a.example/charts/", "http://a.example/charts"));
        assert!(is_equal("http://a.example", "http://a.example/"));
        assert!(!is_equal(
            "http://a.example/charts",
            "http://a.example/charts?x=1"
        ));
        assert!(!is_equal("http://a.example/charts", "https://a.example/charts"));
    }

    #[test]
    fn no_password_is_in_a_message() {
        let error = parse("http://me:secret@[bad/").unwrap_err();
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
