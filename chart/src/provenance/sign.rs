//! An archive and a secret key: a provenance.

use std::time::{SystemTime, UNIX_EPOCH};

use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{PacketTrait, Signature, SignatureConfig, SignatureType, Subpacket, SubpacketData};
use pgp::types::{KeyDetails, KeyVersion, Password, SecretParams, SigningKey, Timestamp};
use rand::rngs::OsRng;
use serde::Serialize;

use super::cleartext::Unsigned;
use super::entity::{Entity, is_key_expired, is_revoked};
use super::keyring::Candidate;
use super::{SignError, statement};
use crate::Chart;

/// The key of a keyring that was asked for, if there is one.
pub struct Choice<'a> {
    entity: Option<&'a Entity>,
}

/// A key to sign with.
pub struct Signer<'a> {
    entity: &'a Entity,
    key: &'a dyn SigningKey,
    secret: &'a SecretParams,
}

impl<'a> Choice<'a> {
    pub(super) fn new(entity: Option<&'a Entity>) -> Self {
        Choice { entity }
    }

    /// The key, with its secret part: the primary key; a subkey that signs, where the primary key does not.
    ///
    /// # Errors
    /// When there is no such key, or it is a public one.
    pub fn signer(&self, now: SystemTime) -> Result<Signer<'a>, SignError> {
        let entity = self.entity.ok_or(SignError::NoKey)?;
        let primary = entity.secret.as_ref().ok_or(SignError::NotPrivate)?;
        let whole = Candidate { entity, subkey: None };
        if !whole.may_sign()
            && let Some(signer) = subkey(entity, seconds(now))
        {
            return Ok(signer);
        }
        Ok(Signer {
            entity,
            key: primary,
            secret: primary.secret_params(),
        })
    }
}

/// The newest subkey that may sign.
fn subkey(entity: &Entity, now: u64) -> Option<Signer<'_>> {
    let usable = entity.subkeys.iter().filter(|subkey| {
        subkey.binding.key_flags().sign()
            && !is_revoked(&subkey.revocations, now)
            && !is_key_expired(&subkey.key, &subkey.binding, now)
    });
    let newest = usable
        .filter_map(|subkey| Some((subkey.binding.created(), subkey.secret.as_ref()?)))
        .max_by_key(|(created, _)| *created);
    newest.map(|(_, secret)| Signer {
        entity,
        key: secret,
        secret: secret.secret_params(),
    })
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |time| time.as_secs())
}

impl Signer<'_> {
    /// The name to ask for a passphrase with, when the key is locked with one.
    pub fn locked_name(&self) -> Option<&str> {
        let names = &mut self.entity.identities.keys();
        let name = names
            .find(|name| !name.is_empty())
            .map_or("Unknown", String::as_str);
        self.secret.is_encrypted().then_some(name)
    }

    /// Signs an archive that goes by the file `name`, and returns the provenance. The passphrase does not matter to a
    /// key that is not locked.
    ///
    /// # Errors
    /// When the archive is no chart, or the passphrase is wrong.
    pub fn sign(
        &self,
        archive: &[u8],
        name: &str,
        passphrase: &[u8],
        now: SystemTime,
    ) -> Result<String, SignError> {
        let chart = Chart::from_archive(archive)?;
        self.attest(&chart.metadata, (archive, name), passphrase, now)
    }

    /// As [`Signer::sign`], for an archive of any kind that `metadata` describe.
    ///
    /// # Errors
    /// When the metadata have no YAML form, or the passphrase is wrong.
    pub fn attest<T: Serialize + ?Sized>(
        &self,
        metadata: &T,
        (archive, name): (&[u8], &str),
        passphrase: &[u8],
        now: SystemTime,
    ) -> Result<String, SignError> {
        let statement = Unsigned::new(&statement::write(metadata, name, archive)?);
        let signature = self
            .signature(&statement.to_bytes(), passphrase, now)
            .map_err(|error| match self.secret.is_encrypted() {
                true => SignError::Locked,
                false => SignError::Failed(error.to_string()),
            })?;
        let mut packet = Vec::new();
        signature
            .to_writer_with_header(&mut packet)
            .map_err(|error| SignError::Failed(error.to_string()))?;
        Ok(statement.with_signature("SHA512", &packet))
    }

    fn signature(
        &self,
        bytes: &[u8],
        passphrase: &[u8],
        now: SystemTime,
    ) -> Result<Signature, pgp::errors::Error> {
        let key = Box::new(self.key);
        let mut config = SignatureConfig::from_key(OsRng, &key, SignatureType::Text)?;
        config.hash_alg = HashAlgorithm::Sha512;
        let created = Timestamp::from_secs(u32::try_from(seconds(now)).unwrap_or(u32::MAX));
        config.hashed_subpackets = vec![
            Subpacket::regular(SubpacketData::SignatureCreationTime(created))?,
            Subpacket::regular(SubpacketData::IssuerFingerprint(key.fingerprint()))?,
        ];
        if key.version() == KeyVersion::V4 {
            let id = SubpacketData::IssuerKeyId(key.legacy_key_id());
            config.unhashed_subpackets = vec![Subpacket::regular(id)?];
        }
        config.sign(&key, &Password::from(passphrase), bytes)
    }
}
