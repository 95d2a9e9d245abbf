//! Plans against the truth: what `plan` says of each step of the scenarios, and what the API server's audit log says was
//! done when the step was taken.

#![expect(
    clippy::disallowed_methods,
    reason = "tests are steered by variables of their own"
)]

mod audit;
mod chance;
mod drifts;
mod notes;
mod pending;
mod rights;
mod truth;

use std::collections::BTreeMap;

use release::diff::{ChangeSet, Concern, ObjectChange};
use serde_json::Value;

use super::scenarios::case::{Case, Step, What};
use super::scenarios::play::Player;
use super::scenarios::snapshot::Snapshot;
use crate::support::TestEnv;
use audit::Audit;
use truth::Tale;

/// The commands that can be planned.
const VERBS: [&str; 5] = ["install", "upgrade", "rollback", "uninstall", "test"];

/// How many scenarios were compared, and what differed.
#[derive(Default)]
struct Findings {
    scenarios: usize,
    steps: usize,
    complaints: Vec<String>,
}

#[test]
#[ignore = "its own control plane may get the port that another test wants nobody to have: `make test` runs it by itself"]
fn plans_are_what_happens() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let log = folder.path().join("audit.log");
    let Ok((control_plane, mut audit)) = Audit::start(&log) else {
        return;
    };
    let mut findings = Findings::default();
    for case in sample(super::scenarios::cases()) {
        let env = TestEnv::on(control_plane.kubeconfig()).for_test("cluster::plans::plans_are_what_happens");
        let namespace = format!("{}--p", case.name);
        let player = Player::on(env, &case, namespace, |_| env!("CARGO_BIN_EXE_cox").into());
        let compared = play(&case, &player, &mut audit, &mut findings.complaints);
        findings.scenarios += usize::from(compared > 0);
        findings.steps += compared;
    }
    eprintln!(
        "{} steps of {} scenarios are as planned",
        findings.steps, findings.scenarios
    );
    assert!(
        findings.complaints.is_empty(),
        "{}",
        findings.complaints.join("\n\n")
    );
}

/// Returns all scenarios in a soak, or when one is named; every fifth otherwise.
fn sample(cases: Vec<Case>) -> Vec<Case> {
    let is_set = |name: &str| std::env::var_os(name).is_some();
    if is_set("COX_TEST_SOAK") || is_set("COX_TEST_SCENARIO") {
        return cases;
    }
    cases.into_iter().step_by(5).collect()
}

/// Plays a scenario; says how many of its steps went well and could be compared.
fn play(case: &Case, player: &Player, audit: &mut Audit, complaints: &mut Vec<String>) -> usize {
    let mut compared = 0;
    for step in &case.steps {
        match planned_line(player, step) {
            None => drop(player.act(step)),
            Some(line) => match compare(player, step, &line, audit) {
                Ok(was_compared) => compared += usize::from(was_compared),
                Err(complaint) => complaints.push(format!("{}: {}\n{complaint}", case.name, step.line)),
            },
        }
        Snapshot::of(&player.api, &player.namespace);
    }
    compared
}

/// Returns the line that plans a step; nothing if it changes nothing anyway.
fn planned_line(player: &Player, step: &Step) -> Option<String> {
    if step.what != What::Run {
        return None;
    }
    let line = player.line(step);
    let is_variable = |word: &&str| word.contains('=') && !word.starts_with('-');
    let variables: Vec<&str> = line.split(' ').take_while(is_variable).collect();
    let rest: Vec<&str> = line.split(' ').skip(variables.len()).collect();
    let is_dry = rest
        .iter()
        .any(|word| word.starts_with("--dry-run") || *word == "-h" || *word == "--help");
    let is_verb = rest.first().is_some_and(|verb| VERBS.contains(verb));
    // The form of the plan is another one than that of the result.
    let rest: Vec<&str> = without_output(rest);
    let line = format!("{} plan {} -o json", variables.join(" "), rest.join(" "));
    (is_verb && !is_dry).then(|| line.trim_start().to_owned())
}

fn without_output(words: Vec<&str>) -> Vec<&str> {
    let mut kept = Vec::new();
    let mut words = words.into_iter();
    while let Some(word) = words.next() {
        match word {
            "-o" | "--output" => drop(words.next()),
            word if word.starts_with("--output=") || word.starts_with("-o=") => {}
            word => kept.push(word),
        }
    }
    kept
}

