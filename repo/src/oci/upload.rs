//! A blob into a registry: whole, or in chunks where somebody between us does not let large requests through.

use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use chart::FileError;
use futures::stream;
use http::header::{CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE, LOCATION};
use http::{Method, StatusCode};
use url::Url;

use super::digest::Digest;
use super::error::OciError;
use super::manifest::Descriptor;
use super::reference::Reference;
use super::registry::{Errand, Registry, named, refused};
use super::requests;
use super::scope::Access;
use super::tags::parse;
use crate::http::{Body, Call, Progress, Response, Transfer};

/// How much of a file is in memory at a time.
const PIECE: usize = 256 * 1024;

/// The size of a chunk, unless the registry wants larger ones.
const CHUNK: u64 = 8 * 1024 * 1024;

/// Something to be uploaded.
#[derive(Clone)]
pub(super) struct Blob {
    pub(super) descriptor: Descriptor,
    pub(super) content: Content,
}

/// Where its bytes are.
#[derive(Clone)]
pub(super) enum Content {
    Bytes(Vec<u8>),
    File(PathBuf),
}

impl Registry {
    /// Puts a blob into a repository, unless it is there.
    pub(super) async fn upload(&self, reference: &Reference, blob: &Blob) -> Result<(), OciError> {
        let step = |step| {
            move |source| OciError::Push {
                step,
                source: Box::new(source),
            }
        };
        if self
            .has(reference, &blob.descriptor.digest)
            .await
            .map_err(step("Exists"))?
        {
            return Ok(());
        }
        self.upload_whole(reference, blob).await.map_err(step("Push"))
    }

    async fn has(&self, reference: &Reference, digest: &Digest) -> Result<bool, OciError> {
        let url = parse(&requests::blob(self.protocol, reference, digest))?;
        let response = self
            .send(pushing(Call::new(Method::HEAD, url), reference))
            .await?;
        match response.status() {
            StatusCode::OK => Ok(true),
            StatusCode::NOT_FOUND => Ok(false),
            _ => Err(refused(response).await),
        }
    }

    async fn upload_whole(&self, reference: &Reference, blob: &Blob) -> Result<(), OciError> {
        let (mut url, _) = self.begin(reference).await?;
        url.query_pairs_mut()
            .append_pair("digest", blob.descriptor.digest.as_str());
        let call = put(url, blob.descriptor.size, blob.body(self.progress()));
        let response = self.send(pushing(call, reference)).await?;
        match response.status() {
            StatusCode::CREATED => Ok(()),
            StatusCode::PAYLOAD_TOO_LARGE if blob.descriptor.size > 0 => {
                self.upload_in_chunks(reference, blob).await
            }
            _ => Err(refused(response).await),
        }
    }

    /// Begins an upload: the place to send to, and the smallest chunk that is taken there.
    async fn begin(&self, reference: &Reference) -> Result<(Url, u64), OciError> {
        let url = parse(&requests::uploads(self.protocol, reference))?;
        let call = Call::new(Method::POST, url).header(CONTENT_LENGTH, "0");
        let response = self.send(pushing(call, reference)).await?;
        if response.status() != StatusCode::ACCEPTED {
            return Err(refused(response).await);
        }
        let smallest = response
            .header("oci-chunk-min-length")
            .and_then(|text| text.parse().ok());
        Ok((location(&response)?, smallest.unwrap_or_default()))
    }

    async fn upload_in_chunks(&self, reference: &Reference, blob: &Blob) -> Result<(), OciError> {
        let (mut url, smallest) = self.begin(reference).await?;
        let (size, mut sent) = (blob.descriptor.size, 0);
        let transfer = self.progress().begin(Some(size));
        while sent < size {
            let chunk = blob.content.read(sent, CHUNK.max(smallest))?;
            if chunk.is_empty() {
                return super::pull::check_size(&blob.descriptor, sent);
            }
            let end = sent + chunk.len() as u64;
            let call = Call {
                method: Method::PATCH,
                ..put(url, chunk.len() as u64, Body::Bytes(chunk))
            };
            let call = call.header(CONTENT_RANGE, &format!("{sent}-{}", end - 1));
            let response = self.send(pushing(call, reference)).await?;
            if response.status() != StatusCode::ACCEPTED {
                return Err(refused(response).await);
            }
            url = location(&response)?;
            transfer.moved(usize::try_from(end - sent).unwrap_or(usize::MAX));
            sent = end;
        }
        url.query_pairs_mut()
            .append_pair("digest", blob.descriptor.digest.as_str());
        let response = self.send(pushing(put(url, 0, Body::Empty), reference)).await?;
        match response.status() {
            StatusCode::CREATED => Ok(()),
            _ => Err(refused(response).await),
        }
    }
}

