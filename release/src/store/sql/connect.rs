//! Connecting to PostgreSQL by the addresses that Helm's library (`lib/pq`) takes.

use std::error::Error;
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

/// The database cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqlError {
    /// It refused, or did not answer.
    #[error("{}", line(.0))]
    Database(#[from] tokio_postgres::Error),
    /// `sslmode` is none of the words.
    #[error("unsupported sslmode {}; only \"require\" (default), \"verify-full\", \"verify-ca\", \"prefer\", \"allow\", and \"disable\" supported", chart::quote::quote(.0))]
    Mode(String),
    /// The certificate to verify by is not named, or cannot be read.
    #[error("sslmode needs sslrootcert: {0}")]
    Root(String),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] rustls::Error),
}

/// Returns what the database says; its library hides that behind "db error".
fn line(error: &tokio_postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return format!("pq: {}", said.message());
    }
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// An address without what only we read of it.
#[derive(Debug, PartialEq, Eq)]
struct Address {
    rest: String,
    mode: String,
    root: Option<String>,
}

impl Address {
    /// Takes the settings of TLS out of a URL or of `key=value` pairs.
    fn read(text: &str) -> Self {
        let is_url = text.starts_with("postgres://") || text.starts_with("postgresql://");
        let (base, settings, separator) = match text.split_once('?') {
            Some((base, query)) if is_url => (base, query, '&'),
            _ if is_url => (text, "", '&'),
            _ => ("", text, ' '),
        };
        let mut address = Address {
            rest: String::new(),
            mode: "require".to_owned(),
            root: None,
        };
        let mut kept = Vec::new();
        for setting in settings.split(separator).filter(|setting| !setting.is_empty()) {
            match setting.split_once('=') {
                Some(("sslmode", mode)) => mode.clone_into(&mut address.mode),
                Some(("sslrootcert", file)) => address.root = Some(file.replace("%2F", "/")),
                _ => kept.push(setting),
            }
        }
        let kept = kept.join(&separator.to_string());
        address.rest = match (is_url, kept.is_empty()) {
            (true, false) => format!("{base}?{kept}"),
            (true, true) => base.to_owned(),
            _ => kept,
        };
        address
    }
}

/// Connects. Without `sslmode` the connection is encrypted, and nobody's certificate is verified, as in Helm.
pub(super) async fn connect(address: &str) -> Result<Client, SqlError> {
    let address = Address::read(address);
    let mut config: Config = address.rest.parse()?;
    if config.get_hosts().is_empty() {
        config.host("localhost");
    }
    // A socket of this machine is never encrypted.
    let is_local = config
        .get_hosts()
        .iter()
        .all(|host| matches!(host, Host::Unix(_)));
    if is_local {
        return plain(config).await;
    }
    match address.mode.as_str() {
        "disable" => plain(config).await,
        "allow" => match plain(config.clone()).await {
            Err(_) => encrypted(config, checks(&address)?).await,
            client => client,
        },
        "prefer" => match encrypted(config.clone(), checks(&address)?).await {
            Err(_) => plain(config).await,
            client => client,
        },
        _ => encrypted(config, checks(&address)?).await,
    }
}

async fn plain(mut config: Config) -> Result<Client, SqlError> {
    config.ssl_mode(SslMode::Disable);
    open(&config, NoTls).await
}

async fn encrypted(mut config: Config, checks: Arc<dyn ServerCertVerifier>) -> Result<Client, SqlError> {
    config.ssl_mode(SslMode::Require);
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let tls = builder
        .with_safe_default_protocol_versions()?
        .dangerous()
        .with_custom_certificate_verifier(checks)
        .with_no_client_auth();
    open(&config, MakeRustlsConnect::new(tls)).await
}

/// Returns what is asked of the server's certificate. With an authority that is there, who only requires encryption gets
/// its certificate verified too, as in PostgreSQL's own library.
fn checks(address: &Address) -> Result<Arc<dyn ServerCertVerifier>, SqlError> {
    let root = address.root.as_deref();
    let is_there = || root.is_some_and(|root| std::path::Path::new(root).exists());
    let issued = || -> Result<_, SqlError> {
        let provider = Arc::new(ring::default_provider());
        let built = WebPkiServerVerifier::builder_with_provider(Arc::new(roots(root)?), provider).build();
        built.map_err(|error| SqlError::Root(error.to_string()))
    };
    match address.mode.as_str() {
        "verify-full" => Ok(issued()?),
        "verify-ca" => Ok(Arc::new(AnyName(issued()?))),
        "require" | "prefer" | "allow" if is_there() => Ok(Arc::new(AnyName(issued()?))),
        "require" | "prefer" | "allow" => Ok(Arc::new(Anybody(ring::default_provider()))),
        other => Err(SqlError::Mode(other.to_owned())),
    }
}

async fn open<T>(config: &Config, tls: T) -> Result<Client, SqlError>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let (client, connection) = config.connect(tls).await?;
    // It ends with the client; what goes wrong is told to whoever asks something.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(client)
}

fn roots(file: Option<&str>) -> Result<RootCertStore, SqlError> {
    let file = file.ok_or_else(|| SqlError::Root("it is not set".to_owned()))?;
    let read = |error: rustls::pki_types::pem::Error| SqlError::Root(format!("{file}: {error}"));
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(read)? {
        roots.add(certificate.map_err(read)?)?;
    }
    Ok(roots)
}

/// Takes any certificate: what `sslmode=require` means.
#[derive(Debug)]
struct Anybody(CryptoProvider);

impl ServerCertVerifier for Anybody {
    fn verify_server_cert(
        &self,
        _end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(
            message,
            certificate,
            signature,
            &self.0.signature_verification_algorithms,
        )
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Takes certificates of an authority whatever name they are for: what `sslmode=verify-ca` means.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        use rustls::CertificateError::{NotValidForName, NotValidForNameContext};
        let verified = self
            .0
            .verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
        match verified {
            // Names are looked at last, when all else is in order.
            Err(rustls::Error::InvalidCertificate(NotValidForName | NotValidForNameContext { .. })) => {
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        self.0.verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(rest: &str, mode: &str, root: Option<&str>) -> Address {
        Address {
            rest: rest.to_owned(),
            mode: mode.to_owned(),
            root: root.map(str::to_owned),
        }
    }

    #[test]
    fn settings_of_tls_are_taken_out() {
        assert_eq!(
            Address::read("postgres://a:b@h:1/d?sslmode=disable&connect_timeout=5"),
            address("postgres://a:b@h:1/d?connect_timeout=5", "disable", None)
        );
        assert_eq!(
            Address::read("postgresql://h/d?sslmode=verify-full&sslrootcert=%2Fca.pem"),
            address("postgresql://h/d", "verify-full", Some("/ca.pem"))
        );
        assert_eq!(
            Address::read("host=h sslmode=verify-ca sslrootcert=/ca.pem user=a"),
            address("host=h user=a", "verify-ca", Some("/ca.pem"))
        );
        assert_eq!(Address::read("host=h"), address("host=h", "require", None));
    }
}
