//! Reads what `--help` says of a command, in Helm's form and in ours.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::{Outcome, TestEnv};

/// A command, as its help shows it.
#[derive(Debug)]
pub(crate) struct Command {
    /// The words after the program's name.
    pub(crate) path: Vec<String>,
    /// What the line after `Usage:` says, without the program's name.
    pub(crate) usage: String,
    /// Other names than the last word of the path, in the order of letters.
    pub(crate) aliases: Vec<String>,
    /// The commands below.
    pub(crate) below: Vec<String>,
    /// The flags by name, with the dashes; `--help` is not among them.
    pub(crate) flags: BTreeMap<String, Flag>,
}

/// A flag.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Flag {
    /// Its short form, `-n`, or nothing.
    pub(crate) letter: String,
    /// What its value is called; nothing for a switch.
    pub(crate) value: Option<String>,
    /// Whether it may stand without a value.
    pub(crate) may_be_bare: bool,
    /// Its default.
    pub(crate) default: String,
    /// Whether all commands have it.
    pub(crate) is_global: bool,
}

impl Command {
    /// Asks a program for the help of a command.
    pub(crate) fn ask(env: &TestEnv, program: &Path, path: &[String]) -> Self {
        let mut command = env.command(program);
        command.args(path).arg("--help");
        let help = Outcome::from(command.output().expect("the program starts")).ok();
        Self::read(path, &help)
    }

    /// Whether it does something itself.
    pub(crate) fn is_runnable(&self) -> bool {
        self.below.is_empty()
    }

    fn read(path: &[String], help: &str) -> Self {
        let list = |title: &str| help.split(title).nth(1).unwrap_or_default();
        let names = |title: &str| {
            let lines = list(title).lines().take_while(|line| !line.trim().is_empty());
            // A text that goes on stands further to the right.
            let lines = lines.filter_map(|line| line.strip_prefix("  "));
            let lines = lines.filter(|line| !line.starts_with(' '));
            let names = lines.filter_map(|line| line.split_whitespace().next());
            names.filter(|name| *name != "help").map(str::to_owned).collect()
        };
        let mut below: Vec<String> = names("\nAvailable Commands:\n");
        below.extend::<Vec<String>>(names("\nCommands:\n"));
        let aliases = list("\nAliases:").trim_start().lines().next().unwrap_or_default();
        let own = path.last().cloned().unwrap_or_default();
        let aliases = aliases.split(", ").map(str::trim);
        let aliases: BTreeSet<&str> = aliases
            .filter(|alias| !alias.is_empty() && *alias != own)
            .collect();
        Command {
            path: path.to_vec(),
            usage: usage(help),
            aliases: aliases.into_iter().map(str::to_owned).collect(),
            below,
            flags: flags(path, help),
        }
    }
}

/// All commands of a program below a path, and the one there.
pub(crate) fn walk(env: &TestEnv, program: &Path, path: &[String], found: &mut Vec<Command>) {
    let command = Command::ask(env, program, path);
    for name in &command.below {
        let path: Vec<String> = path.iter().chain([name]).cloned().collect();
        walk(env, program, &path, found);
    }
    found.push(command);
}

/// The first line after `Usage:`, without the program's name.
fn usage(help: &str) -> String {
    let rest = help.split("Usage:").nth(1).unwrap_or_default();
    let line = rest.trim_start().lines().next().unwrap_or_default();
    line.split_once(' ').map_or("", |(_, rest)| rest).to_owned()
}

/// The flags: `-n, --namespace string   what it is (default "x")`, or on several lines.
fn flags(path: &[String], help: &str) -> BTreeMap<String, Flag> {
    let mut texts: Vec<(bool, String)> = Vec::new();
    // Above all commands, all flags are for all of them.
    let mut is_global = path.is_empty();
    for line in help.lines() {
        is_global |= line.eq_ignore_ascii_case("global flags:");
        let text = line.trim();
        let begins = line.starts_with("  ")
            && (text.starts_with("--") || text.starts_with('-') && text.contains(", --"));
        match texts.last_mut() {
            _ if begins => texts.push((is_global, text.to_owned())),
            Some((_, before)) => *before = format!("{before} {text}"),
            None => {}
        }
    }
    let mut found = BTreeMap::new();
    for (is_global, text) in texts {
        let (letter, rest) = text.split_at(text.find("--").expect("it is a flag"));
        let head = rest.split("  ").next().unwrap_or(rest);
        let end = head.find([' ', '=', '[']).unwrap_or(head.len());
        let (name, value) = head.split_at(end);
        let flag = Flag {
            letter: letter.trim_end_matches([',', ' ']).to_owned(),
            value: value_name(value),
            may_be_bare: value_name(value).is_none() || value.contains("[="),
            default: default(rest),
            is_global,
        };
        if let Some((_, alias)) = rest.split_once("[alias: ") {
            let alias = alias.split(']').next().unwrap_or(alias).trim_start_matches("--");
            found.insert(format!("--{alias}"), flag.clone());
        }
        found.insert(name.to_owned(), flag);
    }
    found.remove("--help");
    found
}

/// What a value is called: after ` string`, ` WaitStrategy[=watcher]`, ` <string>`, `[=<string>]`; nothing after `[=<bool>]`.
fn value_name(text: &str) -> Option<String> {
    let name = match text.strip_prefix("[=<") {
        Some(rest) => rest.split('>').next().unwrap_or(rest),
        None => text.trim_start().split([' ', '[']).next().unwrap_or_default(),
    };
    let name = name.trim_start_matches('<').trim_end_matches('>');
    (!name.is_empty() && name != "bool").then(|| name.to_owned())
}

fn default(text: &str) -> String {
    for (start, end) in [("[default: ", ']'), ("(default ", ')')] {
        if let Some((_, default)) = text.rsplit_once(start) {
            let default = default.split(end).next().unwrap_or(default);
            return default.trim().trim_matches('"').to_owned();
        }
    }
    String::new()
}