/// A request of a push: its token must allow both to look and to write, so one is enough for all of them.
pub(super) fn pushing(call: Call, reference: &Reference) -> Errand {
    Errand::new(call, reference, Access::Push)
}

fn put(url: Url, size: u64, body: Body) -> Call {
    let mut call = Call::new(Method::PUT, url)
        .header(CONTENT_TYPE, "application/octet-stream")
        .header(CONTENT_LENGTH, &size.to_string());
    call.body = body;
    call
}

/// Where an upload goes on. It must be the registry itself: credentials go there.
fn location(response: &Response) -> Result<Url, OciError> {
    let wrong = |what: &str| {
        let (method, url) = named(response);
        OciError::Answer {
            method,
            url,
            what: what.to_owned(),
        }
    };
    let text = response
        .header(LOCATION.as_str())
        .ok_or_else(|| wrong("no Location to upload to"))?;
    let url = response
        .url()
        .join(text)
        .map_err(|_| wrong("the Location to upload to is no URL"))?;
    let host = |url: &Url| url.host_str().map(str::to_owned);
    let is_same = host(&url) == host(response.asked())
        && url.port_or_known_default() == response.asked().port_or_known_default();
    if !is_same {
        let place = host(&url).unwrap_or_default();
        return Err(wrong(&format!(
            "blob upload Location {place:?} is on a different host than the registry"
        )));
    }
    if response.asked().scheme() == "https" && url.scheme() != "https" {
        return Err(wrong("blob upload Location downgrades scheme from https"));
    }
    Ok(url)
}

impl Blob {
    /// The bytes as the body of a request; a file is read while it is sent.
    fn body(&self, progress: &Progress) -> Body {
        match &self.content {
            Content::Bytes(bytes) => Body::Bytes(bytes.clone()),
            Content::File(path) => {
                let (path, progress, size) = (path.clone(), progress.clone(), self.descriptor.size);
                Body::Stream(Arc::new(move || {
                    stream_of(path.clone(), progress.begin(Some(size)))
                }))
            }
        }
    }
}

impl Content {
    /// No more than `most` bytes from a place on.
    fn read(&self, from: u64, most: u64) -> Result<Vec<u8>, OciError> {
        match self {
            Content::Bytes(bytes) => {
                let rest = bytes
                    .get(usize::try_from(from).unwrap_or(usize::MAX)..)
                    .unwrap_or_default();
                Ok(rest
                    .iter()
                    .copied()
                    .take(usize::try_from(most).unwrap_or(usize::MAX))
                    .collect())
            }
            Content::File(path) => {
                let refused =
                    |operation| move |error| OciError::from(FileError::new(operation, path, &error));
                let mut file = std::fs::File::open(path).map_err(refused("open"))?;
                file.seek(SeekFrom::Start(from)).map_err(refused("seek"))?;
                let mut bytes = Vec::new();
                file.take(most).read_to_end(&mut bytes).map_err(refused("read"))?;
                Ok(bytes)
            }
        }
    }
}

fn stream_of(path: PathBuf, transfer: Transfer) -> reqwest::Body {
    let file = Mutex::new(None::<tokio::fs::File>);
    let state = (path, file, transfer);
    reqwest::Body::wrap_stream(stream::try_unfold(state, |(path, file, transfer)| async move {
        use tokio::io::AsyncReadExt;
        let opened = file.into_inner().expect("nobody panics while holding it");
        let mut file = match opened {
            Some(file) => file,
            None => tokio::fs::File::open(&path).await?,
        };
        let mut piece = vec![0; PIECE];
        let count = file.read(&mut piece).await?;
        piece.truncate(count);
        transfer.moved(count);
        let next = (path, Mutex::new(Some(file)), transfer);
        Ok::<_, std::io::Error>((count > 0).then_some((piece, next)))
    }))
}
