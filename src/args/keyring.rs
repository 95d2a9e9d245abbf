//! `--keyring`, and what is done with the keys in it.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chart::provenance::{KeyringError, Verification, VerifyFileError, verify_file};

use crate::context::Context;
use crate::error::{CommandError, Result};

/// The flag that names the file with the keys.
#[derive(Debug, clap::Args)]
pub(crate) struct KeyringArgs {
    /// keyring containing the keys: public ones to verify, secret ones to sign
    #[arg(long, value_name = "string")]
    keyring: Option<String>,
}

impl KeyringArgs {
    /// The file with the keys.
    pub(crate) fn path(&self, cx: &Context) -> PathBuf {
        PathBuf::from(self.keyring.as_deref().unwrap_or(&cx.settings().keyring))
    }

    /// Verifies an archive by the provenance file beside it.
    ///
    /// # Errors
    /// When something is missing, or the archive is not what its provenance says.
    pub(crate) fn verify(&self, cx: &Context, archive: &Path) -> Result<Verification> {
        let mut provenance = archive.as_os_str().to_owned();
        provenance.push(".prov");
        let found = verify_file(archive, Path::new(&provenance), &self.path(cx), SystemTime::now());
        found.map_err(|error| {
            let is_keys_fault = matches!(&error, VerifyFileError::Keyring(reason) if is_gnupgs(reason));
            with_hint(cx, error.into(), is_keys_fault.then_some("gpg --export"))
        })
    }
}

/// Whether the file is missing, or in the form that only GnuPG reads.
pub(super) fn is_gnupgs(error: &KeyringError) -> bool {
    match error {
        KeyringError::Keybox => true,
        KeyringError::File(error) => error.kind == ErrorKind::NotFound,
        _ => false,
    }
}

/// Says how keys get into a file that we read.
pub(super) fn with_hint(cx: &Context, error: CommandError, export: Option<&str>) -> CommandError {
    match export {
        Some(export) if !cx.ui().is_helm() => error.hint(format!(
            "GnuPG keeps its keys in a form of its own: write them to a file with \"{export} > FILE\" and name it with --keyring"
        )),
        _ => error,
    }
}
