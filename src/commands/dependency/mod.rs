//! `dependency`: the charts that a chart depends on.

mod build;
mod fetch;
mod list;
mod status;
mod update;

use crate::context::Context;
use crate::error::Result;

/// manage a chart's dependencies
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Dependency {
    Build(Box<build::Build>),
    #[command(visible_alias = "ls")]
    List(list::List),
    #[command(visible_alias = "up")]
    Update(Box<update::Update>),
}

impl Dependency {
    pub(crate) fn run(self, cx: &Context) -> Result {
        match self {
            Dependency::Build(command) => command.run(cx),
            Dependency::List(command) => command.run(cx),
            Dependency::Update(command) => command.run(cx),
        }
    }
}
