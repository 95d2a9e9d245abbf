use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use super::*;
use crate::{Chart, ConfigureFault, ConfigureOptions, Metadata, yaml};

fn testdata(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../testdata")
        .join(name)
}

#[derive(serde::Deserialize)]
#[serde(rename_all = "PascalCase")]
struct SetCase {
    mode: String,
    base: String,
    text: String,
    error: String,
    value: Value,
}

fn read(path: &str) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> {
    if path.contains("missing") {
        return Err(format!("open {path}: no such file or directory").into());
    }
    Ok(format!("<{path}>").into_bytes())
}

/// Whole numbers that `--set` made integers compare equal to the floats that JSON has.
fn as_floats(value: Value) -> Value {
    match value {
        Value::Int(number) => Value::Float(number as f64),
        Value::List(list) => Value::List(list.into_iter().map(as_floats).collect()),
        Value::Map(map) => Value::Map(
            map.into_iter()
                .map(|(key, value)| (key, as_floats(value)))
                .collect(),
        ),
        other => other,
    }
}

#[test]
fn set_does_what_helm_does() {
    let cases: Vec<SetCase> =
        serde_json::from_slice(&std::fs::read(testdata("set/cases.json")).unwrap()).unwrap();
    let mut failures = Vec::new();
    for case in cases {
        let Value::Map(mut values) = serde_json::from_str(&case.base).unwrap() else {
            panic!("a table")
        };
        let mut reader = |path: &str| read(path);
        let grammar = match case.mode.as_str() {
            "set" => SetGrammar::Typed,
            "string" => SetGrammar::Text,
            "json" => SetGrammar::Json,
            "literal" => SetGrammar::Literal,
            _ => SetGrammar::File(&mut reader),
        };
        let found = match set(&case.text, &mut values, grammar) {
            Ok(()) => format!("{:?}", as_floats(Value::Map(values))),
            // Helm does not show what is wrong with JSON.
            Err(SetError::Json(_)) => "json".to_owned(),
            Err(err) => err.to_string(),
        };
        let is_json_error = case.mode == "json" && !case.error.is_empty() && found == "json";
        let expected = if case.error.is_empty() {
            format!("{:?}", case.value)
        } else {
            case.error.clone()
        };
        if found != expected && !is_json_error {
            failures.push(format!(
                "{} {:?} on {}\n  want {expected}\n  got  {found}",
                case.mode, case.text, case.base
            ));
        }
    }
    assert!(
        failures.is_empty(),
        "{} differ:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

#[test]
fn layers_apply_in_helms_order() {
    let layers = [
        Layer::SetLiteral("a=literal".to_owned()),
        Layer::Set("b=1,c={x}".to_owned()),
        Layer::Json("{\"b\": 2, \"d\": {\"e\": null}}".to_owned()),
        Layer::File("file".to_owned()),
    ];
    let mut read = |_: &str| Ok(b"a: file\nd: {f: 1}\n".to_vec());
    let values = Values::from_layers(&layers, &mut read).unwrap();
    let text = yaml::to_string(&Value::Map(values.0)).unwrap();
    assert_eq!(text, "a: literal\nb: 1\nc:\n- x\nd:\n  e: null\n  f: 1\n");
}

fn chart(name: &str, values: &str, subcharts: Vec<Chart>) -> Chart {
    Chart {
        metadata: Metadata {
            name: name.to_owned(),
            ..Metadata::default()
        },
        values: yaml::map_from_slice(values.as_bytes()).unwrap(),
        subcharts,
        ..Chart::default()
    }
}

fn coalesced(chart: &Chart, values: &str) -> String {
    let values = coalesce(chart, yaml::map_from_slice(values.as_bytes()).unwrap())
        .unwrap()
        .values;
    crate::json::to_string(&Value::Map(values)).unwrap()
}

#[test]
fn nulls_remove_defaults_as_in_helm() {
    let sub = || chart("sub", "k: 1\nm: {x: 1}\n", vec![]);
    let parent = |values| chart("web", values, vec![sub()]);
    for (defaults, given, expected) in [
        (
            "a: 1\nb: ~",
            "a: ~\nc: ~",
            r#"{"c":null,"sub":{"global":{},"k":1,"m":{"x":1}}}"#,
        ),
        (
            "a: {b: 1, c: ~}",
            "a: {b: ~, d: ~}",
            r#"{"a":{"d":null},"sub":{"global":{},"k":1,"m":{"x":1}}}"#,
        ),
        ("", "sub: {k: ~}", r#"{"sub":{"global":{},"m":{"x":1}}}"#),
        ("sub: {k: ~}", "", r#"{"sub":{"global":{},"k":1,"m":{"x":1}}}"#),
        (
            "sub: {k: 2}",
            "sub: {k: ~, m: {x: ~}}",
            r#"{"sub":{"global":{},"m":{}}}"#,
        ),
        (
            "global: {g: 1}",
            "",
            r#"{"global":{"g":1},"sub":{"global":{"g":1},"k":1,"m":{"x":1}}}"#,
        ),
    ] {
        assert_eq!(
            coalesced(&parent(defaults), given),
            expected,
            "{defaults} {given}"
        );
    }
}

#[test]
fn a_subchart_needs_a_table() {
    let parent = chart("web", "", vec![chart("sub", "", vec![])]);
    for (given, message) in [
        ("sub: ~", "type mismatch on sub: %!t(<nil>)"),
        ("sub: x", "type mismatch on sub: %!t(string=x)"),
        ("sub: 1", "type mismatch on sub: %!t(float64=1)"),
        ("sub: true", "type mismatch on sub: true"),
    ] {
        let err = coalesce(&parent, yaml::map_from_slice(given.as_bytes()).unwrap()).unwrap_err();
        assert_eq!(err.to_string(), message);
    }
}

#[test]
fn deep_globals_are_shared() {
    let a = chart("a", "global: {db: {auth: {a: 1}}}", vec![]);
    let b = chart("b", "global: {db: {auth: {b: 1}, own: 1}}", vec![]);
    let parent = chart("web", "global: {db: {auth: {p: 1}}}", vec![a, b]);
    assert_eq!(
        coalesced(&parent, ""),
        concat!(
            r#"{"a":{"global":{"db":{"auth":{"a":1,"b":1,"p":1}}}},"#,
            r#""b":{"global":{"db":{"auth":{"a":1,"b":1,"p":1},"own":1}}},"#,
            r#""global":{"db":{"auth":{"a":1,"b":1,"p":1}}}}"#
        )
    );
}

#[test]
fn schemas_complain_in_helms_words() {
    let folder = testdata("values/schema");
    let schema = std::fs::read(folder.join("all.schema.json")).unwrap();
    let values = read_values(&std::fs::read(folder.join("all.yaml")).unwrap()).unwrap();
    let expected = std::fs::read_to_string(folder.join("all.txt")).unwrap();
    let lines = |text: &str| text.lines().map(str::to_owned).collect::<BTreeSet<_>>();
    let found = schema::validate_one(&schema, &values).unwrap_err();
    // Formats come from another library, which explains itself otherwise.
    let comparable = |lines: BTreeSet<String>| -> BTreeSet<String> {
        lines
            .into_iter()
            .map(|line| line.split(" is not valid ").next().unwrap_or_default().to_owned())
            .collect()
    };
    assert_eq!(comparable(lines(&found)), comparable(lines(&expected)));
}

#[test]
fn bad_schemas_are_named() {
    for (schema, message) in [
        ("", "EOF"),
        ("{", "unexpected EOF"),
        (
            "{\"$ref\":\"#/nope\"}",
            "json-pointer in \"file:///values.schema.json#/nope\" not found",
        ),
        (
            "{\"$ref\":\"#foo\"}",
            "anchor in \"file:///values.schema.json#foo\" not found in schema \"file:///values.schema.json\"",
        ),
        (
            "{\"$ref\":\"other.json\"}",
            "failing loading \"file:///other.json\": references to files and to the network are not followed",
        ),
        (
            "[]",
            "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'https://json-schema.org/draft/2020-12/schema#'\n- at '': got array, want boolean or object",
        ),
        (
            "{\"type\":5}",
            "\"file:///values.schema.json#\" is not valid against metaschema: jsonschema validation failed with 'https://json-schema.org/draft/2020-12/schema#'\n- at '': 'allOf' failed\n  - at '/type': 'anyOf' failed\n    - at '/type': value must be one of 'array', 'boolean', 'integer', 'null', 'number', 'object', 'string'\n    - at '/type': got number, want array",
        ),
    ] {
        assert_eq!(
            schema::validate_one(schema.as_bytes(), &Map::new()),
            Err(message.to_owned()),
            "{schema}"
        );
    }
    assert_eq!(schema::validate_one(b"{\"$ref\":\"urn:x\"}", &Map::new()), Ok(()));
}

#[test]
fn what_follows_json_is_the_next_key() {
    for (text, json) in [
        ("a=1x=2", r#"{"a":1,"x":2}"#),
        (r"a=1\", r#"{"a":1}"#),
        ("a=1-2=3", r#"{"-2":3,"a":1}"#),
        (r#"a={"b":1}c=-0.5e1,d=null"#, r#"{"a":{"b":1},"c":-5,"d":null}"#),
    ] {
        let mut values = Map::new();
        set(text, &mut values, SetGrammar::Json).unwrap();
        assert_eq!(
            crate::json::to_string(&Value::Map(values)).unwrap(),
            json,
            "{text}"
        );
    }
    for text in ["a=01", "a=1.", "a=-", "a=tru", "a=1.5e", "a=true1", "a=1 2"] {
        assert!(set(text, &mut Map::new(), SetGrammar::Json).is_err(), "{text}");
    }
}

/// A list with nothing in it is another thing than no list: with it, what subcharts depend on is looked at as well.
#[test]
fn an_empty_list_of_dependencies_is_one() {
    let chart = |text: &str| Chart {
        metadata: Metadata {
            name: text.to_owned(),
            version: "1.0.0".to_owned(),
            ..Metadata::default()
        },
        ..Chart::default()
    };
    let mut db = chart("db");
    db.metadata.dependencies = vec![crate::Dependency {
        name: "low".to_owned(),
        version: "1.0.0".to_owned(),
        condition: "low.enabled".to_owned(),
        ..Default::default()
    }];
    db.subcharts = vec![chart("low")];
    let given = yaml::map_from_slice(b"db: {low: {enabled: false}}").unwrap();
    for (is_listed, left) in [(true, 0), (false, 1)] {
        let mut web = chart("web");
        web.metadata.lists_no_dependency = is_listed;
        web.subcharts = vec![db.clone()];
        let configured = web.configure(&given, &ConfigureOptions::default()).unwrap();
        assert_eq!(
            configured.chart().subcharts[0].subcharts.len(),
            left,
            "{is_listed}"
        );
    }
}

#[test]
fn what_is_odd_is_known_of_values_that_break_the_schema_too() {
    let table = "m: {b: {c: null, d: {e: null}}}";
    let mut web = Chart {
        values: yaml::map_from_slice(table.as_bytes()).unwrap(),
        schema: Some(
            br#"{"properties":{"m":{"additionalProperties":{"type":"object"}}}}"#
                .to_vec()
                .into(),
        ),
        ..Chart::default()
    };
    web.metadata.name = "web".to_owned();
    let given = yaml::map_from_slice(b"m: {b: x}").unwrap();
    let error = web.configure(&given, &ConfigureOptions::default()).unwrap_err();
    assert!(matches!(error.cause, ConfigureFault::Schema(_)));
    let said = "warning: cannot overwrite table with non table for web.m.b (map[d:map[]])";
    assert_eq!(error.remarks, [crate::Remark::info(said)]);
}

proptest! {
    #[test]
    fn no_text_makes_set_panic(text in "[a-c.=,{}\\[\\]0-9\\\\ \"-]{0,40}", json in any::<bool>()) {
        let mut values = Map::from([("a".to_owned(), Value::List(vec![Value::Null]))]);
        let _ = set(&text, &mut values, if json { SetGrammar::Json } else { SetGrammar::Typed });
        let _ = set(&text, &mut values, SetGrammar::Literal);
    }
}
