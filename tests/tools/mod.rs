//! The tools that people run on Helm, with `cox` as their helm: the real ones where they can be built, otherwise the
//! command lines, the environment and the reading of answers that their sources show.

mod chart_testing;
mod diff;
mod helmfile;
mod secrets;
mod unittest;

use std::path::{Path, PathBuf};

use crate::cli::plugins::Sides;
use crate::cluster::scenarios::compare::{difference, masked};
use crate::support::{Outcome, control_plane, project, skip};

/// A tool's program; nothing, with a loud line, where it cannot be had.
fn program(part: &str, name: &str) -> Option<PathBuf> {
    match control_plane::build(&[part]) {
        Ok(folder) => Some(folder.join(name)),
        Err(why) => {
            skip(&format!("tests with {part}"), &why);
            None
        }
    }
}

/// Copies a folder of this one into the folder of a test.
fn copy(from: &str, to: &Path) {
    let from = project().join("tests/tools").join(from);
    copy_folder(&from, to);
}

fn copy_folder(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("folders can be made");
    for entry in std::fs::read_dir(from).expect("the folder is there").flatten() {
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy_folder(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("files can be copied");
        }
    }
}

/// Runs a line by `helm` and by `cox` under its name, each in a namespace of its own, which the line calls `NS`: the
/// same exit code and words, but for times and names that are made up.
#[track_caller]
fn same_in_namespaces(sides: &Sides, namespace: &str, line: &str, variables: &[(&str, &str)]) -> Outcome {
    let [helm, ours] = [0, 1].map(|side| {
        let own = own_namespace(namespace, side);
        let outcome = sides.run(side, &line.replace("NS", &own), variables);
        let mask = |text: &str| without_chance(&masked(text, &own, sides.env.path()));
        Outcome {
            stdout: mask(&outcome.stdout),
            stderr: mask(&outcome.stderr),
            ..outcome
        }
    });
    assert_eq!(ours.code, helm.code, "{line}\n{ours:?}\n{helm:?}");
    for (ours, helm) in [(&ours.stdout, &helm.stdout), (&ours.stderr, &helm.stderr)] {
        assert!(
            ours == helm,
            "{line}: (- helm, + cox)\n{}",
            difference(helm, ours)
        );
    }
    ours
}

/// The namespace of one of two sides.
fn own_namespace(namespace: &str, side: usize) -> String {
    format!("{namespace}-{}", ["h", "c"][side])
}

/// Masks addresses and names of pods, and the blanks that they are aligned with.
fn without_chance(text: &str) -> String {
    let line = |line: &str| {
        line.split_whitespace()
            .map(without_chance_in)
            .collect::<Vec<_>>()
            .join(" ")
    };
    text.lines().map(|text| line(text) + "\n").collect()
}

fn without_chance_in(word: &str) -> String {
    if word.starts_with("10.96.") {
        return "ADDRESS".to_owned();
    }
    let parts: Vec<&str> = word.split('-').collect();
    let is_random = |part: &str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&part.len()) && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
    };
    match parts.as_slice() {
        [name @ .., hash, end] if !name.is_empty() && is_random(hash, 7..=10) && is_random(end, 5..=5) => {
            format!("{}-POD", name.join("-"))
        }
        _ => word.to_owned(),
    }
}
