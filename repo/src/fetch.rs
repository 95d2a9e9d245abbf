//! `Fetcher`: from a reference to an archive.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chart::provenance::{Keyring, Verification, VerifyFileError, verify};
use chart::{Chart, FileError, LoadError};
use url::Url;

use crate::cache::{Kind, hex_digest};
use crate::disk::{self, Readers};
use crate::download::{Access, Giver};
use crate::event::Event;
use crate::http::{Credentials, Reach, TlsOptions};
use crate::resolve::Source;
use crate::{ChartRef, FetchError, Repositories};

/// How archives begin.
const GZIP: &[u8] = b"\x1f\x8b";

/// How provenances begin.
const SIGNED: &[u8] = b"-----BEGIN PGP SIGNED MESSAGE-----";

/// Brings charts from where they are.
#[derive(Debug)]
pub struct Fetcher<'a> {
    repositories: &'a Repositories,
}

/// Which chart it is to be, and how it is reached.
#[derive(Debug, Clone, Default)]
pub struct FetchOptions {
    /// A version, or a range of versions; empty is the newest that is no pre-release.
    pub version: String,
    /// The URL of a repository that need not have been added; empty is none.
    pub repository: String,
    /// Who we are, where nothing else is said about that.
    pub credentials: Option<Credentials>,
    /// Whether every server learns who we are.
    pub pass_credentials: bool,
    /// How TLS is spoken, where nothing else is said about that.
    pub tls: TlsOptions,
    /// What is done about the provenance.
    pub proof: Proof,
}

/// What is done about the provenance of a chart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Proof {
    /// Nothing.
    #[default]
    Ignored,
    /// It is fetched, if there is one, and not looked at.
    Fetched,
    /// The chart must be what it says, if there is one; the keys are in this file.
    IfPossible(PathBuf),
    /// The chart must be what it says; the keys are in this file.
    Required(PathBuf),
}

/// A chart that was found: a folder, or an archive file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Archive {
    path: PathBuf,
}

/// A chart that was fetched.
#[derive(Debug)]
pub struct Fetched {
    /// The name of its archive.
    pub name: String,
    /// Its archive.
    pub bytes: Vec<u8>,
    /// Its provenance, if that was asked for.
    pub provenance: Option<Vec<u8>>,
    /// Who has signed it, if that was asked for.
    pub verification: Option<Verification>,
    /// Where it is in the cache for charts. Who only wants the archive can do without.
    cached: Result<PathBuf, FileError>,
}

impl Archive {
    /// A chart at a place on this machine.
    pub fn at(path: PathBuf) -> Self {
        Archive { path }
    }

    /// Where the chart is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Reads the chart.
    ///
    /// # Errors
    /// [`LoadError`] when what is there is no chart.
    pub fn load(&self) -> Result<Chart, LoadError> {
        Chart::load(&self.path)
    }

    /// Finds a chart on this machine, without a runtime or a client. A path that exists wins over every other reading;
    /// nothing means that the chart is somewhere else.
    ///
    /// # Errors
    /// When only a path can be meant, and nothing is there.
    pub fn on_this_machine(reference: &ChartRef) -> Result<Option<Archive>, FetchError> {
        match (reference.as_path().filter(|path| path.exists()), reference) {
            (Some(path), _) => Ok(Some(Archive { path })),
            (None, ChartRef::Path(path)) => Err(FetchError::NoPath { path: path.clone() }),
            (None, _) => Ok(None),
        }
    }
}

impl<'a> Fetcher<'a> {
    /// A fetcher that knows these repositories.
    pub fn new(repositories: &'a Repositories) -> Self {
        Fetcher { repositories }
    }

    /// Fetches a chart into the cache for charts, unless it is there.
    ///
    /// # Errors
    /// When there is no such chart, it cannot be reached, is not what the index or its provenance says, or cannot be kept.
    pub async fn fetch(&self, reference: &ChartRef, options: &FetchOptions) -> Result<Archive, FetchError> {
        let fetched = self.download(reference, options).await?;
        Ok(Archive {
            path: fetched.cached?,
        })
    }

    /// Fetches a chart and writes it into a folder, its provenance beside it. Returns where it is, and what was fetched.
    ///
    /// # Errors
    /// As [`Fetcher::fetch`]; nothing is written then.
    pub async fn save(
        &self,
        reference: &ChartRef,
        options: &FetchOptions,
        folder: &Path,
    ) -> Result<(PathBuf, Fetched), FetchError> {
        let fetched = self.download(reference, options).await?;
        let path = folder.join(&fetched.name);
        if let Some(provenance) = &fetched.provenance {
            let path = folder.join(format!("{}.prov", fetched.name));
            disk::write(&path, provenance, Readers::All)?;
        }
        disk::write(&path, &fetched.bytes, Readers::All)?;
        Ok((path, fetched))
    }

    /// Fetches a chart.
    ///
    /// # Errors
    /// When there is no such chart, it cannot be reached, or is not what the index or its provenance says.
    pub async fn download(
        &self,
        reference: &ChartRef,
        options: &FetchOptions,
    ) -> Result<Fetched, FetchError> {
        let source = Source {
            reference: reference.to_string(),
            ..self.repositories.resolve(reference, options).await?
        };
        self.from(&source, &options.proof).await
    }

