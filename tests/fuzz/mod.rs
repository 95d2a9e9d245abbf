//! A short fuzzing that every run of the tests does: the checked-in inputs, and the same few mutations of them each time.
//!
//! `make soak` goes on where this stops; what it finds is mended, and the input kept in `inputs/`.

mod checks;

use std::path::PathBuf;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};

use crate::support::project;

/// Mutations of each input; all together take a few seconds without optimization.
const MUTATIONS: usize = 12;

#[test]
fn yaml() {
    try_all("yaml");
}

#[test]
fn archives() {
    try_all("archive");
}

#[test]
fn values() {
    try_all("values");
}

#[test]
fn templates() {
    try_all("template");
}

/// Runs the check of that name over its inputs, as they are and changed.
fn try_all(name: &str) {
    let folder = project().join("tests/fuzz/inputs").join(name);
    let check = checks::of(&folder);
    let inputs = read(&folder);
    for (path, input) in &inputs {
        try_one(check, input, &format!("{}", path.display()));
    }
    let mut random = StdRng::seed_from_u64(1);
    for (path, input) in &inputs {
        for n in 0..MUTATIONS {
            let other = &inputs[random.gen_range(0..inputs.len())].1;
            let changed = mutate(input, other, &mut random);
            try_one(check, &changed, &format!("{}, mutation {n}", path.display()));
        }
    }
}

/// Runs a check; says which input it was when it fails.
fn try_one(check: fn(&[u8]), input: &[u8], what: &str) {
    let outcome = std::panic::catch_unwind(|| check(input));
    assert!(outcome.is_ok(), "{what}: {}", input.escape_ascii());
}

fn read(folder: &PathBuf) -> Vec<(PathBuf, Vec<u8>)> {
    let entries = std::fs::read_dir(folder).expect("the inputs are there");
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("it can be read").path())
        .collect();
    paths.sort();
    let input = |path: PathBuf| (path.clone(), std::fs::read(path).expect("it can be read"));
    paths.into_iter().map(input).collect()
}

/// Changes an input here and there: bytes set, taken out, doubled, or taken over from another input.
fn mutate(input: &[u8], other: &[u8], random: &mut StdRng) -> Vec<u8> {
    let mut bytes = input.to_vec();
    for _ in 0..random.gen_range(1..4) {
        let at = random.gen_range(0..=bytes.len());
        let end = (at + random.gen_range(0..16)).min(bytes.len());
        match random.gen_range(0..5) {
            0 if at < bytes.len() => bytes[at] = random.r#gen(),
            1 => drop(bytes.drain(at..end)),
            2 => drop(bytes.splice(at..at, input[..input.len().min(random.gen_range(0..32))].to_vec())),
            3 => {
                let from = random.gen_range(0..=other.len());
                let to = (from + random.gen_range(0..32)).min(other.len());
                drop(bytes.splice(at..end, other[from..to].to_vec()));
            }
            _ => drop(bytes.splice(at..at, *b"{{\"")),
        }
    }
    bytes
}
