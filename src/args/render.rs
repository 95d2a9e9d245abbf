//! What a rendering without a cluster takes the cluster for.

use templates::{Capabilities, KubeVersion};

use super::csv;
use crate::error::{CommandError, Result};

/// Flags that stand in for a cluster.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct RenderArgs {
    /// Kubernetes version used for Capabilities.KubeVersion
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    kube_version: String,
    /// Kubernetes api versions used for Capabilities.APIVersions (multiple can be specified)
    #[arg(short, long, value_name = "strings", value_parser = csv::line)]
    api_versions: Vec<String>,
}

impl RenderArgs {
    /// Helm's assumptions with the flags on top. A version is cut to its numbers, as Helm does.
    ///
    /// # Errors
    /// When the version is none.
    pub(crate) fn capabilities(&self) -> Result<Capabilities> {
        let mut capabilities = Capabilities::offline();
        if !self.kube_version.is_empty() {
            let version = KubeVersion::parse(&self.kube_version).map_err(|error| {
                CommandError::from(error).during(&format!("invalid kube version '{}'", self.kube_version))
            })?;
            capabilities.kube_version = version;
        }
        capabilities.api_versions.extend(csv::split(&self.api_versions));
        Ok(capabilities)
    }
}
