//! Certificates for templates: authorities, and what they sign.

use super::super::encoding::base64_decode;
use super::super::{Clock, Table};
use super::certificate::{Issuer, Parsed, Request, Validity, create};
use super::keys::PrivateKey;
use super::pem;
use crate::gotmpl::{FromArg, Kind, List, Object, Text, Type, Value, function, printf};
use rand::RngCore as _;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The functions of this file.
pub(super) fn table(clock: &Clock) -> Table {
    let mut table = authorities(clock);
    table.extend(self_signed(clock));
    table.extend(signed(clock));
    table.push(("buildCustomCert", function(build_custom)));
    table
}

fn authorities(clock: &Clock) -> Table {
    let (new, with_key) = (clock.clone(), clock.clone());
    vec![
        (
            "genCA",
            function(move |name: Text, days: i64| {
                new_authority(
                    authority_request(&new, &name, days),
                    PrivateKey::generate_rsa(new.entropy(), BITS).map_err(no_key)?,
                )
            }),
        ),
        (
            "genCAWithKey",
            function(move |name: Text, days: i64, key: Text| {
                new_authority(authority_request(&with_key, &name, days), read_key(&key)?)
            }),
        ),
    ]
}

fn self_signed(clock: &Clock) -> Table {
    let (new, with_key) = (clock.clone(), clock.clone());
    vec![
        (
            "genSelfSignedCert",
            function(move |name: Text, ips: List, names: List, days: i64| {
                let key = PrivateKey::generate_rsa(new.entropy(), BITS).map_err(no_key)?;
                certify(&request(&new, &name, Names { ips, names }, days)?, &key, None)
            }),
        ),
        (
            "genSelfSignedCertWithKey",
            function(move |name: Text, ips: List, names: List, days: i64, key: Text| {
                let key = read_key(&key)?;
                certify(
                    &request(&with_key, &name, Names { ips, names }, days)?,
                    &key,
                    None,
                )
            }),
        ),
    ]
}

fn signed(clock: &Clock) -> Table {
    let (new, with_key) = (clock.clone(), clock.clone());
    vec![
        (
            "genSignedCert",
            function(
                move |name: Text, ips: List, names: List, days: i64, authority: Certificate| {
                    let key = PrivateKey::generate_rsa(new.entropy(), BITS).map_err(no_key)?;
                    let make = || request(&new, &name, Names { ips, names }, days);
                    sign(make, &key, &authority)
                },
            ),
        ),
        (
            "genSignedCertWithKey",
            function(
                move |name: Text, ips: List, names: List, days: i64, authority: Certificate, key: Text| {
                    let key = read_key(&key)?;
                    let make = || request(&with_key, &name, Names { ips, names }, days);
                    sign(make, &key, &authority)
                },
            ),
        ),
    ]
}

/// The size of the RSA keys of certificates.
const BITS: usize = 2048;

fn no_key(error: String) -> String {
    format!("error generating rsa key: {error}")
}

fn read_key(text: &[u8]) -> Result<PrivateKey, String> {
    PrivateKey::from_pem(text).map_err(|error| format!("parsing private key: {error}"))
}

/// sprig's `certificate`: a certificate and its key, both as PEM.
#[derive(Debug, Clone)]
struct Certificate {
    certificate: Text,
    key: Text,
}

const CERTIFICATE: Type = Type::Named("sprig.certificate", Kind::Struct);

impl Object for Certificate {
    fn go_type(&self) -> Type {
        CERTIFICATE
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Cert", self.certificate.clone().into()),
            ("Key", self.key.clone().into()),
        ]
    }

    fn is_equal(&self, other: &dyn Object) -> bool {
        let other = other.downcast_ref::<Self>();
        other.is_some_and(|other| self.certificate == other.certificate && self.key == other.key)
    }
}

impl FromArg for Certificate {
    const TYPE: Type = CERTIFICATE;

    fn from_arg(value: Value) -> Result<Self, String> {
        value.downcast_ref::<Self>().cloned().ok_or_else(|| {
            format!(
                "wrong type for value; expected sprig.certificate; got {}",
                value.type_name()
            )
        })
    }
}

impl From<Certificate> for Value {
    fn from(certificate: Certificate) -> Self {
        Self::object(certificate)
    }
}

