//! The commands: a file each, a folder for a group of them.

mod apply;
mod completion;
mod create;
mod dependency;
mod diff;
mod docs;
pub(crate) mod env;
pub(crate) mod explain;
pub(crate) mod external;
mod get;
mod history;
mod install;
mod lint;
mod list;
mod outdated;
mod package;
mod plan;
mod plugin;
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

use clap::{ArgMatches, Args, FromArgMatches, Subcommand};

use crate::context::Context;
use crate::error::Result;

/// Names each command once: how it is called, and what reads its part of the command line (a group has commands below
/// it). What clap's derive makes of an enum always holds the flags of all commands; every start would pay for hundreds.
macro_rules! commands {
    ($($kind:ident $variant:ident($inner:ty) = $name:literal $(| $alias:literal)*,)*) => {
        /// Every command of the program.
        #[derive(Debug)]
        pub(crate) enum Command {
            $($variant($inner),)*
        }

        /// The commands in the order of their names.
        const COMMANDS: &[Entry] = &[$(Entry {
            name: $name,
            aliases: &[$($alias),*],
            complete: $kind::<$inner>,
        },)*];

        impl Command {
            /// Runs the command.
            ///
            /// # Errors
            /// Whatever the command cannot do.
            pub(crate) fn run(self, cx: &Context) -> Result {
                match self {
                    $(Command::$variant(command) => command.run(cx),)*
                }
            }

            /// The name of the command, without those below it.
            pub(crate) fn name(&self) -> &'static str {
                match self {
                    $(Command::$variant(_) => $name,)*
                }
            }

            /// The command that was given.
            ///
            /// # Errors
            /// When its arguments are not right.
            pub(crate) fn from_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
                Ok(match matches.subcommand().expect("clap asks for a command") {
                    $(($name, matches) => Command::$variant(FromArgMatches::from_arg_matches(matches)?),)*
                    (other, _) => unreachable!("no command is called {other}"),
                })
            }
        }
    };
}

commands! {
    single Apply(apply::Apply) = "apply",
    group Completion(completion::Completion) = "completion",
    single Create(create::Create) = "create",
    group Dependency(dependency::Dependency) = "dependency" | "dep" | "dependencies",
    single Diff(Box<diff::Diff>) = "diff",
    single Docs(docs::Docs) = "docs",
    single Env(env::Env) = "env",
    single Explain(Box<explain::Explain>) = "explain",
    group Get(get::Get) = "get",
    single History(history::History) = "history" | "hist",
    single Install(Box<install::Install>) = "install",
    single Lint(lint::Lint) = "lint",
    single List(list::List) = "list" | "ls",
    single Outdated(Box<outdated::Outdated>) = "outdated",
    single Package(package::Package) = "package",
    group Plan(plan::Plan) = "plan",
    group Plugin(plugin::PluginCommand) = "plugin",
    single Pull(Box<pull::Pull>) = "pull" | "fetch",
    single Push(push::Push) = "push",
    group Registry(registry::RegistryCommand) = "registry",
    group Repo(repo::Repo) = "repo",
    single Rollback(rollback::Rollback) = "rollback",
    group Search(search::Search) = "search",
    group Show(show::Show) = "show" | "inspect",
    single Status(status::Status) = "status",
    single Template(Box<template::Template>) = "template",
    single Test(test::Test) = "test",
    single Uninstall(uninstall::Uninstall) = "uninstall" | "del" | "delete" | "un",
    single Upgrade(Box<upgrade::Upgrade>) = "upgrade",
    single Verify(verify::Verify) = "verify",
    single Version(version::Version) = "version",
}

/// A command by name.
struct Entry {
    name: &'static str,
    aliases: &'static [&'static str],
    /// Adds its flags and operands.
    complete: fn(clap::Command) -> clap::Command,
}

impl Entry {
    fn command(&self) -> clap::Command {
        (self.complete)(clap::Command::new(self.name).visible_aliases(self.aliases.iter().copied()))
    }

    fn is_called(&self, name: &str) -> bool {
        name == self.name || self.aliases.contains(&name)
    }

    fn is_mentioned(&self, arguments: &[String]) -> bool {
        arguments.iter().any(|argument| self.is_called(argument))
    }
}

fn single<T: Args>(command: clap::Command) -> clap::Command {
    T::augment_args(command)
}

fn group<T: Subcommand>(command: clap::Command) -> clap::Command {
    T::augment_subcommands(command)
        .subcommand_required(true)
        .arg_required_else_help(true)
}

/// All commands.
pub(crate) fn all() -> impl Iterator<Item = clap::Command> {
    COMMANDS.iter().map(Entry::command)
}

/// The commands that occur among the arguments. One of them is the one that is called, if any is.
pub(crate) fn mentioned(arguments: &[String]) -> impl Iterator<Item = clap::Command> {
    let is_mentioned = |entry: &&Entry| entry.is_mentioned(arguments);
    COMMANDS.iter().filter(is_mentioned).map(Entry::command)
}
