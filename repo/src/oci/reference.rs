//! `Reference`: which repository of which registry, and what in it.
//!
//! The rules are those of Helm's `pkg/registry/reference.go` and of the reference grammar of the distribution project.

use std::fmt;

use chart::quote::quote;

use super::digest::{Digest, DigestError};

/// How the URL of something in a registry begins.
const SCHEME: &str = "oci://";

/// `oci://host[:port]/path/name[:tag][@digest]`, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// The host, with its port if one is named.
    pub registry: String,
    /// The path of the repository.
    pub repository: String,
    /// The tag, as the registry has it: with `_` where the version has `+`.
    pub tag: Option<String>,
    /// The digest of a manifest.
    pub digest: Option<Digest>,
}

/// Why a text is no reference.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReferenceError {
    /// There is no slash.
    #[error("invalid reference: missing registry or repository")]
    Incomplete,
    /// No host can be named like this.
    #[error("invalid reference: invalid registry {}", quote(.0))]
    Registry(String),
    /// No repository can be named like this.
    #[error("invalid reference: invalid repository {}", quote(.0))]
    Repository(String),
    /// No tag can be named like this.
    #[error("invalid reference: invalid tag {}", quote(.0))]
    Tag(String),
    /// What follows `@` is no digest.
    #[error("invalid reference: invalid digest {}", quote(.text))]
    Digest {
        /// What follows `@`.
        text: String,
        /// What is wrong with it.
        #[source]
        source: DigestError,
    },
}

impl Reference {
    /// Reads a reference, with or without `oci://` in front. A `+` in the tag becomes `_`, which registries take.
    ///
    /// # Errors
    /// When a part of it is missing or is not what the grammar allows.
    pub fn parse(text: &str) -> Result<Self, ReferenceError> {
        let text = text.strip_prefix(SCHEME).unwrap_or(text);
        let (text, digest) = match text.rsplit_once('@') {
            Some((text, digest)) => (text, Some(parse_digest(digest)?)),
            None => (text, None),
        };
        let (registry, path) = text.split_once('/').ok_or(ReferenceError::Incomplete)?;
        let (repository, tag) = match path.split_once(':') {
            Some((repository, tag)) => (repository, Some(tag)),
            None => (path, None),
        };
        check_registry(registry)?;
        if !is_repository(repository) {
            return Err(ReferenceError::Repository(repository.to_owned()));
        }
        let tag = tag.filter(|tag| !tag.is_empty()).map(parse_tag).transpose()?;
        Ok(Reference {
            registry: registry.to_owned(),
            repository: repository.to_owned(),
            tag,
            digest,
        })
    }

    /// The same repository, at the tag of a version.
    ///
    /// # Errors
    /// When the version cannot be a tag.
    pub fn at_version(&self, version: &str) -> Result<Self, ReferenceError> {
        Ok(Reference {
            tag: Some(parse_tag(version)?),
            digest: None,
            ..self.clone()
        })
    }

    /// The last part of the path, which is the chart's name.
    pub fn name(&self) -> &str {
        self.repository.rsplit('/').next().unwrap_or_default()
    }

    /// The version that the tag stands for.
    pub fn version(&self) -> Option<String> {
        self.tag.as_deref().map(version_of)
    }

    /// What the registry is asked for: the digest if there is one, else the tag.
    pub(super) fn target(&self) -> Option<&str> {
        let digest = self.digest.as_ref().map(Digest::as_str);
        digest.or(self.tag.as_deref())
    }
}

impl fmt::Display for Reference {
    /// Writes the reference without `oci://`; of tag and digest the tag only, as Helm does.
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{}/{}", self.registry, self.repository)?;
        match (&self.tag, &self.digest) {
            (Some(tag), _) => write!(formatter, ":{tag}"),
            (None, Some(digest)) => write!(formatter, "@{digest}"),
            (None, None) => Ok(()),
        }
    }
}

/// The version that a tag stands for.
pub(super) fn version_of(tag: &str) -> String {
    tag.replace('_', "+")
}

