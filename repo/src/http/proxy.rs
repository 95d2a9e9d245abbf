//! Which requests go through a proxy: the rules of Go's `golang.org/x/net/http/httpproxy`. Pure.

use std::net::IpAddr;

use url::{Host, Url};

/// What the variables `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyRules {
    /// The proxy for `http`; empty is none.
    pub http: String,
    /// The proxy for `https`; empty is none.
    pub https: String,
    /// Hosts that are reached without one: names, addresses, networks, `*`; each with a port, if wanted.
    pub none_for: String,
}

impl ProxyRules {
    /// The proxy for a request, if it goes through one. This machine itself is always reached directly.
    pub(super) fn proxy_for(&self, url: &Url) -> Option<Url> {
        let proxy = match url.scheme() {
            "http" => &self.http,
            "https" => &self.https,
            _ => return None,
        };
        if proxy.is_empty() || !self.uses_proxy(url) {
            return None;
        }
        let has_scheme = ["http://", "https://", "socks5://", "socks5h://"];
        if has_scheme.iter().any(|scheme| proxy.starts_with(scheme)) {
            return Url::parse(proxy).ok();
        }
        Url::parse(&format!("http://{proxy}")).ok()
    }

    /// The proxy for requests to a server by its address, as text.
    pub fn proxy_of(&self, server: &str) -> Option<String> {
        let url = Url::parse(server).ok()?;
        self.proxy_for(&url).map(|proxy| proxy.to_string())
    }

    fn uses_proxy(&self, url: &Url) -> bool {
        let (host, address) = match url.host() {
            Some(Host::Domain(name)) => (name.trim_end_matches('.').to_lowercase(), None),
            Some(Host::Ipv4(address)) => (address.to_string(), Some(IpAddr::V4(address))),
            Some(Host::Ipv6(address)) => (address.to_string(), Some(IpAddr::V6(address))),
            None => return false,
        };
        if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
            return false;
        }
        let port = url.port_or_known_default().unwrap_or(0);
        let entries = self.none_for.split(',').map(|entry| entry.trim().to_lowercase());
        !entries
            .filter(|entry| !entry.is_empty())
            .any(|entry| matches(&entry, (&host, address), port))
    }
}

/// Whether an entry of `NO_PROXY` means this host.
fn matches(entry: &str, (host, address): (&str, Option<IpAddr>), port: u16) -> bool {
    if entry == "*" {
        return true;
    }
    if let Some((network, length)) = entry.split_once('/') {
        return address.is_some_and(|address| is_in_network(address, network, length));
    }
    let (entry, asked_port) = split_port(entry);
    if asked_port.is_some_and(|asked| asked != port) {
        return false;
    }
    if let Ok(asked) = entry.trim_matches(['[', ']']).parse::<IpAddr>() {
        return address == Some(asked);
    }
    let suffix = entry.strip_prefix('*').unwrap_or(entry);
    match suffix.strip_prefix('.') {
        Some(_) => host.ends_with(suffix),
        None => host == suffix || host.ends_with(&format!(".{suffix}")),
    }
}

fn split_port(entry: &str) -> (&str, Option<u16>) {
    match entry.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') || host.ends_with(']') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (entry, None),
        },
        _ => (entry, None),
    }
}

fn is_in_network(address: IpAddr, network: &str, length: &str) -> bool {
    let (Ok(network), Ok(length)) = (network.parse::<IpAddr>(), length.parse::<u32>()) else {
        return false;
    };
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let shift = 32u32.saturating_sub(length);
            address.to_bits().checked_shr(shift) == network.to_bits().checked_shr(shift)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let shift = 128u32.saturating_sub(length);
            address.to_bits().checked_shr(shift) == network.to_bits().checked_shr(shift)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxied(none_for: &str, url: &str) -> bool {
        let rules = ProxyRules {
            http: "proxy.example:3128".into(),
            https: "https://proxy.example".into(),
            none_for: none_for.into(),
        };
        rules.proxy_for(&Url::parse(url).unwrap()).is_some()
    }

    #[test]
    fn hosts_are_left_out_as_go_leaves_them_out() {
        assert!(proxied("", "http://charts.example/"));
        assert!(!proxied("", "http://localhost:8080/"));
        assert!(!proxied("", "http://127.0.0.2/"));
        assert!(!proxied("", "http://[::1]/"));
        assert!(!proxied("*", "https://charts.example/"));
        assert!(!proxied("a.b, example", "https://charts.example/"));
        assert!(proxied(".charts.example", "https://charts.example/"));
        assert!(!proxied(".example", "https://charts.example/"));
        assert!(!proxied("charts.example:443", "https://charts.example/"));
        assert!(proxied("charts.example:80", "https://charts.example/"));
        assert!(!proxied("10.0.0.0/8", "http://10.1.2.3/"));
        assert!(proxied("10.0.0.0/16", "http://10.1.2.3/"));
        assert!(!proxied("10.1.2.3", "http://10.1.2.3/"));
    }

    #[test]
    fn a_proxy_without_a_scheme_speaks_http() {
        let rules = ProxyRules {
            http: "proxy.example:3128".into(),
            ..ProxyRules::default()
        };
        let proxy = rules.proxy_for(&Url::parse("http://a.example").unwrap());
        assert_eq!(proxy.unwrap().as_str(), "http://proxy.example:3128/");
        assert_eq!(rules.proxy_for(&Url::parse("https://a.example").unwrap()), None);
    }
}
