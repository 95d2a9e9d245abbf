//! `plugin uninstall`.

use std::fs;
use std::path::Path;

use chart::FileError;

use super::for_each;
use crate::context::Context;
use crate::error::Result;
use crate::plugins::Plugin;

/// uninstall one or more Helm plugins
#[derive(Debug, clap::Args)]
pub(crate) struct Uninstall {
    #[arg(value_name = "<plugin>...")]
    plugins: Vec<String>,
}

impl Uninstall {
    pub(crate) fn run(self, cx: &Context) -> Result {
        for_each(cx, &self.plugins, ("uninstall", "Uninstalled"), |plugin| {
            remove(cx, plugin)
        })
    }
}

/// Removes a plugin, or the link to it, and the archive that it came from; then runs its hook.
fn remove(cx: &Context, plugin: &Plugin) -> Result {
    let folder = &plugin.folder;
    let is_link = fs::symlink_metadata(folder).is_ok_and(|found| found.is_symlink());
    let removed = if is_link {
        fs::remove_file(folder)
    } else {
        fs::remove_dir_all(folder)
    };
    removed.map_err(|error| FileError::new("unlinkat", folder, &error))?;
    let metadata = &plugin.metadata;
    if !metadata.version.is_empty() {
        let archive = format!("{}-{}.tgz", metadata.name, metadata.version);
        for name in [format!("{archive}.prov"), archive] {
            // What is not there need not go.
            let _ = fs::remove_file(Path::new(&cx.settings().homes.plugins).join(name));
        }
    }
    Ok(plugin.hook("delete", cx.settings().environment())?)
}
