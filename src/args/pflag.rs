//! The habits of pflag, Helm's library for flags, put on a command line made with clap.

use clap::{Arg, ArgAction, Command};

/// Lets every flag of the tree behave as pflag's do: the next argument is its value even when it begins with a dash; a
/// switch takes `=true` and `=false`; a flag may be repeated, and the last one counts.
pub(crate) fn rules(command: Command) -> Command {
    command
        .args_override_self(true)
        .mut_args(flag)
        .mut_subcommands(rules)
}

fn flag(argument: Arg) -> Arg {
    if argument.is_positional() {
        return argument;
    }
    match argument.get_action() {
        ArgAction::SetTrue => argument
            .action(ArgAction::Set)
            .num_args(0..=1)
            .require_equals(true)
            .default_value("false")
            .default_missing_value("true")
            .hide_default_value(true)
            .value_parser(switch),
        ArgAction::Set | ArgAction::Append if !argument.is_require_equals_set() => {
            argument.allow_hyphen_values(true)
        }
        _ => argument,
    }
}

/// Go's `strconv.ParseBool`.
fn switch(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err(format!("strconv.ParseBool: parsing {text:?}: invalid syntax")),
    }
}
