//! A key of OpenPGP with all that belongs to it: identities, subkeys, revocations.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::vec::IntoIter;

use pgp::packet::{
    Packet, PublicKey, PublicSubkey, RevocationCode, SecretKey, SecretSubkey, Signature, SignatureType,
    UserId,
};
use pgp::ser::Serialize;
use pgp::types::{KeyDetails, KeyVersion, Tag, VerifyingKey};

use super::FormatError;

/// Packets that are read one after the other.
pub(super) type Packets = Peekable<IntoIter<Packet>>;

/// A key. Whatever the key says of itself was checked when it was read.
pub(super) struct Entity {
    pub(super) primary: PublicKey,
    pub(super) secret: Option<SecretKey>,
    /// By name: `NAME (COMMENT) <ADDRESS>`.
    pub(super) identities: BTreeMap<String, Identity>,
    pub(super) subkeys: Vec<Subkey>,
    pub(super) revocations: Vec<Signature>,
    /// What keys of version 6 have instead of a certified identity.
    direct: Option<Signature>,
}

/// A name that the key has given itself.
#[derive(Default)]
pub(super) struct Identity {
    /// The newest certification by the key itself.
    certification: Option<Signature>,
    pub(super) revocations: Vec<Signature>,
}

/// A key below another.
pub(super) struct Subkey {
    pub(super) key: PublicSubkey,
    pub(super) secret: Option<SecretSubkey>,
    /// The newest signature that binds it to the primary key.
    pub(super) binding: Signature,
    pub(super) revocations: Vec<Signature>,
}

impl Entity {
    /// Reads the key that begins at the next packet, and leaves the packet behind it.
    ///
    /// # Errors
    /// When there is none, or something in it does not belong to it; some packets of it are left then.
    pub(super) fn read(packets: &mut Packets) -> Result<Self, FormatError> {
        let (primary, secret) = match packets.next() {
            Some(Packet::PublicKey(key)) => (key, None),
            Some(Packet::SecretKey(key)) => (key.public_key().clone(), Some(key)),
            _ => return Err(FormatError::Invalid("first packet was not a public/private key")),
        };
        if !matches!(primary.version(), KeyVersion::V4 | KeyVersion::V6) {
            return Err(FormatError::Unsupported("public key version".to_owned()));
        }
        let mut entity = Entity {
            primary,
            secret,
            identities: BTreeMap::new(),
            subkeys: Vec::new(),
            revocations: Vec::new(),
            direct: None,
        };
        while let Some(packet) = packets.next_if(|packet| !is_key(packet)) {
            entity.add(packet, packets)?;
        }
        entity.check()
    }

    fn add(&mut self, packet: Packet, packets: &mut Packets) -> Result<(), FormatError> {
        match packet {
            Packet::UserId(id) => self.add_identity(&id, packets),
            Packet::Signature(signature) => self.add_own(signature),
            Packet::PublicSubkey(key) => self.add_subkey(key, None, packets),
            Packet::SecretSubkey(key) => self.add_subkey(key.public_key().clone(), Some(key), packets),
            _ => Ok(()),
        }
    }

    fn add_identity(&mut self, id: &UserId, packets: &mut Packets) -> Result<(), FormatError> {
        let mut identity = Identity::default();
        let mut is_own = false;
        for signature in signatures(packets) {
            let is_revocation = signature.typ() == Some(SignatureType::CertRevocation);
            if !is_revocation && !signature.is_certification() {
                return Err(FormatError::Invalid("user ID signature with wrong type"));
            }
            if !is_by(&signature, &self.primary) {
                continue;
            }
            signature
                .verify_certification(&self.primary, Tag::UserId, id)
                .map_err(|_| FormatError::Invalid("user ID self-signature invalid"))?;
            is_own = true;
            if is_revocation {
                identity.revocations.push(signature);
            } else {
                keep_newest(&mut identity.certification, signature);
            }
        }
        if is_own {
            let name = String::from_utf8_lossy(id.id()).into_owned();
            self.identities.insert(name, identity);
        }
        Ok(())
    }

    /// Adds what the key says of itself as a whole. Other signatures follow something that we do not know.
    fn add_own(&mut self, signature: Signature) -> Result<(), FormatError> {
        match signature.typ() {
            Some(SignatureType::KeyRevocation) => {
                signature
                    .verify_key(&self.primary)
                    .map_err(|_| FormatError::Invalid("revocation signature signed by alternate key"))?;
                self.revocations.push(signature);
            }
            Some(SignatureType::Key) if signature.verify_key(&self.primary).is_ok() => {
                keep_newest(&mut self.direct, signature);
            }
            _ => {}
        }
        Ok(())
    }

