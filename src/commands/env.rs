//! `env`.

use std::collections::BTreeMap;

use crate::context::Context;
use crate::error::Result;
use crate::settings::{KubeSettings, Settings};

/// helm client environment information
///
/// Prints all the environment information that is in use, or the value of one variable.
#[derive(Debug, clap::Args)]
pub(crate) struct Env {
    #[arg(value_name = "")]
    name: Option<String>,
}

impl Env {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let variables = variables(cx.settings(), cx.namespace());
        if let Some(name) = &self.name {
            let value = variables.get(name.as_str()).map_or("", String::as_str);
            return Ok(cx.ui().line(value)?);
        }
        let lines = variables
            .iter()
            .map(|(name, value)| format!("{name}=\"{value}\"\n"));
        Ok(cx.ui().data(lines.collect::<String>())?)
    }
}

/// The variables that say how this program is set up, for it and for its plugins.
pub(crate) fn variables(settings: &Settings, namespace: &str) -> BTreeMap<&'static str, String> {
    let homes = &settings.homes;
    let mut variables = cluster(&settings.kube);
    variables.extend([
        ("HELM_BIN", settings.binary.clone()),
        ("HELM_BURST_LIMIT", settings.limits.burst_limit.to_string()),
        ("HELM_CACHE_HOME", homes.cache.clone()),
        ("HELM_CONFIG_HOME", homes.config.clone()),
        ("HELM_CONTENT_CACHE", homes.content_cache.clone()),
        ("HELM_DATA_HOME", homes.data.clone()),
        ("HELM_DEBUG", settings.debug.to_string()),
        ("HELM_MAX_HISTORY", settings.max_history.to_string()),
        ("HELM_NAMESPACE", namespace.to_owned()),
        ("HELM_PLUGINS", homes.plugins.clone()),
        ("HELM_QPS", format!("{:.2}", settings.limits.qps)),
        ("HELM_REGISTRY_CONFIG", homes.registry_config.clone()),
        ("HELM_REPOSITORY_CACHE", homes.repository_cache.clone()),
        ("HELM_REPOSITORY_CONFIG", homes.repository_config.clone()),
    ]);
    variables
}

fn cluster(kube: &KubeSettings) -> BTreeMap<&'static str, String> {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let ca_file = kube.ca_file.as_ref();
    let mut variables = BTreeMap::from([
        ("HELM_KUBEAPISERVER", text(&kube.api_server)),
        ("HELM_KUBEASGROUPS", kube.as_groups.join(",")),
        ("HELM_KUBEASUSER", text(&kube.as_user)),
        (
            "HELM_KUBECAFILE",
            ca_file.map_or(String::new(), |file| file.display().to_string()),
        ),
        ("HELM_KUBECONTEXT", text(&kube.context)),
        (
            "HELM_KUBEINSECURE_SKIP_TLS_VERIFY",
            kube.insecure_skip_tls_verify.to_string(),
        ),
        ("HELM_KUBETLS_SERVER_NAME", text(&kube.tls_server_name)),
        ("HELM_KUBETOKEN", text(&kube.token)),
    ]);
    if let [file] = &kube.config_files[..]
        && kube.config_is_explicit
    {
        variables.insert("KUBECONFIG", file.display().to_string());
    }
    variables
}
