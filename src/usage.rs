//! Errors of the command line itself, in the words of Helm's (that is, cobra's and pflag's) messages.

use clap::error::{ContextKind, ContextValue, ErrorKind};

use crate::args::pflag;
use crate::commands::external;
use crate::error::CommandError;
use crate::settings::Program;

/// Whether the user asked for help, which is no error.
pub(crate) fn is_help(error: &clap::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    )
}

/// Whether a word below the first level is no command: Helm shows the group's help then.
pub(crate) fn is_unknown_below(error: &clap::Error, arguments: &[String]) -> bool {
    let first = external::command_position(arguments).map(|at| arguments[at].as_str());
    error.kind() == ErrorKind::InvalidSubcommand && first != Some(unknown_word(error).as_str())
}

/// The word that is no command.
pub(crate) fn unknown_word(error: &clap::Error) -> String {
    context(error, ContextKind::InvalidSubcommand).unwrap_or_default()
}

/// Turns clap's error into Helm's. The plugins are the names of commands that clap does not know of.
pub(crate) fn explain(
    error: &clap::Error,
    root: &clap::Command,
    arguments: &[String],
    (program, plugins): (Program, &[String]),
) -> CommandError {
    let place = Place::find(root, arguments, program);
    match error.kind() {
        ErrorKind::UnknownArgument => unknown_argument(error, &place),
        ErrorKind::InvalidSubcommand => unknown_command(error, root, (program, plugins)),
        ErrorKind::MissingRequiredArgument | ErrorKind::TooManyValues | ErrorKind::TooFewValues => {
            place.arity_error()
        }
        ErrorKind::InvalidValue | ErrorKind::ValueValidation | ErrorKind::NoEquals => {
            invalid_value(error, &place)
        }
        ErrorKind::ArgumentConflict => conflict(error, &place),
        _ => CommandError::new(error.to_string().trim_start_matches("error: ").trim_end()),
    }
}

/// Where in the tree of commands the arguments lead.
struct Place<'a> {
    path: String,
    arguments: &'a [String],
    command: &'a clap::Command,
    program: Program,
}

impl<'a> Place<'a> {
    fn find(root: &'a clap::Command, arguments: &'a [String], program: Program) -> Self {
        let mut place = Place {
            path: program.name().to_owned(),
            arguments,
            command: root,
            program,
        };
        for argument in arguments
            .iter()
            .skip(1)
            .filter(|argument| !argument.starts_with('-'))
        {
            let Some(next) = place.command.find_subcommand(argument) else {
                continue;
            };
            place.path = format!("{} {}", place.path, next.get_name());
            place.command = next;
        }
        place
    }

    /// The flag that ends the command line, as it was typed; it lacks its value.
    fn last(&self, long: &str) -> String {
        match self.arguments.last().map(String::as_str) {
            Some(typed) if typed.starts_with("--") => typed.to_owned(),
            Some(typed) if typed.starts_with('-') => {
                let letter = typed.chars().next_back().unwrap_or_default();
                format!("{letter:?} in -{letter}")
            }
            _ => format!("--{long}"),
        }
    }

    /// `"helm status" requires 1 argument`, then the usage line.
    fn arity_error(&self) -> CommandError {
        let positionals: Vec<_> = self.command.get_positionals().collect();
        let required = positionals
            .iter()
            .filter(|argument| argument.is_required_set())
            .count();
        let open = positionals
            .iter()
            .any(|argument| argument.get_action().takes_values() && is_many(argument));
        let plural = if required == 1 { "" } else { "s" };
        let rule = match (required, positionals.len(), open) {
            (0, 0, _) => "accepts no arguments".to_owned(),
            (required, total, false) if required == total => format!("requires {required} argument{plural}"),
            (required, _, _) if required > 0 => format!("requires at least {required} argument{plural}"),
            (_, total, _) => format!(
                "accepts at most {total} argument{}",
                if total == 1 { "" } else { "s" }
            ),
        };
        CommandError::new(format!(
            "{:?} {rule}\n\nUsage:  {}",
            self.path,
            pflag::usage_line(self.command, &self.path)
        ))
    }
}

fn is_many(argument: &clap::Arg) -> bool {
    argument
        .get_num_args()
        .is_some_and(|range| range.max_values() > 1)
}

