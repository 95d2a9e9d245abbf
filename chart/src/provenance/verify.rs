//! An archive, its provenance and a keyring: who signed it, if all is well.

use std::time::{SystemTime, UNIX_EPOCH};

use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::packet::{Packet, Signature, SignatureType, SubpacketData};
use pgp::types::{KeyDetails, KeyId};

use super::cleartext::{self, Cleartext};
use super::entity::{is_key_expired, is_revoked, is_signature_expired};
use super::keyring::Candidate;
use super::{FormatError, Keyring, VerifyError, packets, statement};

/// What a provenance has shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verification {
    /// The identities of the key that signed, in alphabetical order.
    pub signers: Vec<String>,
    /// The key's fingerprint in upper-case hexadecimal digits.
    pub fingerprint: String,
    /// The archive's digest: `sha256:…`.
    pub digest: String,
}

/// Checks that `provenance` is signed by a key of the keyring that is good at the time `now`, and that it speaks of
/// this archive, under the file's `name`.
///
/// # Errors
/// Whatever is not so.
pub fn verify(
    archive: &[u8],
    name: &str,
    provenance: &[u8],
    keyring: &Keyring,
    now: SystemTime,
) -> Result<Verification, VerifyError> {
    let cleartext = cleartext::decode(provenance).ok_or(VerifyError::NoBlock)?;
    let now = now.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs());
    let signer = signer(&cleartext, keyring, now)?;
    let found = statement::digest(archive);
    let signed = statement::signed_digest(&cleartext.text, name)?;
    if signed != found {
        let name = name.to_owned();
        return Err(VerifyError::OtherDigest { name, signed, found });
    }
    Ok(Verification {
        signers: signer.entity.identities.keys().cloned().collect(),
        fingerprint: format!("{:X}", signer.entity.primary.fingerprint()),
        digest: found,
    })
}

/// Finds the key that made the signature: the first one that names a key of the ring counts, whatever comes of it.
fn signer<'a>(cleartext: &Cleartext, keyring: &'a Keyring, now: u64) -> Result<Candidate<'a>, VerifyError> {
    for packet in packets::read(&packets::dearmor(&cleartext.armored)?)? {
        let Packet::Signature(signature) = packet else {
            return Err(FormatError::Invalid("non signature packet found").into());
        };
        let candidates = keyring.signers(&issuers(&signature)?);
        if let Some(last) = candidates.last() {
            check_kind(&signature)?;
            let is_by = |candidate: &&Candidate<'_>| candidate.is_signer(&signature, &cleartext.signed);
            let signer = candidates.iter().find(is_by);
            let signer = *signer.ok_or_else(|| VerifyError::Changed(last.algorithm()))?;
            signer.check(&signature, now)?;
            return Ok(signer);
        }
    }
    Err(VerifyError::UnknownSigner)
}

/// The keys that a signature names.
fn issuers(signature: &Signature) -> Result<Vec<KeyId>, FormatError> {
    let mut ids: Vec<KeyId> = signature.issuer_key_id().into_iter().copied().collect();
    for fingerprint in signature.issuer_fingerprint() {
        ids.extend(id_of(fingerprint.as_bytes()));
    }
    if ids.is_empty() {
        return Err(FormatError::Invalid("signature doesn't have an issuer"));
    }
    Ok(ids)
}

/// The short form of a fingerprint: its end, or its beginning since version 6, whose fingerprints are longer.
fn id_of(fingerprint: &[u8]) -> Option<KeyId> {
    let bytes = match fingerprint.len() {
        20 => fingerprint.last_chunk::<8>(),
        _ => fingerprint.first_chunk::<8>(),
    };
    bytes.map(|bytes| KeyId::from(*bytes))
}

fn check_kind(signature: &Signature) -> Result<(), FormatError> {
    match signature.typ() {
        Some(SignatureType::Binary | SignatureType::Text) => Ok(()),
        kind => {
            let number = kind.map_or(0, u8::from);
            let what = format!("unsupported signature type: {number}");
            Err(FormatError::Unsupported(what))
        }
    }
}

impl Candidate<'_> {
    fn is_signer(&self, signature: &Signature, bytes: &[u8]) -> bool {
        let outcome = match self.subkey {
            Some(subkey) => signature.verify(&subkey.key, bytes),
            None => signature.verify(&self.entity.primary, bytes),
        };
        outcome.is_ok()
    }

    /// The name of the key's algorithm in Go's message.
    fn algorithm(&self) -> &'static str {
        let algorithm = match self.subkey {
            Some(subkey) => subkey.key.algorithm(),
            None => self.entity.primary.algorithm(),
        };
        match algorithm {
            PublicKeyAlgorithm::DSA => "DSA",
            PublicKeyAlgorithm::ECDSA => "ECDSA",
            PublicKeyAlgorithm::EdDSALegacy => "EdDSA",
            PublicKeyAlgorithm::Ed25519 => "Ed25519",
            PublicKeyAlgorithm::Ed448 => "ed448",
            _ => "RSA",
        }
    }

    /// Checks that the signature and all that makes the key one to be trusted are good at that time, in Go's order.
    fn check(&self, signature: &Signature, now: u64) -> Result<(), VerifyError> {
        let entity = self.entity;
        let said = entity.self_signature().ok_or(VerifyError::UnknownSigner)?;
        let mut involved = vec![signature, said];
        if let Some(subkey) = self.subkey {
            involved.push(&subkey.binding);
            involved.extend(subkey.binding.embedded_signature());
        }
        if let Some(name) = involved.iter().find_map(|signature| unknown_notation(signature)) {
            return Err(VerifyError::Notation(name));
        }
        let identity = entity.primary_identity();
        if is_revoked(&entity.revocations, now)
            || self
                .subkey
                .is_some_and(|subkey| is_revoked(&subkey.revocations, now))
            || identity.is_some_and(|identity| is_revoked(&identity.revocations, now))
        {
            return Err(VerifyError::Revoked);
        }
        let is_subkey_expired =
            |subkey: &super::entity::Subkey| is_key_expired(&subkey.key, &subkey.binding, now);
        if is_key_expired(&entity.primary, said, now) || self.subkey.is_some_and(is_subkey_expired) {
            return Err(VerifyError::KeyExpired);
        }
        if involved
            .iter()
            .any(|signature| is_signature_expired(signature, now))
        {
            return Err(VerifyError::SignatureExpired);
        }
        Ok(())
    }
}

/// A notation that must be known to understand the signature. We know none.
fn unknown_notation(signature: &Signature) -> Option<String> {
    let subpackets = &signature.config()?.hashed_subpackets;
    subpackets.iter().find_map(|subpacket| match &subpacket.data {
        SubpacketData::Notation(notation) if subpacket.is_critical => {
            Some(String::from_utf8_lossy(&notation.name).into_owned())
        }
        _ => None,
    })
}
