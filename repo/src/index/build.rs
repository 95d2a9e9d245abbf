//! An index of the archives in a folder.

use std::path::{Path, PathBuf};

use chart::{Chart, FileError, ValidationError, provenance};

use super::{Entry, Index};
use crate::disk::names;

/// Why a folder has no index.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// An archive is no chart that may be in an index.
    #[error("failed adding to {name} to index: validate failed for {name}")]
    Chart {
        /// The archive.
        name: String,
        /// What is wrong.
        #[source]
        source: ValidationError,
    },
    /// The system refused something.
    #[error(transparent)]
    File(#[from] FileError),
}

impl Index {
    /// Makes the index of the archives (`*.tgz`) in a folder and in the folders right below it. What is no chart is passed
    /// over. The URLs are below `base`, or names and paths only when that is empty. The versions are not in order.
    ///
    /// # Errors
    /// When an archive is a chart, but not a valid one.
    pub fn of_folder(folder: &Path, base: &str, now: &str) -> Result<Self, BuildError> {
        let mut index = Index::new(now.to_owned());
        for (below, name) in archives(folder) {
            let path = folder.join(&below).join(&name);
            let Ok(chart) = Chart::load(&path) else { continue };
            let bytes = std::fs::read(&path).map_err(|err| FileError::new("open", &path, &err))?;
            let mut metadata = chart.metadata;
            if metadata.api_version.is_empty() {
                "v1".clone_into(&mut metadata.api_version);
            }
            metadata.validate().map_err(|source| BuildError::Chart {
                name: name.clone(),
                source,
            })?;
            let digest = provenance::digest(&bytes);
            let digest = digest.strip_prefix("sha256:").unwrap_or(&digest).to_owned();
            let entry = Entry::new(metadata, url(base, &below, &name), digest, now.to_owned());
            let versions = index.entries.entry(entry.metadata.name.clone()).or_default();
            versions.push(entry);
        }
        Ok(index)
    }
}

/// The archives with the folders that they are in: those of the folder itself first.
fn archives(folder: &Path) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = names(folder)
        .into_iter()
        .filter(|name| name.ends_with(".tgz"))
        .map(|name| (String::new(), name))
        .collect();
    for below in names(folder) {
        let inner: PathBuf = folder.join(&below);
        if inner.is_dir() {
            let names = names(&inner).into_iter().filter(|name| name.ends_with(".tgz"));
            found.extend(names.map(|name| (below.clone(), name)));
        }
    }
    found
}

/// As Helm joins them: a URL keeps its host, anything else is a path.
fn url(base: &str, below: &str, name: &str) -> String {
    let path: Vec<&str> = [below, name]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect();
    let path = path.join("/");
    if base.is_empty() {
        return path;
    }
    match url::Url::parse(base) {
        Ok(mut url) => {
            let joined = format!("{}/{path}", url.path().trim_end_matches('/'));
            url.set_path(&joined);
            url.into()
        }
        Err(_) => format!("{}/{path}", base.trim_end_matches('/')),
    }
}
