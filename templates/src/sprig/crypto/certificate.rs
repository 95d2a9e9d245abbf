//! X.509 certificates as Go's `x509.CreateCertificate` writes them for sprig.

use super::der::{self, Reader, tag};
use super::keys::PrivateKey;
use crate::gotmpl::printf;
use sha2::{Digest as _, Sha256};
use std::net::IpAddr;

/// What is to be certified.
pub(super) struct Request {
    pub(super) common_name: Vec<u8>,
    pub(super) addresses: Vec<IpAddr>,
    pub(super) names: Vec<Vec<u8>>,
    pub(super) validity: Validity,
    pub(super) is_authority: bool,
    /// A random number.
    pub(super) serial: [u8; 16],
}

/// From when to when, in seconds since 1970.
#[derive(Clone, Copy)]
pub(super) struct Validity {
    pub(super) from: i64,
    pub(super) until: i64,
}

/// Who signs: what a certificate says about its subject, and its key.
pub(super) struct Issuer<'k> {
    /// The name, as it is written in the certificate.
    pub(super) subject: Vec<u8>,
    pub(super) key_id: Option<Vec<u8>>,
    pub(super) key: &'k PrivateKey,
}

const COMMON_NAME: &[u8] = &[0x55, 4, 3];
const SUBJECT_KEY_ID: &[u8] = &[0x55, 0x1d, 14];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
const ALTERNATIVE_NAME: &[u8] = &[0x55, 0x1d, 17];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
const AUTHORITY_KEY_ID: &[u8] = &[0x55, 0x1d, 35];
const EXTENDED_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];
const SERVER_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 1];
const CLIENT_AUTH: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 2];

/// Makes a certificate for a key; without an issuer it signs itself.
pub(super) fn create(
    request: &Request,
    key: &PrivateKey,
    issuer: Option<&Issuer<'_>>,
) -> Result<Vec<u8>, String> {
    let subject = name(&request.common_name)?;
    let itself = Issuer {
        subject: subject.clone(),
        key_id: None,
        key,
    };
    let issuer = issuer.unwrap_or(&itself);
    let public_key = key.public_key().ok_or(UNSUPPORTED_KEY)?;
    let body = der::sequence(&[
        der::element(tag::context(0), &der::integer(&[2])),
        der::integer(&request.serial),
        issuer.key.signature_algorithm(),
        issuer.subject.clone(),
        der::sequence(&[time(request.validity.from)?, time(request.validity.until)?]),
        subject.clone(),
        der::sequence(&[key.key_algorithm(), der::bit_string(&public_key)]),
        der::element(
            tag::context(3),
            &der::sequence(&extensions(request, &subject, &public_key, issuer)?),
        ),
    ]);
    let signature = issuer.key.sign(&body)?;
    Ok(der::sequence(&[
        body,
        issuer.key.signature_algorithm(),
        der::bit_string(&signature),
    ]))
}

/// What Go says of a DSA key.
const UNSUPPORTED_KEY: &str = "x509: certificate private key does not implement crypto.Signer";

/// Writes a name that has nothing but a common name.
fn name(common_name: &[u8]) -> Result<Vec<u8>, String> {
    if common_name.is_empty() {
        return Ok(der::sequence(&[]));
    }
    let is_printable = |byte: &u8| byte.is_ascii_alphanumeric() || b" '()+,-./:=?".contains(byte);
    let kind = if common_name.iter().all(is_printable) {
        tag::PRINTABLE_STRING
    } else if std::str::from_utf8(common_name).is_ok() {
        tag::UTF8_STRING
    } else {
        return Err("asn1: string not valid UTF-8".into());
    };
    let attribute = der::sequence(&[
        der::object_identifier(COMMON_NAME),
        der::element(kind, common_name),
    ]);
    Ok(der::sequence(&[der::element(tag::SET, &attribute)]))
}

/// Writes a time, with two digits for the year while that is clear.
fn time(seconds: i64) -> Result<Vec<u8>, String> {
    let time = jiff::Timestamp::from_second(seconds).map_err(|_| OUT_OF_CALENDAR)?;
    let date = time.to_zoned(jiff::tz::TimeZone::UTC);
    match date.year() {
        1950..=2049 => Ok(der::element(
            tag::UTC_TIME,
            date.strftime("%y%m%d%H%M%SZ").to_string().as_bytes(),
        )),
        0..=9999 => Ok(der::element(
            tag::GENERALIZED_TIME,
            date.strftime("%Y%m%d%H%M%SZ").to_string().as_bytes(),
        )),
        _ => Err(OUT_OF_CALENDAR.into()),
    }
}

const OUT_OF_CALENDAR: &str = "asn1: structure error: cannot represent time as GeneralizedTime";

