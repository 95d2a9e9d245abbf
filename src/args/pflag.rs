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
    let usage = with_aliases(&command, usage);
    command
        .mut_args(|flag| defaults::show(flag, &name, settings))
        .override_usage(usage)
        .mut_subcommands(|command| {
            let path = format!("{path} {}", command.get_name());
            help_below(command, &path, settings)
        })
}

/// Says below the usage line what else a command is called, as Helm's help does.
fn with_aliases(command: &Command, usage: String) -> String {
    let aliases: Vec<&str> = command.get_all_aliases().collect();
    if aliases.is_empty() {
        return usage;
    }
    format!(
        "{usage}\n\nAliases:\n  {}, {}",
        command.get_name(),
        aliases.join(", ")
    )
}

/// `PATH OPERANDS [flags]`.
pub(crate) fn usage_line(command: &Command, path: &str) -> String {
    let operands = command.get_positionals().map(|argument| {
        let name = argument
            .get_value_names()
            .and_then(|names| names.first())
            .map_or("ARG", |name| name);
        // Words that are taken and mean nothing go without a name.
        // Some say by themselves what may be left out.
        let is_worded = name.starts_with(['[', '<']);
        if name.is_empty() {
            String::new()
        } else if is_worded || argument.is_required_set() || !argument.get_default_values().is_empty() {
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
    whole(text).map(|number| usize::try_from(number).unwrap_or_default())
}

/// The number of a revision; Helm knows none below 0.
///
/// # Errors
/// Those of Go's `strconv.ParseInt`.
pub(crate) fn revision(text: &str) -> Result<u64, String> {
    whole(text).map(|number| u64::try_from(number).unwrap_or(u64::MAX))
}

/// A whole number.
///
/// # Errors
/// Those of Go's `strconv.ParseInt`.
pub(crate) fn whole(text: &str) -> Result<i64, String> {
    let (sign, digits) = match text.as_bytes().first() {
        Some(b'-') => (-1, &text[1..]),
        Some(b'+') => (1, &text[1..]),
        _ => (1, text),
    };
    let number = magnitude(digits).map(|number| sign * i128::from(number));
    let in_range = number.and_then(|number| i64::try_from(number).map_err(|_| OUT_OF_RANGE));
    in_range.map_err(|problem| format!("strconv.ParseInt: parsing {text:?}: {problem}"))
}

/// A whole number that is not below 0.
///
/// # Errors
/// Those of Go's `strconv.ParseUint`.
pub(crate) fn unsigned(text: &str) -> Result<usize, String> {
    let number = magnitude(text).and_then(|number| usize::try_from(number).map_err(|_| OUT_OF_RANGE));
    number.map_err(|problem| format!("strconv.ParseUint: parsing {text:?}: {problem}"))
}

/// A number.
///
/// # Errors
/// Those of Go's `strconv.ParseFloat`.
pub(crate) fn float(text: &str) -> Result<f32, String> {
    let number = text.replace('_', "x").parse::<f32>();
    number.map_err(|_| format!("strconv.ParseFloat: parsing {text:?}: {INVALID}"))
}

const OUT_OF_RANGE: &str = "value out of range";
const INVALID: &str = "invalid syntax";

/// Reads digits as Go does when their base is not given: `0x`, `0o` and `0b` say it, and so does a leading 0; underscores
/// may stand between digits.
fn magnitude(text: &str) -> Result<u64, &'static str> {
    let lower = text.to_ascii_lowercase();
    let (base, digits) = match lower.get(..2) {
        Some("0x") => (16, &lower[2..]),
        Some("0o") => (8, &lower[2..]),
        Some("0b") => (2, &lower[2..]),
        Some(start) if start.starts_with('0') => (8, &lower[1..]),
        _ => (10, &lower[..]),
    };
    let is_placed_well =
        !digits.ends_with('_') && !digits.contains("__") && (base != 10 || !digits.starts_with('_'));
    let plain = digits.replace('_', "");
    let is_number = !plain.is_empty() && plain.chars().all(|digit| digit.is_digit(base));
    if !is_placed_well || !is_number {
        return Err(INVALID);
    }
    u64::from_str_radix(&plain, base).map_err(|_| OUT_OF_RANGE)
}

/// Go's `strconv.ParseBool`.
///
/// # Errors
/// When it is neither true nor false.
pub(crate) fn switch(text: &str) -> Result<bool, String> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Ok(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Ok(false),
        _ => Err(format!("strconv.ParseBool: parsing {text:?}: invalid syntax")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_gos() {
        for (text, expected) in [
            ("12", Some(12)),
            ("-3", Some(-3)),
            ("+3", Some(3)),
            ("0x1F", Some(31)),
            ("010", Some(8)),
            ("0b11", Some(3)),
            ("1_000", Some(1000)),
            ("0x_1", Some(1)),
            ("-9223372036854775808", Some(i64::MIN)),
            ("", None),
            ("_1", None),
            ("1__0", None),
            ("08", None),
            ("1.5", None),
        ] {
            assert_eq!(whole(text).ok(), expected, "{text}");
        }
        let far = whole("9223372036854775808").expect_err("it is too large");
        assert_eq!(
            far,
            "strconv.ParseInt: parsing \"9223372036854775808\": value out of range"
        );
        assert_eq!(
            unsigned("-1").expect_err("it is below 0"),
            "strconv.ParseUint: parsing \"-1\": invalid syntax"
        );
        assert_eq!(float("1e3"), Ok(1000.0));
        assert!(float("one").is_err());
    }
}
