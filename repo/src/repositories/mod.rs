//! `Repositories`: everything that is done with HTTP repositories.

mod add;
mod update;
mod search;
mod hub;
mod error;

use std::path::Path;
use std::sync::Arc;

use chart::provenance;
use url::Url;

use crate::cache::{CacheError, Catalog, ContentCache, IndexCache, Validators};
use crate::config::{RepoFile, RepoFileError, Repository};
use crate::download::{Access, Answer, Downloader};
use crate::event::{Event, Teller};
use crate::getter::Getter;
use crate::http::{HttpOptions, Reach};
use crate::location;
use crate::mirrors::Mirrors;
use crate::place::Places;

pub use add::{Added, Existing};
pub use error::{IndexFetchError, RepositoryError};
pub use hub::{HubChart, HubError};
pub use search::{SearchError, SearchOptions};

/// How the names of repositories begin that nobody added; the hash of the URL follows (Helm's
/// `pkg/downloader/manager.go`).
pub(crate) const UNMANAGED: &str = "helm-manager-";

/// The repositories of this machine. Nothing is read or connected before it is needed.
#[derive(Debug)]
pub struct Repositories {
    places: Places,
    indexes: IndexCache,
    contents: ContentCache,
    downloader: Downloader,
    teller: Teller,
}

impl Repositories {
    /// The repositories whose files are at these places. TLS options are for servers of which nothing else is known.
    pub fn new(places: Places, http: HttpOptions, teller: Teller) -> Self {
        Repositories {
            indexes: IndexCache::new(&places.repository_cache),
            contents: ContentCache::new(&places.content_cache),
            places,
            downloader: Downloader::new(http),
            teller,
        }
    }

    /// Has URLs of other schemes than those of HTTP got by `getter`.
    #[must_use]
    pub fn with_getter(mut self, getter: Arc<dyn Getter>) -> Self {
        self.downloader.set_getter(getter);
        self
    }

    /// Asks mirrors first.
    #[must_use]
    pub fn with_mirrors(self, mirrors: Mirrors) -> Self {
        Repositories {
            downloader: self.downloader.with_mirrors(mirrors),
            ..self
        }
    }

    /// The repositories that were added; none when there is no file.
    ///
    /// # Errors
    /// When the file is something else.
    pub fn known(&self) -> Result<RepoFile, RepoFileError> {
        RepoFile::load_if_any(self.config())
    }

    /// The file with the repositories that were added.
    pub(crate) fn config(&self) -> &Path {
        &self.places.repository_config
    }

    /// The indexes that were fetched.
    pub(crate) fn indexes(&self) -> &IndexCache {
        &self.indexes
    }

    /// The charts that were fetched.
    pub(crate) fn contents(&self) -> &ContentCache {
        &self.contents
    }

    /// What fetches files.
    pub(crate) fn downloader(&self) -> &Downloader {
        &self.downloader
    }

    /// Tells what happens.
    pub(crate) fn tell(&self, event: Event) {
        self.teller.tell(event);
    }

    /// What a repository has, as of the last time that its index was fetched. Says what was left out of the index.
    ///
    /// # Errors
    /// When there is no index, or it is none.
    pub(crate) fn catalog(&self, name: &str) -> Result<Catalog, CacheError> {
        let catalog = self.indexes.open(name)?;
        let path = self.indexes.index_path(name);
        self.remark(&catalog, &path.display().to_string());
        Ok(catalog)
    }

    /// The versions of a chart, as of the last time that the repository's index was fetched; none where there is no index.
    pub fn entries(&self, repository: &str, chart: &str) -> Vec<crate::index::Entry> {
        let catalog = self.indexes.open(repository).ok();
        let entries = catalog.and_then(|catalog| catalog.versions(chart).ok().flatten());
        entries.unwrap_or_default()
    }

