//! Watching a collection: everything that is there, then every change, for ever.

use std::time::Duration;

use futures::io::{AsyncBufRead, AsyncBufReadExt};
use http::HeaderValue;
use http::header::ACCEPT_ENCODING;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc;

use super::live::list;
use super::{ApiError, Call, Cluster};

/// What a watch tells.
#[derive(Debug)]
pub(crate) enum WatchEvent {
    /// All objects that are there now. Comes first, and again after a gap.
    All(Vec<Value>),
    /// An object is new or has changed.
    Changed(Value),
    /// An object is gone.
    Gone(Value),
    /// It cannot go on, and why.
    Failed(ApiError),
}

/// How long to wait before asking again after a failure.
const PAUSE: Duration = Duration::from_secs(1);

/// How often a server that was there before may fail in a row.
const MAX_FAILURES: u32 = 30;

/// Tells `events` what happens to the objects that `call` (a GET of a collection, with selectors) selects, until
/// the receiver is dropped.
///
/// A broken or expired stream is begun again; a refusal ends it with [`WatchEvent::Failed`].
pub(crate) async fn watch(cluster: Cluster, call: Call, events: mpsc::Sender<WatchEvent>) {
    let mut failures = 0;
    loop {
        match watch_once(&cluster, &call, &events).await {
            Ok(Ended::ReceiverGone) => return,
            Ok(Ended::Expired) => failures = 0,
            Err(error) if is_final(&error) || failures >= MAX_FAILURES => {
                // Nobody may be listening any more, which is fine.
                let _ = events.send(WatchEvent::Failed(error)).await;
                return;
            }
            Err(_) => failures += 1,
        }
        if failures > 0 {
            tokio::time::sleep(PAUSE).await;
        }
    }
}

/// Says whether asking again cannot help.
fn is_final(error: &ApiError) -> bool {
    matches!(error.code, 400..=409 | 411..=428)
}

enum Ended {
    ReceiverGone,
    Expired,
}

async fn watch_once(
    cluster: &Cluster,
    call: &Call,
    events: &mpsc::Sender<WatchEvent>,
) -> Result<Ended, ApiError> {
    let listed = list(cluster, call.clone()).await?;
    let mut version = listed.resource_version;
    if events.send(WatchEvent::All(listed.items)).await.is_err() {
        return Ok(Ended::ReceiverGone);
    }
    loop {
        match follow(cluster, call, &mut version, events).await {
            Ok(Some(ended)) => return Ok(ended),
            // The server ends a watch after some minutes; it goes on from where it was.
            Ok(None) => {}
            // Too old to go on from: list again.
            Err(error) if error.code == 410 => return Ok(Ended::Expired),
            Err(error) => return Err(error),
        }
    }
}

#[derive(Deserialize)]
struct Line {
    #[serde(rename = "type")]
    kind: String,
    object: Value,
}

async fn follow(
    cluster: &Cluster,
    call: &Call,
    version: &mut String,
    events: &mpsc::Sender<WatchEvent>,
) -> Result<Option<Ended>, ApiError> {
    let mut lines = open(cluster, call, version).await?;
    let mut text = String::new();
    loop {
        text.clear();
        let length = tokio::select! {
            length = lines.read_line(&mut text) => length,
            () = events.closed() => return Ok(Some(Ended::ReceiverGone)),
        };
        let Ok(Line { kind, object }) = serde_json::from_str(&text) else {
            // A clean end goes on from the same version; a broken one lists again.
            let is_clean = matches!(length, Ok(0));
            return Ok((!is_clean).then_some(Ended::Expired));
        };
        if let Some(newer) = object
            .pointer("/metadata/resourceVersion")
            .and_then(Value::as_str)
        {
            newer.clone_into(version);
        }
        let event = match kind.as_str() {
            "ADDED" | "MODIFIED" => WatchEvent::Changed(object),
            "DELETED" => WatchEvent::Gone(object),
            "ERROR" => return Err(ApiError::from_status(&object)),
            _ => continue,
        };
        if events.send(event).await.is_err() {
            return Ok(Some(Ended::ReceiverGone));
        }
    }
}

async fn open(
    cluster: &Cluster,
    call: &Call,
    version: &str,
) -> Result<impl AsyncBufRead + Unpin + use<>, ApiError> {
    let call = call
        .clone()
        .query("watch", "true")
        .query("allowWatchBookmarks", "true")
        .query("resourceVersion", version);
    let shown = call.shown(cluster.server());
    let mut request = call.into_request()?;
    // A compressed stream is only flushed when enough has gathered.
    request
        .headers_mut()
        .insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    let stream = cluster.client().request_stream(request).await;
    let stream = stream.map_err(|error| match error {
        kube::Error::Api(status) => ApiError {
            code: status.code,
            reason: status.reason,
            message: status.message,
        },
        error => ApiError::transport(&shown, &error),
    })?;
    Ok(Box::pin(stream))
}
