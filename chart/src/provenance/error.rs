//! What can be wrong with keys, signatures and what is signed.

use crate::error::FileError;
use crate::{LoadError, yaml};

/// Something is not what OpenPGP says it should be. The words are those of Go's library.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FormatError {
    /// The bytes break a rule of the format.
    #[error("openpgp: invalid data: {0}")]
    Invalid(&'static str),
    /// What is there is correct, and we do not know it.
    #[error("openpgp: unsupported feature: {0}")]
    Unsupported(String),
    /// The bytes end too early.
    #[error("unexpected EOF")]
    Truncated,
}

/// Why a keyring cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyringError {
    /// The system refused something.
    #[error(transparent)]
    File(#[from] FileError),
    /// It is a GnuPG keybox, a form of GnuPG's own. Helm says that the first byte is not right.
    #[error("openpgp: invalid data: tag byte does not have MSB set")]
    Keybox,
    /// It is no keyring.
    #[error(transparent)]
    Format(#[from] FormatError),
}

/// Why an archive cannot be signed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// Several keys are called like that.
    #[error("more than one key contain the id {}", crate::quote::quote(.0))]
    Vague(String),
    /// No key is called like that.
    #[error("private key not found")]
    NoKey,
    /// The key has no secret part.
    #[error("provided key is not a private key. Try providing a keyring with secret keys")]
    NotPrivate,
    /// The passphrase does not open the key.
    #[error("openpgp: invalid data: private key checksum failure")]
    Locked,
    /// The archive is no chart.
    #[error("failed to load chart for signing")]
    Load(#[from] LoadError),
    /// The metadata cannot be written.
    #[error("failed to marshal chart metadata")]
    Metadata(#[from] yaml::WriteError),
    /// The key makes no signature.
    #[error("failed to either sign or armor message block: {0}")]
    Failed(String),
}

/// Why an archive is not what its provenance says.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// There is no clear-signed text.
    #[error("signature block not found")]
    NoBlock,
    /// The signature cannot be read.
    #[error(transparent)]
    Format(#[from] FormatError),
    /// No key of the keyring made the signature.
    #[error("openpgp: signature made by unknown entity")]
    UnknownSigner,
    /// The text or the signature was changed.
    #[error("openpgp: invalid signature: {0} verification failure")]
    Changed(&'static str),
    /// The signature says something about itself that we do not know, and must.
    #[error("openpgp: invalid signature: unknown critical notation: {0}")]
    Notation(String),
    /// The key is not to be trusted any more.
    #[error("openpgp: signature made by revoked key")]
    Revoked,
    /// The key is too old, or from the future.
    #[error("openpgp: key expired")]
    KeyExpired,
    /// The signature is too old, or from the future.
    #[error("openpgp: signature expired")]
    SignatureExpired,
    /// The text has no digests.
    #[error("message block must have at least two parts")]
    NoDigests,
    /// The digests cannot be read.
    #[error(transparent)]
    Yaml(#[from] yaml::Error),
    /// The digests are those of other files.
    #[error("provenance does not contain a SHA for a file named {}", crate::quote::quote(.0))]
    OtherFile(String),
    /// The archive was changed.
    #[error("sha256 sum does not match for {name}: {} != {}", crate::quote::quote(.signed), crate::quote::quote(.found))]
    OtherDigest {
        /// The archive's name.
        name: String,
        /// What the provenance says.
        signed: String,
        /// What the archive's digest is.
        found: String,
    },
}

/// Why an archive file cannot be verified.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyFileError {
    /// There is no such file.
    #[error(transparent)]
    NoFile(FileError),
    /// It is a folder.
    #[error("unpacked charts cannot be verified")]
    Folder,
    /// It does not end in `.tgz`.
    #[error("chart must be a tgz file")]
    NoArchive,
    /// There is no provenance.
    #[error("could not load provenance file {path}")]
    NoProvenance {
        /// Where it should be.
        path: String,
        /// What the system said.
        #[source]
        source: FileError,
    },
    /// The keyring cannot be had.
    #[error("failed to load keyring")]
    Keyring(#[source] KeyringError),
    /// The archive cannot be read.
    #[error("failed to read chart archive")]
    Archive(#[source] FileError),
    /// The provenance cannot be read.
    #[error("failed to read provenance file")]
    Provenance(#[source] FileError),
    /// It is not what the provenance says.
    #[error(transparent)]
    Verify(#[from] VerifyError),
}
