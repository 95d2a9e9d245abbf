use std::path::PathBuf;
use std::time::{Duration, Instant};

use proptest::prelude::*;

use super::*;
use crate::quote::quote;
use crate::yaml::event::MaybeProperties;

fn properties(properties: &MaybeProperties) -> String {
    let Some(properties) = properties else {
        return String::new();
    };
    let anchor = properties.anchor.as_ref().map(|anchor| format!(" &{anchor}"));
    let tag = properties.tag.as_ref().map(|tag| format!(" <{tag}>"));
    anchor.unwrap_or_default() + &tag.unwrap_or_default()
}

fn described(kind: &EventKind) -> String {
    match kind {
        EventKind::StreamStart => "stream start".to_owned(),
        EventKind::StreamEnd => "stream end".to_owned(),
        EventKind::DocumentStart => "document start".to_owned(),
        EventKind::DocumentEnd => "document end".to_owned(),
        EventKind::Alias(name) => format!("alias &{name}"),
        EventKind::Scalar(tag, text, style) => format!("scalar{} {style:?} {}", properties(tag), quote(text)),
        EventKind::SequenceStart(tag) => format!("sequence start{}", properties(tag)),
        EventKind::SequenceEnd => "sequence end".to_owned(),
        EventKind::MappingStart(tag) => format!("mapping start{}", properties(tag)),
        EventKind::MappingEnd => "mapping end".to_owned(),
    }
}

fn events(bytes: &[u8]) -> Vec<String> {
    let text = Text::decode(bytes);
    let mut parser = Parser::new(&text);
    let mut events = Vec::new();
    loop {
        match parser.next_event() {
            Ok(event) => {
                events.push(format!("{} {}", event.mark.line, described(&event.kind)));
                if event.kind == EventKind::StreamEnd {
                    return events;
                }
            }
            Err(error) => {
                events.push(format!(
                    "{:?} error, {}: {}",
                    error.stage, error.mark.line, error.problem
                ));
                return events;
            }
        }
    }
}

/// `testdata/yaml/events/update` asks Go for these.
#[test]
fn events_and_errors_are_those_of_go() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../testdata/yaml/yaml-events.json");
    let vectors: Vec<serde_json::Value> = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    assert!(vectors.len() > 500);
    for vector in vectors {
        let text = vector["in"].as_str().unwrap();
        let expected: Vec<&str> = vector["events"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(serde_json::Value::as_str)
            .collect();
        assert_eq!(events(text.as_bytes()), expected, "{text:?}");
    }
}

#[test]
fn utf_16_is_read_as_well() {
    let text = "a: [\u{e9}, \u{1f600}]\nb: |\n  x\n";
    let units: Vec<u16> = "\u{feff}".encode_utf16().chain(text.encode_utf16()).collect();
    let little: Vec<u8> = units.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = units.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    assert_eq!(events(&little), events(text.as_bytes()));
    assert_eq!(events(&big), events(text.as_bytes()));
}

/// Each of these took libyaml or its ports time that grows with the square of the length.
#[test]
fn time_grows_with_length_only() {
    let started = Instant::now();
    for unit in [
        "[", "{", "- ", "[a, ", "? ", "!a ", "&a ", "\"\\\n", "'\n", "a\n", "[]: ", "{a: ", "|\n ",
        "\u{2028}",
    ] {
        events(unit.repeat(100_000).as_bytes());
    }
    let wide = format!("[{}]", "a, ".repeat(300_000));
    assert_eq!(events(wide.as_bytes()).len(), 300_000 + 6);
    assert!(
        started.elapsed() < Duration::from_secs(60),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn brackets_are_refused_beyond_ten_thousand() {
    let error = |text: String| events(text.as_bytes()).pop().unwrap();
    assert_eq!(
        error("[\n".repeat(20_000)),
        "Tokens error, 10000: exceeded max depth of 10000"
    );
    assert_eq!(
        error("- ".repeat(20_000)),
        "Tokens error, 0: exceeded max depth of 10000"
    );
}

proptest! {
    /// Every text ends, in an error or with the end of the stream, and what is opened is closed.
    #[test]
    fn what_is_opened_is_closed(text in "[-a:?,\\[\\]{}&*!|>'\"%@# \n\r\t\\\\\u{85}\u{2028}é]{0,60}") {
        let events = events(text.as_bytes());
        let last = events.last().unwrap();
        if !last.contains(" error, ") {
            let count = |what: &str| events.iter().filter(|event| event.contains(what)).count();
            prop_assert_eq!(count(" sequence start"), count(" sequence end"));
            prop_assert_eq!(count(" mapping start"), count(" mapping end"));
            prop_assert_eq!(count(" document start"), count(" document end"));
        }
    }
}
