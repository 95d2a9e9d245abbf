//! Playing a scenario by both programs.

use std::collections::BTreeMap;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::case::{self, Case, Step, What};
use super::compare::{difference, masked};
use super::credentials;
use super::snapshot::{Api, Snapshot};
use crate::support::{Outcome, TestEnv};

/// One program in its own namespace and folder.
pub(in crate::cluster) struct Player {
    pub(in crate::cluster) env: TestEnv,
    program: PathBuf,
    pub(in crate::cluster) namespace: String,
    words: BTreeMap<String, String>,
    pub(in crate::cluster) api: Api,
}

/// What there is to compare after a step, by part.
type Parts = [(&'static str, String); 5];

/// Plays a scenario twice; returns what differs although it should not, and what does not although it should.
/// `attempt` tells the namespaces of one time from those of another.
pub(super) fn both(case: &Case, attempt: &str) -> Vec<String> {
    let ours = Player::new(case, &format!("c-{attempt}"), link);
    let theirs = Player::new(case, &format!("h-{attempt}"), TestEnv::helm_path);
    let mut complaints = Vec::new();
    for step in &case.steps {
        let (a, b) = std::thread::scope(|scope| {
            let a = scope.spawn(|| ours.play(step));
            let b = theirs.play(step);
            (a.join().expect("the step is played"), b)
        });
        for ((part, a), (_, b)) in a.into_iter().zip(b) {
            let says = complaint(step, part, &a, &b);
            complaints.extend(says.map(|says| format!("{}: {}\n  {part} {says}", case.name, step.line)));
        }
        if !complaints.is_empty() {
            // What follows would only repeat it.
            break;
        }
    }
    complaints
}

/// Plays a scenario once more, with a loud line about what differed the first time.
#[expect(clippy::print_stderr, reason = "what differs now and then is worth a look")]
pub(super) fn again(case: &Case, first: &[String]) -> Vec<String> {
    eprintln!("ONCE MORE: {}", first.join("\n\n"));
    both(case, "two")
}

/// Puts `cox` there under the name `helm`: it then says what Helm says and no more.
fn link(env: &TestEnv) -> PathBuf {
    let link = env.path().join("bin-helm/helm");
    std::fs::create_dir_all(link.parent().expect("it is in a folder")).expect("folders can be made");
    symlink(env!("CARGO_BIN_EXE_cox"), &link).expect("links can be made");
    link
}

fn complaint(step: &Step, part: &str, ours: &str, theirs: &str) -> Option<String> {
    match (ours == theirs, step.differing.contains(part)) {
        (true, true) => Some("is as with helm now: take the note away".to_owned()),
        (false, false) => Some(format!("differs (- helm, + cox)\n{}", difference(theirs, ours))),
        _ => None,
    }
}

impl Player {
    fn new(case: &Case, letter: &str, program: impl FnOnce(&TestEnv) -> PathBuf) -> Self {
        let test = format!(
            "cluster::scenarios::every_scenario_ends_as_with_helm/{}",
            case.name
        );
        let env = TestEnv::on_cluster()
            .expect("there is a control plane")
            .for_test(&test);
        Player::on(env, case, format!("{}--{letter}", case.name), program)
    }

    /// Prepares a player: the files, and the namespace if no step makes it.
    pub(in crate::cluster) fn on(
        env: TestEnv,
        case: &Case,
        namespace: String,
        program: impl FnOnce(&TestEnv) -> PathBuf,
    ) -> Self {
        let mut words = credentials::words(env.kubeconfig().expect("there is a cluster")).clone();
        words.insert("NS".to_owned(), namespace.clone());
        for (name, text) in case.files(&words) {
            let file = env.write(&name, &text);
            if name.ends_with(".sh") {
                let may_run = std::fs::Permissions::from_mode(0o755);
                std::fs::set_permissions(file, may_run).expect("the file is ours");
            }
        }
        let api = Api::of(&env);
        if !case
            .steps
            .iter()
            .any(|step| step.line.contains("--create-namespace"))
        {
            api.make_namespace(&namespace);
        }
        Player {
            program: program(&env),
            env,
            namespace,
            words,
            api,
        }
    }

    /// Returns a step's line with words filled in.
    pub(in crate::cluster) fn line(&self, step: &Step) -> String {
        case::filled(&step.line, &self.words)
    }

    /// Does what a step says.
    pub(in crate::cluster) fn act(&self, step: &Step) -> Outcome {
        let line = self.line(step);
        match step.what {
            What::Run => return self.run(&line),
            What::Apply => self.each(&line, |api, object, manager| api.apply(object, manager)),
            What::Patch => self.each(&line, |api, object, manager| api.patch(object, manager)),
            What::Delete => self.each(&line, |api, object, _| api.delete(object)),
            What::Wait => until_next_second(),
        }
        Outcome {
            code: 0,
            stdout: String::new(),
            stderr: String::new(),
        }
    }

    /// Plays a step, and returns what is to be compared.
    fn play(&self, step: &Step) -> Parts {
        let outcome = self.act(step);
        let snapshot = Snapshot::of(&self.api, &self.namespace);
        let mask = |text: &str| masked(text, &self.namespace, self.env.path());
        [
            ("code", outcome.code.to_string()),
            ("stdout", mask(&outcome.stdout)),
            ("stderr", mask(&outcome.stderr)),
            ("objects", mask(&snapshot.objects)),
            ("records", mask(&snapshot.records)),
        ]
    }

    pub(in crate::cluster) fn run(&self, line: &str) -> Outcome {
        let is_variable = |word: &&str| word.contains('=') && !word.starts_with('-');
        let variables: Vec<&str> = line.split(' ').take_while(is_variable).collect();
        let rest = line
            .split(' ')
            .skip(variables.len())
            .collect::<Vec<_>>()
            .join(" ");
        let mut command = self.env.command(&self.program);
        for variable in variables {
            let (name, value) = variable.split_once('=').expect("it is a variable");
            command.env(name, value);
        }
        command.args(crate::support::words(&rest));
        if !rest.contains(" -n ") {
            command.args(["--namespace", &self.namespace]);
        }
        command.output().expect("the program starts").into()
    }

    /// Does something with each object of a file; the rest of the line is the manager's name.
    fn each(&self, line: &str, work: impl Fn(&Api, &Value, &str)) {
        let (file, manager) = line.split_once(' ').unwrap_or((line, "kubectl"));
        for object in objects(&self.env.path().join(file)) {
            work(&self.api, &in_namespace(object, &self.namespace), manager);
        }
    }
}

/// Waits for the clock's next second to begin.
fn until_next_second() {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let passed = now.expect("it is after 1970").subsec_nanos();
    std::thread::sleep(std::time::Duration::from_nanos(1_000_000_000 - u64::from(passed)));
}

fn objects(file: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(file).expect("the scenario has the file");
    let documents = text.split("---\n").filter(|text| !text.trim().is_empty());
    documents
        .map(|text| {
            let read = chart::yaml::from_str(text).expect("it is YAML");
            serde_json::to_value(read).expect("it is an object")
        })
        .collect()
}

fn in_namespace(mut object: Value, namespace: &str) -> Value {
    if object["metadata"]["namespace"].is_null() {
        object["metadata"]["namespace"] = namespace.into();
    }
    object
}
