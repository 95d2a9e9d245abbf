//! What the charts in a repository say of themselves, without fetching the charts.

use std::path::Path;

use chart::{Metadata, Version};
use futures::stream::{self, StreamExt, TryStreamExt};

use super::error::OciError;
use super::reference::Reference;
use super::registry::Registry;

/// The largest metadata that is read.
const MAX_CONFIG: u64 = 5 * 1024 * 1024;

/// How many charts are asked for at a time.
const AT_A_TIME: usize = 8;

impl Registry {
    /// Reads the metadata of these versions of a chart, in their order. A version is a manifest and a config of some
    /// hundred bytes; configs are kept in the content cache at `cache` by digest, and not fetched again.
    ///
    /// # Errors
    /// When one of them cannot be had, or is not of a chart.
    pub async fn catalog(
        &self,
        reference: &Reference,
        versions: &[Version],
        cache: &Path,
    ) -> Result<Vec<Metadata>, OciError> {
        let metadata = versions.iter().map(|version| async move {
            let reference = reference.at_version(&version.to_string())?;
            self.metadata(&reference, cache).await
        });
        stream::iter(metadata).buffered(AT_A_TIME).try_collect().await
    }

    async fn metadata(&self, reference: &Reference, cache: &Path) -> Result<Metadata, OciError> {
        let manifest = self.manifest(reference).await?;
        let config = &manifest.config;
        let text = self
            .kept_blob((reference, config), MAX_CONFIG, (cache, "config"))
            .await?;
        self.remember_chart(&manifest);
        serde_json::from_slice(&text).map_err(|error| OciError::Answer {
            method: "GET".to_owned(),
            url: format!("oci://{reference}"),
            what: format!("failed to decode metadata: {error}"),
        })
    }
}
