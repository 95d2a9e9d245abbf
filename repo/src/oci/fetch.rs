//! A chart of a registry, as a file on this machine: in the content cache that all commands and processes share.
//!
//! The cache is Helm's (`pkg/downloader/cache.go`): archives by the digest of their bytes, which for charts in registries
//! is known before anything of them is fetched. So nothing is fetched twice.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use chart::FileError;

use super::digest::Digest;
use super::error::OciError;
use super::manifest::Descriptor;
use super::reference::Reference;
use super::registry::Registry;
use crate::disk::{self, Readers};

/// The largest provenance file that is read.
const MAX_PROVENANCE: u64 = 5 * 1024 * 1024;

/// A chart that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// Where it is from: with the tag that was chosen, or the digest that was asked for.
    pub reference: Reference,
    /// Its manifest.
    pub digest: Digest,
    /// The file with the archive, named after its content.
    pub archive: PathBuf,
    /// The provenance, if it was asked for and there is one.
    pub provenance: Option<Vec<u8>>,
    /// The media type of the archive, if it is the one of the first years.
    pub deprecated_media_type: Option<String>,
}

/// Which chart is to be fetched.
#[derive(Clone, Copy, Debug)]
pub struct Wanted<'a> {
    /// Where it is.
    pub reference: &'a Reference,
    /// A version or a range, as [`Registry::resolve`] takes it.
    pub version: &'a str,
    /// What the archive hashed to the last time. Mirrors must have the same; what the registry has is the caller's to judge.
    pub pinned: Option<&'a Digest>,
}

/// What to fetch beside the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// Nothing.
    Nothing,
    /// The provenance file, if there is one.
    Provenance,
}

impl Fetched {
    /// The provenance, for those who need it.
    ///
    /// # Errors
    /// When there is none, in Helm's words.
    pub fn signature(&self) -> Result<&[u8], OciError> {
        let provenance = self.provenance.as_deref();
        provenance.ok_or_else(|| OciError::Unsigned(format!("{}.prov", self.url())))
    }

    /// The URL of the chart, with its version as the chart has it.
    pub fn url(&self) -> String {
        let Reference {
            registry, repository, ..
        } = &self.reference;
        match (self.reference.version(), &self.reference.digest) {
            (Some(version), _) => format!("oci://{registry}/{repository}:{version}"),
            (None, Some(digest)) => format!("oci://{registry}/{repository}@{digest}"),
            (None, None) => format!("oci://{registry}/{repository}"),
        }
    }

    /// The name that the archive has outside of the cache, as Helm makes it from the reference: `NAME-VERSION.tgz`.
    pub fn file_name(&self) -> String {
        let name = self.reference.name();
        match (self.reference.version(), &self.reference.digest) {
            (Some(version), _) => format!("{name}-{version}.tgz"),
            (None, Some(digest)) => format!("{name}@{}.tgz", digest.as_str().replace(':', "-")),
            (None, None) => format!("{name}.tgz"),
        }
    }
}

impl Registry {
    /// Brings a chart into the content cache at `cache`, unless it is there, and finds out where it is. The version is
    /// that of [`Registry::resolve`].
    ///
    /// # Errors
    /// When it cannot be resolved or fetched, or is not what its digest says. Nothing of it is in the cache then.
    pub async fn fetch(&self, wanted: Wanted<'_>, beside: Beside, cache: &Path) -> Result<Fetched, OciError> {
        let reference = self.resolve(wanted.reference, wanted.version).await?;
        let manifest = self.manifest_of(&reference, wanted.pinned).await?;
        let archive = self.cached(&reference, manifest.chart()?, cache).await?;
        let provenance = match (beside, manifest.provenance()) {
            (Beside::Provenance, Ok(content)) => Some(
                self.kept_blob((&reference, content), MAX_PROVENANCE, (cache, "blob"))
                    .await?,
            ),
            _ => None,
        };
        self.remember_chart(&manifest);
        Ok(Fetched {
            digest: manifest.digest.clone(),
            deprecated_media_type: manifest.deprecated_media_type().map(str::to_owned),
            reference,
            archive,
            provenance,
        })
    }

    /// Fetches something small into the content cache, unless it is there.
    ///
    /// # Errors
    /// As [`Registry::blob`], and when it cannot be kept.
    pub(super) async fn kept_blob(
        &self,
        (reference, content): (&Reference, &Descriptor),
        limit: u64,
        (cache, kind): (&Path, &str),
    ) -> Result<Vec<u8>, OciError> {
        let path = place(cache, &content.digest, kind);
        let kept = std::fs::read(&path).ok();
        if let Some(kept) = kept.filter(|kept| Digest::of(kept) == content.digest) {
            return Ok(kept);
        }
        let bytes = self.blob(reference, content, limit).await?;
        disk::write(&path, &bytes, Readers::All)?;
        Ok(bytes)
    }

    async fn cached(
        &self,
        reference: &Reference,
        content: &Descriptor,
        cache: &Path,
    ) -> Result<PathBuf, OciError> {
        let path = place(cache, &content.digest, "chart");
        if is_there(&path, content) {
            return Ok(path);
        }
        let folder = path.parent().unwrap_or(cache);
        std::fs::create_dir_all(folder).map_err(|error| FileError::new("mkdir", folder, &error))?;
        let file = self.download(reference, content, folder).await?;
        let refused = |error: &std::io::Error| FileError::new("rename", &path, error);
        make_readable(file.as_file()).map_err(|error| refused(&error))?;
        file.persist(&path).map_err(|error| refused(&error.error))?;
        Ok(path)
    }
}

/// Where a file of some kind with that digest is in the cache.
fn place(cache: &Path, digest: &Digest, kind: &str) -> PathBuf {
    let hash = digest.as_str().rsplit(':').next().unwrap_or_default();
    let folder = hash.get(..2).unwrap_or("00");
    cache.join(folder).join(format!("{hash}.{kind}"))
}

/// Whether a file is what it is named after: another program may have been killed while it wrote there.
fn is_there(path: &Path, content: &Descriptor) -> bool {
    let Ok(mut file) = File::open(path) else {
        return false;
    };
    if file.metadata().map_or(true, |found| found.len() != content.size) {
        return false;
    }
    let mut hasher = content.digest.hasher();
    let mut piece = vec![0; 256 * 1024];
    loop {
        match file.read(&mut piece) {
            Ok(0) => return hasher.finish() == content.digest,
            Ok(count) => hasher.update(&piece[..count]),
            Err(_) => return false,
        }
    }
}

/// Temporary files are for their owner alone; those of the cache are for everybody, as Helm makes them.
fn make_readable(file: &File) -> std::io::Result<()> {
    #[cfg(unix)]
    file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644))?;
    Ok(())
}
