//! Reading live objects, page by page.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::call::JSON;
use super::{ApiError, Call, Cluster};

/// How many objects the server sends at a time.
const PAGE: u32 = 500;

/// All objects of a list, and the moment it is of.
#[derive(Debug)]
pub(crate) struct Listed<T = Value> {
    pub(crate) items: Vec<T>,
    pub(crate) resource_version: String,
}

#[derive(Deserialize)]
struct Page<T> {
    #[serde(default)]
    metadata: PageMetadata,
    items: Option<Vec<T>>,
}

#[derive(Deserialize, Default)]
#[serde(default, rename_all = "camelCase")]
struct PageMetadata {
    #[serde(rename = "continue")]
    next: String,
    resource_version: String,
}

/// Lists what `call` (a GET of a collection, with its selectors) selects.
///
/// # Errors
///
/// When the server refuses or does not answer.
pub(crate) async fn list<T: DeserializeOwned>(cluster: &Cluster, call: Call) -> Result<Listed<T>, ApiError> {
    let mut listed = Listed {
        items: Vec::new(),
        resource_version: String::new(),
    };
    let mut next = String::new();
    loop {
        let mut page = call.clone().query("limit", PAGE.to_string());
        if !next.is_empty() {
            page = page.query("continue", next);
        }
        let page: Page<T> = cluster.send(page).await?.json()?;
        listed.items.extend(page.items.unwrap_or_default());
        listed.resource_version = page.metadata.resource_version;
        next = page.metadata.next;
        if next.is_empty() {
            return Ok(listed);
        }
    }
}

/// As [`list`], but of each object only its metadata.
///
/// # Errors
///
/// See [`list`].
pub(crate) async fn list_metadata<T: DeserializeOwned>(
    cluster: &Cluster,
    call: Call,
) -> Result<Listed<T>, ApiError> {
    list(cluster, call.accept(METADATA_ONLY)).await
}

/// A server that cannot leave out the content sends it all; the readers of metadata do not mind.
const METADATA_ONLY: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

impl Cluster {
    /// Reads one object; `None` if it is not there.
    ///
    /// # Errors
    ///
    /// When the server refuses or does not answer.
    pub(crate) async fn get(&self, path: &str) -> Result<Option<Value>, ApiError> {
        match self.stage() {
            Some(stage) => stage.get(self, path).await,
            None => self.read(path).await,
        }
    }

    /// As [`Cluster::get`], whatever a rehearsal thinks.
    pub(crate) async fn read(&self, path: &str) -> Result<Option<Value>, ApiError> {
        match self.transmit(Call::get(path).accept(JSON)).await {
            Ok(answer) => answer.json().map(Some),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }
}
