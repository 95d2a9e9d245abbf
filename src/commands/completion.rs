//! `completion`.

use clap_complete::Shell;

use crate::cli;
use crate::context::Context;
use crate::error::Result;

/// generate autocompletion scripts for the specified shell
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Completion {
    /// generate autocompletion script for bash
    Bash(CompletionArgs),
    /// generate autocompletion script for fish
    Fish(CompletionArgs),
    /// generate autocompletion script for powershell
    Powershell(CompletionArgs),
    /// generate autocompletion script for zsh
    Zsh(CompletionArgs),
}

/// How much the script says.
#[derive(Debug, clap::Args)]
pub(crate) struct CompletionArgs {
    /// disable completion descriptions
    #[arg(long)]
    no_descriptions: bool,
}

impl Completion {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let (shell, args) = match self {
            Completion::Bash(args) => (Shell::Bash, args),
            Completion::Fish(args) => (Shell::Fish, args),
            Completion::Powershell(args) => (Shell::PowerShell, args),
            Completion::Zsh(args) => (Shell::Zsh, args),
        };
        let mut command = cli::whole(cx.settings().program);
        if args.no_descriptions {
            command = undescribed(command);
        }
        let mut script = Vec::new();
        clap_complete::generate(shell, &mut command, cx.settings().program.name(), &mut script);
        Ok(cx.ui().data(script)?)
    }
}

/// Takes the texts out of a tree of commands.
fn undescribed(command: clap::Command) -> clap::Command {
    command
        .about("")
        .mut_args(|argument| argument.help(""))
        .mut_subcommands(undescribed)
}
