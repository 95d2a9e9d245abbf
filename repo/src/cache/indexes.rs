//! `IndexCache`: the indexes that were fetched, where Helm keeps them, with a catalog beside each.

use std::fs::{File, Metadata};
use std::path::{Path, PathBuf};

use chart::FileError;
use http::HeaderName;
use http::header::{IF_MODIFIED_SINCE, IF_NONE_MATCH};
use serde::{Deserialize, Serialize};

use super::image::{Catalog, Damaged};
use super::stamp::Stamp;
use crate::disk::{self, Readers};
use crate::index::IndexError;

/// The folder of the indexes.
#[derive(Debug, Clone)]
pub struct IndexCache {
    folder: PathBuf,
}

/// By what a server tells whether we have the newest index.
#[derive(Debug, Default, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validators {
    /// Where the index is from.
    pub url: String,
    /// Who sent it: the same, or a mirror.
    #[serde(default)]
    pub from: String,
    /// Its `ETag`.
    pub etag: String,
    /// Its `Last-Modified`.
    pub last_modified: String,
}

impl Validators {
    /// The headers that ask for a newer one.
    pub(crate) fn headers(&self) -> impl Iterator<Item = (HeaderName, &str)> {
        let headers = [
            (IF_NONE_MATCH, self.etag.as_str()),
            (IF_MODIFIED_SINCE, self.last_modified.as_str()),
        ];
        headers.into_iter().filter(|(_, value)| !value.is_empty())
    }
}

/// Why an index cannot be had from the cache.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum CacheError {
    /// It cannot be read or written.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is none.
    #[error("error loading {path}")]
    Index {
        /// Its file.
        path: String,
        /// What is wrong.
        #[source]
        source: IndexError,
    },
}

impl IndexCache {
    /// The cache in a folder, which need not be there.
    pub fn new(folder: &Path) -> Self {
        IndexCache {
            folder: folder.to_owned(),
        }
    }

    /// The file of a repository's index.
    pub fn index_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}-index.yaml"))
    }

    fn charts_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}-charts.txt"))
    }

    fn catalog_path(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}-index.cox"))
    }

    /// The catalog of a repository: the one beside its index, when that has not changed since; otherwise the index is read,
    /// and its catalog kept for the next time, if that can be.
    ///
    /// # Errors
    /// When there is no index, or it is none.
    pub fn open(&self, name: &str) -> Result<Catalog, CacheError> {
        let path = self.index_path(name);
        let found = std::fs::metadata(&path).map_err(|err| FileError::new("open", &path, &err))?;
        if let Some(catalog) = self.known(name, &found) {
            return Ok(catalog);
        }
        self.reread(name)
    }

    /// Reads the index itself, whatever is beside it.
    ///
    /// # Errors
    /// As [`IndexCache::open`].
    pub(crate) fn reread(&self, name: &str) -> Result<Catalog, CacheError> {
        let path = self.index_path(name);
        let failed = |err: &std::io::Error| FileError::new("open", &path, err);
        let mut file = File::open(&path).map_err(|err| failed(&err))?;
        let found = file.metadata().map_err(|err| failed(&err))?;
        let mut bytes = Vec::new();
        std::io::Read::read_to_end(&mut file, &mut bytes).map_err(|err| failed(&err))?;
        let catalog = Catalog::read(&bytes, Validators::default()).map_err(|source| CacheError::Index {
            path: path.display().to_string(),
            source,
        })?;
        self.keep_catalog(name, &catalog, &found);
        Ok(catalog)
    }

    /// The catalog beside an index, if it is the index's.
    fn known(&self, name: &str, index: &Metadata) -> Option<Catalog> {
        let file = File::open(self.catalog_path(name)).ok()?;
        Catalog::open(file, Stamp::of(index)).ok()
    }

    /// Whether we have the index of this URL, and how to ask for a newer one.
    pub(crate) fn validators(&self, name: &str, url: &str) -> Option<Validators> {
        let found = std::fs::metadata(self.index_path(name)).ok()?;
        let catalog = self.known(name, &found)?;
        let validators = catalog.validators();
        (validators.url == url).then(|| validators.clone())
    }

    /// Keeps an index with the names of its charts, as Helm does, and its catalog.
    ///
    /// # Errors
    /// When it cannot be written; the old one is intact then.
    pub(crate) fn keep(&self, name: &str, bytes: &[u8], catalog: &Catalog) -> Result<PathBuf, FileError> {
        let names: String = catalog.names().map(|name| format!("{name}\n")).collect();
        disk::write(&self.charts_path(name), names.as_bytes(), Readers::All)?;
        let path = self.index_path(name);
        // The file that was written, not the one that is there now: another process may have been as fast.
        let file = disk::write(&path, bytes, Readers::All)?;
        if let Ok(found) = file.metadata() {
            self.keep_catalog(name, catalog, &found);
        }
        Ok(path)
    }

    /// Without a catalog everything works, only slower: where it cannot be kept, nobody is told.
    fn keep_catalog(&self, name: &str, catalog: &Catalog, index: &Metadata) {
        let path = self.catalog_path(name);
        catalog.parts(Stamp::of(index), &mut |parts| {
            let _ = disk::write_parts(&path, parts, Readers::All);
        });
    }

    /// Removes everything about a repository.
    ///
    /// # Errors
    /// When the index cannot be removed.
    pub(crate) fn forget(&self, name: &str) -> Result<(), FileError> {
        let _ = disk::remove(&self.charts_path(name));
        let _ = disk::remove(&self.catalog_path(name));
        disk::remove(&self.index_path(name))
    }

    /// Does something with the catalog; when that turns out to be damaged, once more with a new one.
    ///
    /// # Errors
    /// As [`IndexCache::open`].
    pub(crate) fn with<T>(
        &self,
        name: &str,
        catalog: Catalog,
        work: impl Fn(&Catalog) -> Result<T, Damaged>,
    ) -> Result<T, CacheError> {
        if let Ok(done) = work(&catalog) {
            return Ok(done);
        }
        let catalog = self.reread(name)?;
        // What was just made is in memory: nothing can have damaged it.
        work(&catalog).map_err(|damaged| CacheError::Index {
            path: self.index_path(name).display().to_string(),
            source: IndexError::Json(damaged.to_string()),
        })
    }
}
