//! `Mirrors`: who else has what a repository or a registry has, and is asked first.
//!
//! A mirror is never told who we are at the place that it stands for: what it may know is in its own URL, or was left at
//! `registry login` for its host.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use chart::{FileError, yaml};
use serde::Deserialize;
use url::Url;

use crate::event::{Event, Teller};
use crate::http::TlsOptions;
use crate::oci::Reference;

/// The mirrors of `mirrors.yaml`.
#[derive(Debug, Clone, Default)]
pub struct Mirrors {
    entries: Vec<Mirror>,
    teller: Teller,
}

/// A place and those who have the same.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Mirror {
    /// The beginning of URLs or references: `https://host/path`, `oci://host/path`.
    of: String,
    /// What stands in its place, one after the other; for registries `http://` is without TLS.
    at: Vec<String>,
    /// The authorities that are trusted for the mirrors, instead of the system's.
    ca_file: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct File {
    mirrors: Vec<Mirror>,
}

/// What is wrong with the file.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum MirrorError {
    /// It cannot be read.
    #[error("cannot read the mirrors")]
    File(#[from] FileError),
    /// It is something else.
    #[error("cannot read the mirrors of {path}")]
    Syntax {
        /// The file.
        path: String,
        /// What is wrong with it.
        #[source]
        source: yaml::Error,
    },
    /// A URL in it is none.
    #[error("{what:?} in {path} is no URL that a mirror can have: oci, http, https are")]
    Url {
        /// The file.
        path: String,
        /// The text; without a password.
        what: String,
    },
}

/// Where something is that was asked for somewhere else.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Elsewhere {
    /// Its URL; `oci` has become `https`.
    pub(crate) url: Url,
    /// How TLS is spoken there.
    pub(crate) tls: TlsOptions,
}

impl Mirrors {
    /// Reads the file; one that is not there names no mirrors.
    ///
    /// # Errors
    /// When it is something else.
    pub fn load(path: &Path, teller: Teller) -> Result<Self, MirrorError> {
        let bytes = match std::fs::read(path) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Mirrors::default()),
            other => other.map_err(|error| FileError::new("open", path, &error))?,
        };
        let file: File = yaml::from_slice_as_strict(&bytes).map_err(|source| MirrorError::Syntax {
            path: path.display().to_string(),
            source,
        })?;
        for mirror in &file.mirrors {
            let wrong = std::iter::once(&mirror.of)
                .chain(&mirror.at)
                .find(|text| !is_place(text));
            if let Some(wrong) = wrong {
                return Err(MirrorError::Url {
                    path: path.display().to_string(),
                    what: crate::location::shown(wrong),
                });
            }
        }
        Ok(Mirrors {
            entries: file.mirrors,
            teller,
        })
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Where else something may be that is at an HTTP URL.
    pub(crate) fn of_url(&self, url: &Url) -> Vec<Elsewhere> {
        let mut plain = url.clone();
        // Neither can fail for a URL that has a host.
        let _ = plain.set_password(None);
        let _ = plain.set_username("");
        self.of(plain.as_str())
    }

    /// Where else the repository of a reference may be.
    pub(crate) fn of_reference(&self, reference: &Reference) -> Vec<Elsewhere> {
        self.of(&format!("oci://{}/{}", reference.registry, reference.repository))
    }

    /// Tells those who look for a fault why a mirror was passed over.
    pub(crate) fn passed_over(&self, url: &Url, reason: &str) {
        let url = crate::http::shown(url);
        self.teller
            .tell(Event::Detail(format!("mirror passed over: {url}: {reason}")));
    }

    /// Tells everybody that a mirror has something else than it should have.
    pub(crate) fn refused(&self, url: &Url, reason: &str) {
        self.teller.tell(Event::MirrorRefused {
            url: crate::http::shown(url),
            reason: reason.to_owned(),
        });
    }

    /// The longest beginning counts.
    fn of(&self, place: &str) -> Vec<Elsewhere> {
        let matching = self.entries.iter().filter_map(|mirror| {
            let of = mirror.of.trim_end_matches('/');
            let rest = place.strip_prefix(of)?;
            (rest.is_empty() || rest.starts_with(['/', '?'])).then_some((of.len(), mirror, rest))
        });
        let Some((_, mirror, rest)) = matching.max_by_key(|(length, ..)| *length) else {
            return Vec::new();
        };
        let tls = TlsOptions {
            ca_file: (!mirror.ca_file.is_empty()).then(|| PathBuf::from(&mirror.ca_file)),
            ..TlsOptions::default()
        };
        let urls = mirror.at.iter().filter_map(|at| {
            let at = at.trim_end_matches('/').replacen("oci://", "https://", 1);
            Url::parse(&format!("{at}{rest}")).ok()
        });
        urls.map(|url| Elsewhere {
            url,
            tls: tls.clone(),
        })
        .collect()
    }
}

fn is_place(text: &str) -> bool {
    let scheme = text.split_once("://").map(|(scheme, _)| scheme);
    let is_url = Url::parse(text).is_ok_and(|url| url.host_str().is_some_and(|host| !host.is_empty()));
    is_url && scheme.is_some_and(|scheme| matches!(scheme, "oci" | "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mirrors(text: &str) -> Result<Mirrors, MirrorError> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mirrors.yaml");
        std::fs::write(&path, text).unwrap();
        Mirrors::load(&path, Teller::default())
    }

    #[test]
    fn the_longest_beginning_counts() {
        let mirrors = mirrors(
            "mirrors:\n- of: https://a.example/\n  at: [https://m.example/a/]\n- of: https://a.example/charts\n  at: \
             [https://one.example, 'http://two.example/x']\n- of: oci://docker.io\n  at: [oci://m.example:5000/hub]\n",
        )
        .unwrap();
        let of = |url: &str| -> Vec<String> {
            let found = mirrors.of_url(&Url::parse(url).unwrap());
            found.iter().map(|it| it.url.to_string()).collect()
        };
        assert_eq!(
            of("https://me:pw@a.example/x.tgz?y=1"),
            ["https://m.example/a/x.tgz?y=1"]
        );
        assert_eq!(
            of("https://a.example/charts/x.tgz"),
            ["https://one.example/x.tgz", "http://two.example/x/x.tgz"]
        );
        assert_eq!(of("https://a.example/chartsy"), ["https://m.example/a/chartsy"]);
        assert!(of("https://a.example.org/charts").is_empty());
        let reference = Reference::parse("docker.io/library/web:1").unwrap();
        let found = mirrors.of_reference(&reference);
        assert_eq!(found[0].url.as_str(), "https://m.example:5000/hub/library/web");
    }

    #[test]
    fn what_is_no_url_is_refused_without_its_password() {
        let error = mirrors("mirrors:\n- of: oci://a\n  at: ['ftp://me:secret@b']\n").unwrap_err();
        assert!(error.to_string().starts_with("\"ftp://b\" in "), "{error}");
        assert!(mirrors("mirrors: [{off: x}]").is_err());
    }
}
