//! What kind of repository is behind an address (the rules are those of Go's `Masterminds/vcs`), and by what name it is
//! kept.

use url::Url;

/// What Helm says of addresses that tell nothing.
pub(super) const UNKNOWN: &str = "Cannot detect VCS";

/// The kinds of repositories that there are. Only git is used any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Git,
    Mercurial,
    Subversion,
    Bazaar,
}

impl Kind {
    pub(super) fn name(self) -> &'static str {
        match self {
            Kind::Git => "git",
            Kind::Mercurial => "Mercurial",
            Kind::Subversion => "Subversion",
            Kind::Bazaar => "Bazaar",
        }
    }
}

/// Hosts that have repositories of one kind only, at paths of so many parts at least.
const HOSTS: &[(&str, usize, Kind)] = &[
    ("github.com", 2, Kind::Git),
    ("bitbucket.org", 2, Kind::Git),
    ("launchpad.net", 1, Kind::Bazaar),
    ("git.launchpad.net", 1, Kind::Git),
    ("hub.jazz.net", 3, Kind::Git),
    ("go.googlesource.com", 1, Kind::Git),
    ("git.openstack.org", 2, Kind::Git),
    ("hg.code.sf.net", 3, Kind::Mercurial),
    ("git.code.sf.net", 3, Kind::Git),
    ("svn.code.sf.net", 3, Kind::Subversion),
];

/// Tells by an address what kind of repository is there, if it says so.
pub(super) fn kind(address: &str) -> Option<Kind> {
    let url = parse(address)?;
    let host = url.host_str().filter(|host| !host.is_empty())?;
    match url.scheme() {
        "git" | "git+ssh" => return Some(Kind::Git),
        "bzr+ssh" => return Some(Kind::Bazaar),
        "svn+ssh" => return Some(Kind::Subversion),
        _ => {}
    }
    let parts = url.path().split('/').filter(|part| !part.is_empty()).count();
    if let Some((_, least, kind)) = HOSTS.iter().find(|(known, ..)| *known == host) {
        return (parts >= *least).then_some(*kind);
    }
    let by_name = match url.path().rsplit('.').next() {
        Some("git") => Some(Kind::Git),
        Some("hg") => Some(Kind::Mercurial),
        Some("svn") => Some(Kind::Subversion),
        Some("bzr") => Some(Kind::Bazaar),
        _ => None,
    };
    by_name.or(match url.username() {
        "git" => Some(Kind::Git),
        "hg" => Some(Kind::Mercurial),
        _ => None,
    })
}

/// Reads an address, also in the form of `scp`: `git@host:path`.
fn parse(address: &str) -> Option<Url> {
    match scp(address) {
        Some((user, host, path)) => Url::parse(&format!("ssh://{user}@{host}/{path}")).ok(),
        None => Url::parse(address).ok(),
    }
}

fn scp(address: &str) -> Option<(&str, &str, &str)> {
    let (user, rest) = address.split_once('@')?;
    let (host, path) = rest.split_once(':')?;
    let is_word = |text: &str, more: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || more.contains(c);
        !text.is_empty() && text.chars().all(allowed)
    };
    (is_word(user, "") && is_word(host, ".-")).then_some((user, host, path))
}

/// Returns the name of the folder that a repository is kept in (`internal/plugin/cache`).
pub(super) fn key(address: &str) -> String {
    let key = match (scp(address), address.split_once("://")) {
        (Some((user, host, path)), _) => format!("{user}-{host}-{}", path.replace('/', "-")),
        (None, Some((scheme, rest))) => {
            let rest = rest.split(['?', '#']).next().unwrap_or_default();
            let (user, place) = rest
                .split_once('@')
                .map_or((None, rest), |(user, place)| (Some(user), place));
            let user = user
                .and_then(|user| user.split(':').next())
                .filter(|user| !user.is_empty());
            let user = user.map_or(String::new(), |user| format!("{user}-"));
            format!("{scheme}-{user}{}", place.replace('/', "-"))
        }
        (None, None) => address.replace('/', "-"),
    };
    key.replace(':', "-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_tell_the_kind() {
        for (address, expected) in [
            ("https://github.com/databus23/helm-diff", Some(Kind::Git)),
            ("https://github.com/databus23", None),
            ("git@github.com:user/repo", Some(Kind::Git)),
            ("git@host.org:user/repo", Some(Kind::Git)),
            ("https://host.org/x/repo.git", Some(Kind::Git)),
            ("https://host.org/x/repo.hg", Some(Kind::Mercurial)),
            ("git://host.org/x", Some(Kind::Git)),
            ("https://host.org/x", None),
            ("./nothing-here", None),
            ("nothing", None),
        ] {
            assert_eq!(kind(address), expected, "{address}");
        }
    }

    #[test]
    fn keys_are_helms() {
        for (address, expected) in [
            ("https://github.com/user/repo", "https-github.com-user-repo"),
            ("git@github.com:user/repo", "git-github.com-user-repo"),
            ("ssh://me:pw@host:22/x", "ssh-me-host-22-x"),
            ("file:///tmp/x", "file--tmp-x"),
        ] {
            assert_eq!(key(address), expected);
        }
    }
}
