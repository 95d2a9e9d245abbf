//! From a reference to the files of a chart.

use std::path::Path;

use http::StatusCode;
use http::header::ACCEPT;

use super::digest::Digest;
use super::error::OciError;
use super::manifest::{CHART, CONFIG, Descriptor, Document, LEGACY_CHART, PROVENANCE};
use super::memory::Remembered;
use super::reference::Reference;
use super::registry::{Errand, Registry, named, refused};
use super::requests::{self, ACCEPT_MANIFEST, is_index, is_manifest};
use super::scope::Access;
use super::tags::parse;
use crate::http::{Call, Response};

/// The largest manifest that is read, as in Helm's library.
const MAX_MANIFEST: u64 = 4 * 1024 * 1024;

/// What there is of a chart in a registry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartManifest {
    /// The manifest that the reference led to.
    pub digest: Digest,
    /// The metadata, as JSON.
    pub config: Descriptor,
    chart: Option<Descriptor>,
    provenance: Option<Descriptor>,
    /// What it was read from, if it came just now.
    pub(super) came: Vec<Remembered>,
}

/// A manifest or an index as it came.
struct Received {
    media_type: String,
    digest: Digest,
    document: Document,
    /// What of it is worth being kept.
    remembered: Option<Remembered>,
}

impl Received {
    /// A manifest that came earlier.
    fn again(remembered: Remembered) -> Option<Self> {
        Some(Received {
            document: serde_json::from_str(&remembered.text).ok()?,
            media_type: remembered.media_type,
            digest: remembered.digest,
            remembered: None,
        })
    }

    /// What stands in for a manifest must be one; of which archive, may be known already.
    fn check_mirrored(&self, pinned: Option<&Digest>) -> Result<(), OciError> {
        let media_type = &self.media_type;
        if is_index(media_type) {
            return Ok(());
        }
        if !is_manifest(media_type) {
            let media_type = media_type.clone();
            return Err(OciError::NoManifest { found: 0, media_type });
        }
        let mut layers = self.document.layers.iter();
        let archive = layers.rfind(|layer| matches!(layer.media_type.as_str(), CHART | LEGACY_CHART));
        match (pinned, archive) {
            (Some(pinned), Some(layer)) if layer.digest != *pinned => Err(OciError::NotAsBefore {
                expected: pinned.clone(),
                found: layer.digest.clone(),
            }),
            _ => Ok(()),
        }
    }
}

impl ChartManifest {
    /// The archive.
    ///
    /// # Errors
    /// When there is none.
    pub fn chart(&self) -> Result<&Descriptor, OciError> {
        self.chart.as_ref().ok_or(OciError::NoChart)
    }

    /// The provenance file.
    ///
    /// # Errors
    /// When there is none.
    pub fn provenance(&self) -> Result<&Descriptor, OciError> {
        self.provenance.as_ref().ok_or(OciError::NoProvenance)
    }

    /// The media type of the archive, if it is the one of the first years.
    pub fn deprecated_media_type(&self) -> Option<&str> {
        let media_type = self.chart.as_ref()?.media_type.as_str();
        (media_type == LEGACY_CHART).then_some(media_type)
    }

    /// Sorts what a manifest names by media type; of several the last one counts, as in Helm.
    fn new(received: Received) -> Result<Self, OciError> {
        let Received {
            media_type,
            digest,
            document,
            remembered,
        } = received;
        let config = document.config.filter(|config| config.media_type == CONFIG);
        let last = |wanted: &[&str]| {
            let mut layers = document.layers.iter().rev();
            layers
                .find(|layer| wanted.contains(&layer.media_type.as_str()))
                .cloned()
        };
        let (chart, provenance) = (last(&[CHART, LEGACY_CHART]), last(&[PROVENANCE]));
        match config {
            Some(config) => Ok(ChartManifest {
                digest,
                config,
                chart,
                provenance,
                came: remembered.into_iter().collect(),
            }),
            None if chart.is_some() => Err(OciError::NoConfig),
            None => Err(OciError::NoManifest { found: 1, media_type }),
        }
    }
}

