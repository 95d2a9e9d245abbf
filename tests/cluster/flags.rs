//! The flags of every command beside Helm's.

use std::collections::{BTreeMap, BTreeSet};

use crate::support::TestEnv;

const COMMANDS: [&str; 42] = [
    "",
    "completion bash",
    "completion fish",
    "completion powershell",
    "completion zsh",
    "create",
    "dependency build",
    "dependency list",
    "dependency update",
    "env",
    "get all",
    "get hooks",
    "get manifest",
    "get metadata",
    "get notes",
    "get values",
    "history",
    "install",
    "lint",
    "list",
    "package",
    "pull",
    "push",
    "registry login",
    "registry logout",
    "repo add",
    "repo index",
    "repo list",
    "repo remove",
    "repo update",
    "rollback",
    "search hub",
    "search repo",
    "show all",
    "show chart",
    "show crds",
    "show readme",
    "show values",
    "status",
    "template",
    "test",
    "uninstall",
];

/// Flags that are still missing somewhere. This list only gets shorter.
const MISSING: [&str; 0] = [];

/// Flags that are ours alone.
const OURS: [&str; 4] = ["--engine", "--frozen", "--offline", "--take-over"];

/// Flags of `search repo` that reach registries, which Helm does not search.
const OF_REGISTRIES: [&str; 7] = [
    "--username",
    "--password",
    "--cert-file",
    "--key-file",
    "--ca-file",
    "--insecure-skip-tls-verify",
    "--plain-http",
];

fn is_ours(command: &str, flag: &str) -> bool {
    OURS.contains(&flag) || command == "search repo" && OF_REGISTRIES.contains(&flag)
}

/// What `--help` says of a flag: its letter and its default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Flag {
    letter: String,
    default: String,
}

#[test]
fn flags_letters_and_defaults_are_helms() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let mut missing = BTreeSet::new();
    let mut differing = Vec::new();
    for command in COMMANDS.into_iter().chain(["upgrade", "version"]) {
        let helm = flags(&env.helm(&format!("{command} --help")).ok());
        let cox = flags(&env.cox(&format!("{command} --help")).ok());
        for (name, flag) in &helm {
            match cox.get(name) {
                Some(ours) if ours == flag => {}
                Some(ours) => differing.push(format!("{command} {name}: {ours:?}, not {flag:?}")),
                None => {
                    if !MISSING.contains(&name.as_str()) {
                        differing.push(format!("{command} has no {name}"));
                    }
                    missing.insert(name.clone());
                }
            }
        }
        let is_extra = |name: &&String| !helm.contains_key(*name) && !is_ours(command, name);
        let extra: Vec<_> = cox.keys().filter(is_extra).collect();
        differing.extend(
            extra
                .into_iter()
                .map(|name| format!("{command} has {name}, which Helm has not")),
        );
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
    for name in MISSING {
        assert!(
            missing.contains(name),
            "{name} is there now: take it off the list"
        );
    }
}

/// The flags in a help text: `-n, --namespace string   what it is (default "x")`, or on several lines.
fn flags(help: &str) -> BTreeMap<String, Flag> {
    let mut texts: Vec<String> = Vec::new();
    for line in help.lines().map(str::trim) {
        let begins = line.starts_with("--") || (line.starts_with('-') && line.contains(", --"));
        match texts.last_mut() {
            Some(text) if !begins => *text = format!("{text} {line}"),
            _ if begins => texts.push(line.to_owned()),
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    for text in texts {
        let (letter, rest) = text.split_at(text.find("--").expect("it is a flag"));
        let end = rest.find([' ', '=', '[']).unwrap_or(rest.len());
        let flag = Flag {
            letter: letter.trim_end_matches([',', ' ']).to_owned(),
            default: default(rest),
        };
        if let Some((_, alias)) = rest.split_once("[alias: ") {
            let alias = alias.split(']').next().unwrap_or(alias).trim_start_matches("--");
            found.insert(format!("--{alias}"), flag.clone());
        }
        found.insert(rest[..end].to_owned(), flag);
    }
    found.remove("--help");
    found
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
