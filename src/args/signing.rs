//! `--sign` and the flags that go with it.

use std::cell::OnceCell;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::fd::AsFd;
use std::os::unix::fs::FileTypeExt;
use std::path::Path;
use std::time::SystemTime;

use chart::FileError;
use chart::provenance::{Keyring, Signer};

use super::keyring::{KeyringArgs, is_gnupgs, with_hint};
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::output::prompt;

/// Flags for signing what is packed.
#[derive(Debug, clap::Args)]
pub(crate) struct SigningArgs {
    /// use a PGP private key to sign this package
    #[arg(long)]
    sign: bool,
    /// name of the key to use when signing. Used if --sign is true
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    key: String,
    /// location of a file which contains the passphrase for the signing key. Use "-" in order to read from stdin.
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    passphrase_file: String,
    #[command(flatten)]
    keyring: KeyringArgs,
    /// What the file says, read once: standard input has no second time.
    #[arg(skip)]
    passphrase: OnceCell<Vec<u8>>,
}

impl SigningArgs {
    /// Looks at the flags before anything is packed.
    ///
    /// # Errors
    /// When something is to be signed, but not said with which key.
    pub(crate) fn check(&self, cx: &Context) -> Result {
        let missing = match (self.sign, self.key.as_str()) {
            (false, _) => return Ok(()),
            (true, "") => "key",
            (true, _) if self.keyring.path(cx).as_os_str().is_empty() => "keyring",
            (true, _) => return Ok(()),
        };
        Err(CommandError::new(format!(
            "--{missing} is required for signing a package"
        )))
    }

    /// Writes the provenance of an archive beside it, if that was asked for.
    ///
    /// # Errors
    /// When the key or its passphrase cannot be had, or a file cannot be read or written.
    pub(crate) fn sign(&self, cx: &Context, archive: &Path) -> Result {
        if !self.sign {
            return Ok(());
        }
        let keyring = Keyring::open(&self.keyring.path(cx)).map_err(|error| {
            let is_keys_fault = is_gnupgs(&error);
            with_hint(
                cx,
                error.into(),
                is_keys_fault.then_some("gpg --export-secret-keys"),
            )
        })?;
        let choice = keyring.choose(&self.key)?;
        let passphrase = self.passphrase()?;
        let now = SystemTime::now();
        let signer = choice.signer(now)?;
        let passphrase = unlocking(cx, &signer, passphrase)?;
        let bytes = std::fs::read(archive)
            .map_err(|error| CommandError::from(error).during("failed to read chart archive"))?;
        let name = archive.file_name().unwrap_or_default().to_string_lossy();
        let provenance = signer.sign(&bytes, &name, &passphrase, now)?;
        let mut path = archive.as_os_str().to_owned();
        path.push(".prov");
        let path = Path::new(&path);
        std::fs::write(path, provenance).map_err(|error| FileError::new("open", path, &error))?;
        Ok(())
    }

    /// The first line of the file with the passphrase, if one is named.
    fn passphrase(&self) -> Result<Option<&[u8]>> {
        if self.passphrase_file.is_empty() {
            return Ok(None);
        }
        if let Some(known) = self.passphrase.get() {
            return Ok(Some(known));
        }
        let line = first_line(open(&self.passphrase_file)?)?;
        Ok(Some(self.passphrase.get_or_init(|| line)))
    }
}

/// The passphrase of a key: what was given, else, if the key is locked, what is answered at the terminal.
///
/// # Errors
/// When it must be asked for, and nobody can be asked.
pub(crate) fn unlocking(cx: &Context, signer: &Signer<'_>, given: Option<&[u8]>) -> Result<Vec<u8>> {
    match (given, signer.locked_name()) {
        (Some(given), _) => Ok(given.to_owned()),
        (None, Some(name)) => prompt::secret(cx.ui(), &format!("Password for key {name:?} >  ")),
        (None, None) => Ok(Vec::new()),
    }
}

/// Opens the file; `-` is standard input, if something is piped into it.
///
/// # Errors
/// When it cannot be opened, or nothing is piped.
pub(crate) fn open(name: &str) -> Result<File> {
    if name != "-" {
        let path = Path::new(name);
        return Ok(File::open(path).map_err(|error| FileError::new("open", path, &error))?);
    }
    let stdin = File::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    if stdin.metadata()?.file_type().is_fifo() {
        return Ok(stdin);
    }
    Err(CommandError::new(
        "specified reading passphrase from stdin, without input on stdin",
    ))
}

fn first_line(file: File) -> Result<Vec<u8>> {
    let mut line = Vec::new();
    if BufReader::new(file).read_until(b'\n', &mut line)? == 0 {
        return Err(CommandError::new("EOF"));
    }
    if line.ends_with(b"\n") {
        line.pop();
        if line.ends_with(b"\r") {
            line.pop();
        }
    }
    Ok(line)
}
