//! Plugins as commands (Helm's `pkg/cmd/load_plugins.go`).

use clap::{Args, FromArgMatches};

use super::COMMANDS;
use crate::cli::GlobalArgs;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::plugins::{self, Config, Plugin, PluginError, Surroundings, Usage};
use crate::settings::{Program, Settings};

/// The flags that are ours when a plugin is called; all others are the plugin's.
const OURS: [&str; 14] = [
    "--kube-context",
    "--namespace",
    "-n",
    "--kubeconfig",
    "--kube-apiserver",
    "--kube-token",
    "--kube-as-user",
    "--kube-as-group",
    "--kube-ca-file",
    "--registry-config",
    "--repository-cache",
    "--repository-config",
    "--kube-insecure-skip-tls-verify",
    "--kube-tls-server-name",
];

/// Flags that take no value, before a command.
const SWITCHES: [&str; 4] = ["--debug", "--help", "-h", "--kube-insecure-skip-tls-verify"];

/// Runs the plugin that the arguments name as a command, if they do: `arguments` begin with the program's own name.
///
/// Returns nothing when they name a command of this program, or no plugin.
pub(crate) fn run(program: Program, arguments: &[String]) -> Option<Result> {
    let at = command_position(arguments)?;
    let name = &arguments[at];
    if COMMANDS.iter().any(|entry| entry.is_called(name)) {
        return None;
    }
    let rest: Vec<&String> = arguments
        .iter()
        .enumerate()
        .skip(1)
        .filter(|(n, _)| *n != at)
        .map(|(_, text)| text)
        .collect();
    let (ours, theirs) = split(&rest);
    let global = match global(program, &ours) {
        Ok(global) => global,
        Err(error) => return Some(Err(error)),
    };
    let cx = Context::new(Settings::new(&global, program));
    let found = commands(&cx).into_iter().find(|found| found.name == *name)?;
    Some(call(&cx, &found, theirs).map_err(|error| cx.explain(error)))
}

/// Returns the words behind `help`, if that is what is called.
pub(crate) fn help_topic(arguments: &[String]) -> Option<&[String]> {
    let at = command_position(arguments)?;
    (arguments[at] == "help").then(|| &arguments[at + 1..])
}

/// Finds the first word that is no flag and no value of one. A flag that nobody knows takes a value, as in Helm.
pub(crate) fn command_position(arguments: &[String]) -> Option<usize> {
    let mut at = 1;
    while let Some(argument) = arguments.get(at) {
        let is_switch = argument.contains('=') || SWITCHES.contains(&argument.as_str());
        at += match argument.as_str() {
            "--" => return None,
            long if long.starts_with("--") => 1 + usize::from(!is_switch),
            short if short.starts_with('-') => 1 + usize::from(short.len() == 2 && !is_switch),
            _ => return Some(at),
        };
    }
    None
}

/// Parts the arguments into flags that are ours, with their values, and what is the plugin's.
fn split(arguments: &[&String]) -> (Vec<String>, Vec<String>) {
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let flag = argument.split('=').next().unwrap_or_default();
        let has_value = argument.contains('=');
        if *argument == "--debug" || OURS.contains(&flag) {
            ours.push((*argument).clone());
            if *argument != "--debug" && !has_value {
                ours.extend(rest.next().map(|value| (*value).clone()));
            }
        } else {
            theirs.push((*argument).clone());
        }
    }
    (ours, theirs)
}

/// Reads flags that every command takes.
///
/// # Errors
/// When one is none, or has a wrong value.
pub(crate) fn global(program: Program, flags: &[String]) -> Result<GlobalArgs> {
    let mut command = crate::args::pflag::rules(GlobalArgs::augment_args(clap::Command::new(program.name())));
    let line = std::iter::once(program.name().to_owned()).chain(flags.iter().cloned());
    let matches = command.try_get_matches_from_mut(line);
    let matches = matches.map_err(|error| crate::usage::explain(&error, &command, flags, (program, &[])))?;
    GlobalArgs::from_arg_matches(&matches).map_err(|error| CommandError::new(error.to_string()))
}

/// The names of the commands that plugins add.
pub(crate) fn names(program: Program) -> Vec<String> {
    let cx = Context::new(Settings::new(&GlobalArgs::default(), program));
    commands(&cx).into_iter().map(|found| found.name).collect()
}

/// A plugin and the command that it is.
struct Command {
    name: String,
    plugin: Plugin,
    usage: Usage,
}

/// Finds the plugins that are commands. Those after one that has the name of a command of ours do not count, as in Helm.
fn commands(cx: &Context) -> Vec<Command> {
    if !cx.settings().has_plugins {
        return Vec::new();
    }
    let found = plugins::all(&cx.settings().homes.plugins, cx.ui()).unwrap_or_else(|error| {
        let error = chart::chain(&error);
        cx.ui()
            .log("ERROR", &[("msg", "failed to load plugins"), ("error", &error)]);
        Vec::new()
    });
    let mut commands = Vec::new();
    for plugin in found {
        let Config::Cli(usage) = plugin.metadata.config.clone() else {
            continue;
        };
        let word = usage.usage.split(' ').next().filter(|word| !word.is_empty());
        let name = word.unwrap_or(&plugin.metadata.name).to_owned();
        if COMMANDS.iter().any(|entry| entry.name == name) {
            let pairs = [
                ("msg", "failed to load plugins: name conflicts"),
                ("name", &*name),
            ];
            cx.ui().log("ERROR", &pairs);
            break;
        }
        commands.push(Command { name, plugin, usage });
    }
    commands
}

fn call(cx: &Context, found: &Command, arguments: Vec<String>) -> Result {
    let Command { plugin, usage, .. } = found;
    let arguments = if usage.ignores_flags {
        Vec::new()
    } else {
        arguments
    };
    let around = Surroundings {
        environment: cx.settings().plugin_environment(),
        settings: cx.settings(),
        ui: cx.ui(),
    };
    plugin.call(&arguments, around).map_err(|error| match error {
        PluginError::Exit { code, .. } => CommandError::from(error).exit_code(code),
        other => other.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn the_command_is_the_first_word_that_belongs_to_no_flag() {
        for (line, expected) in [
            ("helm diff upgrade", Some("diff")),
            ("helm --debug diff", Some("diff")),
            ("helm -n x diff", Some("diff")),
            ("helm --namespace=x diff", Some("diff")),
            ("helm --kube-context x --debug diff", Some("diff")),
            ("helm --unknown x diff", Some("diff")),
            ("helm -- diff", None),
            ("helm --debug", None),
        ] {
            let line = words(line);
            assert_eq!(
                command_position(&line).map(|at| line[at].as_str()),
                expected,
                "{line:?}"
            );
        }
    }

    #[test]
    fn flags_of_ours_are_taken_out() {
        let line = words("-n x upgrade --set a=b --kubeconfig=f web --debug -v --namespace y");
        let (ours, theirs) = split(&line.iter().collect::<Vec<_>>());
        assert_eq!(ours, words("-n x --kubeconfig=f --debug --namespace y"));
        assert_eq!(theirs, words("upgrade --set a=b web -v"));
    }
}
