//! `plugin install`.

use crate::args::keyring::KeyringArgs;
use crate::args::pflag;
use crate::args::remote::RemoteArgs;
use crate::commands::verify::text;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::plugins::{Installer, Plugin, Source};

/// install a Helm plugin
///
/// A plugin comes from a folder, an archive (on this machine or a web server), or a repository of git.
///
/// The signature of an archive is checked before it is installed: the provenance file lies beside it, with .prov added to
/// its name. A folder on this machine is linked to, and needs none. A repository of git has no signature: it takes
/// --verify=false.
#[derive(Debug, clap::Args)]
pub(crate) struct Install {
    #[arg(value_name = "[options] <path|url>")]
    source: String,
    /// specify a version constraint. If this is not specified, the latest version is installed
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    version: String,
    /// verify the plugin signature before installing
    #[arg(long, value_name = "bool", action = clap::ArgAction::Set, num_args = 0..=1, require_equals = true,
          default_value_t = true, default_missing_value = "true", value_parser = pflag::switch)]
    verify: bool,
    #[command(flatten)]
    keyring: KeyringArgs,
    #[command(flatten)]
    remote: RemoteArgs,
}

impl Install {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let source = Source::find(cx, &self.source, &self.version)?;
        let verifies = self.verifies(cx, &source)?;
        let mut installer = Installer::new(cx, source, &self.remote);
        installer.check_place()?;
        if verifies {
            let found = installer.verify(&self.keyring.path(cx))?;
            cx.ui().data(text(&found, "Plugin"))?;
        }
        installer.install()?;
        let plugin = Plugin::load(&installer.place())
            .map_err(|error| CommandError::from(error).during("plugin is installed but unusable"))?;
        plugin.hook("install", cx.settings().environment())?;
        Ok(cx
            .ui()
            .line(&format!("Installed plugin: {}", plugin.metadata.name))?)
    }

    /// Says whether the signature is to be checked, and tells the user.
    fn verifies(&self, cx: &Context, source: &Source) -> Result<bool> {
        if source.is_folder() {
            cx.ui()
                .line("Installing plugin from local directory (development mode)")?;
            return Ok(false);
        }
        if !self.verify {
            cx.ui().line("WARNING: Skipping plugin signature verification")?;
            return Ok(false);
        }
        if !source.has_proof() {
            return Err(CommandError::new(
                "plugin source does not support verification. Use --verify=false to skip verification",
            ));
        }
        cx.ui().line("Verifying plugin signature...")?;
        Ok(true)
    }
}