fn extension(identifier: &[u8], is_critical: Critical, content: &[u8]) -> Vec<u8> {
    let mut parts = vec![der::object_identifier(identifier)];
    if is_critical == Critical::Yes {
        parts.push(der::element(tag::BOOLEAN, &[0xff]));
    }
    parts.push(der::element(tag::OCTET_STRING, content));
    der::sequence(&parts)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Critical {
    Yes,
    No,
}

fn extensions(
    request: &Request,
    subject: &[u8],
    public_key: &[u8],
    issuer: &Issuer<'_>,
) -> Result<Vec<Vec<u8>>, String> {
    // the bits for digital signature and key encipherment, and for authorities that of signing certificates
    let usage: [u8; 2] = if request.is_authority {
        [2, 0b1010_0100]
    } else {
        [5, 0b1010_0000]
    };
    let authority = if request.is_authority {
        vec![der::element(tag::BOOLEAN, &[0xff])]
    } else {
        Vec::new()
    };
    let purposes = [SERVER_AUTH, CLIENT_AUTH].map(der::object_identifier);
    let mut extensions = vec![
        extension(KEY_USAGE, Critical::Yes, &der::element(tag::BIT_STRING, &usage)),
        extension(EXTENDED_KEY_USAGE, Critical::No, &der::sequence(&purposes)),
        extension(BASIC_CONSTRAINTS, Critical::Yes, &der::sequence(&authority)),
    ];
    if request.is_authority {
        let id = &Sha256::digest(public_key)[..20];
        extensions.push(extension(
            SUBJECT_KEY_ID,
            Critical::No,
            &der::element(tag::OCTET_STRING, id),
        ));
    }
    if let Some(id) = &issuer.key_id
        && issuer.subject != subject
    {
        let id = der::sequence(&[der::element(tag::plain_context(0), id)]);
        extensions.push(extension(AUTHORITY_KEY_ID, Critical::No, &id));
    }
    let names = alternative_names(request)?;
    if !names.is_empty() {
        let is_critical = if request.common_name.is_empty() {
            Critical::Yes
        } else {
            Critical::No
        };
        extensions.push(extension(ALTERNATIVE_NAME, is_critical, &der::sequence(&names)));
    }
    Ok(extensions)
}

fn alternative_names(request: &Request) -> Result<Vec<Vec<u8>>, String> {
    let mut names = Vec::new();
    for name in &request.names {
        if !name.is_ascii() {
            return Err(format!(
                "x509: {} cannot be encoded as an IA5String",
                printf::quote(name)
            ));
        }
        names.push(der::element(tag::plain_context(2), name));
    }
    for address in &request.addresses {
        let bytes = match address {
            IpAddr::V4(address) => address.octets().to_vec(),
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(address) => address.octets().to_vec(),
                None => address.octets().to_vec(),
            },
        };
        names.push(der::element(tag::plain_context(7), &bytes));
    }
    Ok(names)
}

/// What is needed of a certificate to sign with it.
pub(super) struct Parsed {
    pub(super) subject: Vec<u8>,
    /// The bits of the public key.
    public_key: Vec<u8>,
    pub(super) key_id: Option<Vec<u8>>,
}

impl Parsed {
    /// Reads a certificate; nothing when it is malformed.
    pub(super) fn from_der(bytes: &[u8]) -> Option<Self> {
        let mut certificate = Reader(bytes).enter(tag::SEQUENCE)?;
        let mut body = certificate.enter(tag::SEQUENCE)?;
        certificate.enter(tag::SEQUENCE)?;
        certificate.expect(tag::BIT_STRING)?;
        body.optional(tag::context(0));
        body.expect(tag::INTEGER)?;
        body.enter(tag::SEQUENCE)?;
        body.enter(tag::SEQUENCE)?;
        body.enter(tag::SEQUENCE)?;
        let subject = body.expect(tag::SEQUENCE)?.whole.to_vec();
        let mut key = body.enter(tag::SEQUENCE)?;
        key.enter(tag::SEQUENCE)?;
        let public_key = key.expect(tag::BIT_STRING)?.content.get(1..)?.to_vec();
        let mut key_id = None;
        while let Some(element) = body.next() {
            if element.tag == tag::context(3) {
                key_id = subject_key_id(Reader(element.content))?;
            }
        }
        Some(Self {
            subject,
            public_key,
            key_id,
        })
    }

    /// Says whether a private key is the one of the certificate.
    pub(super) fn belongs_to(&self, key: &PrivateKey) -> bool {
        key.public_key().as_ref() == Some(&self.public_key)
    }
}

/// Finds the identifier of the key among the extensions; the outer nothing is for malformed ones.
fn subject_key_id(mut extensions: Reader<'_>) -> Option<Option<Vec<u8>>> {
    let mut extensions = extensions.enter(tag::SEQUENCE)?;
    while let Some(element) = extensions.next() {
        let mut extension = Reader(element.content);
        let identifier = extension.expect(tag::OBJECT_IDENTIFIER)?.content;
        extension.optional(tag::BOOLEAN);
        let content = extension.expect(tag::OCTET_STRING)?.content;
        if identifier == SUBJECT_KEY_ID {
            return Some(Some(Reader(content).expect(tag::OCTET_STRING)?.content.to_vec()));
        }
    }
    Some(None)
}
