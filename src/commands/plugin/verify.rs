//! `plugin verify`.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use chart::FileError;
use chart::provenance::{Keyring, verify};

use crate::args::keyring::KeyringArgs;
use crate::commands::verify::text;
use crate::context::Context;
use crate::error::{CommandError, Result};

/// verify that a plugin at the given path has been signed and is valid
///
/// The path is that of an archive; its provenance is in the file of the same name with .prov added, where 'plugin package'
/// writes it.
#[derive(Debug, clap::Args)]
pub(crate) struct Verify {
    #[arg(value_name = "[PATH]")]
    path: String,
    #[command(flatten)]
    keyring: KeyringArgs,
}

impl Verify {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let path = Path::new(&self.path);
        let found = fs::metadata(path).map_err(|error| FileError::new("stat", path, &error))?;
        if found.is_dir() {
            return Err(CommandError::new(
                "directory verification not supported - only plugin tarballs can be verified",
            ));
        }
        if !path
            .extension()
            .is_some_and(|extension| extension == "gz" || extension == "tgz")
        {
            return Err(CommandError::new(
                "plugin file must be a gzipped tarball (.tar.gz or .tgz)",
            ));
        }
        let beside = format!("{}.prov", self.path);
        let provenance = fs::read(&beside).map_err(|error| {
            let step = format!("could not find provenance file {beside}");
            CommandError::from(FileError::new("stat", Path::new(&beside), &error)).during(&step)
        })?;
        let archive = fs::read(path).map_err(|error| FileError::new("open", path, &error));
        let archive =
            archive.map_err(|error| CommandError::from(error).during("failed to read plugin file"))?;
        let keyring = Keyring::open(&self.keyring.path(cx))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let found = verify(&archive, &name, &provenance, &keyring, SystemTime::now())?;
        Ok(cx.ui().data(text(&found, "Plugin"))?)
    }
}
