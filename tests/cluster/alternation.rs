//! One release in two hands, at random: every step is done by `cox` or by `helm`, and both read the same afterwards.
//!
//! The sequences follow from their number. The gate runs a sample; `make soak` (`COX_TEST_SOAK=1`) runs 200;
//! `COX_TEST_SEQUENCE=N` runs one.

#![expect(
    clippy::disallowed_methods,
    reason = "tests are steered by variables of their own"
)]

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use crate::support::{Outcome, TestEnv};

/// How many sequences the gate runs, and how many there are.
const SAMPLE: u64 = 4;
const ALL: u64 = 200;
/// How many steps each has.
const STEPS: usize = 5;
const PLAYERS: usize = 3;

/// What both are asked after every step.
const QUESTIONS: [&str; 4] = [
    "list -o json",
    "history web -o json",
    "get all web",
    "get values web --all -o json",
];

#[test]
fn both_read_the_same_after_every_step() {
    if TestEnv::on_cluster().is_none() {
        return;
    }
    let last = if std::env::var_os("COX_TEST_SOAK").is_some() {
        ALL
    } else {
        SAMPLE
    };
    let only = std::env::var("COX_TEST_SEQUENCE")
        .ok()
        .and_then(|text| text.parse().ok());
    let (first, last) = only.map_or((0, last), |only: u64| (only, only + 1));
    let next = AtomicU64::new(first);
    let complaints = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..PLAYERS {
            scope.spawn(|| {
                loop {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= last {
                        return;
                    }
                    let complaint = play(seed);
                    complaints.lock().expect("no panic").extend(complaint);
                }
            });
        }
    });
    let complaints = complaints.into_inner().expect("no panic");
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

/// Plays a sequence; returns the first answer on which the two do not agree.
fn play(seed: u64) -> Option<String> {
    let env = TestEnv::on_cluster().expect("there is a control plane");
    write_charts(&env);
    let namespace = format!("alternation-{seed}");
    let mut random = StdRng::seed_from_u64(seed);
    let mut story = Vec::new();
    let first = action(&mut random, 0);
    let actions = std::iter::once(first).chain((1..STEPS).map(|step| action(&mut random, step)));
    for line in actions.collect::<Vec<_>>() {
        let line = format!("{line} --namespace {namespace}");
        let is_ours = random.gen_bool(0.5);
        let outcome = if is_ours { env.cox(&line) } else { env.helm(&line) };
        let who = if is_ours { "cox" } else { "helm" };
        story.push(format!("{who} {line} (exit {})", outcome.code));
        for question in QUESTIONS {
            let question = format!("{question} --namespace {namespace}");
            let (ours, theirs) = (env.cox(&question), env.helm(&question));
            if answer(&ours) != answer(&theirs) {
                let story = story.join("\n  ");
                return Some(format!(
                    "sequence {seed}:\n  {story}\n{question}\n--- cox\n{}{}--- helm\n{}{}",
                    ours.stdout, ours.stderr, theirs.stdout, theirs.stderr
                ));
            }
        }
    }
    None
}

/// What counts of an answer: of an error, that it is one.
fn answer(outcome: &Outcome) -> (i32, &str) {
    (outcome.code, &outcome.stdout)
}

const INSTALL: [&str; 5] = [
    "--replace",
    "--no-hooks",
    "--labels team=blue",
    "--server-side=false",
    "--rollback-on-failure",
];
const UPGRADE: [&str; 12] = [
    "--reuse-values",
    "--reset-values",
    "--reset-then-reuse-values",
    "--no-hooks",
    "--cleanup-on-fail",
    "--rollback-on-failure",
    "--history-max 3",
    "--labels team=red,tier=null",
    "--description changed",
    "--server-side=true",
    "--server-side=false",
    "--wait",
];
const ROLLBACK: [&str; 5] = [
    "--no-hooks",
    "--cleanup-on-fail",
    "--history-max 3",
    "--server-side=true",
    "--wait",
];
const UNINSTALL: [&str; 4] = ["--keep-history", "--no-hooks", "--wait", "--description bye"];

/// The words of a step. The first one installs; the others do anything, mostly what changes a release that is there.
fn action(random: &mut StdRng, step: usize) -> String {
    let verbs: &[&str] = if step == 0 {
        &["install", "upgrade -i"]
    } else {
        &[
            "install",
            "upgrade",
            "upgrade",
            "upgrade",
            "upgrade -i",
            "rollback",
            "rollback",
            "uninstall",
        ]
    };
    let verb = *verbs.choose(random).expect("there are verbs");
    let flags: &[&str] = match verb {
        "install" => &INSTALL,
        "rollback" => &ROLLBACK,
        "uninstall" => &UNINSTALL,
        _ => &UPGRADE,
    };
    let mut words = vec![verb.to_owned(), "web".to_owned()];
    match verb {
        "rollback" => words.extend(random.gen_bool(0.7).then(|| random.gen_range(1..4).to_string())),
        "uninstall" => {}
        _ => words.extend(chart(random)),
    }
    if matches!(verb, "install" | "upgrade -i") {
        words.push("--create-namespace".to_owned());
    }
    for _ in 0..random.gen_range(0..3) {
        words.extend(flags.choose(random).map(|flag| (*flag).to_owned()));
    }
    if is_waited_for(&words) {
        words.push("--timeout 1s".to_owned());
    }
    words.join(" ")
}

/// A chart, perhaps with values.
fn chart(random: &mut StdRng) -> Vec<String> {
    let charts = ["one", "two", "one", "two", "bad", "unready"];
    let mut words = vec![(*charts.choose(random).expect("there are charts")).to_owned()];
    if random.gen_bool(0.6) {
        let (name, value) = (random.gen_range(1..4), random.gen_range(1..9));
        words.push(format!("--set v{name}={value}"));
    }
    words
}

fn is_waited_for(words: &[String]) -> bool {
    let has = |word: &str| words.iter().any(|it| it == word);
    has("--rollback-on-failure") || has("--wait")
}

/// Two charts that differ, one that the server refuses, and one that never becomes ready.
fn write_charts(env: &TestEnv) {
    let hooks = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: hook\n  annotations: {helm.sh/hook: \
                 \"pre-install,post-upgrade,pre-rollback,post-delete\"}\n";
    let map = |name: &str| {
        format!(
            "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{values: {{{{ .Values | toJson | quote }}}}}}\n"
        )
    };
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 99999}]}\n";
    let deployment = "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n  selector: {matchLabels: \
                      {app: d}}\n  template:\n    metadata: {labels: {app: d}, annotations: \
                      {coxswain.test/behaviour: never-ready}}\n    spec: {containers: [{name: c, image: nginx}]}\n";
    let charts = [
        ("one", map("a") + &map("b")),
        ("two", map("b") + &map("c")),
        ("bad", map("b") + &map("d") + service),
        ("unready", map("a") + deployment),
    ];
    for (name, objects) in charts {
        let head = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\nappVersion: \"1\"\n");
        env.write(&format!("{name}/Chart.yaml"), &head);
        env.write(
            &format!("{name}/values.yaml"),
            &format!("v1: {name}\nv2: {{deep: 1}}\n"),
        );
        env.write(&format!("{name}/templates/objects.yaml"), &objects);
        env.write(&format!("{name}/templates/hook.yaml"), hooks);
        env.write(
            &format!("{name}/templates/NOTES.txt"),
            "Revision {{ .Release.Revision }}\n",
        );
    }
}
