//! What each flag does, beside Helm: the same, and not what happens without it.
//!
//! `COX_TEST_EFFECT=part` plays only lines with `part` in them.

#![expect(
    clippy::disallowed_methods,
    reason = "tests are steered by variables of their own"
)]

mod files;
mod world;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;

use super::scenarios::compare::{difference, masked};
use super::scenarios::snapshot::{Api, Snapshot};
use crate::cli::create::called_helm;
use crate::support::{Outcome, TestEnv, words};
use world::{World, filled};

const NAME: &str = "cluster::effects::every_flag_does_what_it_does_in_helm";

/// The commands that take a chart.
const CHART: [&str; 9] = [
    "install r CHART -n @NS@ --dry-run=client",
    "upgrade r CHART -n @NS@ --dry-run=client --install",
    "template r CHART",
    "pull CHART",
    "show all CHART",
    "show chart CHART",
    "show crds CHART",
    "show readme CHART",
    "show values CHART",
];

/// The commands that fetch dependencies.
const DEPENDENCY: [&str; 3] = [
    "dependency update CHART",
    "dependency build CHART",
    "package CHART --dependency-update",
];

/// How many lines are played at a time.
const PLAYERS: usize = 3;

/// A line of the list.
struct Line {
    kind: Kind,
    before: Vec<String>,
    text: String,
    /// The parts that differ on purpose.
    differing: BTreeSet<String>,
}

/// What is expected of a flag.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// It does something.
    Works,
    /// Helm takes it, and nothing happens.
    Idle,
    /// As `Works`; what is said is not compared.
    InOtherWords,
}

