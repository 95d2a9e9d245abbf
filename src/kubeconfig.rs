//! From settings to a Kubernetes client: the kubeconfig files, merged, with the flags' overrides on top.
//!
//! Rules: client-go's `clientcmd` as Helm uses it (`pkg/cli/environment.go`).

use std::path::Path;

use kube::client::ClientBuilder;
use kube::config::{
    AuthInfo, Cluster, Config, Context, KubeConfigOptions, Kubeconfig, KubeconfigError, NamedAuthInfo,
    NamedCluster, NamedContext,
};

use crate::settings::{KubeSettings, Limits};
use crate::throttle::Throttle;

/// The address that client-go falls back to when nothing names a cluster.
const FALLBACK_SERVER: &str = "http://localhost:8080";

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConnectError {
    /// A kubeconfig file cannot be read or understood.
    #[error("error loading config file {path:?}")]
    File {
        path: String,
        #[source]
        source: KubeconfigError,
    },
    /// The named context is in none of the files.
    #[error("context {name:?} does not exist")]
    NoContext { name: String, known: Vec<String> },
    /// The files say something that makes no client.
    #[error("invalid configuration")]
    Invalid(#[source] KubeconfigError),
    /// The client cannot be made from the configuration: certificates, proxy, credential plugin.
    #[error("invalid configuration")]
    Client(#[source] kube::Error),
}

/// The merged kubeconfig with the user's overrides applied, before anything is sent.
#[derive(Debug)]
pub(crate) struct Connection {
    config: Kubeconfig,
    context: Option<String>,
    in_cluster: Option<Config>,
}

impl Connection {
    /// Reads the files that the settings name.
    ///
    /// # Errors
    /// [`ConnectError`] naming the file or the context.
    pub(crate) fn load(settings: &KubeSettings) -> Result<Self, ConnectError> {
        let config = read_files(settings)?;
        let is_empty = config.clusters.is_empty() && settings.api_server.is_none();
        let in_cluster = if is_empty && settings.context.is_none() {
            Config::incluster().ok()
        } else {
            None
        };
        let mut connection = Connection {
            config,
            context: settings.context.clone(),
            in_cluster,
        };
        connection.check_context()?;
        connection.apply_overrides(settings);
        Ok(connection)
    }

    /// The namespace of the context, when it names one.
    pub(crate) fn namespace(&self) -> Option<String> {
        if let Some(config) = &self.in_cluster {
            return Some(config.default_namespace.clone());
        }
        let name = self.context_name()?;
        let context = self.config.contexts.iter().find(|context| context.name == name)?;
        context
            .context
            .as_ref()?
            .namespace
            .clone()
            .filter(|namespace| !namespace.is_empty())
    }

    /// The URL of the API server, for messages.
    pub(crate) fn server(&self) -> String {
        let of_context = || {
            let name = self.context_name()?;
            let context = self
                .config
                .contexts
                .iter()
                .find(|context| context.name == name)?
                .context
                .as_ref()?;
            let cluster = self
                .config
                .clusters
                .iter()
                .find(|cluster| cluster.name == context.cluster)?;
            cluster.cluster.as_ref()?.server.clone()
        };
        match &self.in_cluster {
            Some(config) => config.cluster_url.to_string(),
            None => of_context().unwrap_or_default(),
        }
    }

    /// Makes the client for objects of `namespace`; nothing is sent yet.
    ///
    /// # Errors
    /// [`ConnectError`] when certificates, proxy or credentials cannot be used.
    pub(crate) async fn client(self, namespace: &str, limits: &Limits) -> Result<kube::Client, ConnectError> {
        install_tls_provider();
        let mut config = match self.in_cluster {
            Some(config) => config,
            None => {
                let options = KubeConfigOptions {
                    context: self.context,
                    ..KubeConfigOptions::default()
                };
                Config::from_custom_kubeconfig(self.config, &options)
                    .await
                    .map_err(ConnectError::Invalid)?
            }
        };
        namespace.clone_into(&mut config.default_namespace);
        // The engine knows better which requests may be sent again.
        config.default_retry = false;
        let builder = ClientBuilder::try_from(config).map_err(ConnectError::Client)?;
        let throttle = Throttle::new(limits.qps, limits.burst_limit).filter(|_| limits.is_asked_for);
        Ok(match throttle {
            Some(throttle) => builder.with_layer(&throttle).build(),
            None => builder.build(),
        })
    }

    fn context_name(&self) -> Option<&str> {
        self.context
            .as_deref()
            .or(self.config.current_context.as_deref())
            .filter(|name| !name.is_empty())
    }

    fn check_context(&self) -> Result<(), ConnectError> {
        let Some(name) = &self.context else { return Ok(()) };
        let known: Vec<String> = self
            .config
            .contexts
            .iter()
            .map(|context| context.name.clone())
            .collect();
        if known.contains(name) {
            Ok(())
        } else {
            Err(ConnectError::NoContext {
                name: name.clone(),
                known,
            })
        }
    }

    /// Flags and variables win over the files; without any file they are the whole configuration.
    fn apply_overrides(&mut self, settings: &KubeSettings) {
        let context = self.current_context();
        let cluster = self.cluster_mut(&context.cluster);
        override_cluster(cluster, settings);
        let user = context.user.unwrap_or_default();
        override_user(self.user_mut(&user), settings);
    }

    /// The context in use; made up, with a cluster of client-go's default address, when there is none.
    fn current_context(&mut self) -> Context {
        let name = self.context_name().map(str::to_owned);
        let found = self
            .config
            .contexts
            .iter()
            .find(|context| Some(&context.name) == name.as_ref());
        if let Some(context) = found.and_then(|context| context.context.clone()) {
            return context;
        }
        let context = Context {
            cluster: "default".to_owned(),
            user: Some("default".to_owned()),
            ..Context::default()
        };
        let name = name.unwrap_or_else(|| "default".to_owned());
        let named = NamedContext {
            name: name.clone(),
            context: Some(context.clone()),
            ..NamedContext::default()
        };
        self.config.contexts.push(named);
        self.config.current_context = Some(name);
        context
    }

    fn cluster_mut(&mut self, name: &str) -> &mut Cluster {
        let clusters = &mut self.config.clusters;
        let at = clusters
            .iter()
            .position(|cluster| cluster.name == name)
            .unwrap_or_else(|| {
                let cluster = Cluster {
                    server: Some(FALLBACK_SERVER.to_owned()),
                    ..Cluster::default()
                };
                clusters.push(NamedCluster {
                    name: name.to_owned(),
                    cluster: Some(cluster),
                    ..NamedCluster::default()
                });
                clusters.len() - 1
            });
        self.config.clusters[at].cluster.get_or_insert_default()
    }

    fn user_mut(&mut self, name: &str) -> &mut AuthInfo {
        let users = &mut self.config.auth_infos;
        let at = users
            .iter()
            .position(|user| user.name == name)
            .unwrap_or_else(|| {
                users.push(NamedAuthInfo {
                    name: name.to_owned(),
                    ..NamedAuthInfo::default()
                });
                users.len() - 1
            });
        self.config.auth_infos[at].auth_info.get_or_insert_default()
    }
}

/// Merges the files in order; the first to name a thing wins. Files of `$KUBECONFIG` may be missing.
fn read_files(settings: &KubeSettings) -> Result<Kubeconfig, ConnectError> {
    let mut merged = Kubeconfig::default();
    for path in &settings.config_files {
        if !settings.config_is_explicit && !path.exists() {
            continue;
        }
        let file = Kubeconfig::read_from(path).map_err(|source| in_file(path, source))?;
        merged = merged.merge(file).map_err(|source| in_file(path, source))?;
    }
    Ok(merged)
}

fn in_file(path: &Path, source: KubeconfigError) -> ConnectError {
    ConnectError::File {
        path: path.display().to_string(),
        source,
    }
}

fn override_cluster(cluster: &mut Cluster, settings: &KubeSettings) {
    if let Some(server) = &settings.api_server {
        let has_scheme = server.contains("://");
        cluster.server = Some(if has_scheme {
            server.clone()
        } else {
            format!("http://{server}")
        });
    }
    if let Some(file) = &settings.ca_file {
        cluster.certificate_authority = Some(file.display().to_string());
        cluster.certificate_authority_data = None;
    }
    if let Some(name) = &settings.tls_server_name {
        cluster.tls_server_name = Some(name.clone());
    }
    if settings.insecure_skip_tls_verify {
        cluster.insecure_skip_tls_verify = Some(true);
        cluster.certificate_authority = None;
        cluster.certificate_authority_data = None;
    }
}

fn override_user(user: &mut AuthInfo, settings: &KubeSettings) {
    if let Some(token) = &settings.token {
        // The token's type is kube's secret string, which only serde makes for us.
        let json = serde_json::json!({ "token": token });
        *user = serde_json::from_value(json).expect("a token alone is a valid user entry");
    }
    if let Some(name) = &settings.as_user {
        user.impersonate = Some(name.clone());
    }
    if !settings.as_groups.is_empty() {
        user.impersonate_groups = Some(settings.as_groups.clone());
    }
}

/// One TLS provider for the whole process. A second call finds the first one's work done.
fn install_tls_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
