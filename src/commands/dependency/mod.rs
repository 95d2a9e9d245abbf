//! `dependency`: the charts that a chart depends on.

mod list;
mod status;

use crate::context::Context;
use crate::error::Result;

/// manage a chart's dependencies
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Dependency {
    #[command(visible_alias = "ls")]
    List(list::List),
}

impl Dependency {
    pub(crate) fn run(self, cx: &Context) -> Result {
        match self {
            Dependency::List(command) => command.run(cx),
        }
    }
}