/// What there is after a line, by part.
type Parts = [(&'static str, String); 6];

#[test]
fn every_flag_does_what_it_does_in_helm() {
    if TestEnv::on_cluster().is_none() {
        return;
    }
    let Some(world) = World::new() else { return };
    let wanted = std::env::var("COX_TEST_EFFECT").unwrap_or_default();
    let lines = lines().into_iter().filter(|line| line.text.contains(&wanted));
    let (waiting, complaints) = (Mutex::new(lines.enumerate()), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..PLAYERS {
            scope.spawn(|| {
                while let Some((number, line)) = { waiting.lock().expect("no panic").next() } {
                    let found = play(&world, number, &line);
                    complaints.lock().expect("no panic").extend(found);
                }
            });
        }
    });
    let complaints = complaints.into_inner().expect("no panic");
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

fn lines() -> Vec<Line> {
    let mut lines = Vec::new();
    let mut before: Vec<String> = Vec::new();
    for text in include_str!("lines.txt").lines() {
        if text.is_empty() {
            before.clear();
        } else if let Some(line) = text.strip_prefix("> ") {
            before.push(line.to_owned());
        } else if let Some(note) = text.strip_prefix("? ") {
            differs(&mut lines, note);
        } else if !text.starts_with('#') {
            let (kind, text) = match text.split_at(2) {
                ("= ", text) => (Kind::Idle, text),
                ("~ ", text) => (Kind::InOtherWords, text),
                _ => (Kind::Works, text),
            };
            let before = &before;
            lines.extend(expanded(text).into_iter().map(|text| Line {
                kind,
                before: before.clone(),
                text,
                differing: BTreeSet::new(),
            }));
        }
    }
    lines
}

/// Notes that a command differs in a part, in the last line that it has.
fn differs(lines: &mut [Line], note: &str) {
    let mut words = note.split(' ');
    let (command, part) = (words.next().expect("a command"), words.next().expect("a part"));
    let mut lines = lines.iter_mut().rev();
    let line = lines
        .find(|line| line.text.starts_with(command))
        .expect("it has a line");
    line.differing.insert(part.to_owned());
}

/// One line per command.
fn expanded(text: &str) -> Vec<String> {
    let commands: &[&str] = match text {
        _ if text.starts_with("@CHART ") => &CHART,
        _ if text.starts_with("@DEPENDENCY ") => &DEPENDENCY,
        _ => return vec![text.to_owned()],
    };
    let (_, rest) = text.split_once(' ').expect("it has a chart");
    commands
        .iter()
        .map(|command| command.replace("CHART", rest))
        .collect()
}

/// Plays a line by both programs, with and without the flag; returns what is not as it should be.
fn play(world: &World, number: usize, line: &Line) -> Vec<String> {
    let (head, rest) = line.text.split_once('{').expect("a flag in braces");
    let (flag, tail) = rest.rsplit_once('}').expect("a flag in braces");
    let (with, without) = (format!("{head}{flag}{tail}"), format!("{head}{tail}"));
    let played = [
        ("cox", &with),
        ("helm", &with),
        ("cox-o", &without),
        ("helm-o", &without),
    ]
    .map(|(program, text)| Ok(Place::new(world, (number, program), line)?.play(text)));
    let [ours, theirs, ours_without, theirs_without] = match played {
        [Ok(a), Ok(b), Ok(c), Ok(d)] => [a, b, c, d],
        failed => {
            return failed
                .into_iter()
                .filter_map(Result::<Parts, String>::err)
                .collect();
        }
    };
    let mut complaints = Vec::new();
    let mut complain = |what: String| complaints.push(format!("{}\n  {what}", line.text));
    for ((part, ours), (_, theirs)) in ours.iter().zip(&theirs) {
        let is_said = matches!(*part, "stdout" | "stderr");
        if is_said && line.kind == Kind::InOtherWords {
            continue;
        }
        match (ours == theirs, line.differing.contains(*part)) {
            (false, false) => complain(format!(
                "{part} differs (- helm, + cox)\n{}",
                difference(theirs, ours)
            )),
            (true, true) => complain(format!("{part} is as with helm now: take the note away")),
            _ => {}
        }
    }
    let has_effect = |with: &Parts, without: &Parts| (with != without) == (line.kind != Kind::Idle);
    if !has_effect(&ours, &ours_without) {
        complain(format!(
            "ours: with and without, it is {}: {ours:?}",
            ours == ours_without
        ));
    }
    if line.differing.contains("effect") {
        return complaints;
    }
    if !has_effect(&theirs, &theirs_without) {
        complain(format!(
            "helm: with and without, it is {}: {theirs:?}",
            theirs == theirs_without
        ));
    }
    if ours_without[0] != theirs_without[0] {
        let said = |parts: &Parts| parts[2].1.clone();
        let (ours, theirs) = (said(&ours_without), said(&theirs_without));
        complain(format!(
            "without it, other exit codes\n helm: {theirs}\n ours: {ours}"
        ));
    }
    complaints
}

/// Where a line is played.
struct Place {
    env: TestEnv,
    program: PathBuf,
    namespace: Option<(String, Api)>,
    words: BTreeMap<String, String>,
}

impl Place {
    /// Makes the place, and gives the lines that come first.
    ///
    /// # Errors
    /// When one of them fails.
    fn new(world: &World, (number, name): (usize, &str), line: &Line) -> Result<Self, String> {
        let command: Vec<&str> = line
            .text
            .split(' ')
            .take_while(|word| !word.contains('{'))
            .collect();
        let test = format!("{NAME}/{}", command[..command.len().min(2)].join("-"));
        let env = TestEnv::on_cluster().expect("there is a cluster").for_test(&test);
        files::copy(world.files.path(), env.path());
        make_runnable(&env.path().join("plugins/rename/run.sh"));
        let program = if name.starts_with("helm") {
            env.helm_path()
        } else {
            called_helm(&env)
        };
        let mut words = world.words.clone();
        let namespace = line.text.contains("@NS@").then(|| {
            let namespace = format!("effect-{number}-{name}");
            let api = Api::of(&env);
            api.make_namespace(&namespace);
            words.insert("NS".to_owned(), namespace.clone());
            (namespace, api)
        });
        let place = Place {
            env,
            program,
            namespace,
            words,
        };
        for before in &line.before {
            let outcome = place.run(before);
            if outcome.code != 0 {
                return Err(format!("{}: {before} fails: {outcome:?}", line.text));
            }
        }
        Ok(place)
    }

    /// Runs a line, and looks at what there is then.
    fn play(&self, line: &str) -> Parts {
        let outcome = self.run(line);
        let name = self.namespace.as_ref().map_or("NO-NAMESPACE", |(name, _)| name);
        let mask = |text: &str| {
            let text = text.replace(&self.program.display().to_string(), "PROGRAM");
            let text = masked(&text, name, self.env.path());
            // What is pushed says when.
            if line.starts_with("push") {
                without_digests(&text)
            } else {
                text
            }
        };
        let snapshot = self.namespace.as_ref().map(|(name, api)| Snapshot::of(api, name));
        let (objects, records) = snapshot.map_or_else(Default::default, |it| (it.objects, it.records));
        [
            ("code", outcome.code.to_string()),
            ("stdout", mask(&outcome.stdout)),
            ("stderr", mask(&outcome.stderr)),
            ("files", mask(&files::listed(self.env.path()))),
            ("objects", mask(&objects)),
            ("records", mask(&records)),
        ]
    }

    fn run(&self, line: &str) -> Outcome {
        let mut command = self.env.command(&self.program);
        command
            .env("HELM_PLUGINS", self.env.path().join("plugins"))
            .args(words(&filled(line, &self.words)));
        if line.contains("-stdin") {
            let password = File::open(self.env.path().join("password")).expect("there is one");
            command.stdin(password);
        } else {
            command.stdin(Stdio::null());
        }
        command.output().expect("the program starts").into()
    }
}

fn without_digests(text: &str) -> String {
    let lines = text.split_inclusive('\n');
    lines.filter(|line| !line.starts_with("Digest: ")).collect()
}

fn make_runnable(path: &Path) {
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(path, mode).expect("the file is ours");
}
