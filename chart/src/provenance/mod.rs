//! Provenance: who packed an archive, signed with OpenPGP beside it in `NAME-VERSION.tgz.prov`.
//!
//! The file is a clear-signed text: `Chart.yaml`, a line `...`, and the archive's digest by its name. The rules and the
//! words are those of Helm's `pkg/provenance` and of the OpenPGP library behind it (ProtonMail's `go-crypto`). All but
//! [`verify_file`] and [`Keyring::open`] works on bytes alone.

mod cleartext;
mod entity;
mod error;
mod file;
mod keyring;
mod packets;
mod sign;
mod statement;
mod verify;

pub use error::{FormatError, KeyringError, SignError, VerifyError, VerifyFileError};
pub use file::verify_file;
pub use keyring::Keyring;
pub use sign::{Choice, Signer};
pub use statement::{claims, digest};
pub use verify::{Verification, verify};

#[cfg(test)]
mod tests;