    fn add_subkey(
        &mut self,
        key: PublicSubkey,
        secret: Option<SecretSubkey>,
        packets: &mut Packets,
    ) -> Result<(), FormatError> {
        let mut binding = None;
        let mut revocations = Vec::new();
        for signature in signatures(packets) {
            signature
                .verify_subkey_binding(&self.primary, &key)
                .map_err(|_| FormatError::Invalid("subkey signature invalid"))?;
            if signature.typ() == Some(SignatureType::SubkeyRevocation) {
                revocations.push(signature);
                continue;
            }
            if signature.key_flags().sign() && !is_agreed(&signature, &key, &self.primary) {
                return Err(FormatError::Invalid("subkey signature invalid"));
            }
            keep_newest(&mut binding, signature);
        }
        self.subkeys.push(Subkey {
            key,
            secret,
            binding: binding.ok_or(FormatError::Invalid("subkey packet not followed by signature"))?,
            revocations,
        });
        Ok(())
    }

    fn check(self) -> Result<Self, FormatError> {
        match (self.primary.version(), &self.direct) {
            (KeyVersion::V6, None) => Err(FormatError::Invalid(
                "v6 entity without a valid direct-key signature",
            )),
            (KeyVersion::V4, _) if self.identities.is_empty() => {
                Err(FormatError::Invalid("v4 entity without any identities"))
            }
            _ => Ok(self),
        }
    }

    /// The identity that speaks for the key: one that is not revoked before one that is, then the one marked as primary,
    /// then the newest.
    pub(super) fn primary_identity(&self) -> Option<&Identity> {
        self.identities.values().max_by_key(|identity| {
            let certification = identity.certification.as_ref();
            (
                std::cmp::Reverse(identity.revocations.len()),
                certification.is_some(),
                certification.is_some_and(Signature::is_primary),
                certification.and_then(Signature::created),
            )
        })
    }

    /// What the key says of its use and its end.
    pub(super) fn self_signature(&self) -> Option<&Signature> {
        match self.primary.version() {
            KeyVersion::V6 => self.direct.as_ref(),
            _ => self.primary_identity()?.certification.as_ref(),
        }
    }
}

fn is_key(packet: &Packet) -> bool {
    matches!(packet, Packet::PublicKey(_) | Packet::SecretKey(_))
}

/// Takes the signatures that come next.
fn signatures(packets: &mut Packets) -> Vec<Signature> {
    let mut signatures = Vec::new();
    while let Some(Packet::Signature(signature)) =
        packets.next_if(|packet| matches!(packet, Packet::Signature(_)))
    {
        signatures.push(signature);
    }
    signatures
}

/// Whether a signature says that the key made it.
fn is_by(signature: &Signature, key: &PublicKey) -> bool {
    let fingerprints = signature.issuer_fingerprint();
    match fingerprints.first() {
        Some(fingerprint) => **fingerprint == key.fingerprint(),
        None => signature.issuer_key_id().contains(&&key.legacy_key_id()),
    }
}

/// A subkey that signs must say itself that it belongs to the primary key.
fn is_agreed<P>(binding: &Signature, subkey: &PublicSubkey, primary: &P) -> bool
where
    P: VerifyingKey + Serialize,
{
    binding
        .embedded_signature()
        .is_some_and(|signature| signature.verify_primary_key_binding(subkey, primary).is_ok())
}

fn keep_newest(kept: &mut Option<Signature>, signature: Signature) {
    let is_newer = match kept {
        Some(kept) => signature.created() > kept.created(),
        None => true,
    };
    if is_newer {
        *kept = Some(signature);
    }
}

/// Whether one of the revocations counts. A key that was stolen never did any good.
pub(super) fn is_revoked(revocations: &[Signature], now: u64) -> bool {
    let is_stolen =
        |revocation: &Signature| revocation.revocation_reason_code() == Some(&RevocationCode::KeyCompromised);
    revocations
        .iter()
        .any(|revocation| is_stolen(revocation) || !is_signature_expired(revocation, now))
}

/// Whether a signature is from the future, or too old.
pub(super) fn is_signature_expired(signature: &Signature, now: u64) -> bool {
    let created = signature.created().map_or(0, |time| u64::from(time.as_secs()));
    let lifetime = signature
        .signature_expiration_time()
        .map_or(0, |time| u64::from(time.as_secs()));
    is_over(created, lifetime, now)
}

/// Whether a key is from the future, or too old by what it or its owner says.
pub(super) fn is_key_expired(key: &impl KeyDetails, said: &Signature, now: u64) -> bool {
    let lifetime = said
        .key_expiration_time()
        .map_or(0, |time| u64::from(time.as_secs()));
    is_over(u64::from(key.created_at().as_secs()), lifetime, now)
}

/// A lifetime of 0 has no end.
fn is_over(created: u64, lifetime: u64, now: u64) -> bool {
    created > now || (lifetime != 0 && now > created + lifetime)
}
