//! Where a registry may send us for a token: credentials go there, so it must be no trap.

use std::net::IpAddr;

use url::{Host, Url};

use super::error::IdentityError;

/// Reads the address of a token service that `registry` named.
///
/// # Errors
/// When it is not HTTP, is in clear while the registry is not, or is an address inside a network that is not the
/// registry's own: the rules of Helm's OCI library.
pub(super) fn check(realm: &str, registry: &Url) -> Result<Url, IdentityError> {
    let refused = |what| IdentityError::Realm {
        realm: realm.to_owned(),
        what,
    };
    let url = Url::parse(realm).map_err(|_| refused("no URL"))?;
    match url.scheme() {
        "https" => {}
        "http" if registry.scheme() == "https" => {
            return Err(refused("uses http but registry was contacted over https"));
        }
        "http" => {}
        _ => return Err(refused("uses unsupported scheme")),
    }
    let address = match url.host() {
        Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
        Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        _ => None,
    };
    if address.is_some_and(is_inside) && url.host() != registry.host() {
        return Err(refused(
            "is a loopback, link-local, private, or unspecified address",
        ));
    }
    Ok(url)
}

fn is_inside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            address.is_loopback()
                || address.is_link_local()
                || address.is_private()
                || address.is_unspecified()
                || (address.is_multicast() && address.octets()[..3] == [224, 0, 0])
        }
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(address) => is_inside(IpAddr::V4(address)),
            None => {
                address.is_loopback()
                    || address.is_unspecified()
                    || address.is_unique_local()
                    || address.is_unicast_link_local()
                    || address.segments()[0] == 0xff02
            }
        },
    }
}

#[cfg(test)]
mod tests {
    use super::check;
    use url::Url;

    #[test]
    fn traps_are_seen() {
        let registry = Url::parse("https://reg.org/v2/").expect("a URL");
        let is_fine = |realm: &str| check(realm, &registry).is_ok();
        assert!(is_fine("https://auth.docker.io/token"));
        for trap in [
            "http://auth.docker.io/token",
            "https://169.254.169.254/latest",
            "https://127.0.0.1/token",
            "https://[::1]/token",
            "https://[::ffff:10.0.0.1]/token",
            "file:///etc/passwd",
            "",
        ] {
            assert!(!is_fine(trap), "{trap}");
        }
        let own = Url::parse("http://127.0.0.1:5000/v2/").expect("a URL");
        assert!(check("http://127.0.0.1:5001/token", &own).is_ok());
        assert!(check("http://127.0.0.2:5001/token", &own).is_err());
    }
}
