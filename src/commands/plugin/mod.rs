//! `plugin`: programs that add to this one.

mod install;
mod list;
mod package;
mod uninstall;
mod update;
mod verify;

use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::plugins::{self, Plugin};

/// install, list, or uninstall Helm plugins
///
/// Manage client-side Helm plugins.
#[derive(Debug, clap::Subcommand)]
pub(crate) enum PluginCommand {
    #[command(visible_alias = "add")]
    Install(install::Install),
    #[command(visible_alias = "ls")]
    List(list::List),
    Package(package::Package),
    #[command(visible_alias = "rm", alias = "remove")]
    Uninstall(uninstall::Uninstall),
    #[command(visible_alias = "up")]
    Update(update::Update),
    Verify(verify::Verify),
}

impl PluginCommand {
    pub(crate) fn run(self, cx: &Context) -> Result {
        match self {
            PluginCommand::Install(command) => command.run(cx),
            PluginCommand::List(command) => command.run(cx),
            PluginCommand::Package(command) => command.run(cx),
            PluginCommand::Uninstall(command) => command.run(cx),
            PluginCommand::Update(command) => command.run(cx),
            PluginCommand::Verify(command) => command.run(cx),
        }
    }
}

/// Does something with each of the plugins named; what goes wrong with one does not keep it from the others.
fn for_each(
    cx: &Context,
    names: &[String],
    (verb, done): (&str, &str),
    work: impl Fn(&Plugin) -> Result,
) -> Result {
    if names.is_empty() {
        return Err(CommandError::new(format!("please provide plugin name to {verb}")));
    }
    let plugins = plugins::all(&cx.settings().homes.plugins, cx.ui())?;
    let mut problems = Vec::new();
    for name in names {
        let found = plugins.iter().find(|plugin| plugin.metadata.name == *name);
        match found.map(&work) {
            Some(Ok(())) => cx.ui().line(&format!("{done} plugin: {name}"))?,
            Some(Err(error)) => problems.push(format!(
                "failed to {verb} plugin {name}, got error ({})",
                error.message()
            )),
            None => problems.push(format!("plugin: {name} not found")),
        }
    }
    if problems.is_empty() {
        return Ok(());
    }
    Err(CommandError::new(problems.join("\n")))
}
