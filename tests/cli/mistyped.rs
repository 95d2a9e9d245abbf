//! Templates that somebody mistyped: whatever Helm makes of them, or says of them, `cox` under its name does too.
//!
//! The mistakes follow from a number. The gate makes a few of them; `make soak` (`COX_TEST_SOAK=1`) makes thousands.

#![expect(
    clippy::disallowed_methods,
    reason = "tests are steered by variables of their own"
)]

use rand::rngs::StdRng;
use rand::seq::SliceRandom;
use rand::{Rng, SeedableRng};

use super::create::called_helm;
use crate::support::{Outcome, TestEnv, real_helm};

/// What is typed where it does not belong: all that means something to the language, and some that means nothing.
const PIECES: [&str; 54] = [
    "{{",
    "}}",
    "{{-",
    "-}}",
    " -}}",
    "{{- ",
    "-",
    " ",
    "\"",
    "`",
    "(",
    ")",
    "|",
    ":=",
    "=",
    "$x",
    "$",
    ".",
    ".a",
    "é",
    "\u{a0}",
    "/*",
    "*/",
    "{{/*",
    "*/}}",
    "'",
    "'a'",
    "0x1",
    "1e3",
    "1_000",
    "+",
    "1i",
    "\n",
    "\t",
    "\r",
    "\\",
    "\\n",
    "break",
    "end",
    "else",
    "if",
    "with",
    "range",
    "define \"a\"",
    "block \"b\" .",
    "template \"a\"",
    "nil",
    "true",
    ",",
    "_",
    "{",
    "}",
    "٣",
    "include \"a\" .",
];

/// The templates that mistakes are made in.
const TEMPLATES: [&str; 6] = [
    "_helpers.tpl",
    "deployment.yaml",
    "hpa.yaml",
    "httproute.yaml",
    "ingress.yaml",
    "NOTES.txt",
];

#[test]
fn mistakes_are_told_as_by_helm() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    let ours = called_helm(&env);
    env.cox("create web --engine gotpl").ok();
    let mut random = StdRng::seed_from_u64(1);
    let count = if std::env::var_os("COX_TEST_SOAK").is_some() {
        5000
    } else {
        100
    };
    for number in 0..count {
        let path = format!("web/templates/{}", TEMPLATES.choose(&mut random).expect("some"));
        let right = std::fs::read_to_string(env.path().join(&path)).expect("a template");
        let text = mistyped(&right, &mut random);
        env.write(&path, &text);
        let [theirs, ours] =
            [helm, ours.as_path()].map(|program| seen(&env.run(program, "template name web")));
        assert_eq!(ours, theirs, "mistake {number}, in {path}:\n{text}");
        env.write(&path, &right);
    }
}

/// Makes some mistakes in a template.
fn mistyped(text: &str, random: &mut StdRng) -> String {
    let mut text: Vec<char> = text.chars().collect();
    for _ in 0..random.gen_range(1..=3) {
        let start = place(&text, random);
        let end = (start + [0, 0, 0, 1, 2, 4].choose(random).expect("some")).min(text.len());
        let piece = PIECES.choose(random).expect("some");
        // Some is only left out.
        let piece = if end > start && random.gen_ratio(1, 2) {
            ""
        } else {
            piece
        };
        text.splice(start..end, piece.chars());
    }
    text.into_iter().collect()
}

/// Returns where to make a mistake: mostly in an action, or near one.
fn place(text: &[char], random: &mut StdRng) -> usize {
    let actions: Vec<usize> = text
        .windows(2)
        .enumerate()
        .filter(|(_, pair)| pair == &['{', '{'] || pair == &['}', '}'])
        .map(|(at, _)| at)
        .collect();
    match actions.choose(random) {
        Some(at) if random.gen_ratio(4, 5) => {
            (at + random.gen_range(0..25)).saturating_sub(3).min(text.len())
        }
        _ => random.gen_range(0..=text.len()),
    }
}

/// What scripts see: the exit code, standard output, and the line that says what went wrong.
fn seen(outcome: &Outcome) -> (i32, String, String) {
    let error = outcome
        .stderr
        .split_once("Error: ")
        .map_or("", |(_, error)| error);
    let line = error.split("\n\nUse --debug").next().unwrap_or_default();
    (outcome.code, outcome.stdout.clone(), line.trim_end().to_owned())
}