impl Registry {
    /// Fetches the manifest of a chart. An index leads to the first manifest in it that is one of a chart.
    ///
    /// # Errors
    /// When there is none, it is of something else, or is not what its digest says.
    pub async fn manifest(&self, reference: &Reference) -> Result<ChartManifest, OciError> {
        self.manifest_of(reference, None).await
    }

    /// As [`Registry::manifest`]; one of a mirror must be of an archive with that digest, if there is one.
    pub(super) async fn manifest_of(
        &self,
        reference: &Reference,
        pinned: Option<&Digest>,
    ) -> Result<ChartManifest, OciError> {
        let received = self
            .receive(reference, pinned)
            .await
            .map_err(|source| OciError::Pull {
                step: "FetchReference",
                source: Box::new(source),
            })?;
        if is_manifest(&received.media_type) {
            return ChartManifest::new(received);
        }
        let (media_type, digest) = (received.media_type, received.digest);
        let outer = received.remembered;
        if !is_index(&media_type) {
            return Err(OciError::NoManifest { found: 0, media_type });
        }
        for descriptor in received.document.manifests {
            if !is_manifest(&descriptor.media_type) {
                continue;
            }
            let inner = Reference {
                tag: None,
                digest: Some(descriptor.digest),
                ..reference.clone()
            };
            let received = self
                .receive(&inner, pinned)
                .await
                .map_err(|source| OciError::Pull {
                    step: "Fetch",
                    source: Box::new(source),
                })?;
            if let Ok(mut found) = ChartManifest::new(received) {
                found.came.extend(outer);
                return Ok(ChartManifest { digest, ..found });
            }
        }
        Err(OciError::NoManifest { found: 1, media_type })
    }

    /// Finds out the digest of a manifest without fetching it.
    pub(super) async fn manifest_digest(&self, reference: &Reference) -> Result<Digest, OciError> {
        self.ask(reference, async |registry, reference| {
            registry.manifest_digest_here(reference).await
        })
        .await
    }

    async fn manifest_digest_here(&self, reference: &Reference) -> Result<Digest, OciError> {
        let errand = self.manifest_errand(http::Method::HEAD, reference)?;
        let response = self.send(errand).await?;
        let response = found(response, reference).await?;
        let digest = response
            .header("docker-content-digest")
            .and_then(|text| Digest::parse(text).ok());
        match digest {
            Some(digest) => Ok(digest),
            None => Ok(self.receive_here(reference).await?.digest),
        }
    }

    /// Fetches a manifest, whatever it is of.
    ///
    /// # Errors
    /// When there is none, or it is not what its digest says.
    pub(super) async fn document(&self, reference: &Reference) -> Result<Document, OciError> {
        let received = self
            .receive(reference, None)
            .await
            .map_err(|source| OciError::Pull {
                step: "FetchReference",
                source: Box::new(source),
            })?;
        Ok(received.document)
    }

    async fn receive(&self, reference: &Reference, pinned: Option<&Digest>) -> Result<Received, OciError> {
        let known = self.instead().and_then(|memory| memory.manifest(reference));
        if let Some(received) = known.and_then(Received::again) {
            return Ok(received);
        }
        let received = self
            .ask(reference, async |registry, reference| {
                let received = registry.receive_here(reference).await?;
                if !std::ptr::eq(registry, self) {
                    received.check_mirrored(pinned)?;
                }
                Ok(received)
            })
            .await?;
        let remembered = received.remembered.map(|came| Remembered {
            reference: Some(reference.clone()),
            ..came
        });
        Ok(Received {
            remembered,
            ..received
        })
    }

