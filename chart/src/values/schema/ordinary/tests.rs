use std::cell::Cell;

use proptest::prelude::*;
use proptest::test_runner::TestRunner;

use super::super::validate_any;
use crate::{Value, yaml};

fn fits(schema: &str, values: &str) -> bool {
    super::fits(schema.as_bytes(), &value(values))
}

fn value(text: &str) -> Value {
    yaml::from_slice(text.as_bytes()).unwrap()
}

/// Schemas, a value that fits, and one that does not.
const ORDINARY: [(&str, &str, &str); 19] = [
    (
        r##"{"properties": {"a": {"$ref": "#/$defs/n/definitions/m/properties/b/items"}}, "$defs": {"n": {"definitions": {"m": {"properties": {"b": {"items": {"type": "null"}}}}}}}}"##,
        "{a: null}",
        "{a: 1}",
    ),
    (r#"{"type": "object"}"#, "{}", "[]"),
    (r#"{"type": ["integer", "null"]}"#, "2.0", "2.5"),
    (
        r#"{"type": "number", "minimum": 1, "exclusiveMaximum": 2}"#,
        "1",
        "2",
    ),
    (r#"{"maximum": 1, "exclusiveMinimum": 0}"#, "0.5", "0"),
    (r#"{"minLength": 2, "maxLength": 3}"#, "äöü", "ä"),
    (r#"{"pattern": "^[a-z]+\\.$"}"#, "ab.", "ab"),
    (r#"{"const": 1}"#, "1.0", "true"),
    (r#"{"enum": ["a", null, 3, {}]}"#, "3", "b"),
    (
        r#"{"required": ["a", "b"], "maxProperties": 2}"#,
        "{a: 1, b: 2}",
        "{a: 1}",
    ),
    (
        r#"{"properties": {"a": {"type": "string"}}, "additionalProperties": false}"#,
        "{a: x}",
        "{b: x}",
    ),
    (
        r#"{"properties": {"a": true}, "patternProperties": {"^x": {"type": "null"}}, "additionalProperties": {"minProperties": 1}}"#,
        "{a: 1, x1: null, c: {d: 1}}",
        "{x1: 1}",
    ),
    (
        r##"{"items": {"$ref": "#/$defs/n"}, "minItems": 1, "$defs": {"n": {"type": "number"}}}"##,
        "[1, 2]",
        "[1, a]",
    ),
    (r#"{"uniqueItems": true, "maxItems": 2}"#, "[a, b]", "[a, a]"),
    (
        r#"{"anyOf": [{"type": "string"}, {"type": "null"}], "not": {"const": "a"}}"#,
        "b",
        "a",
    ),
    (r#"{"oneOf": [{"minimum": 1}, {"maximum": 3}]}"#, "5", "2"),
    (r#"{"allOf": [{"minimum": 1}, {"maximum": 3}]}"#, "2", "5"),
    (
        r#"{"if": {"minimum": 3}, "then": {"const": 4}, "else": {"maximum": 1}}"#,
        "4",
        "2",
    ),
    (
        r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/a", "definitions": {"a": {"properties": {"b": {"$ref": "#"}}, "maxProperties": 1}}}"##,
        "{b: {b: {}}}",
        "{b: {b: {c: 1, d: 1}}}",
    ),
];

#[test]
fn values_fit_what_an_ordinary_schema_says() {
    for (schema, good, bad) in ORDINARY {
        assert!(fits(schema, good), "{schema} {good}");
        assert!(!fits(schema, bad), "{schema} {bad}");
        let judge = |values| validate_any(schema.as_bytes(), &value(values));
        assert_eq!(judge(good), Ok(()), "{schema} {good}");
        assert!(judge(bad).is_err(), "{schema} {bad}");
    }
}

#[test]
fn what_is_not_ordinary_is_left_to_the_library() {
    for schema in [
        "",
        "[]",
        "{} x",
        r#"{"title": 1}"#,
        r#"{"title": "\ud800"}"#,
        r#"{"default": 1e999}"#,
        r#"{"type": "object", "type": "object"}"#,
        r#"{"type": []}"#,
        r#"{"type": null}"#,
        r#"{"type": ["null", "null"]}"#,
        r#"{"enum": []}"#,
        r#"{"enum": [1, 1.0]}"#,
        r#"{"minLength": -1}"#,
        r#"{"required": ["a", "a"]}"#,
        r#"{"anyOf": []}"#,
        r#"{"properties": {"a": {}, "a": {}}}"#,
        r#"{"properties": {"a": {"type": "text"}}}"#,
        r#"{"properties": {"a": {"$schema": "https://json-schema.org/schema"}}}"#,
        r#"{"$defs": {"a": {"$id": "https://example.com/a"}}}"#,
        r##"{"$id": "#a"}"##,
        r##"{"$ref": "#/$defs/a"}"##,
        r##"{"$ref": "#/$defs/a~1b", "$defs": {"a/b": {}}}"##,
        r#"{"$ref": "https://example.com/a"}"#,
        r##"{"$ref": "#a", "$defs": {"a": {"$anchor": "a"}}}"##,
        r##"{"$ref": "#/$defs", "$defs": {"a": {}}}"##,
        r##"{"$ref": "#/$defs/a/", "$defs": {"a": {}}}"##,
        r##"{"$ref": "#/allOf/0", "allOf": [{}]}"##,
        r##"{"$ref": "#/unknown/a", "unknown": {"a": {}}}"##,
        r#"{"pattern": "("}"#,
        r#"{"pattern": "^\\d$"}"#,
        r#"{"pattern": "(?i)a"}"#,
        r#"{"multipleOf": 2}"#,
        r#"{"dependencies": {}}"#,
        r#"{"$schema": "https://example.com/schema"}"#,
        r#"{"$schema": "http://json-schema.org/draft-04/schema#", "const": 1}"#,
        r#"{"$schema": "http://json-schema.org/draft-04/schema#", "required": []}"#,
        r#"{"$schema": "http://json-schema.org/draft-04/schema#", "minimum": 1, "exclusiveMinimum": true}"#,
        r#"{"$schema": "http://json-schema.org/draft-04/schema#", "properties": {"a": true}}"#,
        r#"{"$schema": "http://json-schema.org/draft-06/schema#", "if": true}"#,
        r#"{"$schema": "http://json-schema.org/draft-07/schema#", "$defs": {}}"#,
        r##"{"$schema": "http://json-schema.org/draft-07/schema#", "$ref": "#/definitions/a", "const": 1, "definitions": {"a": true}}"##,
        r##"{"$ref": "#"}"##,
        r##"{"anyOf": [{"properties": {"b": true}, "not": {}}, {"$ref": "#"}]}"##,
    ] {
        assert!(!fits(schema, "{}"), "{schema}");
    }
    assert!(!fits(
        r#"{"$schema": "http://json-schema.org/draft-07/schema", "format": "date"}"#,
        "a"
    ));
    assert!(!fits(r#"{"minimum": 1}"#, "1e17"));
    assert!(!fits(r#"{"uniqueItems": true}"#, "[1, 2]"));
}

/// Parts of schemas: what is ordinary, and what is no form of it.
fn schema() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        4 => Just(r#""type": "string""#),
        2 => Just(r#""type": ["integer", "object", "array"]"#),
        1 => Just(r#""type": "number""#),
        1 => Just(r#""type": "text""#),
        1 => Just(r#""title": "a", "default": {"$ref": "nowhere"}"#),
        1 => Just(r#""title": null"#),
        1 => Just(r#""const": 1"#),
        1 => Just(r#""enum": ["a", "b", 1, null]"#),
        1 => Just(r#""enum": [1, [], 1]"#),
        1 => Just(r#""minimum": 1, "exclusiveMaximum": 3"#),
        1 => Just(r#""maximum": 1, "exclusiveMaximum": true"#),
        1 => Just(r#""minLength": 1, "maxLength": 2"#),
        1 => Just(r#""maxLength": 1.5"#),
        1 => Just(r#""minItems": 1, "uniqueItems": true"#),
        1 => Just(r#""required": ["a"]"#),
        1 => Just(r#""required": []"#),
        1 => Just(r#""minProperties": 2"#),
        1 => Just(r#""maxItems": 1"#),
        1 => Just(r#""pattern": "^[a-c]$""#),
        1 => Just(r#""format": "date""#),
        1 => Just(r##""$ref": "#""##),
        2 => Just(r##""$ref": "#/definitions/d""##),
        1 => Just(r##""$ref": "#/$defs/d""##),
        1 => Just(r##""$ref": "#/definitions/d/properties/a""##),
        1 => Just(r##""$ref": "#/properties/a/items""##),
        1 => Just(r##""$ref": "#/properties/b/additionalProperties""##),
        1 => Just(r#""$id": "https://example.com/x""#),
    ]
    .prop_map(str::to_owned);
    let body = leaf.prop_recursive(4, 24, 4, |inner| {
        let part = prop_oneof![8 => inner.clone().prop_map(|body| format!("{{{body}}}")), 1 => Just("true".to_owned()), 1 => Just("[]".to_owned())];
        let parts = proptest::collection::vec(part.clone(), 0..3).prop_map(|all| all.join(", "));
        let word = |words: &'static [&'static str]| proptest::sample::select(words);
        prop_oneof![
            4 => (part.clone(), part.clone()).prop_map(|(a, b)| format!(r#""properties": {{"a": {a}, "b": {b}}}"#)),
            2 => (word(&["items", "not", "additionalProperties"]), part.clone()).prop_map(|(key, a)| format!(r#""{key}": {a}"#)),
            2 => (word(&["allOf", "anyOf", "oneOf"]), parts).prop_map(|(key, all)| format!(r#""{key}": [{all}]"#)),
            1 => (part.clone(), part.clone()).prop_map(|(a, b)| format!(r#""if": {a}, "then": {b}"#)),
            1 => (part.clone(), part.clone()).prop_map(|(a, b)| format!(r#""if": {a}, "else": {b}"#)),
            1 => part.clone().prop_map(|a| format!(r#""patternProperties": {{"[ab]": {a}}}"#)),
            2 => (inner.clone(), inner).prop_map(|(a, b)| format!("{a}, {b}")),
        ]
    });
    let dialect = proptest::sample::select(
        &[
            "schema#",
            "draft-04/schema#",
            "draft-06/schema",
            "draft-07/schema#",
            "draft/2019-09/schema",
            "draft/2020-12/schema",
            "nothing",
        ][..],
    );
    (body.clone(), body, proptest::bool::ANY, dialect).prop_map(|(body, d, is_new, dialect)| {
        let table = if is_new { "$defs" } else { "definitions" };
        format!(r#"{{"$schema": "http://json-schema.org/{dialect}", "{table}": {{"d": {{{d}}}}}, {body}}}"#)
    })
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        proptest::bool::ANY.prop_map(Value::Bool),
        proptest::sample::select(&[0.0, 1.0, 1.5, 2.0, 3.0, 1e18][..]).prop_map(Value::Float),
        (0..4i64).prop_map(Value::Int),
        "[a-d]{0,3}".prop_map(Value::String),
    ];
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::List),
            proptest::collection::btree_map("[a-c]", inner, 0..3)
                .prop_map(|all| Value::Map(all.into_iter().collect())),
        ]
    })
}

/// How many times as many cases there are as usual: few schemas are good ones.
const MORE_CASES: u32 = 16;
/// How many of the cases below have to be ones that fit: the others say nothing.
const LEAST_FITTING: usize = 100;

#[test]
fn the_library_is_of_the_same_opinion() {
    let usual = ProptestConfig::default();
    let fitting = Cell::new(0);
    let mut runner = TestRunner::new(ProptestConfig {
        cases: MORE_CASES * usual.cases,
        failure_persistence: None,
        ..usual
    });
    let ran = runner.run(&(schema(), values()), |(schema, values)| {
        if super::fits(schema.as_bytes(), &values) {
            fitting.set(fitting.get() + 1);
            prop_assert_eq!(validate_any(schema.as_bytes(), &values), Ok(()));
        }
        Ok(())
    });
    ran.unwrap_or_else(|error| panic!("{error}"));
    assert!(fitting.get() >= LEAST_FITTING, "only {} fit", fitting.get());
}
