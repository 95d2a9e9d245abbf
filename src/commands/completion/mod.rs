//! `completion`: a script for each shell, that asks the program (see `src/complete`).

use crate::context::Context;
use crate::error::Result;
use crate::settings::Program;

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
        let (script, args) = match self {
            Completion::Bash(args) => (include_str!("bash.sh"), args),
            Completion::Fish(args) => (include_str!("fish.fish"), args),
            Completion::Powershell(args) => (include_str!("powershell.ps1"), args),
            Completion::Zsh(args) => (include_str!("zsh.sh"), args),
        };
        let ask = if args.no_descriptions {
            "__completeNoDesc"
        } else {
            "__complete"
        };
        Ok(cx.ui().data(fill(script, cx.settings().program, ask))?)
    }
}

/// The script for bash, with descriptions.
pub(crate) fn bash(program: Program) -> String {
    fill(include_str!("bash.sh"), program, "__complete")
}

fn fill(script: &str, program: Program, ask: &str) -> String {
    script.replace("PROGRAM", program.name()).replace("ASK", ask)
}
