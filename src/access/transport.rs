//! What kube needs to know to talk to a server: certificates, names, proxies, whom we play.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chart::FileError;
use kube::Config;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use serde_json::{Map, Value, json};
use std::path::Path;

use super::error::ConnectError;
use super::files::{Cluster, Data, User};
use crate::settings::KubeSettings;

/// A server's URL; what has no scheme is reached without TLS.
pub(super) fn with_scheme(server: &str) -> String {
    let server = server.trim_end_matches('/');
    if server.contains("://") {
        server.to_owned()
    } else {
        format!("http://{server}")
    }
}

/// The proxy that the environment names for a server.
pub(super) fn proxy_of_environment(settings: &KubeSettings, server: &str) -> Option<String> {
    settings.proxy.proxy_of(server)
}

/// Puts a configuration together. `proxy` is that of the environment; the kubeconfig's wins.
///
/// # Errors
/// [`ConnectError`] for files that cannot be read and settings that contradict each other.
pub(super) fn config(cluster: &Cluster, user: &User, proxy: Option<String>) -> Result<Config, ConnectError> {
    let server = with_scheme(&cluster.server);
    let unusable = |_| {
        ConnectError::Unusable(format!(
            "host must be a URL or a host:port pair: {:?}",
            cluster.server
        ))
    };
    let mut config = Config::new(server.parse().map_err(unusable)?);
    if server.starts_with("https:") {
        trust(&mut config, cluster)?;
    }
    let proxy = Some(cluster.proxy_url.clone())
        .filter(|url| !url.is_empty())
        .or(proxy);
    if let Some(proxy) = proxy {
        let unusable = |_| ConnectError::Unusable(format!("parse {proxy:?}: invalid URL"));
        config.proxy_url = Some(proxy.parse().map_err(unusable)?);
    }
    config.disable_compression = cluster.disable_compression;
    // The engine knows better which requests may be sent again.
    config.default_retry = false;
    config.auth_info = serde_json::from_value(identity(&server, user)?)
        .map_err(|error| ConnectError::Unusable(error.to_string()))?;
    Ok(config)
}

/// Whose certificates are believed.
fn trust(config: &mut Config, cluster: &Cluster) -> Result<(), ConnectError> {
    let pem = bytes(
        &cluster.certificate_authority_data,
        &cluster.certificate_authority,
    )?;
    config.accept_invalid_certs = cluster.insecure_skip_tls_verify;
    if !cluster.tls_server_name.is_empty() {
        config.tls_server_name = Some(cluster.tls_server_name.clone());
    }
    if pem.is_empty() {
        return Ok(());
    }
    if cluster.insecure_skip_tls_verify {
        let fault = "specifying a root certificates file with the insecure flag is not allowed";
        return Err(ConnectError::Unusable(fault.to_owned()));
    }
    let certificates = CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok);
    let certificates: Vec<Vec<u8>> = certificates.map(|certificate| certificate.to_vec()).collect();
    if certificates.is_empty() {
        let fault = "unable to load root certificates: unable to parse bytes as PEM block";
        return Err(ConnectError::Unusable(fault.to_owned()));
    }
    config.root_cert = Some(certificates);
    Ok(())
}

/// Certificates and the person played, in the form of a kubeconfig: kube has no other way in.
fn identity(server: &str, user: &User) -> Result<Value, ConnectError> {
    let mut identity = Map::new();
    if user.has_certificate() {
        let certificate = bytes(&user.certificate_data, &user.certificate)?;
        let key = bytes(&user.key_data, &user.key)?;
        for (pem, what, label) in [
            (&certificate, "certificate", "CERTIFICATE-----"),
            (&key, "key", "KEY-----"),
        ] {
            if !String::from_utf8_lossy(pem).contains(label) {
                return Err(ConnectError::NoPem {
                    server: server.to_owned(),
                    what,
                });
            }
        }
        identity.insert(
            "client-certificate-data".into(),
            STANDARD.encode(certificate).into(),
        );
        identity.insert("client-key-data".into(), STANDARD.encode(key).into());
    }
    if !user.impersonate.is_empty() {
        identity.insert("as".into(), user.impersonate.clone().into());
        identity.insert("as-groups".into(), json!(user.impersonate_groups));
        identity.insert("as-user-extra".into(), json!(user.impersonate_extra));
        if !user.impersonate_uid.is_empty() {
            identity.insert("as-uid".into(), user.impersonate_uid.clone().into());
        }
    }
    if let Some(provider) = &user.auth_provider {
        identity.insert("auth-provider".into(), provider.clone());
    }
    Ok(Value::Object(identity))
}

/// What is in the kubeconfig, else in the file that it names.
pub(super) fn bytes(data: &Data, file: &str) -> Result<Vec<u8>, ConnectError> {
    if !data.0.is_empty() || file.is_empty() {
        return Ok(data.0.clone());
    }
    std::fs::read(file).map_err(|error| FileError::new("open", Path::new(file), &error).into())
}
