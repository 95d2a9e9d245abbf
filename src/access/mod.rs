//! From settings to a Kubernetes client: kubeconfig files, merged, with the flags' overrides on top, or what a pod has.
//!
//! Rules and words: client-go's `clientcmd` and `rest`, as Helm uses them (`pkg/cli/environment.go`). kube only gets what
//! comes out: its own reading of kubeconfigs knows other rules.

mod authorization;
mod check;
mod error;
mod files;
mod in_cluster;
mod overrides;
mod plugin;
mod transport;

use kube::client::ClientBuilder;

use crate::settings::{KubeSettings, Limits};
use crate::throttle::Throttle;
use authorization::Authorization;
use files::{Cluster, Files, User};
use plugin::Plugin;

pub(crate) use error::ConnectError;

/// The address that client-go falls back to when nothing names a cluster.
const FALLBACK_SERVER: &str = "http://localhost:8080";

/// Where the cluster is and who we are, before anything is sent.
#[derive(Debug)]
pub(crate) struct Connection {
    cluster: Cluster,
    user: User,
    namespace: Option<String>,
    settings: KubeSettings,
}

/// The names of the contexts in the files that the settings name.
///
/// # Errors
/// When one of the files cannot be read.
pub(crate) fn contexts(settings: &KubeSettings) -> Result<Vec<String>, ConnectError> {
    Ok(Files::read(settings)?.context_names())
}

impl Connection {
    /// Reads the files that the settings name, and checks what they say.
    ///
    /// # Errors
    /// [`ConnectError`] in Helm's words.
    pub(crate) fn load(settings: &KubeSettings) -> Result<Self, ConnectError> {
        let files = Files::read(settings)?;
        let context = files.context(settings.context.as_deref())?;
        let mut connection = Connection {
            cluster: files.clusters.get(&context.cluster).cloned().unwrap_or_default(),
            user: files.users.get(&context.user).cloned().unwrap_or_default(),
            namespace: Some(context.namespace).filter(|namespace| !namespace.is_empty()),
            settings: settings.clone(),
        };
        overrides::of_cluster(&mut connection.cluster, settings);
        overrides::of_user(&mut connection.user, settings);
        let mut faults = Vec::new();
        faults.extend(files.dangling_context(settings.context.as_deref()));
        check::user(&mut faults, &context.user, &connection.user);
        check::cluster(&mut faults, &context.cluster, &connection.cluster);
        if !faults.is_empty() {
            return Err(ConnectError::Invalid(faults));
        }
        connection.use_pod();
        Ok(connection)
    }

    /// In a pod, and if nothing else is said, its service account is who we are.
    fn use_pod(&mut self) {
        let Some(pod) = in_cluster::Pod::of(&self.settings) else {
            return;
        };
        self.namespace.get_or_insert_with(|| pod.namespace());
        let is_default = self.cluster.server == FALLBACK_SERVER
            && self.cluster.proxy_url.is_empty()
            && self.user.impersonate.is_empty();
        if is_default {
            (self.cluster, self.user) = pod.access();
            overrides::in_pod(&mut self.cluster, &mut self.user, &self.settings);
        }
    }

    /// The namespace of the context, or of the pod, when it names one.
    pub(crate) fn namespace(&self) -> Option<String> {
        self.namespace.clone()
    }

    /// The URL of the API server, for messages.
    pub(crate) fn server(&self) -> String {
        transport::with_scheme(&self.cluster.server)
    }

    /// Makes the client for objects of `namespace`; nothing is sent yet, but a plugin is asked for credentials.
    ///
    /// # Errors
    /// [`ConnectError`] when certificates, proxy or credentials cannot be used.
    pub(crate) async fn client(
        mut self,
        namespace: &str,
        limits: &Limits,
    ) -> Result<kube::Client, ConnectError> {
        install_tls_provider();
        let server = self.server();
        if !server.starts_with("https:") {
            // Who we are is nobody's business on an open line.
            self.user.forget_secrets();
        }
        let authorization = self.authorize(&server).await?;
        let proxy = transport::proxy_of_environment(&self.settings, &server);
        let mut config = transport::config(&self.cluster, &self.user, proxy)?;
        namespace.clone_into(&mut config.default_namespace);
        let builder = ClientBuilder::try_from(config).map_err(ConnectError::Client)?;
        let throttle = Throttle::new(limits.qps, limits.burst_limit).filter(|_| limits.is_asked_for);
        let builder = builder.with_layer(&authorization);
        Ok(match throttle {
            Some(throttle) => builder.with_layer(&throttle).build(),
            None => builder.build(),
        })
    }

    /// What tells the server who we are, apart from certificates. A plugin's certificate becomes the user's own.
    async fn authorize(&mut self, server: &str) -> Result<Authorization, ConnectError> {
        let user = &mut self.user;
        check::provider(user)?;
        if !user.token_file.is_empty() {
            return Authorization::of_file(&user.token_file);
        }
        if !user.token.is_empty() {
            return Authorization::bearer(&user.token);
        }
        if !user.username.is_empty() {
            return Authorization::basic(&user.username, &user.password);
        }
        let Some(exec) = user.exec.take().filter(|_| !user.has_certificate()) else {
            return Ok(Authorization::none());
        };
        let cluster = exec.provide_cluster_info.then_some(&self.cluster);
        let plugin = Plugin::new(exec, cluster, &self.settings)?;
        let found = plugin.ask().await.map_err(|source| ConnectError::Credentials {
            server: server.to_owned(),
            source,
        })?;
        if let Some((certificate, key)) = &found.certificate {
            user.certificate_data = certificate.clone().into_bytes().into();
            user.key_data = key.clone().into_bytes().into();
        }
        Ok(Authorization::of_plugin(plugin, found))
    }
}

/// One TLS provider for the whole process. A second call finds the first one's work done.
fn install_tls_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}
