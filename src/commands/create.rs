//! `create`.

use std::path::{Path, PathBuf};

use crate::args::path;
use crate::context::Context;
use crate::error::Result;

/// create a new chart with the given name
///
/// Makes a folder with the common files of a chart. Files that are in the way are overwritten; others are left alone.
#[derive(Debug, clap::Args)]
pub(crate) struct Create {
    #[arg(value_name = "NAME")]
    name: String,
    /// the name or absolute path to Helm starter scaffold
    #[arg(short = 'p', long, value_name = "string")]
    starter: Option<PathBuf>,
}

impl Create {
    pub(crate) fn run(self, cx: &Context) -> Result {
        cx.ui().line(&format!("Creating {}", self.name))?;
        let starters = PathBuf::from(path::join(&cx.settings().homes.data, "starters"));
        let starter = self
            .starter
            .filter(|starter| !starter.as_os_str().is_empty())
            .map(|starter| starters.join(starter));
        let folder = path::parent(&self.name);
        let created = chart::create(path::base(&self.name), Path::new(&folder), starter.as_deref())?;
        for file in created.overwritten {
            let line = format!("WARNING: File {:?} already exists. Overwriting.", file.display());
            cx.ui().line(&line)?;
        }
        Ok(())
    }
}
