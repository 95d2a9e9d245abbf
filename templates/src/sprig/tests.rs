//! sprig's functions: the expressions in `testdata/sprig` must give what Go's sprig gave.

use super::{Clock, functions};
use crate::gotmpl::{Functions, Map, MissingKey, Options, Templates, Value};
use serde_json::Value as Json;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Beginnings of expressions whose result differs on purpose, with the reason.
const DEVIATIONS: &[(&str, &str)] = &[
    (
        r#"genCAWithKey "ca" 365 "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n""#,
        "what Go's ASN.1 decoder says about data that is no key goes into its own structures",
    ),
    (
        r#"{{ $l := splitList "," "c,b,a" }}{{ $s := sortAlpha $l }}{{ $l }}{{ $s }}"#,
        "sprig sorts a []string in place, which its documentation does not say; lists are never changed here",
    ),
    (
        "slice (until 5) 0 6",
        "Go reaches beyond the end of a list as far as its memory happens to go; here the end is the end",
    ),
    (
        "deepCopy (semver ",
        "Go's copy of a struct without exported fields is empty; values of the host are shared here",
    ),
    (
        "urlParse \"http://[::1::2]/\"",
        "what is wrong with an address of version 6 is said in fewer words",
    ),
    (
        "{{ $k := b64dec \"LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFWS0tLS0tCk1JR2tBZ0VC",
        "of the elliptic curves only P-256 is there, the one that genPrivateKey uses",
    ),
];

/// Functions that Helm replaces; sprig's own are in the table, but the expressions were evaluated with Helm's.
const REPLACED: &[&str] = &["fromJson", "toJson", "mustToJson", "fail", "getHostByName"];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../testdata/sprig")
}

fn evaluate(expression: &str, clock: &Clock) -> Result<String, String> {
    let mut table = Functions::new();
    table.extend(functions(clock));
    let options = Options {
        missing_key: MissingKey::Zero,
        ..Options::default()
    };
    let mut set = Templates::new(table, options);
    let source = match expression.contains("{{") {
        true => expression.to_owned(),
        false => format!("{{{{ {expression} }}}}"),
    };
    set.parse("t", source)
        .map_err(|error| without_place(&error.to_string()))?;
    match set.execute("t", Value::Map(Map::new())) {
        Ok(text) => Ok(text.to_str().into_owned()),
        Err(error) => Err(without_place(&error.to_string())),
    }
}

