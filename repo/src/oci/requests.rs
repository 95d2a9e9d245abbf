//! The requests of the distribution specification: URLs and headers.

use url::Url;

use super::digest::Digest;
use super::manifest::{INDEX, MANIFEST};
use super::reference::Reference;

/// What manifests are taken, as Helm says it.
pub(super) const ACCEPT_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json, \
     application/vnd.docker.distribution.manifest.list.v2+json, application/vnd.oci.image.manifest.v1+json, \
     application/vnd.oci.image.index.v1+json, application/vnd.oci.artifact.manifest.v1+json";

/// How a registry is spoken to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// With TLS.
    #[default]
    Https,
    /// Without it, for those who ask for it.
    Http,
}

/// The URL that tells whether somebody may speak to the registry.
pub(super) fn ping(protocol: Protocol, registry: &str) -> String {
    format!("{}/v2/", base(protocol, registry))
}

/// The URL of the list of tags.
pub(super) fn tags(protocol: Protocol, reference: &Reference) -> String {
    format!("{}/tags/list", repository(protocol, reference))
}

/// The URL of a manifest by tag or digest.
pub(super) fn manifest(protocol: Protocol, reference: &Reference, target: &str) -> String {
    format!("{}/manifests/{target}", repository(protocol, reference))
}

/// The URL of a blob.
pub(super) fn blob(protocol: Protocol, reference: &Reference, digest: &Digest) -> String {
    format!("{}/blobs/{digest}", repository(protocol, reference))
}

/// The URL where an upload begins.
pub(super) fn uploads(protocol: Protocol, reference: &Reference) -> String {
    format!("{}/blobs/uploads/", repository(protocol, reference))
}

/// Whether a media type is one of the lists of manifests.
pub(super) fn is_index(media_type: &str) -> bool {
    media_type == INDEX
}

/// Whether a media type is one that a chart's manifest can have.
pub(super) fn is_manifest(media_type: &str) -> bool {
    media_type == MANIFEST
}

/// Docker Hub goes by another name than the one in references.
pub(super) fn host(registry: &str) -> &str {
    match registry {
        "docker.io" => "registry-1.docker.io",
        other => other,
    }
}

fn base(protocol: Protocol, registry: &str) -> String {
    let scheme = match protocol {
        Protocol::Https => "https",
        Protocol::Http => "http",
    };
    format!("{scheme}://{}", host(registry))
}

fn repository(protocol: Protocol, reference: &Reference) -> String {
    format!(
        "{}/v2/{}",
        base(protocol, &reference.registry),
        reference.repository
    )
}

/// Whether two URLs are of one origin: scheme, host and port.
pub(super) fn is_same_origin(a: &Url, b: &Url) -> bool {
    let origin = |url: &Url| {
        (
            url.scheme().to_owned(),
            url.host_str().map(str::to_lowercase),
            url.port_or_known_default(),
        )
    };
    origin(a) == origin(b)
}

/// The address of the next page in a `Link` header, relative to the page that it came with.
///
/// # Errors
/// What is wrong with the header.
pub(super) fn next_page(link: &str, page: &Url) -> Result<Url, &'static str> {
    let inner = link.trim_start().strip_prefix('<').ok_or("missing '<'")?;
    let (address, _) = inner.split_once('>').ok_or("missing '>'")?;
    page.join(address).map_err(|_| "no URL")
}

#[cfg(test)]
mod tests {
    use super::{Protocol, Reference, is_same_origin, next_page, ping, tags};
    use url::Url;

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    #[test]
    fn docker_hub_has_another_host() {
        assert_eq!(
            ping(Protocol::Https, "docker.io"),
            "https://registry-1.docker.io/v2/"
        );
        let reference = Reference::parse("localhost:5000/team/web").expect("a reference");
        assert_eq!(
            tags(Protocol::Http, &reference),
            "http://localhost:5000/v2/team/web/tags/list"
        );
    }

    #[test]
    fn pages_follow_each_other() {
        let page = url("https://host/v2/a/tags/list?n=2");
        let next = next_page(r#"</v2/a/tags/list?n=2&last=b>; rel="next""#, &page);
        assert_eq!(next, Ok(url("https://host/v2/a/tags/list?n=2&last=b")));
        assert_eq!(next_page("nothing", &page), Err("missing '<'"));
        assert_eq!(next_page("<open", &page), Err("missing '>'"));
    }

    #[test]
    fn origins_are_compared_with_their_ports() {
        assert!(is_same_origin(
            &url("https://a.org/x"),
            &url("https://A.org:443/y")
        ));
        assert!(!is_same_origin(&url("https://a.org"), &url("https://a.org:8443")));
        assert!(!is_same_origin(&url("https://a.org"), &url("http://a.org")));
    }
}