    fn remark(&self, catalog: &Catalog, source: &str) {
        for remark in catalog.remarks(source) {
            self.tell(Event::Remark(remark));
        }
    }

    /// Fetches the index of a repository and keeps it, unless it is the one that we have.
    ///
    /// # Errors
    /// When it cannot be fetched, is none, or cannot be kept; what is kept is intact then.
    pub(crate) async fn refresh(&self, repository: &Repository) -> Result<(), IndexFetchError> {
        let url = self.index_url(&repository.url)?;
        let known = self
            .indexes
            .validators(&repository.name, &crate::http::shown(&url));
        let access = Access::to(repository);
        match self.fetch_and_read(&url, &access, known.as_ref()).await? {
            None => {
                let catalog = self.indexes.open(&repository.name)?;
                self.remark(&catalog, &repository.url);
            }
            Some((bytes, catalog)) => {
                self.remark(&catalog, &repository.url);
                self.indexes.keep(&repository.name, &bytes, &catalog)?;
            }
        }
        Ok(())
    }

    /// Fetches an index, from somebody who has one; nothing when the one that we have is the newest.
    async fn fetch_and_read(
        &self,
        url: &Url,
        access: &Access,
        known: Option<&Validators>,
    ) -> Result<Option<(Vec<u8>, Catalog)>, IndexFetchError> {
        let read = |answer| match answer {
            Answer::Same => Ok(None),
            Answer::New(bytes, validators) => {
                let catalog = Catalog::read(&bytes, validators)?;
                Ok(Some((bytes, catalog)))
            }
        };
        self.downloader.fetch_index(url, access, known, read).await
    }

    /// Fetches the index of a repository that nobody added. It is kept, if that can be, so that it need not be sent twice.
    /// Offline it is the one that was fetched last, also under the name of a repository that was added.
    ///
    /// # Errors
    /// When it cannot be fetched, or is none.
    pub(crate) async fn fetch_catalog(&self, url: &str, access: &Access) -> Result<Catalog, IndexFetchError> {
        let place = self.index_url(url)?;
        let name = unmanaged(url).name;
        if self.downloader.reach() == Reach::ThisMachine
            && let Some(catalog) = self.kept_catalog(url, &name)
        {
            return Ok(catalog);
        }
        let known = self.indexes.validators(&name, &crate::http::shown(&place));
        let catalog = match self.fetch_and_read(&place, access, known.as_ref()).await? {
            Some((bytes, catalog)) => {
                // Where it cannot be kept, it is fetched again.
                let _ = self.indexes.keep(&name, &bytes, &catalog);
                catalog
            }
            None => self.indexes.open(&name)?,
        };
        self.remark(&catalog, url);
        Ok(catalog)
    }

    fn kept_catalog(&self, url: &str, unmanaged: &str) -> Option<Catalog> {
        let file = self.known().unwrap_or_default();
        let added = file
            .repositories
            .iter()
            .filter(|known| location::is_equal(&known.url, url));
        let mut names = added
            .map(|known| known.name.as_str())
            .chain(std::iter::once(unmanaged));
        names.find_map(|name| self.catalog(name).ok())
    }

    /// Where a repository's index is.
    fn index_url(&self, repository: &str) -> Result<Url, IndexFetchError> {
        let url = location::resolve(repository, "index.yaml")?;
        if self.downloader.speaks(url.scheme()) {
            return Ok(url);
        }
        Err(IndexFetchError::Scheme(url.scheme().to_owned()))
    }
}

/// A repository that nobody added; its name stands for its URL.
pub(crate) fn unmanaged(url: &str) -> Repository {
    // With a slash behind it or without, it is one repository, and asked once.
    let digest = provenance::digest(url.trim_end_matches('/').as_bytes());
    let digest = digest.strip_prefix("sha256:").unwrap_or(&digest);
    Repository {
        name: format!("{UNMANAGED}{digest}"),
        url: url.to_owned(),
        ..Repository::default()
    }
}
