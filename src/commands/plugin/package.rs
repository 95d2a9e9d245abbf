//! `plugin package`.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use chart::FileError;
use chart::provenance::Keyring;

use crate::args::keyring::KeyringArgs;
use crate::args::pflag;
use crate::args::signing;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::plugins::{self, Plugin};

/// package a plugin directory into a plugin archive
///
/// The archive is signed, with a provenance file beside it, unless --sign=false is given: whoever installs the plugin can
/// check then where it comes from.
#[derive(Debug, clap::Args)]
pub(crate) struct Package {
    #[arg(value_name = "[PATH]")]
    path: String,
    /// use a PGP private key to sign this plugin
    #[arg(long, value_name = "bool", action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true,
          default_value_t = true, default_missing_value = "true", value_parser = pflag::switch)]
    sign: bool,
    /// name of the key to use when signing. Used if --sign is true
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    key: String,
    /// location of a file which contains the passphrase for the signing key. Use "-" to read from stdin.
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    passphrase_file: String,
    /// location to write the plugin tarball.
    #[arg(short, long, value_name = "string", default_value = ".")]
    destination: String,
    #[command(flatten)]
    keyring: KeyringArgs,
}

impl Package {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let folder = Path::new(&self.path);
        let found = fs::metadata(folder).map_err(|error| FileError::new("stat", folder, &error))?;
        if !found.is_dir() {
            return Err(CommandError::new(
                "plugin package only supports directories, not tarballs",
            ));
        }
        let plugin = Plugin::load(folder)
            .map_err(|error| CommandError::from(error).during("invalid plugin directory"))?;
        let destination = Path::new(&self.destination);
        fs::create_dir_all(destination).map_err(|error| FileError::new("mkdir", destination, &error))?;
        let name = format!("{}-{}.tgz", plugin.metadata.name, plugin.metadata.version);
        let path = PathBuf::from(crate::args::path::join(&self.destination, &name));
        let archive = self.pack(cx, &plugin, &name)?;
        repo::write_file(&path, &archive.bytes)?;
        if let Some(provenance) = archive.provenance {
            let beside = PathBuf::from(format!("{}.prov", path.display()));
            repo::write_file(&beside, provenance.as_bytes())?;
            let line = format!("Successfully signed. Signature written to: {}", beside.display());
            cx.ui().line(&line)?;
        }
        let line = format!("Successfully packaged plugin and saved it to: {}", path.display());
        Ok(cx.ui().line(&line)?)
    }

    /// Makes the archive, and signs it unless that is not wanted. Nothing is written before all of it is done.
    fn pack(&self, cx: &Context, plugin: &Plugin, name: &str) -> Result<Packed> {
        let pack = || {
            let packed = plugins::pack(&plugin.folder, &plugin.metadata.name);
            packed.map_err(|error| CommandError::from(error).during("failed to create plugin tarball"))
        };
        if !self.sign {
            cx.ui().line(
                "WARNING: Skipping plugin signing. This is not recommended for plugins intended for distribution.",
            )?;
            return Ok(Packed {
                bytes: pack()?,
                provenance: None,
            });
        }
        let keyring = Keyring::open(&self.keyring.path(cx))
            .map_err(|error| CommandError::from(error).during("error reading from keyring"))?;
        let choice = keyring
            .choose(&self.key)
            .map_err(|error| CommandError::from(error).during("error reading from keyring"))?;
        let given = self.passphrase()?;
        let now = SystemTime::now();
        let signer = choice.signer(now)?;
        let passphrase = signing::unlocking(cx, &signer, given.as_deref())?;
        let bytes = pack()?;
        let statement = plugin.metadata.statement();
        let provenance = signer
            .attest(&statement, (&bytes, name), &passphrase, now)
            .map_err(|error| CommandError::from(error).during("failed to sign plugin"))?;
        Ok(Packed {
            bytes,
            provenance: Some(provenance),
        })
    }

    /// All that the file with the passphrase holds, but for its last line break.
    fn passphrase(&self) -> Result<Option<Vec<u8>>> {
        if self.passphrase_file.is_empty() {
            return Ok(None);
        }
        let mut text = Vec::new();
        std::io::Read::read_to_end(&mut signing::open(&self.passphrase_file)?, &mut text)?;
        let end = text.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n'));
        text.truncate(end.map_or(0, |end| end + 1));
        Ok(Some(text))
    }
}

struct Packed {
    bytes: Vec<u8>,
    provenance: Option<String>,
}
