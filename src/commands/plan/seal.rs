//! `Seal`: the key of a saved plan. What the plan must not show is encrypted with it, its digests are made with it, and
//! it shows whether somebody changed the plan.

use std::path::{Path, PathBuf};

use aes_gcm::aead::Aead;
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::error::{CommandError, Result};
use crate::random;

const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 12;

/// A key that is not in the plan.
#[derive(Clone)]
pub(crate) struct Seal([u8; KEY_LENGTH]);

impl Seal {
    /// A new key, from the operating system's generator.
    pub(crate) fn random() -> Self {
        Seal(random::bytes())
    }

    /// Reads a key that was written.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no key.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            CommandError::new(format!(
                "unable to read the key of the plan {}: {error}",
                path.display()
            ))
            .hint("it was written beside the plan; name it with --key")
        })?;
        let bytes = STANDARD.decode(text.trim()).ok();
        let key = bytes.and_then(|bytes| bytes.try_into().ok());
        key.map(Seal)
            .ok_or_else(|| CommandError::new(format!("{} holds no key of a plan", path.display())))
    }

    /// Writes the key so that only its owner can read it.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn write(&self, path: &Path) -> Result {
        let text = format!("{}\n", STANDARD.encode(self.0));
        Ok(repo::write_private_file(path, text.as_bytes())?)
    }

    /// The key of the digests that a plan shows.
    pub(crate) fn digest_key(&self) -> Vec<u8> {
        self.derived("digest").to_vec()
    }

    /// Encrypts a text (AES-256-GCM, a random nonce before it, in base64).
    pub(crate) fn seal(&self, text: &[u8]) -> String {
        let nonce: [u8; NONCE_LENGTH] = random::bytes();
        let sealed = self.cipher().encrypt(Nonce::from_slice(&nonce), text);
        let sealed = sealed.expect("a text that fits into memory can be encrypted");
        STANDARD.encode([&nonce[..], &sealed].concat())
    }

    /// Decrypts what was sealed; nothing if it was sealed with another key.
    pub(crate) fn open(&self, sealed: &str) -> Option<Vec<u8>> {
        let bytes = STANDARD.decode(sealed).ok()?;
        let (nonce, text) = bytes.split_at_checked(NONCE_LENGTH)?;
        self.cipher().decrypt(Nonce::from_slice(nonce), text).ok()
    }

    /// The mark of a text: who does not have the key cannot make it.
    pub(crate) fn sign(&self, text: &[u8]) -> String {
        let mut mac = self.mac("sign");
        mac.update(text);
        STANDARD.encode(mac.finalize().into_bytes())
    }

    /// Says whether a mark is that of a text.
    pub(crate) fn is_signed(&self, text: &[u8], mark: &str) -> bool {
        let mut mac = self.mac("sign");
        mac.update(text);
        STANDARD
            .decode(mark)
            .is_ok_and(|mark| mac.verify_slice(&mark).is_ok())
    }

    fn cipher(&self) -> Aes256Gcm {
        Aes256Gcm::new(&self.derived("seal").into())
    }

    fn derived(&self, purpose: &str) -> [u8; KEY_LENGTH] {
        self.mac(purpose).finalize().into_bytes().into()
    }

    fn mac(&self, purpose: &str) -> Hmac<Sha256> {
        let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(&self.0).expect("HMAC takes keys of any length");
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac
    }
}

/// Where the key of a plan is, if nothing else is said: beside it.
pub(crate) fn beside(plan: &Path) -> PathBuf {
    let mut name = plan.as_os_str().to_owned();
    name.push(".key");
    name.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_key_opens_and_signs() {
        let (seal, other) = (Seal::random(), Seal::random());
        let sealed = seal.seal(b"--set password=x");
        assert_eq!(seal.open(&sealed).as_deref(), Some(&b"--set password=x"[..]));
        assert_eq!(other.open(&sealed), None);
        assert_ne!(sealed, seal.seal(b"--set password=x"));
        let mark = seal.sign(b"plan");
        assert!(seal.is_signed(b"plan", &mark));
        assert!(!seal.is_signed(b"plot", &mark) && !other.is_signed(b"plan", &mark));
    }
}
