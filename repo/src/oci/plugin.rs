//! Plugins of Helm in registries (`pkg/registry/plugin.go`).

use super::error::OciError;
use super::manifest::{Descriptor, PLUGIN};
use super::reference::Reference;
use super::registry::Registry;

/// A plugin of this size is a mistake or an attack.
const MAX_PLUGIN: u64 = 1 << 30;

/// The largest provenance file that is read.
const MAX_PROVENANCE: u64 = 5 * 1024 * 1024;

/// Says what a layer is, by the file that it was.
const TITLE: &str = "org.opencontainers.image.title";

/// A plugin that was fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PluginFiles {
    /// Its archive.
    pub archive: Vec<u8>,
    /// Its provenance, if there is one.
    pub provenance: Option<Vec<u8>>,
}

impl Registry {
    /// Fetches a plugin: it has the name of its repository.
    ///
    /// # Errors
    /// When there is none, it is of something else, or is not what its digest says.
    pub async fn plugin(&self, reference: &Reference) -> Result<PluginFiles, OciError> {
        let document = self.document(reference).await?;
        let config = document
            .config
            .map(|config| config.media_type)
            .unwrap_or_default();
        match (document.artifact_type.as_str(), config.as_str()) {
            (PLUGIN, _) | ("", PLUGIN) => {}
            ("", found) => return Err(OciError::NoPluginConfig(found.to_owned())),
            (found, _) => return Err(OciError::NoPlugin(found.to_owned())),
        }
        let name = reference.name();
        let titled = |end: &str| {
            let is_it = |layer: &&Descriptor| {
                let title = layer.annotations.get(TITLE);
                title.is_some_and(|title| title.starts_with(&format!("{name}-")) && title.ends_with(end))
            };
            document.layers.iter().find(is_it)
        };
        let archive = titled(".tgz").ok_or_else(|| OciError::NoPluginLayer(name.to_owned()))?;
        let provenance = match titled(".tgz.prov") {
            Some(layer) => Some(self.blob(reference, layer, MAX_PROVENANCE).await?),
            None => None,
        };
        Ok(PluginFiles {
            archive: self.blob(reference, archive, MAX_PLUGIN).await?,
            provenance,
        })
    }
}
