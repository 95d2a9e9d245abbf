//! `get values`.

use crate::args::output::{OutputArgs, to_yaml};
use crate::args::revision::RevisionArgs;
use crate::context::Context;
use crate::error::Result;
use crate::output::release::user_values;

/// download the values file for a named release
#[derive(Debug, clap::Args)]
pub(crate) struct Values {
    #[arg(value_name = "RELEASE_NAME")]
    name: String,
    #[command(flatten)]
    revision: RevisionArgs,
    /// dump all (computed) values
    #[arg(short, long)]
    all: bool,
    #[command(flatten)]
    output: OutputArgs,
}

impl Values {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let release = cx.block_on(self.revision.read(cx, &self.name))?;
        let (title, values) = if self.all {
            ("COMPUTED VALUES:", Some(release.computed_values()?))
        } else {
            ("USER-SUPPLIED VALUES:", user_values(&release).cloned())
        };
        let table = || Ok(format!("{title}\n{}", to_yaml(&values)?));
        cx.ui().data(self.output.output.render(&values, table)?)?;
        Ok(())
    }
}