/// Plans a step, takes it, and compares. Steps that fail half way cannot be compared.
fn compare(player: &Player, step: &Step, line: &str, audit: &mut Audit) -> Result<bool, String> {
    audit.writes();
    let said = player.run(line);
    let planned = audit.writes();
    if let Some(write) = planned.iter().find(|write| !write.is_dry) {
        return Err(format!("the plan has written: {} {}", write.verb, write.path));
    }
    let plan: Option<ChangeSet> = serde_json::from_str(&said.stdout).ok();
    let mut paths: Vec<String> = planned.iter().map(|write| write.path.clone()).collect();
    paths.extend(plan.iter().flat_map(|plan| &plan.objects).map(custom_path));
    let before = live(player, &paths);
    let outcome = player.act(step);
    let done: Vec<_> = audit
        .writes()
        .into_iter()
        .filter(|write| !write.is_dry && !write.is_bookkeeping())
        .collect();
    let Some(plan) = plan else {
        return match (said.code, outcome.code) {
            (1, 0) => Err(format!("the plan fails, the step does not: {}", said.stderr)),
            (1, _) => Ok(false),
            _ => Err(format!(
                "no plan: exit {} {}{}",
                said.code, said.stdout, said.stderr
            )),
        };
    };
    let is_hopeless = notes(&plan).any(Concern::is_fatal);
    match (is_hopeless, outcome.code) {
        (true, 0) => {
            return Err(format!(
                "planned to fail: {:?}",
                plan.attention().collect::<Vec<_>>()
            ));
        }
        (false, 0) => {}
        _ => return Ok(false),
    }
    if let Some(failed) = done
        .iter()
        .find(|write| write.code >= 300 && write.code != 404 && write.code != 409)
    {
        return Err(format!(
            "{} {} failed with {}",
            failed.verb, failed.path, failed.code
        ));
    }
    let done: Vec<_> = done.into_iter().filter(|write| write.code < 300).collect();
    let unchecked = plan
        .objects
        .iter()
        .filter(|change| change.notes.iter().any(|note| note.concern == Concern::Unchecked));
    let unchecked: Vec<String> = unchecked.map(|change| change.object.name.clone()).collect();
    differences(
        &truth::of_plan(&plan),
        &truth::of_writes(&done, &before),
        &unchecked,
    )
    .map_or(Ok(true), Err)
}

fn notes(plan: &ChangeSet) -> impl Iterator<Item = Concern> {
    let of_objects = plan.objects.iter().flat_map(|change| &change.notes);
    plan.notes.iter().chain(of_objects).map(|note| note.concern)
}

/// Reads the objects that a plan changes, as they are before the step.
fn live(player: &Player, paths: &[String]) -> BTreeMap<String, Value> {
    paths
        .iter()
        .filter_map(|path| Some((path.clone(), player.api.get(path)?)))
        .collect()
}

/// Returns where an object of a custom kind is: those are not tried to be deleted.
fn custom_path(change: &ObjectChange) -> String {
    let object = &change.object;
    let (kind, version) = (object.gvk.kind.to_lowercase(), object.gvk.api_version());
    format!(
        "/apis/{version}/namespaces/{}/{kind}s/{}",
        object.namespace, object.name
    )
}

/// Says what a plan has otherwise than the truth. Of what the server could not try out, it lacks what the server adds.
fn differences(plan: &Tale, truth: &Tale, unchecked: &[String]) -> Option<String> {
    let mut lines = Vec::new();
    let names: std::collections::BTreeSet<&String> = plan.keys().chain(truth.keys()).collect();
    for name in names {
        let (planned, done) = (plan.get(name), truth.get(name));
        if planned == done {
            continue;
        }
        let (Some(planned), Some(done)) = (planned, done) else {
            lines.push(format!("  {name}: planned {planned:?}\n    done {done:?}"));
            continue;
        };
        if planned.effect != done.effect {
            lines.push(format!(
                "  {name}: planned {}, done {}",
                planned.effect, done.effect
            ));
        }
        let is_unchecked = unchecked
            .iter()
            .any(|object| name.ends_with(&format!("/{object}")));
        let paths: std::collections::BTreeSet<&String> =
            planned.fields.keys().chain(done.fields.keys()).collect();
        for path in paths {
            let (a, b) = (planned.fields.get(path), done.fields.get(path));
            let is_default = is_unchecked && a.is_none();
            let is_hidden = a.is_some_and(|(_, after)| after == "hidden") && b.is_some();
            if a != b && !is_default && !is_hidden {
                lines.push(format!("  {name} {path}: planned {a:?}, done {b:?}"));
            }
        }
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}
