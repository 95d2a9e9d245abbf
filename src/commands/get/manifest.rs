//! `get manifest`.

use crate::args::revision::RevisionArgs;
use crate::context::Context;
use crate::error::Result;

/// download the manifest for a named release
#[derive(Debug, clap::Args)]
pub(crate) struct Manifest {
    #[arg(value_name = "RELEASE_NAME")]
    name: String,
    #[command(flatten)]
    revision: RevisionArgs,
}

impl Manifest {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let release = cx.block_on(self.revision.read(cx, &self.name))?;
        cx.ui().line(&release.manifest)?;
        Ok(())
    }
}