fn unknown_argument(error: &clap::Error, place: &Place) -> CommandError {
    let Some(text) = context(error, ContextKind::InvalidArg) else {
        return place.arity_error();
    };
    match text.strip_prefix("--") {
        Some(_) => CommandError::new(format!(
            "unknown flag: {}",
            text.split('=').next().unwrap_or(&text)
        )),
        None if text.starts_with('-') => {
            let letter: String = text.chars().skip(1).take(1).collect();
            CommandError::new(format!("unknown shorthand flag: '{letter}' in {text}"))
        }
        None => place.arity_error(),
    }
}

fn unknown_command(
    error: &clap::Error,
    root: &clap::Command,
    (program, plugins): (Program, &[String]),
) -> CommandError {
    let (name, path) = (unknown_word(error), program.name());
    let mut message = format!("unknown command {name:?} for {path:?}\n");
    let commands = root.get_subcommands().filter(|command| !command.is_hide_set());
    let mut known: Vec<&str> = commands.map(clap::Command::get_name).collect();
    known.extend(plugins.iter().map(String::as_str));
    known.retain(|known| is_near(&name, known));
    known.sort_unstable();
    if !known.is_empty() {
        let list: String = known.iter().map(|name| format!("\t{name}\n")).collect();
        message.push_str(&format!("\nDid you mean this?\n{list}\n"));
    }
    message.push_str(&format!("Run '{path} --help' for usage."));
    let error = CommandError::new(message);
    match (program, gone(&name)) {
        (Program::Cox, Some(why)) => error.hint(why),
        _ => error,
    }
}

/// What became of the commands of Helm 2 and of early Helm 3.
fn gone(command: &str) -> Option<&'static str> {
    match command {
        "init" | "reset" | "home" | "serve" | "tiller" => {
            Some("nothing runs in the cluster since Helm 3, and nothing needs to be set up")
        }
        "chart" => Some("charts go to and from registries by push and pull"),
        _ => None,
    }
}

/// Whether somebody who typed one name may have meant the other (cobra's `SuggestionsFor`).
fn is_near(typed: &str, known: &str) -> bool {
    let (typed, known) = (typed.to_lowercase(), known.to_lowercase());
    known.starts_with(&typed) || strsim::levenshtein(&typed, &known) <= 2
}

fn invalid_value(error: &clap::Error, place: &Place) -> CommandError {
    let value = context(error, ContextKind::InvalidValue).unwrap_or_default();
    let argument = context(error, ContextKind::InvalidArg).unwrap_or_default();
    let long = argument
        .trim_start_matches('-')
        .split([' ', '=', '['])
        .next()
        .unwrap_or_default()
        .to_owned();
    // An empty value that is there was looked at, and found wrong.
    if value.is_empty() && error.kind() != ErrorKind::ValueValidation {
        return CommandError::new(format!("flag needs an argument: {}", place.last(&long)));
    }
    let short = place
        .command
        .get_arguments()
        .find(|argument| argument.get_long() == Some(&long))
        .and_then(clap::Arg::get_short)
        .map_or(String::new(), |letter| format!("-{letter}, "));
    let reason =
        std::error::Error::source(error).map_or_else(|| "invalid value".to_owned(), ToString::to_string);
    if matches!(long.as_str(), "color" | "colour") && place.program == Program::Helm {
        // Helm looks at the mode before it has a command (`root.go`).
        return CommandError::new(reason).logged();
    }
    CommandError::new(format!(
        "invalid argument {value:?} for \"{short}--{long}\" flag: {reason}"
    ))
}

fn conflict(error: &clap::Error, _place: &Place) -> CommandError {
    let first = context(error, ContextKind::InvalidArg).unwrap_or_default();
    let second = context(error, ContextKind::PriorArg).unwrap_or_default();
    let name = |text: &str| {
        text.trim_start_matches('-')
            .split([' ', '=', '['])
            .next()
            .unwrap_or_default()
            .to_owned()
    };
    let mut names = [name(&first), name(&second)];
    names.sort();
    let [a, b] = &names;
    // All of Helm's groups happen to be declared the other way round.
    CommandError::new(format!(
        "if any flags in the group [{b} {a}] are set none of the others can be; [{a} {b}] were all set"
    ))
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<String> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text.clone()),
        ContextValue::Strings(texts) => texts.first().cloned(),
        _ => None,
    }
}