fn parse_digest(text: &str) -> Result<Digest, ReferenceError> {
    Digest::parse(text).map_err(|source| ReferenceError::Digest {
        text: text.to_owned(),
        source,
    })
}

fn parse_tag(text: &str) -> Result<String, ReferenceError> {
    let tag = text.replace('+', "_");
    let is_first = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let is_next = |c: char| is_first(c) || c == '.' || c == '-';
    let is_tag = tag.len() <= 128 && tag.starts_with(is_first) && tag.chars().all(is_next);
    if is_tag {
        Ok(tag)
    } else {
        Err(ReferenceError::Tag(text.to_owned()))
    }
}

/// Checks that a text is a host with or without a port, and nothing else of a URL.
///
/// # Errors
/// When it is not.
pub(super) fn check_registry(registry: &str) -> Result<(), ReferenceError> {
    let parsed = url::Url::parse(&format!("http://{registry}/")).ok();
    let is_plain = !registry.is_empty() && !registry.contains(['/', '@', '?', '#', '\\', ' ']);
    match parsed {
        Some(url) if is_plain && url.has_host() => Ok(()),
        _ => Err(ReferenceError::Registry(registry.to_owned())),
    }
}

/// Path components of small letters and digits, with single separators between them: `.`, `_`, `__` or any number of `-`.
fn is_repository(path: &str) -> bool {
    path.split('/').all(is_component)
}

fn is_component(component: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    if !component.starts_with(is_plain) || !component.ends_with(is_plain) {
        return false;
    }
    component.split(is_plain).all(|separator| {
        matches!(separator, "" | "." | "_" | "__") || separator.bytes().all(|byte| byte == b'-')
    })
}

#[cfg(test)]
mod tests {
    use super::{Digest, Reference, ReferenceError};

    #[test]
    fn every_part_is_found() {
        let reference = Reference::parse("oci://localhost:5000/team/web:1.0.0+build.5").expect("a reference");
        assert_eq!(reference.registry, "localhost:5000");
        assert_eq!(reference.repository, "team/web");
        assert_eq!(reference.tag.as_deref(), Some("1.0.0_build.5"));
        assert_eq!(reference.version().as_deref(), Some("1.0.0+build.5"));
        assert_eq!(reference.name(), "web");
        assert_eq!(reference.to_string(), "localhost:5000/team/web:1.0.0_build.5");
        let digest = Digest::of(b"");
        let reference = Reference::parse(&format!("ghcr.io/team/web@{digest}")).expect("a reference");
        assert_eq!(reference.digest, Some(digest.clone()));
        assert_eq!(reference.target(), Some(digest.as_str()));
        assert_eq!(reference.to_string(), format!("ghcr.io/team/web@{digest}"));
    }

    #[test]
    fn what_is_no_reference_is_refused() {
        let refused = |text: &str| Reference::parse(text).expect_err(text).to_string();
        assert_eq!(
            refused("oci://host"),
            "invalid reference: missing registry or repository"
        );
        assert_eq!(
            refused("oci://host/UPPER/web"),
            r#"invalid reference: invalid repository "UPPER/web""#
        );
        assert_eq!(
            refused("oci://ho st/web"),
            r#"invalid reference: invalid registry "ho st""#
        );
        assert_eq!(
            refused("oci://host/web:a:b"),
            r#"invalid reference: invalid tag "a:b""#
        );
        assert_eq!(
            refused("oci://host//web"),
            r#"invalid reference: invalid repository "/web""#
        );
        assert!(matches!(
            Reference::parse("h/w@sha256:00"),
            Err(ReferenceError::Digest { .. })
        ));
        for path in ["a--b", "a__b", "a.b_c", "0/1"] {
            assert!(Reference::parse(&format!("host/{path}")).is_ok(), "{path}");
        }
        for path in ["a..b", "a___b", "-a", "a_", "a/", "ä"] {
            assert!(Reference::parse(&format!("host/{path}")).is_err(), "{path}");
        }
    }
}
