//! The files that TLS is set up from. Errors are worded as in Helm's `internal/tlsutil`.

use std::path::Path;

use reqwest::{Certificate, ClientBuilder, Identity};

use super::{HttpError, TlsOptions};

/// Sets up TLS; files are read only if they are named.
pub(super) fn configure(builder: ClientBuilder, options: &TlsOptions) -> Result<ClientBuilder, HttpError> {
    ensure_provider();
    let mut builder = builder.tls_danger_accept_invalid_certs(options.insecure_skip_tls_verify);
    if let (Some(cert), Some(key)) = (&options.cert_file, &options.key_file) {
        builder = builder.identity(identity(cert, key)?);
    }
    if let Some(file) = &options.ca_file {
        builder = builder.tls_certs_only(authorities(file)?);
    }
    Ok(builder)
}

/// A program may have chosen its provider of cryptography; otherwise it is the one that everything here uses.
fn ensure_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // Somebody else was faster.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}

fn identity(cert: &Path, key: &Path) -> Result<Identity, HttpError> {
    let mut pem = read("unable to read cert file", cert)?;
    pem.push(b'\n');
    pem.extend(read("unable to read key file", key)?);
    Identity::from_pem(&pem).map_err(|_| HttpError::KeyPair)
}

fn authorities(file: &Path) -> Result<Vec<Certificate>, HttpError> {
    let pem = read("can't read CA file", file)?;
    match Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(certificates),
        _ => Err(HttpError::Authorities),
    }
}

fn read(step: &'static str, path: &Path) -> Result<Vec<u8>, HttpError> {
    std::fs::read(path).map_err(|err| HttpError::TlsFile {
        step,
        path: path.to_owned(),
        source: chart::FileError::new("open", path, &err),
    })
}
