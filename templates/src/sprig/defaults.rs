//! Defaults: sprig's chapter "Default Functions", with its JSON functions.

use super::Table;
use super::json::{Escape, from_json, to_json, to_pretty_json};
use crate::gotmpl::{Kind, Rest, Text, Value, function};

/// The functions of this chapter.
pub(super) fn table() -> Table {
    let mut table = vec![
        ("default", function(default)),
        ("empty", function(|value: Value| is_empty(&value))),
        (
            "coalesce",
            function(|Rest(values): Rest<Value>| values.into_iter().find(|value| !is_empty(value))),
        ),
        (
            "all",
            function(|Rest(values): Rest<Value>| !values.iter().any(is_empty)),
        ),
        (
            "any",
            function(|Rest(values): Rest<Value>| !values.iter().all(is_empty)),
        ),
        (
            "ternary",
            function(|yes: Value, no: Value, condition: bool| if condition { yes } else { no }),
        ),
        ("fail", function(|message: String| Err::<Text, _>(message))),
    ];
    table.extend(json());
    table
}

fn json() -> Table {
    vec![
        ("fromJson", function(|text: Text| from_json(&text).ok())),
        (
            "mustFromJson",
            function(|text: Text| from_json(&text).map_err(|error| error.to_string())),
        ),
        (
            "toJson",
            function(|value: Value| to_json(&value, Escape::Html).unwrap_or_default()),
        ),
        (
            "mustToJson",
            function(|value: Value| to_json(&value, Escape::Html).map_err(|error| error.to_string())),
        ),
        (
            "toPrettyJson",
            function(|value: Value| to_pretty_json(&value).unwrap_or_default()),
        ),
        (
            "mustToPrettyJson",
            function(|value: Value| to_pretty_json(&value).map_err(|error| error.to_string())),
        ),
        ("toRawJson", function(raw)),
        ("mustToRawJson", function(raw)),
    ]
}

fn raw(value: Value) -> Result<Text, String> {
    to_json(&value, Escape::None).map_err(|error| error.to_string())
}

/// Says whether a value is empty: nil, zero, false, without content. Structs never are.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Object(object) => match value.kind() {
            Kind::Map | Kind::Slice => object.len() == Some(0),
            _ => false,
        },
        other => !other.is_true(),
    }
}

fn default(default: Value, Rest(given): Rest<Value>) -> Value {
    match given.into_iter().next() {
        Some(given) if !is_empty(&given) => given,
        _ => default,
    }
}