    /// Fetches what is at a URL.
    pub(crate) async fn from(&self, source: &Source, proof: &Proof) -> Result<Fetched, FetchError> {
        let contents = self.repositories.contents();
        let digest = match (&source.digest, self.repositories.downloader().reach()) {
            (None, Reach::ThisMachine) => contents.digest_of(&source.reference_url()),
            (digest, _) => digest.clone(),
        };
        let (cached, bytes) = match digest.and_then(|digest| contents.chart(&digest)) {
            Some((path, bytes)) => (Ok(path), bytes),
            None => {
                let bytes = self.fresh(source).await?;
                (self.keep(source, &bytes), bytes)
            }
        };
        let mut fetched = Fetched {
            name: source.name.clone(),
            bytes,
            provenance: None,
            verification: None,
            cached,
        };
        self.prove(source, proof, &mut fetched).await?;
        Ok(fetched)
    }

    fn keep(&self, source: &Source, bytes: &[u8]) -> Result<PathBuf, FileError> {
        let contents = self.repositories.contents();
        let digest = hex_digest(bytes);
        let path = contents.put(&digest, Kind::Chart, bytes)?;
        if source.digest.is_none() {
            contents.note_digest(&source.reference_url(), &digest);
        }
        Ok(path)
    }

    async fn fresh(&self, source: &Source) -> Result<Vec<u8>, FetchError> {
        let scheme = source.url.scheme();
        if !self.repositories.downloader().speaks(scheme) {
            return Err(FetchError::Scheme(scheme.to_owned()));
        }
        let downloader = self.repositories.downloader();
        downloader
            .fetch(&source.url, &source.access, |bytes, giver| {
                source.check(bytes, giver)
            })
            .await
    }

    async fn prove(&self, source: &Source, proof: &Proof, fetched: &mut Fetched) -> Result<(), FetchError> {
        let keyring = match proof {
            Proof::Ignored => return Ok(()),
            Proof::Fetched => None,
            Proof::IfPossible(keyring) | Proof::Required(keyring) => Some(keyring),
        };
        let provenance = match self.provenance(source, &fetched.bytes).await {
            Ok(provenance) => provenance,
            Err((url, error)) if matches!(proof, Proof::Required(_)) => {
                return Err(FetchError::Provenance {
                    url,
                    reason: Box::new(error),
                });
            }
            Err((_, error)) => {
                self.repositories.tell(Event::NotVerified {
                    reference: source.reference.clone(),
                    reason: chart::chain(&error),
                });
                return Ok(());
            }
        };
        if let Some(keyring) = keyring {
            let keyring = Keyring::open(keyring).map_err(VerifyFileError::Keyring)?;
            let found = verify(
                &fetched.bytes,
                &fetched.name,
                &provenance,
                &keyring,
                SystemTime::now(),
            );
            fetched.verification = Some(found.map_err(VerifyFileError::from)?);
        }
        let contents = self.repositories.contents();
        // For the next time; what was not what it says was not kept.
        let _ = contents.put(&hex_digest(&fetched.bytes), Kind::Provenance, &provenance);
        fetched.provenance = Some(provenance);
        Ok(())
    }

    /// The provenance of a chart: `.prov` is added to the path of its URL.
    async fn provenance(&self, source: &Source, chart: &[u8]) -> Result<Vec<u8>, (String, FetchError)> {
        let digest = hex_digest(chart);
        if let Some((_, bytes)) = self.repositories.contents().file(&digest, Kind::Provenance) {
            return Ok(bytes);
        }
        let mut url: Url = source.url.clone();
        url.set_path(&format!("{}.prov", source.url.path()));
        let downloader = self.repositories.downloader();
        let fetched = downloader.fetch(&url, &source.access, check_provenance).await;
        fetched.map_err(|error| (crate::http::shown(&url), error))
    }
}

impl Source {
    /// Looks whether an archive is the one that is meant. Without a digest the place that has it says so; from somebody else
    /// it must at least be an archive.
    fn check(&self, bytes: &[u8], giver: Giver) -> Result<(), FetchError> {
        let url = || crate::http::shown(&self.url);
        let found = hex_digest(bytes);
        let differs = |expected: &Option<String>| expected.clone().filter(|expected| *expected != found);
        if self.pinned.as_ref() == Some(&found) {
            // Whatever an index says by now.
            return Ok(());
        }
        if let Some(expected) = differs(&self.digest) {
            let url = url();
            return Err(FetchError::Digest { url, expected, found });
        }
        if giver == Giver::Origin {
            return Ok(());
        }
        if let Some(expected) = differs(&self.pinned) {
            let url = url();
            return Err(FetchError::NotAsBefore { url, expected, found });
        }
        if self.digest.is_none() && !bytes.starts_with(GZIP) {
            return Err(FetchError::NoArchive(url()));
        }
        Ok(())
    }
}

/// As [`Source::check`], of a provenance.
fn check_provenance(bytes: &[u8], giver: Giver) -> Result<(), FetchError> {
    match giver {
        Giver::Mirror if !bytes.starts_with(SIGNED) => Err(FetchError::NoProvenance),
        _ => Ok(()),
    }
}

impl FetchOptions {
    /// How servers are reached of which nothing else is known; the credentials are for `service`.
    pub(crate) fn access(&self, service: Option<Url>) -> Access {
        Access {
            credentials: self.credentials.clone(),
            service,
            pass_credentials: self.pass_credentials,
            tls: self.tls.clone(),
        }
    }
}
