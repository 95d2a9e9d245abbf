//! `Keyring`: the keys of a file.

use std::path::Path;

use pgp::packet::Packet;
use pgp::types::{KeyDetails, KeyId};

use super::entity::{Entity, Packets, Subkey};
use super::file::read_file;
use super::packets;
use super::sign::Choice;
use super::{KeyringError, SignError};

/// Keys, public or secret, as `gpg --export` and `gpg --export-secret-keys` write them.
#[derive(Default)]
pub struct Keyring {
    entities: Vec<Entity>,
}

/// A key that may have made a signature.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    pub(super) entity: &'a Entity,
    /// The subkey, if it is not the primary key itself.
    pub(super) subkey: Option<&'a Subkey>,
}

impl Keyring {
    /// Reads the keyring in a file.
    ///
    /// # Errors
    /// When there is no file, and as [`Keyring::read`].
    pub fn open(path: &Path) -> Result<Self, KeyringError> {
        Self::read(&read_file(path)?)
    }

    /// Reads a keyring, also one in armor, which Helm refuses. Keys that are broken or of another kind are passed over
    /// as long as there are others.
    ///
    /// # Errors
    /// When the bytes are no keys at all.
    pub fn read(bytes: &[u8]) -> Result<Self, KeyringError> {
        if is_keybox(bytes) {
            return Err(KeyringError::Keybox);
        }
        let packets = if packets::is_armored(bytes) {
            packets::read(&packets::dearmor(bytes)?)?
        } else {
            packets::read(bytes)?
        };
        let mut packets = packets.into_iter().peekable();
        let mut entities = Vec::new();
        let mut last_error = None;
        while packets.peek().is_some() {
            match Entity::read(&mut packets) {
                Ok(entity) => entities.push(entity),
                Err(error) => {
                    last_error = Some(error);
                    skip_to_next_key(&mut packets);
                }
            }
        }
        match last_error {
            Some(error) if entities.is_empty() => Err(error.into()),
            _ => Ok(Keyring { entities }),
        }
    }

    /// Chooses the key to sign with: one that has an identity of that name, or the only one with an identity that
    /// contains it.
    ///
    /// # Errors
    /// When there are several.
    pub fn choose(&self, id: &str) -> Result<Choice<'_>, SignError> {
        let mut chosen = None;
        let mut is_vague = false;
        for entity in &self.entities {
            for name in entity.identities.keys() {
                if name == id {
                    return Ok(Choice::new(Some(entity)));
                }
                if name.contains(id) {
                    is_vague |= chosen.is_some();
                    chosen = Some(entity);
                }
            }
        }
        if is_vague {
            return Err(SignError::Vague(id.to_owned()));
        }
        Ok(Choice::new(chosen))
    }

    /// The keys that a signature may be from: those that it names and that may sign.
    pub(super) fn signers(&self, ids: &[KeyId]) -> Vec<Candidate<'_>> {
        let all = self.entities.iter().flat_map(|entity| {
            let primary = std::iter::once(None);
            let subkeys = entity.subkeys.iter().map(Some);
            primary
                .chain(subkeys)
                .map(move |subkey| Candidate { entity, subkey })
        });
        all.filter(|candidate| ids.contains(&candidate.id()) && candidate.may_sign())
            .collect()
    }
}

impl Candidate<'_> {
    fn id(&self) -> KeyId {
        match self.subkey {
            Some(subkey) => subkey.key.legacy_key_id(),
            None => self.entity.primary.legacy_key_id(),
        }
    }

    pub(super) fn may_sign(&self) -> bool {
        let said = match self.subkey {
            Some(subkey) => Some(&subkey.binding),
            None => self.entity.self_signature(),
        };
        said.is_some_and(|said| said.key_flags().sign())
    }
}

/// The first block of a keybox begins with its length (4 bytes), its type and a version, then flags and `KBXf`.
fn is_keybox(bytes: &[u8]) -> bool {
    bytes.get(8..12) == Some(b"KBXf")
}

fn skip_to_next_key(packets: &mut Packets) {
    let is_key = |packet: &Packet| matches!(packet, Packet::PublicKey(_) | Packet::SecretKey(_));
    while packets.next_if(|packet| !is_key(packet)).is_some() {}
}
