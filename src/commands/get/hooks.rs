//! `get hooks`.

use crate::args::revision::RevisionArgs;
use crate::context::Context;
use crate::error::Result;
use crate::output::release::hooks_text;

/// download all hooks for a named release
#[derive(Debug, clap::Args)]
pub(crate) struct Hooks {
    #[arg(value_name = "RELEASE_NAME")]
    name: String,
    #[command(flatten)]
    revision: RevisionArgs,
}

impl Hooks {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let release = cx.block_on(self.revision.read(cx, &self.name))?;
        cx.ui().data(hooks_text(&release.hooks))?;
        Ok(())
    }
}
