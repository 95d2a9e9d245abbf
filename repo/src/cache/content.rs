//! `ContentCache`: charts and provenances by digest, where Helm keeps them (`pkg/downloader/cache.go`).

use std::path::{Path, PathBuf};

use chart::{FileError, provenance};

use crate::disk::{self, Readers};

/// A folder of files that are named after what is in them, shared by processes.
#[derive(Debug, Clone)]
pub struct ContentCache {
    root: PathBuf,
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Chart,
    /// A provenance; its name is the digest of the chart that it is about.
    Provenance,
}

impl Kind {
    fn extension(self) -> &'static str {
        match self {
            Kind::Chart => "chart",
            Kind::Provenance => "prov",
        }
    }
}

impl ContentCache {
    /// The cache in a folder, which need not be there.
    pub fn new(root: &Path) -> Self {
        ContentCache {
            root: root.to_owned(),
        }
    }

    /// The folder.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The place of a file.
    fn path(&self, digest: &str, kind: Kind) -> PathBuf {
        let folder = digest.get(..2).unwrap_or("00");
        self.root
            .join(folder)
            .join(format!("{digest}.{}", kind.extension()))
    }

    /// The archive with this digest (64 hexadecimal digits), with the path of its file. One that is damaged counts as not
    /// there.
    pub(crate) fn chart(&self, digest: &str) -> Option<(PathBuf, Vec<u8>)> {
        let (path, bytes) = self.file(digest, Kind::Chart)?;
        (hex_digest(&bytes) == digest).then_some((path, bytes))
    }

    /// A file, if there is something in it.
    pub(crate) fn file(&self, digest: &str, kind: Kind) -> Option<(PathBuf, Vec<u8>)> {
        let path = self.path(digest, kind);
        let bytes = std::fs::read(&path).ok().filter(|bytes| !bytes.is_empty())?;
        Some((path, bytes))
    }

    /// The digest of what was fetched from a URL last, if no index knows it.
    pub(crate) fn digest_of(&self, url: &str) -> Option<String> {
        let digest = std::fs::read_to_string(self.note(url)).ok()?;
        Some(digest).filter(|digest| digest.len() == 64 && digest.is_ascii())
    }

    /// Notes what was fetched from a URL. Who works with a network can do without.
    pub(crate) fn note_digest(&self, url: &str, digest: &str) {
        let _ = disk::write(&self.note(url), digest.as_bytes(), Readers::All);
    }

    fn note(&self, url: &str) -> PathBuf {
        self.root.join("urls").join(hex_digest(url.as_bytes()))
    }

    /// Keeps a file, whole or not at all.
    ///
    /// # Errors
    /// When the system refuses.
    pub(crate) fn put(&self, digest: &str, kind: Kind, bytes: &[u8]) -> Result<PathBuf, FileError> {
        let path = self.path(digest, kind);
        disk::write(&path, bytes, Readers::All)?;
        Ok(path)
    }
}

/// The digest of bytes as it is in file names and indexes: hexadecimal, nothing in front.
pub(crate) fn hex_digest(bytes: &[u8]) -> String {
    let digest = provenance::digest(bytes);
    digest
        .strip_prefix("sha256:")
        .map(str::to_owned)
        .unwrap_or(digest)
}
