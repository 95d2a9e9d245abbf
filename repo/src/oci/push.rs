//! A packed chart into a registry, as Helm puts it there (`pkg/pusher/ocipusher.go`, `pkg/registry/client.go`).

use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chart::{Chart, FileError, Metadata};
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, StatusCode};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::digest::{Digest, Hasher};
use super::error::OciError;
use super::manifest::{self, CHART, CONFIG, Descriptor, MANIFEST, PROVENANCE};
use super::reference::Reference;
use super::registry::{Registry, refused};
use super::requests::{self, ACCEPT_MANIFEST};
use super::tags::parse;
use super::upload::{Blob, Content, pushing};
use crate::http::{Body, Call};

/// A packed chart that is to be pushed, with the provenance file that lies beside it.
#[derive(Debug)]
pub struct Package {
    path: PathBuf,
    metadata: Metadata,
    created: String,
    chart: Descriptor,
    provenance: Option<Vec<u8>>,
}

/// A chart that has been pushed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pushed {
    /// Where it is.
    pub reference: Reference,
    /// Its manifest.
    pub digest: Digest,
}

impl Package {
    /// Reads the chart in the archive at `path`. The manifest says when the archive was last written, on the clock of
    /// `zone`.
    ///
    /// # Errors
    /// When there is no such file, or it is no packed chart.
    pub fn read(path: &Path, zone: &TimeZone) -> Result<Self, OciError> {
        let found = std::fs::metadata(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => OciError::NoFile(path.display().to_string()),
            _ => FileError::new("stat", path, &error).into(),
        })?;
        if found.is_dir() {
            return Err(OciError::Directory);
        }
        let metadata = Chart::packed_metadata(path)?;
        let written = found.modified().unwrap_or(SystemTime::UNIX_EPOCH);
        let beside = PathBuf::from(format!("{}.prov", path.display()));
        let provenance = match std::fs::read(&beside) {
            Ok(provenance) => Some(provenance),
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(FileError::new("open", &beside, &error).into()),
        };
        Ok(Package {
            path: path.to_owned(),
            metadata,
            created: time(written, zone),
            chart: describe(path)?,
            provenance,
        })
    }

    /// Where it goes in a registry's folder: below it under the chart's name, at the tag of its version.
    fn reference(&self, remote: &str) -> Result<Reference, OciError> {
        let folder = remote.strip_prefix("oci://").unwrap_or(remote);
        let parts = folder.split('/').filter(|part| !part.is_empty() && *part != ".");
        let folder = parts.collect::<Vec<_>>().join("/");
        Ok(Reference::parse(&format!(
            "{folder}/{}:{}",
            self.metadata.name, self.metadata.version
        ))?)
    }

    fn blobs(&self) -> Vec<Blob> {
        let chart = Blob {
            descriptor: self.chart.clone(),
            content: Content::File(self.path.clone()),
        };
        let config = chart::json::to_string(&self.metadata).expect("metadata can be written");
        let mut blobs = vec![small(CONFIG, config.into_bytes()), chart];
        blobs.extend(
            self.provenance
                .clone()
                .map(|provenance| small(PROVENANCE, provenance)),
        );
        blobs
    }
}

impl Registry {
    /// Pushes a chart below `remote` (`oci://host/folder`). What is there already is not sent again; the tag appears
    /// last, so nobody sees half a chart.
    ///
    /// # Errors
    /// When the place is no reference, or the registry does not take it.
    pub async fn push(&self, package: &Package, remote: &str) -> Result<Pushed, OciError> {
        let reference = package.reference(remote)?;
        let blobs = package.blobs();
        let descriptors: Vec<Descriptor> = blobs.iter().map(|blob| blob.descriptor.clone()).collect();
        let annotations = manifest::annotations(&package.metadata, &package.created);
        let manifest = manifest::write(&descriptors[0], descriptors[1..].to_vec(), &annotations);
        let digest = Digest::of(&manifest);
        let step = |step| {
            move |source| OciError::Push {
                step,
                source: Box::new(source),
            }
        };
        if !self
            .has_manifest(&reference, &digest)
            .await
            .map_err(step("Exists"))?
        {
            let uploads = blobs.iter().map(|blob| self.upload(&reference, blob));
            futures::future::try_join_all(uploads).await?;
        }
        self.put_manifest(&reference, manifest)
            .await
            .map_err(step("Tag"))?;
        Ok(Pushed { reference, digest })
    }

    async fn has_manifest(&self, reference: &Reference, digest: &Digest) -> Result<bool, OciError> {
        let url = parse(&requests::manifest(self.protocol, reference, digest.as_str()))?;
        let call = Call::new(Method::HEAD, url).header(ACCEPT, ACCEPT_MANIFEST);
        let response = self.send(pushing(call, reference)).await?;
        match response.status() {
            StatusCode::OK => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            _ => Err(refused(response).await),
        }
    }

    async fn put_manifest(&self, reference: &Reference, manifest: Vec<u8>) -> Result<(), OciError> {
        let target = reference.target().unwrap_or_default();
        let url = parse(&requests::manifest(self.protocol, reference, target))?;
        let mut call = Call::new(Method::PUT, url).header(CONTENT_TYPE, MANIFEST);
        call.body = Body::Bytes(manifest);
        let response = self.send(pushing(call, reference)).await?;
        match response.status() {
            StatusCode::CREATED => Ok(()),
            _ => Err(refused(response).await),
        }
    }
}

fn small(media_type: &str, content: Vec<u8>) -> Blob {
    Blob {
        descriptor: Descriptor::of(media_type, &content),
        content: Content::Bytes(content),
    }
}

/// Names the content of a file, which is read piece by piece.
fn describe(path: &Path) -> Result<Descriptor, FileError> {
    let refused = |operation| move |error| FileError::new(operation, path, &error);
    let mut file = File::open(path).map_err(refused("open"))?;
    let mut hasher = Hasher::sha256();
    let mut piece = vec![0; 256 * 1024];
    let mut size = 0;
    loop {
        let count = file.read(&mut piece).map_err(refused("read"))?;
        if count == 0 {
            return Ok(Descriptor {
                media_type: CHART.to_owned(),
                digest: hasher.finish(),
                annotations: std::collections::BTreeMap::new(),
                size,
            });
        }
        hasher.update(&piece[..count]);
        size += count as u64;
    }
}

/// RFC 3339 as Go writes it: to the second, `Z` where the clock is that of Greenwich.
fn time(time: SystemTime, zone: &TimeZone) -> String {
    let time = Timestamp::try_from(time)
        .unwrap_or_default()
        .to_zoned(zone.clone());
    let text = time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string();
    match text.strip_suffix("+00:00") {
        Some(text) => format!("{text}Z"),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::{SystemTime, TimeZone, time};
    use std::time::Duration;

    #[test]
    fn times_are_gos() {
        let at = SystemTime::UNIX_EPOCH + Duration::from_millis(1_700_000_000_900);
        assert_eq!(time(at, &TimeZone::UTC), "2023-11-14T22:13:20Z");
        let berlin = TimeZone::get("Europe/Berlin").expect("a zone");
        assert_eq!(time(at, &berlin), "2023-11-14T23:13:20+01:00");
    }
}
