//! `get notes`.

use crate::args::revision::RevisionArgs;
use crate::context::Context;
use crate::error::Result;

/// download the notes for a named release
#[derive(Debug, clap::Args)]
pub(crate) struct Notes {
    #[arg(value_name = "RELEASE_NAME")]
    name: String,
    #[command(flatten)]
    revision: RevisionArgs,
}

impl Notes {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let release = cx.block_on(self.revision.read(cx, &self.name))?;
        if !release.info.notes.is_empty() {
            cx.ui().line(&format!("NOTES:\n{}", release.info.notes))?;
        }
        Ok(())
    }
}
