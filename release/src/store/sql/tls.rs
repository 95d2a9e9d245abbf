//! TLS to PostgreSQL, by the settings that Helm's library (`lib/pq`, `ssl.go`) reads.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme};

use super::connect::SqlError;

/// Where certificates are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Files {
    /// Who vouches for the server; the word `system` means those whom the system trusts.
    pub(super) root: Option<String>,
    /// The client's certificate.
    pub(super) certificate: Option<String>,
    /// The key of that.
    pub(super) key: Option<String>,
    /// All of these are the texts themselves, not files.
    pub(super) are_inline: bool,
    /// Where files are looked for that are not named: `root.crt`, `postgresql.crt` and `postgresql.key`.
    pub(super) home: Option<PathBuf>,
}

impl Files {
    /// Returns how to speak TLS by a `sslmode`.
    ///
    /// # Errors
    ///
    /// When the mode is none, or a file cannot be read or is none of its kind; or when others may read the key.
    pub(super) fn config(&self, mode: &str) -> Result<ClientConfig, SqlError> {
        let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
        let builder = builder
            .with_safe_default_protocol_versions()?
            .dangerous()
            .with_custom_certificate_verifier(self.checks(mode)?);
        Ok(match self.identity()? {
            Some((chain, key)) => builder.with_client_auth_cert(chain, key)?,
            None => builder.with_no_client_auth(),
        })
    }

    /// Returns what is asked of the server's certificate. With an authority that is there, who only requires encryption gets
    /// its certificate verified too, as in PostgreSQL's own library.
    fn checks(&self, mode: &str) -> Result<Arc<dyn ServerCertVerifier>, SqlError> {
        let root = self.root();
        let is_there = || {
            root.as_deref()
                .is_some_and(|root| self.are_inline || Path::new(root).exists())
        };
        let issued = || -> Result<_, SqlError> {
            let provider = Arc::new(ring::default_provider());
            let roots = Arc::new(self.roots(root.as_deref())?);
            let built = WebPkiServerVerifier::builder_with_provider(roots, provider).build();
            built.map_err(|error| SqlError::Certificate(error.to_string()))
        };
        match mode {
            "verify-full" => Ok(issued()?),
            "verify-ca" => Ok(AnyName::of(Some(issued()?))),
            "require" | "prefer" | "allow" if is_there() => Ok(AnyName::of(Some(issued()?))),
            "require" | "prefer" | "allow" => Ok(AnyName::of(None)),
            other => Err(SqlError::Mode(other.to_owned())),
        }
    }

    fn root(&self) -> Option<String> {
        self.root.clone().or_else(|| self.at_home("root.crt"))
    }

    /// Returns a file of the user's, if it is there.
    fn at_home(&self, name: &str) -> Option<String> {
        let home = self.home.as_ref().filter(|_| !self.are_inline)?;
        let file = home.join(name);
        file.exists().then(|| file.display().to_string())
    }

    fn roots(&self, root: Option<&str>) -> Result<RootCertStore, SqlError> {
        let mut roots = RootCertStore::empty();
        match root {
            None | Some("system") => {
                let (added, _) =
                    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
                if added == 0 {
                    return Err(SqlError::Certificate(
                        "the system trusts nobody; name a sslrootcert".to_owned(),
                    ));
                }
            }
            Some(root) => {
                for certificate in self.certificates(root)? {
                    roots.add(certificate)?;
                }
            }
        }
        Ok(roots)
    }

    fn certificates(&self, place: &str) -> Result<Vec<CertificateDer<'static>>, SqlError> {
        let text = self.read(place)?;
        let certificates: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&text).collect();
        certificates.map_err(|error| self.refused(place, error))
    }

    /// Returns the client's certificate and its key. A file that is not there is none, as in `lib/pq`.
    fn identity(&self) -> Result<Option<(Vec<CertificateDer<'static>>, PrivateKeyDer<'static>)>, SqlError> {
        let certificate = self
            .certificate
            .clone()
            .or_else(|| self.at_home("postgresql.crt"));
        let is_there = |place: &String| self.are_inline || Path::new(place).exists();
        let Some(certificate) = certificate.filter(is_there) else {
            return Ok(None);
        };
        let key = self.key.clone().or_else(|| self.at_home("postgresql.key"));
        let key = key.ok_or_else(|| SqlError::Certificate(format!("{certificate} has no sslkey")))?;
        if !self.are_inline {
            check_permissions(&key)?;
        }
        let chain = self.certificates(&certificate)?;
        let private =
            PrivateKeyDer::from_pem_slice(&self.read(&key)?).map_err(|error| self.refused(&key, error))?;
        Ok(Some((chain, private)))
    }

    fn read(&self, place: &str) -> Result<Vec<u8>, SqlError> {
        if self.are_inline {
            return Ok(place.as_bytes().to_vec());
        }
        std::fs::read(place).map_err(|error| self.refused(place, error))
    }

    fn refused(&self, place: &str, error: impl std::fmt::Display) -> SqlError {
        let place = if self.are_inline { "inline" } else { place };
        SqlError::Certificate(format!("{place}: {error}"))
    }
}

/// Refuses a key that others may read; the group may if it is the administrator's.
#[cfg(unix)]
fn check_permissions(key: &str) -> Result<(), SqlError> {
    use std::os::unix::fs::MetadataExt;
    let file = std::fs::metadata(key).map_err(|error| SqlError::Certificate(format!("{key}: {error}")))?;
    let allowed = if file.uid() == 0 { 0o640 } else { 0o600 };
    if file.mode() & 0o777 & !allowed == 0 {
        return Ok(());
    }
    Err(SqlError::KeyPermissions(key.to_owned()))
}

/// Elsewhere permissions say nothing.
#[cfg(not(unix))]
fn check_permissions(_key: &str) -> Result<(), SqlError> {
    Ok(())
}

/// Takes certificates whatever name they are for: of an authority, what `sslmode=verify-ca` means, or without one of anybody,
/// what `sslmode=require` means.
#[derive(Debug)]
struct AnyName {
    authority: Option<Arc<WebPkiServerVerifier>>,
    provider: CryptoProvider,
}

impl AnyName {
    fn of(authority: Option<Arc<WebPkiServerVerifier>>) -> Arc<Self> {
        Arc::new(AnyName {
            authority,
            provider: ring::default_provider(),
        })
    }
}

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
        let Some(authority) = &self.authority else {
            return Ok(ServerCertVerified::assertion());
        };
        let verified =
            authority.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now);
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
        let known = &self.provider.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signature, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signature, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider
            .signature_verification_algorithms
            .supported_schemes()
    }
}
