//! Which test exercises each flag of each command. `pairs.txt` has a line per pair; it is made by `make flags` of what
//! `cox` was really asked while all tests ran, and `make test` looks whether it still was.
//!
//! A run counts when it went well: wrong values, help and completion say nothing of what a flag does.

#![expect(
    clippy::disallowed_methods,
    reason = "tests are steered by variables of their own"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command as Process;

use crate::support::help::{Command, walk};
use crate::support::invocation::BETWEEN;
use crate::support::{TestEnv, project, real_helm, skip};

/// Flags that Helm takes and does not show.
const HIDDEN: [(&str, &str); 11] = [
    ("create", "--chart-api-version"),
    ("install", "--atomic"),
    ("install", "--force"),
    ("rollback", "--force"),
    ("template", "--atomic"),
    ("template", "--force"),
    ("template", "--hide-notes"),
    ("template", "--render-subchart-notes"),
    ("template", "--validate"),
    ("upgrade", "--atomic"),
    ("upgrade", "--force"),
];

/// Flags whose work is to make a command fail.
const FAILING: [&str; 4] = [
    "--atomic",
    "--fail-on-no-result",
    "--rollback-on-failure",
    "--strict",
];

/// Tests that call the program without wanting what it does.
const IDLE: [&str; 3] = ["cli::every_flag::", "cli::help::", "cluster::completion::"];

/// The test that compares what happens with a flag with what happens without it.
const EFFECTS: &str = "cluster::effects::";

/// What the command is in a pair with a flag that all commands have.
const EVERY: &str = "helm";

/// A command and a flag.
type Pair = (String, String);

/// Helm's commands, and how their parts are called.
struct Surface(Vec<Command>);

impl Surface {
    fn of(env: &TestEnv, helm: &Path) -> Self {
        // Helm's help does not list it.
        let mut commands = vec![Command::ask(env, helm, &["docs".to_owned()])];
        walk(env, helm, &[], &mut commands);
        Surface(commands)
    }

    fn root(&self) -> &Command {
        self.0.last().expect("the root is walked last")
    }

    /// All pairs.
    fn pairs(&self) -> BTreeSet<Pair> {
        let mut pairs: BTreeSet<Pair> = HIDDEN
            .iter()
            .map(|(command, flag)| ((*command).to_owned(), (*flag).to_owned()))
            .collect();
        for command in self.0.iter().filter(|command| command.is_runnable()) {
            let path = command.path.join(" ");
            for (name, flag) in &command.flags {
                let command = if flag.is_global { EVERY } else { &path };
                pairs.insert((command.to_owned(), name.clone()));
            }
        }
        pairs
    }

    /// The command that arguments name.
    fn command(&self, args: &[&str]) -> Option<&Command> {
        let mut found = self.root();
        let mut rest = args.iter();
        while let Some(arg) = rest.next() {
            if arg.starts_with('-') {
                if self.flag(found, arg).is_some_and(|(_, takes_next)| takes_next) {
                    rest.next();
                }
                continue;
            }
            let is_next = |command: &&Command| {
                command.path.len() == found.path.len() + 1
                    && command.path.starts_with(&found.path)
                    && (command.path.last().is_some_and(|name| name == arg)
                        || command.aliases.iter().any(|alias| alias == arg))
            };
            found = self.0.iter().find(is_next)?;
            if found.is_runnable() {
                return Some(found);
            }
        }
        None
    }

    /// The name of a flag, and whether the next argument is its value. Of several letters, the first one counts.
    fn flag(&self, command: &Command, arg: &str) -> Option<(String, bool)> {
        let (head, has_value) = match arg.split_once('=') {
            Some((head, _)) => (head, true),
            None => (arg, false),
        };
        if let Some(flag) = command.flags.get(head) {
            return Some((head.to_owned(), !has_value && !flag.may_be_bare));
        }
        if head.starts_with("--") {
            let path = command.path.join(" ");
            let is_hidden = HIDDEN.contains(&(path.as_str(), head));
            return is_hidden.then(|| (head.to_owned(), false));
        }
        let letter = head.get(..2)?;
        let (name, flag) = command.flags.iter().find(|(_, flag)| flag.letter == letter)?;
        Some((name.clone(), arg.len() == 2 && !flag.may_be_bare))
    }

    /// The pairs in the arguments of a run.
    fn exercised(&self, args: &[&str]) -> Vec<Pair> {
        let Some(command) = self.command(args) else {
            return Vec::new();
        };
        let path = command.path.join(" ");
        let mut pairs = Vec::new();
        let mut rest = args.iter().take_while(|arg| **arg != "--");
        while let Some(arg) = rest.next() {
            let Some((name, takes_next)) = arg.starts_with('-').then(|| self.flag(command, arg)).flatten()
            else {
                continue;
            };
            if takes_next {
                rest.next();
            }
            let is_global = command.flags.get(&name).is_some_and(|flag| flag.is_global);
            let command = if is_global { EVERY } else { &path };
            pairs.push((command.to_owned(), name));
        }
        pairs
    }

