//! The help of every command beside Helm's: what it is called and takes, and its flags, shorthands and defaults.

use std::path::Path;

use crate::support::help::{Command, Flag, walk};
use crate::support::{TestEnv, real_helm};

/// Flags that are ours alone.
const OURS: [&str; 5] = ["--engine", "--frozen", "--offline", "--seed", "--take-over"];

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

/// Commands that are ours alone.
const OUR_COMMANDS: [&str; 12] = [
    "apply",
    "diff",
    "explain",
    "explain determinism",
    "explain values",
    "outdated",
    "plan",
    "plan install",
    "plan rollback",
    "plan test",
    "plan uninstall",
    "plan upgrade",
];

fn is_ours(command: &str, flag: &str) -> bool {
    OURS.contains(&flag) || command == "search repo" && OF_REGISTRIES.contains(&flag)
}

/// Both programs' commands, in Helm's order; and what one has and the other has not.
fn both(env: &TestEnv, helm: &Path) -> (Vec<(Command, Command)>, Vec<String>) {
    let (mut theirs, mut ours) = (Vec::new(), Vec::new());
    walk(env, helm, &[], &mut theirs);
    walk(env, Path::new(env!("CARGO_BIN_EXE_cox")), &[], &mut ours);
    let mut differing = Vec::new();
    let mut pairs = Vec::new();
    for command in theirs {
        let same = |our: &Command| our.path == command.path;
        match ours.iter().position(same) {
            Some(place) => pairs.push((command, ours.swap_remove(place))),
            None => differing.push(format!("there is no {}", command.path.join(" "))),
        }
    }
    let extra = ours.iter().map(|command| command.path.join(" "));
    let extra = extra.filter(|path| !OUR_COMMANDS.contains(&path.as_str()));
    differing.extend(extra.map(|path| format!("Helm has no {path}")));
    (pairs, differing)
}

#[test]
fn every_command_takes_what_helms_takes() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    let (pairs, mut differing) = both(&env, helm);
    let runnable = pairs.iter().filter(|(helm, _)| helm.is_runnable()).count();
    assert_eq!(runnable, 50, "commands that do something");
    for (helm, ours) in &pairs {
        let path = helm.path.join(" ");
        if helm.usage != ours.usage {
            differing.push(format!("{path}: usage {:?}, not {:?}", ours.usage, helm.usage));
        }
        for (name, flag) in &helm.flags {
            match ours.flags.get(name) {
                Some(our) if our == flag => {}
                Some(our) => differing.push(format!("{path} {name}: {our:?}, not {flag:?}")),
                None => differing.push(format!("{path} has no {name}")),
            }
        }
        let extra = ours.flags.keys().filter(|name| !helm.flags.contains_key(*name));
        let extra = extra.filter(|name| !is_ours(&path, name));
        differing.extend(extra.map(|name| format!("{path} has {name}, which Helm has not")));
    }
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn every_alias_is_helms() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    let (pairs, _) = both(&env, helm);
    let mut count = 0;
    for (helm, ours) in &pairs {
        assert_eq!(ours.aliases, helm.aliases, "{}", helm.path.join(" "));
        for alias in &helm.aliases {
            count += 1;
            let mut path = helm.path.clone();
            *path.last_mut().expect("it has a name") = alias.clone();
            let called = Command::ask(&env, Path::new(env!("CARGO_BIN_EXE_cox")), &path);
            let flags = |command: &Command| -> Vec<(String, Flag)> {
                let flags = command.flags.iter();
                flags.map(|(name, flag)| (name.clone(), flag.clone())).collect()
            };
            assert_eq!(flags(&called), flags(ours), "{}", path.join(" "));
        }
    }
    assert!(count >= 19, "only {count} aliases");
}
