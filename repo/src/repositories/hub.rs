//! Charts are searched for at a hub: Artifact Hub, or whatever speaks Monocular's search interface.

use chart::quote::quote;
use serde::Deserialize;
use url::Url;

use super::Repositories;
use crate::download::Access;
use crate::http::{Call, HttpError};

/// An answer of this size is a mistake or an attack.
const LARGEST: u64 = 64 << 20;

/// A chart that a hub knows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HubChart {
    /// Its page.
    pub url: String,
    /// Its newest version.
    pub version: String,
    /// The version of what it installs.
    pub app_version: String,
    /// Its description.
    pub description: String,
    /// The repository's URL.
    pub repository_url: String,
    /// The repository's name.
    pub repository_name: String,
}

/// Why a hub cannot be searched.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum HubError {
    /// The URL is none.
    #[error("unable to create connection to {}: {reason}", quote(.endpoint))]
    Endpoint {
        /// The URL.
        endpoint: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The hub did not answer, or not as it should. Helm does not say why.
    #[error("unable to perform search against {}", quote(.endpoint))]
    Search {
        /// The hub.
        endpoint: String,
        /// Why not.
        #[source]
        source: HttpError,
    },
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Answer {
    data: Vec<Item>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Item {
    id: String,
    artifact_hub: ArtifactHub,
    attributes: Attributes,
    relationships: Relationships,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ArtifactHub {
    package_url: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Attributes {
    description: String,
    repo: Repo,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Repo {
    name: String,
    url: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Relationships {
    latest_chart_version: Latest,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Latest {
    data: LatestData,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct LatestData {
    version: String,
    app_version: String,
}

impl Repositories {
    /// Asks a hub for charts. An answer that cannot be read finds nothing, as with Helm.
    ///
    /// # Errors
    /// When the URL is none, or the hub does not answer.
    pub async fn search_hub(&self, endpoint: &str, words: &str) -> Result<Vec<HubChart>, HubError> {
        let url = search_url(endpoint, words).map_err(|reason| HubError::Endpoint {
            endpoint: endpoint.to_owned(),
            reason,
        })?;
        let search = async {
            let response = self.downloader().send(Call::get(url), &Access::default()).await?;
            response.ok()?.bytes(LARGEST).await
        };
        let bytes = search.await.map_err(|source| HubError::Search {
            endpoint: endpoint.to_owned(),
            source,
        })?;
        let answer: Answer = serde_json::from_slice(&bytes).unwrap_or_default();
        Ok(answer
            .data
            .into_iter()
            .map(|item| chart(endpoint, item))
            .collect())
    }
}

fn search_url(endpoint: &str, words: &str) -> Result<Url, String> {
    let mut url = Url::parse(endpoint).map_err(|error| error.to_string())?;
    if url.host_str().is_none_or(str::is_empty) {
        return Err("no hostname provided".to_owned());
    }
    let path = format!(
        "{}/api/chartsvc/v1/charts/search",
        url.path().trim_end_matches('/')
    );
    url.set_path(&path);
    let escaped: String = url::form_urlencoded::byte_serialize(words.as_bytes()).collect();
    url.set_query(Some(&format!("q={escaped}")));
    Ok(url)
}

fn chart(endpoint: &str, item: Item) -> HubChart {
    let latest = item.relationships.latest_chart_version.data;
    HubChart {
        url: match item.artifact_hub.package_url {
            url if url.is_empty() => format!("{endpoint}/charts/{}", item.id),
            url => url,
        },
        version: latest.version,
        app_version: latest.app_version,
        description: item.attributes.description,
        repository_url: item.attributes.repo.url,
        repository_name: item.attributes.repo.name,
    }
}
