//! `search`: charts by words.

mod hub;
mod repo;

use crate::context::Context;
use crate::error::Result;

/// search for a keyword in charts
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Search {
    Hub(hub::Hub),
    Repo(repo::Repo),
}

impl Search {
    pub(crate) fn run(self, cx: &Context) -> Result {
        match self {
            Search::Hub(command) => command.run(cx),
            Search::Repo(command) => command.run(cx),
        }
    }
}

/// What is said when nothing was found.
const NOTHING: &str = "No results found\n";

/// The error for who takes finding nothing for one.
fn none_found() -> crate::error::CommandError {
    crate::error::CommandError::new("no results found")
}
