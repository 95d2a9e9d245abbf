//! Every flag of every command with a wrong value or none, every command with too few and too many words, unknown flags
//! and commands: the words, streams and exit codes of the real helm.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use super::create::called_helm;
use crate::support::{Outcome, TestEnv, real_helm};

type Line = Vec<String>;

/// A command of Helm's, as its help shows it.
struct Command {
    path: Line,
    below: Vec<String>,
    flags: Vec<Flag>,
}

/// A flag: its letter, its name, and what its value is called; nothing for a switch.
struct Flag {
    letter: Option<String>,
    name: String,
    value: Option<String>,
}

fn help(env: &TestEnv, helm: &Path, path: &Line) -> String {
    let mut command = env.command(helm);
    command.args(path).arg("--help");
    Outcome::from(command.output().expect("helm starts")).ok()
}

fn read(path: &Line, help: &str) -> Command {
    let after = |title: &str| help.split(title).nth(1).unwrap_or_default();
    let below = after("Available Commands:\n")
        .lines()
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next());
    let own = help.split("Global Flags:").next().unwrap_or_default();
    let lines = own.lines().filter(|line| {
        let text = line.trim_start();
        line.starts_with("  ") && (text.starts_with("--") || text.starts_with('-') && text.contains(", --"))
    });
    Command {
        path: path.clone(),
        below: below.filter(|name| *name != "help").map(str::to_owned).collect(),
        flags: lines.map(flag).filter(|flag| flag.name != "--help").collect(),
    }
}

/// Reads `-n, --namespace string   what it is`.
fn flag(line: &str) -> Flag {
    let text = line.trim_start();
    let (letter, text) = match text.split_once(", ") {
        Some((letter, rest)) if letter.len() == 2 => (Some(letter.to_owned()), rest),
        _ => (None, text),
    };
    let head = text.split("  ").next().unwrap_or_default();
    let mut words = head.split(' ');
    let name = words.next().unwrap_or_default();
    Flag {
        letter,
        name: name.split(['[', '=']).next().unwrap_or_default().to_owned(),
        value: words.next().map(str::to_owned),
    }
}

fn walk(env: &TestEnv, helm: &Path, path: Line, found: &mut Vec<Command>) {
    let command = read(&path, &help(env, helm, &path));
    for name in &command.below {
        let path = path.iter().cloned().chain([name.clone()]).collect();
        walk(env, helm, path, found);
    }
    found.push(command);
}

impl Command {
    fn with(&self, words: &[&str]) -> Line {
        let more = words.iter().map(|word| (*word).to_owned());
        self.path.iter().cloned().chain(more).collect()
    }

    /// The wrong ways to call it.
    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![
            self.with(&["--nope"]),
            self.with(&["-Z"]),
            self.with(&["--nope=1", "-Zx"]),
        ];
        if !self.below.is_empty() {
            lines.extend([self.with(&["nope"]), self.with(&["nope", "x"]), self.with(&[])]);
        } else if self.path[0] != "completion" {
            let many = ["a", "b", "c", "d", "e", "f", "g", "h"];
            lines.extend([self.with(&[]), self.with(&many)]);
            lines.extend([self.with(&["--debug=maybe"]), self.with(&["--kube-context"])]);
        }
        lines.extend(self.flags.iter().flat_map(|flag| self.flag_lines(flag)));
        lines
    }

    fn flag_lines(&self, flag: &Flag) -> Vec<Line> {
        let Flag { letter, name, value } = flag;
        let Some(value) = value.as_deref() else {
            let assigned = [Some(name), letter.as_ref()].into_iter().flatten();
            return assigned
                .map(|flag| self.with(&[&format!("{flag}=bogus")]))
                .collect();
        };
        let mut lines: Vec<Line> = letter.iter().map(|letter| self.with(&[letter])).collect();
        lines.push(self.with(&[name]));
        match value {
            "int" | "uint" | "float32" | "duration" | "format" => lines.push(self.with(&[name, "bogus"])),
            "strings" | "stringToString" => lines.push(self.with(&[name, "a\"b"])),
            _ => {}
        }
        lines
    }
}

/// Help texts and scripts are our own: they go where Helm's go.
fn is_own_text(helm: &Outcome) -> bool {
    helm.code == 0
        && ["Available Commands:", "-*- shell-script -*-"]
            .iter()
            .any(|mark| helm.stdout.contains(mark))
}

fn differs(line: &Line, helm: &Outcome, ours: &Outcome) -> Option<String> {
    let is_same = if is_own_text(helm) {
        ours.code == 0 && !ours.stdout.is_empty() && ours.stderr.is_empty()
    } else {
        ours == helm
    };
    (!is_same).then(|| format!("{}\n helm: {helm:?}\n ours: {ours:?}", line.join(" ")))
}

#[test]
fn what_is_wrong_is_said_as_helm_says_it() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    let ours = called_helm(&env);
    let mut commands = Vec::new();
    walk(&env, helm, Vec::new(), &mut commands);
    let lines: BTreeSet<Line> = commands
        .iter()
        .flat_map(Command::lines)
        .filter(|line| !line.is_empty())
        .collect();
    assert!(
        lines.len() > 800,
        "helm has more flags than these {}",
        lines.len()
    );
    let (waiting, differing) = (Mutex::new(lines.into_iter()), Mutex::new(Vec::new()));
    let here = env.path().join("here");
    std::fs::create_dir(&here).expect("a folder");
    let run = |program: &Path, line: &Line| {
        let mut command = env.command(program);
        command
            .args(line)
            .current_dir(&here)
            .stdin(std::process::Stdio::null());
        let outcome = Outcome::from(command.output().expect("the program starts"));
        Outcome {
            stdout: outcome.stdout.replace(&program.display().to_string(), "PROGRAM"),
            ..outcome
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while let Some(line) = { waiting.lock().expect("no panic").next() } {
                    let [helm, ours] = [helm, &ours].map(|program| run(program, &line));
                    differing
                        .lock()
                        .expect("no panic")
                        .extend(differs(&line, &helm, &ours));
                }
            });
        }
    });
    let differing = differing.into_inner().expect("no panic");
    assert!(
        differing.is_empty(),
        "{} lines differ:\n{}",
        differing.len(),
        differing.join("\n")
    );
}
