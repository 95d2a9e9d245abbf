//! `get`: what was recorded of a release.

mod all;
mod hooks;
mod manifest;
mod metadata;
mod notes;
mod values;

use crate::context::Context;
use crate::error::Result;

/// download extended information of a named release
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Get {
    All(all::All),
    Hooks(hooks::Hooks),
    Manifest(manifest::Manifest),
    Metadata(metadata::Metadata),
    Notes(notes::Notes),
    Values(values::Values),
}

impl Get {
    pub(crate) fn run(self, cx: &Context) -> Result {
        match self {
            Get::All(command) => command.run(cx),
            Get::Hooks(command) => command.run(cx),
            Get::Manifest(command) => command.run(cx),
            Get::Metadata(command) => command.run(cx),
            Get::Notes(command) => command.run(cx),
            Get::Values(command) => command.run(cx),
        }
    }
}
