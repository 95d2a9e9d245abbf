//! What is printed: a few hundred command lines on one state, by both programs, byte for byte.

mod state;

use std::path::Path;

use crate::cli::create::called_helm;
use crate::support::{Outcome, TestEnv, words};

/// Parts of a line that are not the same from run to run.
const TIMES: [&str; 4] = ["first_deployed", "last_deployed", "LAST DEPLOYED", "generated"];

#[test]
fn the_same_bytes_for_hundreds_of_lines() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let site = state::prepare(&env);
    let (helm, ours) = (env.helm_path(), called_helm(&env));
    let lines: Vec<&str> = include_str!("lines.txt").lines().collect();
    assert!(lines.len() >= 150, "{} lines", lines.len());
    let mut differing = Vec::new();
    for line in lines {
        let line = line.replace("@SITE@", &site.url());
        let [helm, ours] = [&helm, &ours].map(|program| run(&env, program, &line));
        if helm != ours && !is_own_text(&helm, &ours) {
            differing.push(format!("{line}\n helm: {helm:?}\n ours: {ours:?}"));
        }
    }
    assert!(
        differing.is_empty(),
        "{} lines differ:\n{}",
        differing.len(),
        differing.join("\n")
    );
}

fn run(env: &TestEnv, program: &Path, line: &str) -> Outcome {
    let mut command = env.command(program);
    command
        .args(words(line))
        .env("HELM_NAMESPACE", "outputs")
        .stdin(std::process::Stdio::null());
    let outcome = Outcome::from(command.output().expect("the program starts"));
    let mask = |text: String| {
        let text = text.replace(&program.display().to_string(), "PROGRAM");
        let lines = text.split('\n').map(|text| match line.contains("--dry-run") {
            true => without_now(text),
            false => without_age(text),
        });
        lines.collect::<Vec<_>>().join("\n")
    };
    Outcome {
        stdout: mask(outcome.stdout),
        stderr: mask(outcome.stderr),
        ..outcome
    }
}

/// Leaves out the times of what was made just now.
fn without_now(line: &str) -> String {
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(line)
        && json.is_object()
    {
        return without_times(json).to_string();
    }
    if TIMES.iter().any(|time| line.contains(time)) {
        return String::new();
    }
    line.to_owned()
}

/// Leaves out the age at the end of a line.
fn without_age(line: &str) -> String {
    let is_age =
        |word: &str| word.ends_with('s') && word.starts_with(|c: char| c.is_ascii_digit()) && word.len() < 7;
    match line.trim_end().rsplit_once(' ') {
        Some((before, last)) if is_age(last) => format!("{} AGE", before.trim_end()),
        _ => line.to_owned(),
    }
}

fn without_times(mut json: serde_json::Value) -> serde_json::Value {
    for time in TIMES {
        json["info"][time] = serde_json::Value::Null;
    }
    json
}

/// Help texts are our own: they go where Helm's go.
fn is_own_text(helm: &Outcome, ours: &Outcome) -> bool {
    let is_help = helm.stdout.contains("Available Commands:") || helm.stderr.contains("Available Commands:");
    is_help
        && helm.code == ours.code
        && helm.stdout.is_empty() == ours.stdout.is_empty()
        && helm.stderr.is_empty() == ours.stderr.is_empty()
}
