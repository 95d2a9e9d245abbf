//! Private keys: generated, read from PEM, written as PEM.

use super::super::entropy::Entropy;
use super::super::{Clock, Table};
use super::der::{self, Reader, tag};
use super::dsa::DsaKey;
use super::{pem, primes};
use crate::gotmpl::{Text, function};
use ed25519_dalek::Signer as _;
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use rand::RngCore as _;
use rsa::RsaPrivateKey;
use rsa::pkcs1::{DecodeRsaPrivateKey as _, EncodeRsaPrivateKey as _, EncodeRsaPublicKey as _};
use rsa::pkcs1v15::SigningKey;
use rsa::signature::SignatureEncoding as _;
use sha2::Sha256;

/// The functions of this file.
pub(super) fn table(clock: &Clock) -> Table {
    let entropy = clock.entropy().clone();
    vec![(
        "genPrivateKey",
        function(move |kind: Text| generate(&entropy, kind)),
    )]
}

/// A private key of one of the kinds that sprig knows.
pub(super) enum PrivateKey {
    Rsa(Box<RsaPrivateKey>),
    Dsa(Box<DsaKey>),
    /// On the curve P-256.
    Ecdsa(p256::SecretKey),
    Ed25519(ed25519_dalek::SigningKey),
}

const RSA_ENCRYPTION: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const SHA256_WITH_RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
const EC_PUBLIC_KEY: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const ECDSA_WITH_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const ED25519: &[u8] = &[0x2b, 0x65, 0x70];

fn generate(entropy: &Entropy, kind: Text) -> String {
    let key = match kind.as_bytes() {
        b"" | b"rsa" => PrivateKey::generate_rsa(entropy, 4096),
        b"dsa" => Ok(PrivateKey::Dsa(Box::new(DsaKey::generate(
            &mut entropy.generator(),
            2048,
            256,
        )))),
        b"ecdsa" => Ok(PrivateKey::Ecdsa(p256::SecretKey::random(
            &mut entropy.generator(),
        ))),
        b"ed25519" => Ok(PrivateKey::generate_ed25519(entropy)),
        _ => return format!("Unknown type {kind}"),
    };
    match key {
        Ok(key) => key.to_pem(),
        Err(error) => format!("failed to generate private key: {error}"),
    }
}

impl PrivateKey {
    pub(super) fn generate_rsa(entropy: &Entropy, bits: usize) -> Result<Self, String> {
        let find = |generator| primes::pair(generator, bits);
        let (p, q) = entropy.primes((entropy.generator(), bits), find);
        let key = RsaPrivateKey::from_primes(vec![p, q], primes::EXPONENT.into())
            .map_err(|error| error.to_string())?;
        Ok(Self::Rsa(Box::new(key)))
    }

