//! The habits of pflag, Helm's library for flags, put on a command line made with clap.

use clap::{Arg, ArgAction, Command};

use super::defaults;
use crate::settings::Settings;

/// Lets flags behave as pflag's do: the next argument is its value even when it begins with a dash; a switch takes `=true`
/// and `=false`; a flag may be repeated, and the last one counts.
pub(crate) fn rules(command: Command) -> Command {
    command
        .args_override_self(true)
        .mut_args(argument)
        .mut_subcommands(rules)
}

/// Gives the help the form of Helm's: a usage line like `cox install [NAME] [CHART] [flags]`, and the defaults of
/// `settings`.
pub(crate) fn help(command: Command, settings: &Settings) -> Command {
    let path = command.get_name().to_owned();
    help_below(command, &path, settings)
}

fn help_below(command: Command, path: &str, settings: &Settings) -> Command {
    let name = command.get_name().to_owned();
    let usage = if command.has_subcommands() {
        format!("{path} [command]")
    } else {
        usage_line(&command, path)
    };
    command
        .mut_args(|flag| defaults::show(flag, &name, settings))
        .override_usage(usage)
        .mut_subcommands(|command| {
            let path = format!("{path} {}", command.get_name());
            help_below(command, &path, settings)
        })
}

/// `PATH OPERANDS [flags]`.
pub(crate) fn usage_line(command: &Command, path: &str) -> String {
    let operands = command.get_positionals().map(|argument| {
        let name = argument
            .get_value_names()
            .and_then(|names| names.first())
            .map_or("ARG", |name| name);
        // Words that are taken and mean nothing go without a name.
        if name.is_empty() {
            String::new()
        } else if argument.is_required_set() {
            format!("{name} ")
        } else {
            format!("[{name}] ")
        }
    });
    format!("{path} {}[flags]", operands.collect::<String>())
}

fn argument(argument: Arg) -> Arg {
    if argument.is_positional() {
        // The usage line says all there is to say.
        return argument.hide(true);
    }
    // As in Helm's help, nothing is said of a default that is nothing.
    let is_zero = argument.get_default_values().iter().all(|value| value == "0");
    let is_hidden = is_zero || argument.is_hide_default_value_set();
    let argument = argument.hide_default_value(is_hidden);
    match argument.get_action() {
        ArgAction::SetTrue => argument
            .action(ArgAction::Set)
            .num_args(0..=1)
            .require_equals(true)
            .default_value("false")
            .default_missing_value("true")
            .hide_default_value(true)
            .value_name("bool")
            .value_parser(switch),
        ArgAction::Set | ArgAction::Append if !argument.is_require_equals_set() => {
            argument.allow_hyphen_values(true)
        }
        _ => argument,
    }
}

/// A number that counts; a negative one counts as 0, which is what Helm makes of it.
///
/// # Errors
/// Those of Go's `strconv.ParseInt`.
pub(crate) fn count(text: &str) -> Result<usize, String> {
    let number: i64 = text
        .parse()
        .map_err(|_| format!("strconv.ParseInt: parsing {text:?}: invalid syntax"))?;
    Ok(usize::try_from(number).unwrap_or_default())
}

/// Go's `strconv.ParseBool`.
pub(super) fn switch(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err(format!("strconv.ParseBool: parsing {text:?}: invalid syntax")),
    }
}
