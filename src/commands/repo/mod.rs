//! `repo`: the repositories that charts come from.

mod add;
mod index;
mod list;
mod remove;
mod update;

use crate::context::Context;
use crate::error::Result;

/// add, list, remove, update, and index chart repositories
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Repo {
    Add(Box<add::Add>),
    Index(index::Index),
    #[command(visible_alias = "ls")]
    List(list::List),
    #[command(visible_alias = "rm")]
    Remove(remove::Remove),
    #[command(visible_alias = "up")]
    Update(update::Update),
}

impl Repo {
    pub(crate) fn run(self, cx: &Context) -> Result {
        match self {
            Repo::Add(command) => command.run(cx),
            Repo::Index(command) => command.run(cx),
            Repo::List(command) => command.run(cx),
            Repo::Remove(command) => command.run(cx),
            Repo::Update(command) => command.run(cx),
        }
    }
}