    async fn receive_here(&self, reference: &Reference) -> Result<Received, OciError> {
        let response = self
            .send(self.manifest_errand(http::Method::GET, reference)?)
            .await?;
        let response = found(response, reference).await?;
        let media_type = response.header("content-type").unwrap_or_default();
        let media_type = media_type.split(';').next().unwrap_or_default().trim().to_owned();
        let promised = response
            .header("docker-content-digest")
            .and_then(|text| Digest::parse(text).ok());
        let (method, url) = named(&response);
        let body = response.bytes(MAX_MANIFEST).await?;
        let wanted = reference.digest.clone().or(promised);
        let digest = match wanted {
            Some(wanted) => check_digest(wanted, &body)?,
            None => Digest::of(&body),
        };
        let document = serde_json::from_slice(&body).map_err(|error| OciError::Answer {
            method,
            url,
            what: format!("failed to decode response: {error}"),
        })?;
        let remembered = String::from_utf8(body).ok().map(|text| Remembered {
            reference: None,
            media_type: media_type.clone(),
            digest: digest.clone(),
            text,
        });
        Ok(Received {
            media_type,
            digest,
            document,
            remembered,
        })
    }

    fn manifest_errand(&self, method: http::Method, reference: &Reference) -> Result<Errand, OciError> {
        let target = reference.target().unwrap_or("latest");
        let url = parse(&requests::manifest(self.protocol, reference, target))?;
        let call = Call::new(method, url).header(ACCEPT, ACCEPT_MANIFEST);
        Ok(Errand::new(call, reference, Access::Pull))
    }

    /// Fetches something small, such as a chart's metadata.
    ///
    /// # Errors
    /// As [`Registry::download`], and when it is larger than `limit`.
    pub async fn blob(
        &self,
        reference: &Reference,
        content: &Descriptor,
        limit: u64,
    ) -> Result<Vec<u8>, OciError> {
        self.ask(reference, async |registry, reference| {
            let response = registry.open(reference, content, 0).await?;
            let body = response.bytes(limit.min(content.size)).await?;
            check_size(content, body.len() as u64)?;
            check_digest(content.digest.clone(), &body)?;
            Ok(body)
        })
        .await
    }

    /// Asks for a blob, from a place in it on; no mirror is asked.
    pub(super) async fn open(
        &self,
        reference: &Reference,
        content: &Descriptor,
        from: u64,
    ) -> Result<Response, OciError> {
        let url = parse(&requests::blob(self.protocol, reference, &content.digest))?;
        let mut call = Call::get(url);
        if from > 0 {
            call = call.header(http::header::RANGE, &format!("bytes={from}-"));
        }
        let response = self.send(Errand::new(call, reference, Access::Pull)).await?;
        match response.status() {
            StatusCode::OK | StatusCode::PARTIAL_CONTENT => Ok(response),
            StatusCode::NOT_FOUND => Err(OciError::NotFound(content.digest.to_string())),
            _ => Err(refused(response).await),
        }
    }

    /// Fetches a blob into a new temporary file in `folder`. It is checked while it comes: a file with wrong content is
    /// never returned.
    ///
    /// # Errors
    /// When it is not there, is not what the manifest says, breaks off again and again, or cannot be written.
    pub async fn download(
        &self,
        reference: &Reference,
        content: &Descriptor,
        folder: &Path,
    ) -> Result<tempfile::NamedTempFile, OciError> {
        let download = self.ask(reference, async |registry, reference| {
            registry.download_file(reference, content, folder).await
        });
        download.await.map_err(|source| OciError::Pull {
            step: "Fetch",
            source: Box::new(source),
        })
    }
}

/// Takes an answer that says 404 for what it means.
async fn found(response: Response, reference: &Reference) -> Result<Response, OciError> {
    match response.status() {
        StatusCode::OK => Ok(response),
        StatusCode::NOT_FOUND => Err(OciError::NotFound(reference.to_string())),
        _ => Err(refused(response).await),
    }
}

fn check_digest(wanted: Digest, content: &[u8]) -> Result<Digest, OciError> {
    let mut hasher = wanted.hasher();
    hasher.update(content);
    let found = hasher.finish();
    if found == wanted {
        Ok(wanted)
    } else {
        Err(OciError::Digest { wanted, found })
    }
}

/// Checks that all of it is there, and no more.
pub(super) fn check_size(content: &Descriptor, found: u64) -> Result<(), OciError> {
    if found == content.size {
        return Ok(());
    }
    Err(OciError::Size {
        digest: content.digest.clone(),
        found,
        wanted: content.size,
    })
}
