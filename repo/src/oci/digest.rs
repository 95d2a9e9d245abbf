//! `Digest`: the name of content by what it is.

use std::fmt;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256, Sha512};

/// The digest of some content: an algorithm and a hash in hexadecimal, `sha256:…` or `sha512:…`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Digest(String);

/// Why a text is no digest. The words are those of the Go package `go-digest`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DigestError {
    /// There is no algorithm or no hash, or other characters are in it.
    #[error("invalid checksum digest format")]
    Format,
    /// The hash is not as long as the algorithm's hashes are.
    #[error("invalid checksum digest length")]
    Length,
    /// The algorithm is not known.
    #[error("unsupported digest algorithm")]
    Algorithm,
}

/// Computes a digest from content that comes in pieces.
#[derive(Clone)]
pub(super) enum Hasher {
    Sha256(Sha256),
    Sha512(Sha512),
}

impl Digest {
    /// Reads a digest.
    ///
    /// # Errors
    /// When the text is none, or one by an algorithm other than SHA-256 and SHA-512.
    pub fn parse(text: &str) -> Result<Self, DigestError> {
        let (algorithm, hash) = text.split_once(':').ok_or(DigestError::Format)?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || "+._-".contains(c);
        if algorithm.is_empty() || hash.is_empty() || !algorithm.chars().all(is_word) {
            return Err(DigestError::Format);
        }
        let length = match algorithm {
            "sha256" => 64,
            "sha512" => 128,
            _ => return Err(DigestError::Algorithm),
        };
        if hash.len() != length {
            return Err(DigestError::Length);
        }
        if !hash.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')) {
            return Err(DigestError::Format);
        }
        Ok(Digest(text.to_owned()))
    }

    /// The SHA-256 digest of `content`.
    pub fn of(content: &[u8]) -> Self {
        let mut hasher = Hasher::sha256();
        hasher.update(content);
        hasher.finish()
    }

    /// The digest as text, with its algorithm.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The hash if it is one by SHA-256, as the content cache names its files.
    pub fn sha256(&self) -> Option<&str> {
        self.0.strip_prefix("sha256:")
    }

    /// What computes digests of this kind.
    pub(super) fn hasher(&self) -> Hasher {
        match self.sha256() {
            Some(_) => Hasher::sha256(),
            None => Hasher::Sha512(Sha512::new()),
        }
    }
}

impl Hasher {
    /// Computes a SHA-256 digest.
    pub(super) fn sha256() -> Self {
        Hasher::Sha256(Sha256::new())
    }

    /// Takes in the next piece.
    pub(super) fn update(&mut self, piece: &[u8]) {
        match self {
            Hasher::Sha256(hasher) => hasher.update(piece),
            Hasher::Sha512(hasher) => hasher.update(piece),
        }
    }

    /// The digest of all pieces.
    pub(super) fn finish(self) -> Digest {
        match self {
            Hasher::Sha256(hasher) => Digest(format!("sha256:{:x}", hasher.finalize())),
            Hasher::Sha512(hasher) => Digest(format!("sha512:{:x}", hasher.finalize())),
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl TryFrom<String> for Digest {
    type Error = DigestError;

    fn try_from(text: String) -> Result<Self, DigestError> {
        Digest::parse(&text)
    }
}

impl From<Digest> for String {
    fn from(digest: Digest) -> String {
        digest.0
    }
}

#[cfg(test)]
mod tests {
    use super::{Digest, DigestError};

    #[test]
    fn digests_are_checked_when_they_are_read() {
        let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").as_str(), empty);
        assert_eq!(Digest::parse(empty), Ok(Digest::of(b"")));
        assert_eq!(Digest::parse("sha256:00"), Err(DigestError::Length));
        assert_eq!(Digest::parse("md5:00"), Err(DigestError::Algorithm));
        assert_eq!(Digest::parse("latest"), Err(DigestError::Format));
        assert_eq!(Digest::parse(&empty.to_uppercase()), Err(DigestError::Algorithm));
        let long = format!("sha512:{}", "0".repeat(128));
        assert!(Digest::parse(&long).is_ok());
    }
}
