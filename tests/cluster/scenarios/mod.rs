//! The scenario suite: each file of `cases/` is played twice, by `cox` under Helm's name and by the real `helm`, in a
//! namespace each. After every step what they said, the exit code, the live objects with the owners of their fields,
//! and the decoded records are compared.
//!
//! `COX_TEST_SCENARIO=part` plays only those with `part` in their name.

#![expect(
    clippy::disallowed_methods,
    reason = "tests are steered by variables of their own"
)]

pub(in crate::cluster) mod case;
pub(crate) mod compare;
mod credentials;
pub(in crate::cluster) mod play;
pub(crate) mod snapshot;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{TestEnv, project};
use case::Case;

/// How many scenarios are under way at a time: much of each is waiting.
const PLAYERS: usize = 4;

#[test]
fn every_scenario_ends_as_with_helm() {
    if TestEnv::on_cluster().is_none() {
        return;
    }
    let cases = cases();
    let next = AtomicUsize::new(0);
    let complaints = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..PLAYERS {
            scope.spawn(|| {
                while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                    // What differs by chance, because a server or Helm was slow, does not differ twice.
                    let found = match play::both(case, "one") {
                        first if first.is_empty() => first,
                        first => play::again(case, &first),
                    };
                    complaints.lock().expect("no panic").extend(found);
                }
            });
        }
    });
    let complaints = complaints.into_inner().expect("no panic");
    assert!(complaints.is_empty(), "{}", complaints.join("\n\n"));
}

#[test]
fn there_are_enough_scenarios() {
    let count = std::fs::read_dir(folder()).expect("there are scenarios").count();
    assert!(count >= 60, "only {count} scenarios");
}

pub(in crate::cluster) fn cases() -> Vec<Case> {
    let wanted = std::env::var("COX_TEST_SCENARIO").unwrap_or_default();
    let mut cases: Vec<Case> = std::fs::read_dir(folder())
        .expect("there are scenarios")
        .map(|entry| Case::read(&entry.expect("it can be listed").path()))
        .filter(|case| case.name.contains(&wanted))
        .collect();
    // Long ones first, so that the last ones to end are short.
    cases.sort_by_key(|case| std::cmp::Reverse(case.steps.len()));
    cases
}

fn folder() -> std::path::PathBuf {
    project().join("tests/cluster/scenarios/cases")
}