    fn generate_ed25519(entropy: &Entropy) -> Self {
        let mut seed = [0; 32];
        entropy.generator().fill_bytes(&mut seed);
        Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(&seed))
    }

    /// Reads a key from PEM.
    ///
    /// # Errors
    ///
    /// Returns sprig's text; what Go's parsers say of malformed data is said shorter.
    pub(super) fn from_pem(text: &[u8]) -> Result<Self, String> {
        let block = pem::decode(text).ok_or("no PEM data in input")?;
        let bytes = &block.bytes;
        let Some(kind) = block.label.strip_suffix("PRIVATE KEY") else {
            return Err(format!(
                "no private key data in PEM block of type {}",
                block.label
            ));
        };
        let malformed = |what: &str| format!("{what}: asn1: structure error");
        match kind.trim_end() {
            "" => Self::from_pkcs8(bytes).ok_or_else(|| malformed("decoding PEM as PKCS#8")),
            "RSA" => Self::from_pkcs1(bytes).ok_or_else(|| malformed("parsing RSA private key from PEM")),
            "EC" => Self::from_sec1(bytes).ok_or_else(|| malformed("parsing EC private key from PEM")),
            "DSA" => DsaKey::from_der(bytes)
                .map(|key| Self::Dsa(Box::new(key)))
                .ok_or_else(|| malformed("parsing DSA private key from PEM")),
            _ => Err(format!("invalid private key type {}", block.label)),
        }
    }

    fn from_pkcs1(bytes: &[u8]) -> Option<Self> {
        RsaPrivateKey::from_pkcs1_der(bytes)
            .ok()
            .map(|key| Self::Rsa(Box::new(key)))
    }

    /// Reads the key alone: curve and public key follow from it.
    fn from_sec1(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes).enter(tag::SEQUENCE)?;
        reader.integer()?;
        let scalar = reader.expect(tag::OCTET_STRING)?.content;
        if let Some(mut curve) = reader
            .optional(tag::context(0))
            .map(|element| Reader(element.content))
            && curve.expect(tag::OBJECT_IDENTIFIER)?.content != P256
        {
            return None;
        }
        p256::SecretKey::from_slice(scalar).ok().map(Self::Ecdsa)
    }

    fn from_pkcs8(bytes: &[u8]) -> Option<Self> {
        let mut reader = Reader(bytes).enter(tag::SEQUENCE)?;
        reader.integer()?;
        let algorithm = reader
            .enter(tag::SEQUENCE)?
            .expect(tag::OBJECT_IDENTIFIER)?
            .content;
        let key = reader.expect(tag::OCTET_STRING)?.content;
        match algorithm {
            RSA_ENCRYPTION => Self::from_pkcs1(key),
            EC_PUBLIC_KEY => Self::from_sec1(key),
            ED25519 => {
                let seed = Reader(key).expect(tag::OCTET_STRING)?.content.try_into().ok()?;
                Some(Self::Ed25519(ed25519_dalek::SigningKey::from_bytes(seed)))
            }
            _ => None,
        }
    }

    /// Writes the key as sprig does: in the old form of its kind where there is one.
    pub(super) fn to_pem(&self) -> String {
        match self {
            Self::Rsa(key) => {
                let bytes = key
                    .to_pkcs1_der()
                    .expect("a key that was made or read can be written");
                pem::encode("RSA PRIVATE KEY", bytes.as_bytes())
            }
            Self::Dsa(key) => pem::encode("DSA PRIVATE KEY", &key.to_der()),
            Self::Ecdsa(key) => pem::encode("EC PRIVATE KEY", &self.to_sec1(key)),
            Self::Ed25519(key) => {
                let algorithm = der::sequence(&[der::object_identifier(ED25519)]);
                let seed = der::element(tag::OCTET_STRING, key.as_bytes());
                let parts = [
                    der::integer(&[]),
                    algorithm,
                    der::element(tag::OCTET_STRING, &seed),
                ];
                pem::encode("PRIVATE KEY", &der::sequence(&parts))
            }
        }
    }

    fn to_sec1(&self, key: &p256::SecretKey) -> Vec<u8> {
        der::sequence(&[
            der::integer(&[1]),
            der::element(tag::OCTET_STRING, &key.to_bytes()),
            der::element(tag::context(0), &der::object_identifier(P256)),
            der::element(
                tag::context(1),
                &der::bit_string(&self.public_key().unwrap_or_default()),
            ),
        ])
    }

    /// Returns the bits of the public key; none for DSA, which no certificate is made with.
    pub(super) fn public_key(&self) -> Option<Vec<u8>> {
        Some(match self {
            Self::Rsa(key) => {
                let bytes = key.to_public_key().to_pkcs1_der();
                bytes
                    .expect("a key that was made or read can be written")
                    .as_bytes()
                    .to_vec()
            }
            Self::Dsa(_) => return None,
            Self::Ecdsa(key) => key.public_key().to_encoded_point(false).as_bytes().to_vec(),
            Self::Ed25519(key) => key.verifying_key().as_bytes().to_vec(),
        })
    }

    /// Returns the algorithm of the public key, as a certificate names it.
    pub(super) fn key_algorithm(&self) -> Vec<u8> {
        der::sequence(&match self {
            Self::Rsa(_) | Self::Dsa(_) => {
                vec![
                    der::object_identifier(RSA_ENCRYPTION),
                    der::element(tag::NULL, &[]),
                ]
            }
            Self::Ecdsa(_) => vec![
                der::object_identifier(EC_PUBLIC_KEY),
                der::object_identifier(P256),
            ],
            Self::Ed25519(_) => vec![der::object_identifier(ED25519)],
        })
    }

    /// Returns the algorithm of signatures with the key.
    pub(super) fn signature_algorithm(&self) -> Vec<u8> {
        der::sequence(&match self {
            Self::Rsa(_) | Self::Dsa(_) => {
                vec![
                    der::object_identifier(SHA256_WITH_RSA),
                    der::element(tag::NULL, &[]),
                ]
            }
            Self::Ecdsa(_) => vec![der::object_identifier(ECDSA_WITH_SHA256)],
            Self::Ed25519(_) => vec![der::object_identifier(ED25519)],
        })
    }

    /// Signs; a DSA key cannot.
    pub(super) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Rsa(key) => {
                let signer = SigningKey::<Sha256>::new((**key).clone());
                let signature = rsa::signature::Signer::try_sign(&signer, message);
                signature
                    .map(|signature| signature.to_vec())
                    .map_err(|error| error.to_string())
            }
            Self::Dsa(_) => Err("x509: certificate private key does not implement crypto.Signer".into()),
            Self::Ecdsa(key) => {
                let signer = p256::ecdsa::SigningKey::from(key);
                let signature: p256::ecdsa::Signature =
                    p256::ecdsa::signature::Signer::sign(&signer, message);
                Ok(signature.to_der().as_bytes().to_vec())
            }
            Self::Ed25519(key) => Ok(key.sign(message).to_bytes().to_vec()),
        }
    }
}