/// Cuts off what stands before a message: the vectors have the message alone.
fn without_place(message: &str) -> String {
    let place = regex::Regex::new(r#"(?s)^template: t:\d+(:\d+)?: (executing "t" at <.*?>: )?"#);
    place
        .expect("the pattern is right")
        .replace(message, "")
        .into_owned()
}

/// Chapters with a zone in their name were evaluated in that zone, the others in UTC.
fn clock_of(chapter: &str) -> Clock {
    match chapter.split_once("-local-") {
        Some((_, zone)) => Clock::in_zone(&zone.replacen('-', "/", 1)).expect("the zone exists"),
        None => Clock::utc(),
    }
}

/// Returns the rows of a chapter that differ, in a readable form.
fn differences(chapter: &str, rows: &[Json]) -> Vec<String> {
    let clock = clock_of(chapter);
    let mut different = Vec::new();
    for row in rows {
        let expression = row["expression"].as_str().expect("every row has an expression");
        let is_replaced = REPLACED
            .iter()
            .any(|name| expression.starts_with(&format!("{name} ")));
        let is_deviation = DEVIATIONS
            .iter()
            .any(|(deviation, _)| expression.starts_with(deviation));
        if is_replaced {
            continue;
        }
        let expected = match row["error"].as_str() {
            Some(error) => Err(error.to_owned()),
            None => Ok(row["output"]
                .as_str()
                .expect("a row has output or error")
                .to_owned()),
        };
        let got = evaluate(expression, &clock);
        if is_deviation && got == expected {
            different.push(format!("{chapter}: {expression}\n  is no deviation any more"));
        } else if !is_deviation && got != expected {
            different.push(format!(
                "{chapter}: {expression}\n  expected {expected:?}\n  got      {got:?}"
            ));
        }
    }
    different
}

fn chapters() -> Vec<(String, Vec<Json>)> {
    let mut chapters = Vec::new();
    for entry in std::fs::read_dir(folder()).expect("the vectors are there") {
        let path = entry.expect("the folder can be read").path();
        if path.extension().is_some_and(|extension| extension == "json") {
            let text = std::fs::read_to_string(&path).expect("the file can be read");
            let rows = serde_json::from_str(&text).expect("the file is JSON");
            chapters.push((
                path.file_stem()
                    .expect("it has a name")
                    .to_string_lossy()
                    .into_owned(),
                rows,
            ));
        }
    }
    chapters.sort_by(|(left, _), (right, _)| left.cmp(right));
    chapters
}

fn check(is_wanted: fn(&str) -> bool) {
    let chapters = chapters();
    let wanted = chapters.iter().filter(|(chapter, _)| is_wanted(chapter));
    let different: Vec<String> = wanted
        .flat_map(|(chapter, rows)| differences(chapter, rows))
        .collect();
    assert!(
        different.is_empty(),
        "{} rows differ:\n{}",
        different.len(),
        different.join("\n")
    );
}

#[test]
fn expressions_give_what_go_gave() {
    check(|chapter| chapter != "crypto");
}

// generating keys takes time, so these run beside the others
#[test]
fn cryptography_gives_what_go_gave() {
    check(|chapter| chapter == "crypto");
}

#[test]
fn every_function_has_rows() {
    let words: BTreeSet<String> = chapters()
        .iter()
        .flat_map(|(_, rows)| rows)
        .flat_map(|row| {
            let expression = row["expression"].as_str().unwrap_or_default();
            expression
                .split(|c: char| !c.is_alphanumeric() && c != '_')
                .map(str::to_owned)
                .collect::<Vec<_>>()
        })
        .collect();
    let table = functions(&Clock::utc());
    let missing: Vec<&str> = table
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| !words.contains(*name))
        .collect();
    assert!(missing.is_empty(), "functions without a row: {missing:?}");
    assert_eq!(table.len(), 209);
}

fn text(expression: &str) -> String {
    evaluate(expression, &Clock::utc()).expect("the expression is right")
}

#[test]
fn random_texts_differ() {
    for expression in [
        "uuidv4",
        "randAlphaNum 20",
        "randAscii 20",
        "randBytes 16",
        "encryptAES \"k\" \"x\"",
        "bcrypt \"x\"",
    ] {
        assert_ne!(text(expression), text(expression), "{expression}");
    }
    let shuffled = text("shuffle \"abcdefghijklmnopqrstuvwxyz\" | splitList \"\" | sortAlpha | join \"\"");
    assert_eq!(shuffled, "abcdefghijklmnopqrstuvwxyz");
}

#[test]
fn bcrypt_hashes_verify() {
    let hash = text("bcrypt \"secret\"");
    assert!(bcrypt::verify("secret", &hash).expect("it is a hash"));
    assert!(!bcrypt::verify("other", &hash).expect("it is a hash"));
}

#[test]
fn maps_that_hold_themselves_fail() {
    for function in [
        "deepCopy $d",
        "merge $d (deepCopy (dict \"a\" 1)) $e",
        "mustToRawJson $d",
    ] {
        let expression = format!(
            "{{{{ $d := dict }}}}{{{{ $_ := set $d \"d\" $d }}}}{{{{ $e := dict }}}}{{{{ $_ := set $e \"d\" $e }}}}{{{{ $_ := {function} }}}}"
        );
        assert!(evaluate(&expression, &Clock::utc()).is_err(), "{function}");
    }
}

#[test]
fn deep_json_fails() {
    let expression = "mustFromJson (repeat 100000 \"[\")";
    assert!(evaluate(expression, &Clock::utc()).is_err());
    assert!(
        evaluate(
            "mustFromJson (printf \"%s%s\" (repeat 390 \"[\") (repeat 390 \"]\")) | len",
            &Clock::utc()
        )
        .is_ok()
    );
}
