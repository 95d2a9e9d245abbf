//! From a reference to the URL of an archive, by Helm's rules (`ResolveChartVersion` in `pkg/downloader`).

use url::Url;

use crate::cache::{CacheError, Catalog};
use crate::config::{RepoFile, Repository};
use crate::download::Access;
use crate::event::Event;
use crate::fetch::FetchOptions;
use crate::index::{Entry, LookupError, choose};
use crate::location::{self, is_equal};
use crate::{ChartRef, FetchError, Repositories};

/// Where an archive is.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    /// Its URL.
    pub(crate) url: Url,
    /// The name of the file.
    pub(crate) name: String,
    /// What it hashes to, if an index says so.
    pub(crate) digest: Option<String>,
    /// What it hashed to the last time, if somebody has written that down.
    pub(crate) pinned: Option<String>,
    /// How it may be fetched.
    pub(crate) access: Access,
    /// What the user calls it.
    pub(crate) reference: String,
}

impl Source {
    fn new(url: Url, access: Access) -> Result<Self, FetchError> {
        if url.scheme() == "oci" {
            return Err(FetchError::InRegistry(url.into()));
        }
        Ok(Source {
            name: location::file_name(&url),
            reference: crate::http::shown(&url),
            url,
            digest: None,
            pinned: None,
            access,
        })
    }

    /// The URL without a password: what was fetched from it is noted under it.
    pub(crate) fn reference_url(&self) -> String {
        crate::http::shown(&self.url)
    }

    /// An entry of a repository's index.
    pub(crate) fn of_entry(entry: &Entry, repository: &str, access: Access) -> Result<Self, FetchError> {
        let chart = &entry.metadata.name;
        let first = entry
            .urls
            .first()
            .ok_or_else(|| FetchError::NoUrls(chart.clone()))?;
        let url = location::resolve(repository, first)?;
        Ok(Source {
            digest: digest(&entry.digest)?,
            ..Source::new(url, access)?
        })
    }
}

/// The digest of an index without the name of the algorithm, if there is one.
fn digest(text: &str) -> Result<Option<String>, FetchError> {
    let hex = text.split_once(':').map_or(text, |(_, hex)| hex).to_lowercase();
    let is_digest = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    match hex.as_str() {
        "" => Ok(None),
        _ if is_digest => Ok(Some(hex)),
        _ => Err(FetchError::NoDigest(text.to_owned())),
    }
}

impl Repositories {
    /// Finds out where a chart is.
    ///
    /// # Errors
    /// When there is no such chart.
    pub(crate) async fn resolve(
        &self,
        reference: &ChartRef,
        options: &FetchOptions,
    ) -> Result<Source, FetchError> {
        if !options.repository.is_empty() {
            let source = self
                .resolve_in(&options.repository, &reference.to_string(), options)
                .await?;
            return self.as_owned(source);
        }
        match reference {
            ChartRef::Path(path) => Err(FetchError::NoPath { path: path.clone() }),
            ChartRef::Word(word) => Err(FetchError::NoRepository { word: word.clone() }),
            ChartRef::Oci(reference) => Err(FetchError::InRegistry(reference.clone())),
            ChartRef::Url(url) => {
                let url = location::parse(url)?;
                let access = options.access(Some(url.clone()));
                self.as_owned(Source::new(url, access)?)
            }
            ChartRef::Named { repository, chart } => self.resolve_named(repository, chart, options),
        }
    }

    /// A chart of a repository that need not have been added: its index is fetched for this once.
    pub(crate) async fn resolve_in(
        &self,
        repository: &str,
        chart: &str,
        options: &FetchOptions,
    ) -> Result<Source, FetchError> {
        let access = options.access(Some(location::parse(repository)?));
        let catalog = self.fetch_catalog(repository, &access).await;
        let catalog = catalog.map_err(|source| FetchError::Unreachable {
            url: location::shown(repository),
            source: Box::new(source),
        })?;
        let entries = catalog.versions(chart).unwrap_or_default().unwrap_or_default();
        let Ok((entry, remark)) = choose(&entries, chart, &options.version) else {
            return Err(FetchError::NotInRepository {
                chart: chart.to_owned(),
                version: options.version.clone(),
                repository: location::shown(repository),
            });
        };
        remark
            .into_iter()
            .for_each(|remark| self.tell(Event::Remark(remark)));
        Source::of_entry(entry, repository, access)
    }

