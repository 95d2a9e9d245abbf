//! What may stand at the end of a command line: the protocol between cobra's programs and their shell scripts.
//!
//! `__complete WORDS… LAST` prints a line for each choice, its description behind a tab, and in the end `:` with a number
//! that tells the shell what else to do. `__completeNoDesc` leaves descriptions out. Scripts made for Helm speak it too.

mod charts;
mod line;
mod releases;
mod rules;

use crate::commands::{env, external};
use crate::context::Context;
use crate::output::ui;
use crate::settings::{Program, Settings};
use line::{Asked, Line};

/// What a shell is to do with the choices, as bits.
pub(super) const FILES: u8 = 0;
const ERROR: u8 = 1;
const NO_SPACE: u8 = 2;
const NO_FILES: u8 = 4;

/// The beginning of a line that is shown, and not chosen from.
const ACTIVE_HELP: &str = "_activeHelp_ ";
const NO_MORE: &str = "This command does not take any more arguments (but may accept flags).";

/// The choices at the end of a line.
#[derive(Debug, Default, PartialEq, Eq)]
struct Choices {
    lines: Vec<String>,
    then: u8,
}

impl Choices {
    fn none(then: u8) -> Self {
        Choices {
            lines: Vec::new(),
            then,
        }
    }

    /// Choices of which nothing is said.
    fn plain(words: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Choices {
            lines: words.into_iter().map(Into::into).collect(),
            then: NO_FILES,
        }
    }

    /// The same choices, or a file.
    fn or_files(self) -> Self {
        Choices { then: FILES, ..self }
    }

    fn no_more() -> Self {
        Choices::plain([format!("{ACTIVE_HELP}{NO_MORE}")])
    }

    fn text(&self, is_described: impl Fn(&str) -> String) -> String {
        let lines = self.lines.iter().map(|line| is_described(line) + "\n");
        format!("{}:{}\n", lines.collect::<String>(), self.then)
    }
}

/// Answers a shell that asks. `arguments` begin with the program's name; anything else is no question.
pub(crate) fn answer(program: Program, arguments: &[String]) -> Option<()> {
    let words = arguments.get(2..)?;
    let choices = match arguments[1].as_str() {
        "__complete" | "__completeNoDesc" => choices(program, words),
        _ => return None,
    };
    let text = match arguments[1].as_str() {
        "__complete" => choices.text(str::to_owned),
        _ => choices.text(|line| line.split('\t').next().unwrap_or_default().to_owned()),
    };
    // A shell that does not listen has gone on.
    let _ = ui::write_data(&text);
    Some(())
}

fn choices(program: Program, words: &[String]) -> Choices {
    let root = crate::cli::whole(program);
    let Ok(line) = Line::read(&root, words) else {
        return Choices::none(FILES);
    };
    let Ok(global) = external::global(program, &line.global) else {
        return Choices::none(FILES);
    };
    let cx = Context::new(Settings::new(&global, program));
    match &line.asked {
        Asked::Flags => flags(&line),
        Asked::Value(flag) => rules::value(&cx, &line, flag),
        Asked::Word if !line.command.has_subcommands() => rules::word(&cx, &line),
        // Some commands take words as well as commands below them.
        Asked::Word if line.command.get_positionals().next().is_some() => {
            let below = line.words.is_empty().then(|| commands(program, &line).lines);
            let choices = rules::word(&cx, &line);
            Choices {
                lines: below.into_iter().flatten().chain(choices.lines).collect(),
                ..choices
            }
        }
        Asked::Word if line.words.is_empty() => commands(program, &line),
        Asked::Word => Choices::none(FILES),
    }
}

/// The flags that begin with what was typed: those of all commands, then those of this one.
fn flags(line: &Line<'_>) -> Choices {
    let mut lines = Vec::new();
    for group in [line.inherited(), line.own()] {
        for flag in group {
            for name in flag.names() {
                if name.starts_with(&line.last) {
                    lines.push(format!("{name}\t{}", flag.about));
                }
            }
        }
    }
    Choices {
        lines,
        then: NO_FILES,
    }
}

/// The commands below the one that is there.
fn commands(program: Program, line: &Line<'_>) -> Choices {
    let below = line
        .command
        .get_subcommands()
        .filter(|command| !command.is_hide_set());
    let about = |command: &clap::Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let mut lines: Vec<String> = below
        .map(|command| format!("{}\t{}", command.get_name(), about(command)))
        .collect();
    if line.is_at_root {
        lines.push("help\tHelp about any command".to_owned());
        lines.extend(external::names(program));
    }
    lines.retain(|known| known.starts_with(&line.last));
    lines.sort();
    Choices {
        lines,
        then: NO_FILES,
    }
}

/// The variables that `env` knows.
fn variables(cx: &Context) -> Choices {
    Choices::plain(env::variables(cx.settings(), "").into_keys())
}
