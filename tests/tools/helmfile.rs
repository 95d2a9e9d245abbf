//! A project of ten releases in three environments, brought to the control plane and taken away by a real helmfile:
//! with `cox`, under its own name and under Helm's, and with `helm`. helm-diff, which `diff` and `apply` need, is no Go
//! module that others can build: the plugin of `plugins/diff` gives its command lines.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{copy, program, without_chance};
use crate::cli::create::called_helm;
use crate::cluster::scenarios::compare::{difference, masked};
use crate::cluster::scenarios::snapshot::{Api, Snapshot};
use crate::support::{Outcome, TestEnv};

/// Each command, and the exit code: 2 is how `diff` says that there are changes.
const COMMANDS: [(&str, i32); 11] = [
    ("lint", 0),
    ("template", 0),
    ("diff --detailed-exitcode", 2),
    ("apply", 0),
    ("sync", 0),
    ("status", 0),
    // The Job of the migration is named after the revision.
    ("diff --detailed-exitcode", 2),
    ("diff --detailed-exitcode --state-values-set replicas=4", 2),
    ("apply --state-values-set replicas=4", 0),
    ("test", 0),
    ("destroy", 0),
];

/// Each environment, how many releases it has, and whether `cox` is called by its own name there.
const ENVIRONMENTS: [(&str, usize, Name); 3] = [
    ("dev", 3, Name::Own),
    ("staging", 4, Name::Helms),
    ("prod", 10, Name::Helms),
];

#[derive(Clone, Copy, PartialEq)]
enum Name {
    Own,
    Helms,
}

/// What there is after a command.
struct Step {
    stdout: String,
    stderr: String,
    objects: String,
    records: String,
}

#[test]
fn three_environments_come_and_go_as_with_helm() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let Some(helmfile) = program("helmfile", "helmfile") else {
        return;
    };
    copy("project", &env.path().join("project"));
    copy("plugins/diff", &env.path().join("plugin"));
    env.helm("plugin install plugin").ok();
    let link = called_helm(&env);
    let helm = env.helm_path();
    for (environment, releases, name) in ENVIRONMENTS {
        let ours = match name {
            Name::Own => PathBuf::from(env!("CARGO_BIN_EXE_cox")),
            Name::Helms => link.clone(),
        };
        let play =
            |side, program: &Path| Player::new(&env, &helmfile, environment, side).play(program, releases);
        let (ours, theirs) = std::thread::scope(|scope| {
            let ours = scope.spawn(|| play("c", &ours));
            let theirs = play("h", &helm);
            (ours.join().expect("it is played"), theirs)
        });
        for (((command, _), ours), theirs) in COMMANDS.iter().zip(&ours).zip(&theirs) {
            let same = |part: &str, ours: &str, theirs: &str| {
                let says = || difference(theirs, ours);
                assert!(
                    ours == theirs,
                    "{environment} {command}: {part} (- helm, + cox)\n{}",
                    says()
                );
            };
            same("objects", &ours.objects, &theirs.objects);
            same("records", &ours.records, &theirs.records);
            same("stdout", &ours.stdout, &theirs.stdout);
            if name == Name::Helms {
                same("stderr", &ours.stderr, &theirs.stderr);
            }
        }
    }
}

/// One program in one environment.
struct Player<'a> {
    env: &'a TestEnv,
    helmfile: &'a Path,
    environment: &'a str,
    side: &'a str,
    namespace: String,
    api: Api,
}

impl<'a> Player<'a> {
    fn new(env: &'a TestEnv, helmfile: &'a Path, environment: &'a str, side: &'a str) -> Self {
        let namespace = format!("shop-{environment}-{side}");
        let api = Api::of(env);
        Player {
            env,
            helmfile,
            environment,
            side,
            namespace,
            api,
        }
    }

    /// Gives all commands, and looks at what each leaves.
    fn play(&self, helm: &Path, releases: usize) -> Vec<Step> {
        let mut steps: Vec<Step> = Vec::new();
        for (command, code) in COMMANDS {
            if command == "status" {
                self.await_pods();
            }
            let outcome = self.run(helm, command);
            assert_eq!(outcome.code, code, "{} {command}: {outcome:?}", self.namespace);
            let snapshot = Snapshot::of(&self.api, &self.namespace);
            steps.push(Step {
                stdout: self.sorted(&outcome.stdout, helm),
                stderr: self.sorted(&outcome.stderr, helm),
                objects: self.masked(&snapshot.objects),
                records: self.masked(&snapshot.records),
            });
        }
        let [_, _, wanted, first, again, _, _, still, changed, _, gone] = &steps[..] else {
            panic!("a step per command")
        };
        assert_eq!(count(&wanted.records), 0, "differences change nothing");
        assert_eq!(first.objects, again.objects, "nothing was to change");
        assert_eq!(count(&first.records), releases);
        assert_eq!(count(&still.records), 2 * releases);
        let more = count(&changed.records) - 2 * releases;
        assert!(
            more > 0 && more < releases,
            "only what differs is applied: {more}"
        );
        assert_eq!(
            (count(&gone.records), count(&gone.objects)),
            (0, 1),
            "only the namespace: {}",
            gone.objects
        );
        steps
    }

    fn run(&self, helm: &Path, command: &str) -> Outcome {
        let mut process = self.env.command(self.helmfile);
        process
            .current_dir(self.env.path().join("project"))
            .env("SIDE", self.side);
        process
            .arg("--helm-binary")
            .arg(helm)
            .args(["--environment", self.environment])
            .args(command.split(' '));
        process.output().expect("helmfile starts").into()
    }

    /// Releases are worked on at the same time: their lines come in any order.
    fn sorted(&self, text: &str, helm: &Path) -> String {
        let text = text.replace(&helm.display().to_string(), "HELM");
        let text = without_chance(&self.masked(&text));
        let mut lines: Vec<&str> = text.lines().collect();
        lines.sort_unstable();
        lines.join("\n")
    }

    fn masked(&self, text: &str) -> String {
        masked(text, &self.namespace, self.env.path())
    }

    /// What `status` says of objects is the same when they are all there.
    fn await_pods(&self) {
        let begin = Instant::now();
        let path = format!("/apis/apps/v1/namespaces/{}/deployments", self.namespace);
        let is_there = |item: &Value| item["status"]["availableReplicas"] == item["spec"]["replicas"];
        while !self.api.get(&path).unwrap_or_default()["items"]
            .as_array()
            .is_some_and(|all| all.iter().all(is_there))
        {
            assert!(
                begin.elapsed() < Duration::from_secs(30),
                "the pods of {} do not come",
                self.namespace
            );
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

fn count(list: &str) -> usize {
    let list: Value = serde_json::from_str(list).expect("it is JSON");
    list.as_array().expect("it is a list").len()
}
