//! What is known of registries without asking them: the manifests that were fetched, by reference.
//!
//! They lie below the cache for charts: `oci/HOST/PATH/_manifests/TAG.json`. No part of a path begins with an underscore.
//! Helm passes over that folder. Charts and their metadata are in the cache by digest, which the manifests name.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::digest::Digest;
use super::reference::Reference;
use crate::disk::{self, Readers};

const MANIFESTS: &str = "_manifests";

/// A folder with manifests.
#[derive(Debug, Clone)]
pub(super) struct Memory {
    root: PathBuf,
}

/// A manifest as it came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Remembered {
    /// What it was asked for by; the name of the file says it.
    #[serde(skip)]
    pub(super) reference: Option<Reference>,
    pub(super) media_type: String,
    pub(super) digest: Digest,
    pub(super) text: String,
}

impl Memory {
    /// What lies below a cache for charts, which need not be there.
    pub(super) fn below(cache: &Path) -> Self {
        Memory {
            root: cache.join("oci"),
        }
    }

    fn folder(&self, reference: &Reference) -> PathBuf {
        // Not every file system takes a colon.
        let host = reference.registry.replace(':', "+");
        self.root.join(host).join(&reference.repository).join(MANIFESTS)
    }

    fn path(&self, reference: &Reference) -> PathBuf {
        let target = reference.target().unwrap_or("latest").replace(':', "+");
        self.folder(reference).join(format!("{target}.json"))
    }

    /// Keeps a manifest. Who works with a network can do without.
    pub(super) fn keep(&self, manifest: &Remembered) {
        if let (Some(reference), Ok(text)) = (&manifest.reference, serde_json::to_vec(manifest)) {
            let _ = disk::write(&self.path(reference), &text, Readers::All);
        }
    }

    /// The manifest that a reference led to last; one that is damaged counts as not there.
    pub(super) fn manifest(&self, reference: &Reference) -> Option<Remembered> {
        let text = std::fs::read(self.path(reference)).ok()?;
        let manifest: Remembered = serde_json::from_slice(&text).ok()?;
        let mut hasher = manifest.digest.hasher();
        hasher.update(manifest.text.as_bytes());
        (hasher.finish() == manifest.digest).then_some(manifest)
    }

    /// The tags of a repository that are known, in the order of their names.
    pub(super) fn tags(&self, reference: &Reference) -> Vec<String> {
        tags_in(&self.folder(reference))
    }

    /// Everything that was fetched by a tag, in the order of hosts, paths and tags.
    pub(super) fn references(&self) -> Vec<Reference> {
        let mut found = Vec::new();
        for host in disk::names(&self.root) {
            let root = self.root.join(&host);
            let registry = host.replace('+', ":");
            for repository in repositories_below(&root, "") {
                let tags = tags_in(&root.join(&repository).join(MANIFESTS));
                let texts = tags.iter().map(|tag| format!("{registry}/{repository}:{tag}"));
                found.extend(texts.filter_map(|text| Reference::parse(&text).ok()));
            }
        }
        found
    }
}

/// The paths below a folder that have manifests.
fn repositories_below(root: &Path, path: &str) -> Vec<String> {
    let mut found = Vec::new();
    for name in disk::names(&root.join(path)) {
        if name == MANIFESTS {
            found.push(path.trim_end_matches('/').to_owned());
        } else if path.matches('/').count() < MAX_DEPTH {
            found.extend(repositories_below(root, &format!("{path}{name}/")));
        }
    }
    found
}

/// As many parts as the path of a repository may have: references are no longer than 255 letters.
const MAX_DEPTH: usize = 128;

fn tags_in(folder: &Path) -> Vec<String> {
    let names = disk::names(folder).into_iter();
    let tags = names.filter_map(|name| Some(name.strip_suffix(".json")?.to_owned()));
    // The name of a digest: no tag has a plus.
    tags.filter(|tag| !tag.contains('+')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let memory = Memory::below(folder.path());
        let digest = Digest::of(b"{}");
        for text in [
            "host:5000/team/web:1.0.0_b".to_owned(),
            "host:5000/team/web/part:2".to_owned(),
            format!("host:5000/team/web@{digest}"),
        ] {
            let reference = Reference::parse(&text).unwrap();
            let manifest = Remembered {
                reference: Some(reference.clone()),
                media_type: "x".to_owned(),
                digest: digest.clone(),
                text: "{}".to_owned(),
            };
            memory.keep(&manifest);
            assert_eq!(memory.manifest(&reference).unwrap().text, "{}");
        }
        let found: Vec<String> = memory.references().iter().map(ToString::to_string).collect();
        assert_eq!(found, ["host:5000/team/web:1.0.0_b", "host:5000/team/web/part:2"]);
        let damaged = Reference::parse("host:5000/team/web/part:2").unwrap();
        let path = memory.path(&damaged);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replace("{}", "[]")).unwrap();
        assert!(memory.manifest(&damaged).is_none());
    }
}
