//! `registry`: who we are to registries.

mod login;
mod logout;

use crate::context::Context;
use crate::error::Result;

/// login to or logout from a registry
#[derive(Debug, clap::Subcommand)]
pub(crate) enum RegistryCommand {
    Login(login::Login),
    Logout(logout::Logout),
}

impl RegistryCommand {
    pub(crate) fn run(self, cx: &Context) -> Result {
        match self {
            RegistryCommand::Login(command) => command.run(cx),
            RegistryCommand::Logout(command) => command.run(cx),
        }
    }
}
