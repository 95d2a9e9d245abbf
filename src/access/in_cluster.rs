//! In a pod: the service account that Kubernetes gives to its programs.

use std::path::Path;

use super::files::{Cluster, User};
use crate::settings::KubeSettings;

/// Where a pod finds its service account.
const FOLDER: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// What a pod knows of its cluster.
#[derive(Debug)]
pub(super) struct Pod {
    server: String,
    namespace: Option<String>,
}

impl Pod {
    /// The pod that we are in; nothing outside of pods, or in those that have no token.
    pub(super) fn of(settings: &KubeSettings) -> Option<Self> {
        let service = settings.service.as_ref()?;
        if !file("token").is_file() {
            return None;
        }
        let host = match service.host.contains(':') {
            true => format!("[{}]", service.host),
            false => service.host.clone(),
        };
        Some(Pod {
            server: format!("https://{host}:{}", service.port),
            namespace: settings.pod_namespace.clone(),
        })
    }

    /// The namespace that it is in.
    pub(super) fn namespace(&self) -> String {
        let of_file = || {
            let text = std::fs::read_to_string(file("namespace")).ok()?;
            Some(text.trim().to_owned()).filter(|text| !text.is_empty())
        };
        let own = self.namespace.clone().or_else(of_file);
        own.unwrap_or_else(|| "default".to_owned())
    }

    /// The cluster, and its service account.
    pub(super) fn access(&self) -> (Cluster, User) {
        let authority = file("ca.crt");
        let authority = Some(authority).filter(|file| file.is_file());
        let cluster = Cluster {
            server: self.server.clone(),
            certificate_authority: authority
                .map(|file| file.display().to_string())
                .unwrap_or_default(),
            ..Cluster::default()
        };
        let user = User {
            token_file: file("token").display().to_string(),
            ..User::default()
        };
        (cluster, user)
    }
}

fn file(name: &str) -> std::path::PathBuf {
    Path::new(FOLDER).join(name)
}
