//! The commands: a file each, a folder for a group of them.

mod completion;
mod create;
mod dependency;
mod env;
mod get;
mod history;
mod install;
mod lint;
mod list;
mod package;
mod pull;
mod repo;
mod push;
mod registry;
mod rollback;
mod search;
mod show;
mod status;
mod template;
mod test;
mod uninstall;
mod upgrade;
mod verify;
pub(crate) mod version;

use crate::context::Context;
use crate::error::Result;

/// Every command of the program.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Command {
    #[command(subcommand)]
    Completion(completion::Completion),
    Create(create::Create),
    #[command(subcommand, visible_aliases = ["dep", "dependencies"])]
    Dependency(dependency::Dependency),
    Env(env::Env),
    #[command(subcommand)]
    Get(get::Get),
    #[command(visible_alias = "hist")]
    History(history::History),
    Install(Box<install::Install>),
    Lint(lint::Lint),
    #[command(visible_alias = "ls")]
    List(list::List),
    Package(package::Package),
    #[command(visible_alias = "fetch")]
    Pull(Box<pull::Pull>),
    #[command(subcommand)]
    Repo(repo::Repo),
    Push(push::Push),
    #[command(subcommand)]
    Registry(registry::RegistryCommand),
    Rollback(rollback::Rollback),
    #[command(subcommand)]
    Search(search::Search),
    #[command(subcommand, visible_alias = "inspect")]
    Show(show::Show),
    Status(status::Status),
    Template(Box<template::Template>),
    Test(test::Test),
    #[command(visible_aliases = ["del", "delete", "un"])]
    Uninstall(uninstall::Uninstall),
    Upgrade(Box<upgrade::Upgrade>),
    Verify(verify::Verify),
    Version(version::Version),
}

impl Command {
    /// The name of a command that has had other flags.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Command::Install(_) => "install",
            Command::Upgrade(_) => "upgrade",
            Command::Rollback(_) => "rollback",
            Command::Template(_) => "template",
            _ => "",
        }
    }

    /// Runs the command.
    ///
    /// # Errors
    /// Whatever the command cannot do.
    pub(crate) fn run(self, cx: &Context) -> Result {
        match self {
            Command::Completion(command) => command.run(cx),
            Command::Create(command) => command.run(cx),
            Command::Dependency(command) => command.run(cx),
            Command::Env(command) => command.run(cx),
            Command::Get(command) => command.run(cx),
            Command::History(command) => command.run(cx),
            Command::Install(command) => command.run(cx),
            Command::Lint(command) => command.run(cx),
            Command::List(command) => command.run(cx),
            Command::Package(command) => command.run(cx),
            Command::Pull(command) => command.run(cx),
            Command::Repo(command) => command.run(cx),
            Command::Push(command) => command.run(cx),
            Command::Registry(command) => command.run(cx),
            Command::Rollback(command) => command.run(cx),
            Command::Search(command) => command.run(cx),
            Command::Show(command) => command.run(cx),
            Command::Status(command) => command.run(cx),
            Command::Template(command) => command.run(cx),
            Command::Test(command) => command.run(cx),
            Command::Uninstall(command) => command.run(cx),
            Command::Upgrade(command) => command.run(cx),
            Command::Verify(command) => command.run(cx),
            Command::Version(command) => command.run(cx),
        }
    }
}
