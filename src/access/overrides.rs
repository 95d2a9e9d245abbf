//! Flags and variables win over files: the rules of client-go's `DirectClientConfig`.

use super::files::{Cluster, Data, User};
use crate::settings::KubeSettings;

/// What the settings say about the cluster.
pub(super) fn of_cluster(cluster: &mut Cluster, settings: &KubeSettings) {
    if cluster.server.is_empty() {
        super::FALLBACK_SERVER.clone_into(&mut cluster.server);
    }
    if let Some(server) = &settings.api_server {
        server.clone_into(&mut cluster.server);
    }
    // Either says anew whom to trust.
    if settings.insecure_skip_tls_verify || settings.ca_file.is_some() {
        let file = settings.ca_file.as_ref();
        cluster.insecure_skip_tls_verify = settings.insecure_skip_tls_verify;
        cluster.certificate_authority = file.map(|file| file.display().to_string()).unwrap_or_default();
        cluster.certificate_authority_data = Data::default();
    }
    // Another server has another name.
    if settings.api_server.is_some() || settings.tls_server_name.is_some() {
        cluster.tls_server_name = settings.tls_server_name.clone().unwrap_or_default();
    }
}

/// What the settings say about the user.
pub(super) fn of_user(user: &mut User, settings: &KubeSettings) {
    if let Some(token) = &settings.token {
        token.clone_into(&mut user.token);
    }
    if let Some(name) = &settings.as_user {
        name.clone_into(&mut user.impersonate);
    }
    if !settings.as_groups.is_empty() {
        user.impersonate_groups.clone_from(&settings.as_groups);
    }
}

/// What of the settings counts in a pod.
pub(super) fn in_pod(cluster: &mut Cluster, user: &mut User, settings: &KubeSettings) {
    if let Some(token) = &settings.token {
        token.clone_into(&mut user.token);
        user.token_file.clear();
    }
    if let Some(file) = &settings.ca_file {
        cluster.certificate_authority = file.display().to_string();
    }
}