    fn resolve_named(&self, name: &str, chart: &str, options: &FetchOptions) -> Result<Source, FetchError> {
        let file = self.known()?;
        let Some(repository) = file.find(name) else {
            return Err(FetchError::UnknownRepository(name.to_owned()));
        };
        if repository.url.is_empty() {
            return Err(FetchError::NoUrl(name.to_owned()));
        }
        let catalog = self.catalog(name)?;
        let no_match = |source: LookupError| FetchError::NoMatch {
            chart: chart.to_owned(),
            version: options.version.clone(),
            repository: name.to_owned(),
            source,
        };
        let entries = self
            .versions(name, catalog, chart)?
            .ok_or(no_match(LookupError::NoChart))?;
        let (entry, remark) = choose(&entries, chart, &options.version).map_err(no_match)?;
        remark
            .into_iter()
            .for_each(|remark| self.tell(Event::Remark(remark)));
        if entry.urls.is_empty() {
            return Err(FetchError::NoUrls(format!("{name}/{chart}")));
        }
        Source::of_entry(entry, &repository.url, access(repository, options))
    }

    /// The versions of a chart; nothing when the repository does not have it.
    pub(crate) fn versions(
        &self,
        repository: &str,
        catalog: Catalog,
        chart: &str,
    ) -> Result<Option<Vec<Entry>>, FetchError> {
        Ok(self
            .indexes()
            .with(repository, catalog, |catalog| catalog.versions(chart))?)
    }

    /// An archive that a known repository names is fetched as that one is.
    fn as_owned(&self, source: Source) -> Result<Source, FetchError> {
        let file = self.known()?;
        let Some(owner) = self.owner(&file, &source.url) else {
            return Ok(source);
        };
        let options = FetchOptions {
            credentials: source.access.credentials.clone(),
            pass_credentials: source.access.pass_credentials,
            tls: source.access.tls.clone(),
            ..FetchOptions::default()
        };
        let access = match owner.credentials() {
            // What was said on the command line was said about this URL.
            None => Access {
                service: source.access.service.clone(),
                ..access(owner, &options)
            },
            Some(_) => access(owner, &options),
        };
        Ok(Source { access, ..source })
    }

    /// The first repository whose index names a URL. One whose index cannot be read is passed over.
    fn owner<'a>(&self, file: &'a RepoFile, url: &Url) -> Option<&'a Repository> {
        let last = url
            .path_segments()
            .and_then(|mut parts| parts.next_back())
            .unwrap_or_default();
        let has_it = |repository: &&Repository| {
            let is_it = |known: &str| {
                let known = location::resolve(&repository.url, known);
                known.is_ok_and(|known| is_equal(known.as_str(), url.as_str()))
            };
            let found: Result<bool, CacheError> = self.indexes().open(&repository.name).and_then(|catalog| {
                let work = |catalog: &Catalog| catalog.has_url(last, &is_it);
                self.indexes().with(&repository.name, catalog, work)
            });
            found.unwrap_or(false)
        };
        file.repositories.iter().find(has_it)
    }
}

/// How the charts of a repository are fetched: what was said when it was added comes first.
fn access(repository: &Repository, options: &FetchOptions) -> Access {
    let mut access = Access::to(repository);
    if access.credentials.is_none() {
        access.credentials.clone_from(&options.credentials);
        access.pass_credentials = options.pass_credentials;
    }
    let tls = &repository.tls();
    let says_nothing = tls.ca_file.is_none() && tls.cert_file.is_none() && tls.key_file.is_none();
    if says_nothing {
        access.tls = options.tls.clone();
    }
    access.tls.insecure_skip_tls_verify =
        repository.insecure_skip_tls_verify || options.tls.insecure_skip_tls_verify;
    access
}