    /// The tests that exercise each pair, of the notes that all runs have left.
    fn tests(&self, notes: &Path) -> BTreeMap<Pair, BTreeSet<String>> {
        let mut tests: BTreeMap<Pair, BTreeSet<String>> = BTreeMap::new();
        for file in std::fs::read_dir(notes).expect("there are notes").flatten() {
            let text = std::fs::read_to_string(file.path()).expect("notes can be read");
            for line in text.lines() {
                let (test, rest) = line.split_once('\t').expect("a test's name");
                let (code, args) = rest.split_once('\t').expect("an exit code");
                let args: Vec<&str> = args.split(BETWEEN).collect();
                let is_idle = test.is_empty() || IDLE.iter().any(|idle| test.starts_with(idle));
                if is_idle || args.contains(&"--help") || args.contains(&"-h") {
                    continue;
                }
                for pair in self.exercised(&args) {
                    let is_meant = test.starts_with(EFFECTS) || FAILING.contains(&pair.1.as_str());
                    if matches!(code, "0" | "-") || is_meant {
                        tests.entry(pair).or_default().insert(test.to_owned());
                    }
                }
            }
        }
        tests
    }
}

fn table() -> PathBuf {
    project().join("tests/cli/pairs.txt")
}

/// The table as it is checked in.
fn checked_in() -> BTreeMap<Pair, String> {
    let text = std::fs::read_to_string(table()).expect("there is a table");
    let line = |line: &str| {
        let (pair, test) = line.split_once('\t').expect("a pair and a test");
        let (command, flag) = pair.rsplit_once(' ').expect("a command and a flag");
        ((command.to_owned(), flag.to_owned()), test.to_owned())
    };
    text.lines().map(line).collect()
}

fn listed<'p>(pairs: impl Iterator<Item = &'p Pair>) -> String {
    let lines: Vec<String> = pairs.map(|(command, flag)| format!("{command} {flag}")).collect();
    lines.join("\n")
}

#[test]
fn every_pair_has_a_test() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    let surface = Surface::of(&env, helm);
    let (pairs, table) = (surface.pairs(), checked_in());
    assert_eq!(pairs.len(), 429, "pairs");
    let missing = pairs.iter().filter(|pair| !table.contains_key(*pair));
    assert_eq!(
        listed(missing),
        "",
        "pairs without a test: write one, then `make flags`"
    );
    let extra = table.keys().filter(|pair| !pairs.contains(*pair));
    assert_eq!(listed(extra), "", "Helm has no such pairs");

    let own = std::env::current_exe().expect("the tests are a program");
    let list = Process::new(own)
        .arg("--list")
        .output()
        .expect("it lists its tests");
    let list = String::from_utf8_lossy(&list.stdout).into_owned();
    let tests: BTreeSet<&str> = list
        .lines()
        .filter_map(|line| line.strip_suffix(": test"))
        .collect();
    for (pair, test) in &table {
        let name = test.split('/').next().unwrap_or_default();
        assert!(tests.contains(name), "{pair:?}: there is no test {test}");
    }
    for (command, flag) in HIDDEN {
        let line = format!("{command} {flag}=true --help");
        env.run(helm, &line).ok();
        env.run_as_helm(&line).ok();
    }
}

/// Run after all other tests, with their notes in `COX_TEST_PAIRS`; `COX_TEST_WRITE_PAIRS=1` writes the table anew.
#[test]
#[ignore = "reads what all other tests have done: `make test` and `make flags` run it"]
fn what_the_table_says_was_done() {
    let Some(helm) = real_helm() else { return };
    let Some(notes) = std::env::var_os("COX_TEST_PAIRS") else {
        return skip(
            "the check of what tests have done",
            "COX_TEST_PAIRS names no folder",
        );
    };
    let surface = Surface::of(&TestEnv::offline(), helm);
    let tests = surface.tests(Path::new(&notes));
    if std::env::var_os("COX_TEST_WRITE_PAIRS").is_some() {
        let pairs = surface.pairs();
        let line = |(command, flag): &Pair| {
            let tests = tests.get(&(command.clone(), flag.clone()))?;
            // What was written for the flag says the most about it.
            let own = tests.iter().find(|test| test.starts_with(EFFECTS));
            let test = own.or(tests.first())?;
            Some(format!("{command} {flag}\t{test}\n"))
        };
        let text: String = pairs.iter().filter_map(line).collect();
        std::fs::write(table(), text).expect("the table can be written");
        return;
    }
    if !tests.values().flatten().any(|test| test.starts_with(EFFECTS)) {
        return skip(
            "the check of what tests have done",
            "the tests of effects were skipped",
        );
    }
    let table = checked_in();
    let not_done = table.iter().filter(|(pair, test)| {
        let done = tests.get(*pair);
        done.is_none_or(|tests| !tests.contains(*test))
    });
    assert_eq!(
        listed(not_done.map(|(pair, _)| pair)),
        "",
        "the tests that the table names do not exercise these: see to it, or `make flags`"
    );
}
