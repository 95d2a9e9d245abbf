//! Reading live objects, page by page.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::call::JSON;
use super::{Answer, ApiError, Call, Cluster};

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

/// A list of what `call` (a GET of a collection, with its selectors) selects, to be read page by page.
pub(crate) struct Pages<'a> {
    cluster: &'a Cluster,
    call: Call,
    /// Where the next page begins; nothing after the last one.
    next: Option<String>,
}

impl<'a> Pages<'a> {
    pub(crate) fn new(cluster: &'a Cluster, call: Call) -> Self {
        Pages {
            cluster,
            call: call.query("limit", PAGE.to_string()),
            next: Some(String::new()),
        }
    }

    /// Asks for the next page; `None` after the last one.
    ///
    /// # Errors
    ///
    /// When the server refuses or does not answer.
    async fn next<T: DeserializeOwned>(&mut self) -> Result<Option<(Answer, Page<T>)>, ApiError> {
        let Some(next) = self.next.take() else {
            return Ok(None);
        };
        let call = match next.is_empty() {
            true => self.call.clone(),
            false => self.call.clone().query("continue", next),
        };
        let answer = self.cluster.send(call).await?;
        let page: Page<T> = answer.json()?;
        let next = &page.metadata.next;
        self.next = (!next.is_empty()).then(|| next.clone());
        Ok(Some((answer, page)))
    }

    /// Asks for the next page; `None` after the last one. Tells the names of its objects; [`Names::objects`] reads the rest.
    ///
    /// # Errors
    ///
    /// When the server refuses or does not answer.
    pub(crate) async fn next_names(&mut self) -> Result<Option<Names>, ApiError> {
        let page = self.next::<Named>().await?;
        Ok(page.map(|(answer, page)| Names {
            answer,
            names: page
                .items
                .into_iter()
                .flatten()
                .map(|named| named.metadata.name)
                .collect(),
        }))
    }
}

#[derive(Deserialize)]
struct Named {
    metadata: Name,
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

/// The names of the objects on a page.
pub(crate) struct Names {
    answer: Answer,
    pub(crate) names: Vec<String>,
}

impl Names {
    /// Reads the objects whole, in the order of their names.
    ///
    /// # Errors
    ///
    /// When the page is none.
    pub(crate) fn objects(&self) -> Result<Vec<Value>, ApiError> {
        let page: Page<Value> = self.answer.json()?;
        Ok(page.items.unwrap_or_default())
    }
}

/// Lists what `call` (a GET of a collection, with its selectors) selects.
///
/// # Errors
///
/// When the server refuses or does not answer.
pub(crate) async fn list<T: DeserializeOwned>(cluster: &Cluster, call: Call) -> Result<Listed<T>, ApiError> {
    let mut pages = Pages::new(cluster, call);
    let mut listed = Listed {
        items: Vec::new(),
        resource_version: String::new(),
    };
    while let Some((_, page)) = pages.next().await? {
        listed.items.extend(page.items.unwrap_or_default());
        listed.resource_version = page.metadata.resource_version;
    }
    Ok(listed)
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
