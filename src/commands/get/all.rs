//! `get all`.

use crate::args::revision::RevisionArgs;
use crate::context::Context;
use crate::error::Result;
use crate::output::release::{Part, status_text};

/// download all information for a named release
#[derive(Debug, clap::Args)]
pub(crate) struct All {
    #[arg(value_name = "RELEASE_NAME")]
    name: String,
    #[command(flatten)]
    revision: RevisionArgs,
}

impl All {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let release = cx.block_on(self.revision.read(cx, &self.name))?;
        cx.ui()
            .data(status_text(&release, &[Part::Chart, Part::Debug, Part::Notes])?)?;
        Ok(())
    }
}
