//! Every flag of every command with a wrong value or none, every command with too few and too many words, unknown flags
//! and commands: the words, streams and exit codes of the real helm.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Mutex;

use super::create::called_helm;
use crate::support::help::{Command, Flag, walk};
use crate::support::{Outcome, TestEnv, real_helm};

type Line = Vec<String>;

/// The wrong ways to call a command.
struct Wrong<'a>(&'a Command);

impl Wrong<'_> {
    fn with(&self, words: &[&str]) -> Line {
        let more = words.iter().map(|word| (*word).to_owned());
        self.0.path.iter().cloned().chain(more).collect()
    }

    fn lines(&self) -> Vec<Line> {
        let mut lines = vec![
            self.with(&["--nope"]),
            self.with(&["-Z"]),
            self.with(&["--nope=1", "-Zx"]),
        ];
        if !self.0.is_runnable() {
            lines.extend([self.with(&["nope"]), self.with(&["nope", "x"]), self.with(&[])]);
        } else if self.0.path[0] != "completion" {
            let many = ["a", "b", "c", "d", "e", "f", "g", "h"];
            lines.extend([self.with(&[]), self.with(&many)]);
            lines.extend([self.with(&["--debug=maybe"]), self.with(&["--kube-context"])]);
        }
        let own = self.0.flags.iter().filter(|(_, flag)| !flag.is_global);
        lines.extend(own.flat_map(|(name, flag)| self.flag_lines(name, flag)));
        lines
    }

    fn flag_lines(&self, name: &str, flag: &Flag) -> Vec<Line> {
        let letter = Some(flag.letter.as_str()).filter(|letter| !letter.is_empty());
        let Some(value) = flag.value.as_deref() else {
            let assigned = [Some(name), letter].into_iter().flatten();
            return assigned
                .map(|flag| self.with(&[&format!("{flag}=bogus")]))
                .collect();
        };
        let mut lines: Vec<Line> = letter.iter().map(|letter| self.with(&[letter])).collect();
        lines.push(self.with(&[name]));
        match value {
            "int" | "uint" | "float32" | "duration" | "format" => {
                lines.extend([self.with(&[name, "bogus"]), self.with(&[name, ""])]);
                lines.push(self.with(&[&format!("{name}=")]));
            }
            "WaitStrategy" => lines.push(self.with(&[&format!("{name}=")])),
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
    walk(&env, helm, &[], &mut commands);
    let lines: BTreeSet<Line> = commands
        .iter()
        .flat_map(|command| Wrong(command).lines())
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
