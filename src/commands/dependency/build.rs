//! `dependency build`.

use super::fetch::{FetchArgs, Verb};
use crate::context::Context;
use crate::error::Result;

/// rebuild the charts/ directory based on the Chart.lock file
///
/// Build is used to reconstruct a chart's dependencies to the state specified in the lock file. This will not re-negotiate
/// dependencies, as 'dependency update' does. If no lock file is found, 'dependency build' will mirror the behavior of
/// 'dependency update'.
#[derive(Debug, clap::Args)]
pub(crate) struct Build {
    /// exactly what was there when the lock file was written, or nothing: there must be a lock file, and every archive must
    /// have the digest that 'dependency update' wrote down
    #[arg(long)]
    frozen: bool,
    #[command(flatten)]
    fetch: FetchArgs,
}

impl Build {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let verb = if self.frozen {
            Verb::BuildFrozen
        } else {
            Verb::Build
        };
        self.fetch.run(cx, verb)
    }
}
