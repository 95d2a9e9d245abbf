//! What is wrong with a configuration before anything is tried: the rules and words of client-go's `validation.go`.

use std::fs::File;
use std::path::Path;

use chart::FileError;

use super::ConnectError;
use super::files::{Cluster, Exec, User};

/// Adds what is wrong with a user.
pub(super) fn user(faults: &mut Vec<String>, name: &str, user: &User) {
    if user.has_certificate() {
        certificate(faults, name, user);
    }
    if let Some(exec) = &user.exec {
        program(faults, name, user, exec);
    }
    let has_password = !user.username.is_empty() || !user.password.is_empty();
    if !user.token.is_empty() && has_password {
        faults.push(format!(
            "more than one authentication method found for {name}; found [token basicAuth], only one is allowed"
        ));
    }
    let has_more = !user.impersonate_uid.is_empty()
        || !user.impersonate_groups.is_empty()
        || !user.impersonate_extra.is_empty();
    if has_more && user.impersonate.is_empty() {
        faults.push(format!(
            "requesting uid, groups or user-extra for {name} without impersonating a user"
        ));
    }
}

fn certificate(faults: &mut Vec<String>, name: &str, user: &User) {
    let [has_data, has_key_data] = [&user.certificate_data, &user.key_data].map(|data| !data.0.is_empty());
    let [has_file, has_key_file] = [&user.certificate, &user.key].map(|file| !file.is_empty());
    if has_data && has_file {
        faults.push(format!(
            "client-cert-data and client-cert are both specified for {name}. client-cert-data will override."
        ));
    }
    if has_key_data && has_key_file {
        faults.push(format!(
            "client-key-data and client-key are both specified for {name}; client-key-data will override"
        ));
    }
    if !has_key_data && !has_key_file {
        faults.push(format!(
            "client-key-data or client-key must be specified for {name} to use the clientCert authentication method."
        ));
    }
    readable(faults, "client-cert", &user.certificate, name);
    readable(faults, "client-key", &user.key, name);
}

fn program(faults: &mut Vec<String>, name: &str, user: &User, exec: &Exec) {
    if user.auth_provider.is_some() {
        faults.push(format!(
            "authProvider cannot be provided in combination with an exec plugin for {name}"
        ));
    }
    let mut must = |what: &str| {
        faults.push(format!(
            "{what} must be specified for {name} to use exec authentication plugin"
        ));
    };
    if exec.command.is_empty() {
        must("command");
    }
    if exec.api_version.is_empty() {
        must("apiVersion");
    }
    if exec.env.iter().any(|variable| variable.name.is_empty()) {
        must("env variable name");
    }
    match exec.mode() {
        "Never" | "IfAvailable" | "Always" => {}
        "" => must("interactiveMode"),
        other => faults.push(format!("invalid interactiveMode for {name}: {other:?}")),
    }
}

/// Adds what is wrong with a cluster.
pub(super) fn cluster(faults: &mut Vec<String>, name: &str, cluster: &Cluster) {
    if !cluster.proxy_url.is_empty() {
        let scheme = cluster.proxy_url.split_once(':').map_or("", |(scheme, _)| scheme);
        if !matches!(scheme, "http" | "https" | "socks5") {
            faults.push(format!(
                "invalid 'proxy-url' {:?} for cluster {name:?}: unsupported scheme {scheme:?}, must be http, https, or \
                 socks5",
                cluster.proxy_url
            ));
        }
    }
    let file = &cluster.certificate_authority;
    if !file.is_empty() && !cluster.certificate_authority_data.0.is_empty() {
        faults.push(format!(
            "certificate-authority-data and certificate-authority are both specified for {name}. \
             certificate-authority-data will override."
        ));
    }
    readable(faults, "certificate-authority", file, name);
}

fn readable(faults: &mut Vec<String>, what: &str, file: &str, name: &str) {
    if file.is_empty() {
        return;
    }
    if let Err(error) = File::open(file) {
        let error = FileError::new("open", Path::new(file), &error);
        faults.push(format!("unable to read {what} {file} for {name} due to {error}"));
    }
}

/// Refuses ways to sign in that client-go has given up.
///
/// # Errors
/// [`ConnectError::Unusable`], which names what is used now.
pub(super) fn provider(user: &User) -> Result<(), ConnectError> {
    let provider = user.auth_provider.as_ref();
    let name = provider.and_then(|provider| provider["name"].as_str());
    let (name, program) = match name {
        Some("azure") => ("azure", "https://github.com/Azure/kubelogin"),
        Some("gcp") => ("gcp", "\"gke-gcloud-auth-plugin\""),
        _ => return Ok(()),
    };
    Err(ConnectError::Unusable(format!(
        "The {name} auth plugin has been removed.\nPlease use the {program} kubectl/client-go credential plugin \
         instead.\nSee https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins \
         for further details"
    )))
}
