//! What go-yaml v3 writes back, from `testdata/yaml/yaml-tree.json`.

use serde::Deserialize;

use super::{SequenceIndent, Writer, first_document};

#[derive(Deserialize)]
struct Case {
    #[serde(rename = "in")]
    text: String,
    #[serde(default)]
    out: String,
    #[serde(default)]
    error: String,
}

#[test]
fn texts_come_back_as_from_go() {
    let cases = include_str!("../../../../testdata/yaml/yaml-tree.json");
    let cases: Vec<Case> = serde_json::from_str(cases).expect("the cases are JSON");
    for case in cases {
        match first_document(&case.text) {
            Ok(Some(node)) => {
                let mut writer = Writer::new();
                writer.document(&node, SequenceIndent::Compact);
                assert_eq!(writer.into_text(), case.out, "of\n{}", case.text);
            }
            Ok(None) => assert_eq!(case.error, "EOF", "of\n{}", case.text),
            Err(error) => assert_eq!(error.to_string(), case.error, "of\n{}", case.text),
        }
    }
}

#[test]
fn nesting_has_an_end() {
    let read = || first_document(&"[".repeat(100_000)).unwrap_err();
    let thread = std::thread::Builder::new().stack_size(64 << 20);
    let thread = thread.spawn(read).expect("there are threads");
    let error = thread.join().expect("it ends with an error");
    assert_eq!(error.to_string(), "yaml: exceeded max depth of 1000");
}