/// For whom a certificate is, beside its common name.
struct Names {
    ips: List,
    names: List,
}

fn validity(clock: &Clock, days: i64) -> Validity {
    let now = clock.now();
    // the product wraps as Go's durations do
    let nanoseconds = days.wrapping_mul(24 * 3600 * 1_000_000_000);
    Validity {
        from: now.unix(),
        until: now.add(nanoseconds).unix(),
    }
}

fn serial(clock: &Clock) -> [u8; 16] {
    let mut serial = [0; 16];
    clock.entropy().generator().fill_bytes(&mut serial);
    serial
}

fn authority_request(clock: &Clock, name: &[u8], days: i64) -> Request {
    Request {
        common_name: name.to_vec(),
        addresses: Vec::new(),
        names: Vec::new(),
        validity: validity(clock, days),
        is_authority: true,
        serial: serial(clock),
    }
}

fn request(clock: &Clock, name: &[u8], names: Names, days: i64) -> Result<Request, String> {
    let addresses = names.ips.iter().map(address).collect::<Result<_, _>>()?;
    let names = names.names.iter().map(|name| match name {
        Value::String(name) => Ok(name.to_vec()),
        other => Err(format!(
            "error processing alternate dns name: {} is not a string",
            printf::sprint_value(other)
        )),
    });
    Ok(Request {
        common_name: name.to_vec(),
        addresses,
        names: names.collect::<Result<_, _>>()?,
        validity: validity(clock, days),
        is_authority: false,
        serial: serial(clock),
    })
}

fn address(value: &Value) -> Result<IpAddr, String> {
    let Value::String(text) = value else {
        return Err(format!(
            "error parsing ip: {} is not a string",
            printf::sprint_value(value)
        ));
    };
    let parsed = text.as_str().and_then(|text| {
        let v4 = text.parse::<Ipv4Addr>().map(IpAddr::V4);
        v4.or_else(|_| text.parse::<Ipv6Addr>().map(IpAddr::V6)).ok()
    });
    parsed.ok_or_else(|| format!("error parsing ip: {text}"))
}

fn new_authority(request: Request, key: PrivateKey) -> Result<Certificate, String> {
    certify(&request, &key, None)
}

fn certify(request: &Request, key: &PrivateKey, issuer: Option<&Issuer<'_>>) -> Result<Certificate, String> {
    let certificate =
        create(request, key, issuer).map_err(|error| format!("error creating certificate: {error}"))?;
    Ok(Certificate {
        certificate: pem::encode("CERTIFICATE", &certificate).into(),
        key: key.to_pem().into(),
    })
}

/// Reads the authority, then makes the request and signs: in this order errors come up in sprig.
fn sign(
    make: impl FnOnce() -> Result<Request, String>,
    key: &PrivateKey,
    authority: &Certificate,
) -> Result<Certificate, String> {
    let parsed = parse_certificate(&authority.certificate)?;
    let issuer_key = PrivateKey::from_pem(&authority.key)
        .map_err(|error| format!("error parsing private key: {error}"))?;
    let request = make()?;
    if !parsed.belongs_to(&issuer_key) {
        return Err(
            "error creating certificate: x509: provided PrivateKey doesn't match parent's PublicKey".into(),
        );
    }
    certify(
        &request,
        key,
        Some(&Issuer {
            subject: parsed.subject,
            key_id: parsed.key_id,
            key: &issuer_key,
        }),
    )
}

fn parse_certificate(text: &[u8]) -> Result<Parsed, String> {
    let block = pem::decode(text).ok_or("unable to decode certificate")?;
    Parsed::from_der(&block.bytes)
        .ok_or_else(|| "error parsing certificate: decodedCert.Bytes: x509: malformed certificate".into())
}

/// Takes a certificate and a key as they are, both in base64, after a look whether they can be read.
fn build_custom(certificate: Text, key: Text) -> Result<Certificate, String> {
    let certificate = base64_decode(&certificate).map_err(|_| "unable to decode base64 certificate")?;
    let key = base64_decode(&key).map_err(|_| "unable to decode base64 private key")?;
    parse_certificate(&certificate)?;
    PrivateKey::from_pem(&key).map_err(|error| format!("error parsing private key: {error}"))?;
    Ok(Certificate {
        certificate: certificate.into(),
        key: key.into(),
    })
}
