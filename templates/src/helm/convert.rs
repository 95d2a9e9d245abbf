//! `toYaml`, `fromYaml`, `toJson`, `fromJson`, `toToml`, `fromToml`: values to text and back.
//!
//! The plain forms swallow errors (empty text, or a map with the key `Error`); those with `must` fail.

use super::plain::{from_chart_value, to_chart_value};
use super::toml;
use crate::gotmpl::{Function, List, Map, Text, Value, function};
use crate::sprig::{Clock, Escape, from_json, to_json};

pub(super) fn functions(clock: &Clock) -> [(&'static str, Function); 12] {
    let clock = clock.clone();
    [
        ("toYaml", function(|value: Value| to_yaml(&value))),
        (
            "mustToYaml",
            function(|value: Value| marshal(&value).map(trimmed)),
        ),
        ("toYamlPretty", function(to_yaml_pretty)),
        ("fromYaml", function(from_yaml)),
        ("fromYamlArray", function(from_yaml_array)),
        (
            "toJson",
            function(|value: Value| to_json(&value, Escape::Html).unwrap_or_default()),
        ),
        (
            "mustToJson",
            function(|value: Value| to_json(&value, Escape::Html).map_err(|error| error.to_string())),
        ),
        ("fromJson", function(from_json_object)),
        ("fromJsonArray", function(from_json_array)),
        ("toToml", function(to_toml)),
        (
            "mustToToml",
            function(|value: Value| not_nil(value).and_then(|value| toml::write(&value))),
        ),
        (
            "fromToml",
            function(move |text: Text| toml::read(&text, &clock).unwrap_or_else(with_error)),
        ),
    ]
}

/// Writes YAML without a line end; nothing when the value has no YAML form.
pub(crate) fn to_yaml(value: &Value) -> Text {
    marshal(value).map(trimmed).unwrap_or_default()
}

/// Writes YAML.
pub(super) fn marshal(value: &Value) -> Result<String, String> {
    let plain = to_chart_value(value).map_err(|_| not_plain(value))?;
    chart::yaml::to_string(&plain).map_err(|error| error.to_string())
}

/// Asks the JSON writer what is wrong with a value that has no plain form, since YAML goes through JSON in Helm.
fn not_plain(value: &Value) -> String {
    match to_json(value, Escape::Html) {
        Err(error) => format!("error marshaling into JSON: {error}"),
        Ok(_) => "error marshaling into JSON".into(),
    }
}

fn trimmed(text: String) -> Text {
    text.strip_suffix('\n').unwrap_or(&text).into()
}

fn to_yaml_pretty(value: Value) -> Text {
    match to_chart_value(&value) {
        Ok(plain) => trimmed(chart::yaml::to_string_pretty(&plain)),
        Err(_) => Text::default(),
    }
}

fn to_toml(value: Value) -> Result<String, String> {
    Ok(toml::write(&not_nil(value)?).unwrap_or_else(|error| error))
}

/// Go's encoder of TOML panics over nil itself, unlike over a nil inside something.
fn not_nil(value: Value) -> Result<Value, String> {
    match value {
        Value::Nil => Err("reflect: call of reflect.Value.Type on zero Value".to_owned()),
        other => Ok(other),
    }
}

/// Makes the map that tells of an error.
fn with_error(error: impl ToString) -> Map {
    [("Error", error.to_string())].into_iter().collect()
}

/// Says that a document is not what it must be, in the words of Go's JSON decoder.
fn mismatch(found: &Value, wanted: &str) -> String {
    let kind = match found {
        Value::Bool(_) => "bool",
        Value::String(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
        _ => "number",
    };
    format!("json: cannot unmarshal {kind} into Go value of type {wanted}")
}

const MAP: &str = "map[string]interface {}";
const LIST: &str = "[]interface {}";

fn from_yaml(text: Text) -> Map {
    match chart::yaml::from_slice(&text).map(|value| from_chart_value(&value)) {
        Ok(Value::Map(map)) => map,
        Ok(Value::Nil) => Map::new(),
        Ok(other) => with_error(format!(
            "error unmarshaling JSON: while decoding JSON: {}",
            mismatch(&other, MAP)
        )),
        Err(error) => with_error(error),
    }
}

fn from_yaml_array(text: Text) -> List {
    match chart::yaml::from_slice(&text).map(|value| from_chart_value(&value)) {
        Ok(Value::List(list)) => list,
        Ok(Value::Nil) => List::new(Vec::new()),
        Ok(other) => {
            let error = format!(
                "error unmarshaling JSON: while decoding JSON: {}",
                mismatch(&other, LIST)
            );
            List::new(vec![error.into()])
        }
        Err(error) => List::new(vec![error.to_string().into()]),
    }
}

fn from_json_object(text: Text) -> Value {
    match from_json(&text) {
        Ok(Value::Map(map)) => map.into(),
        // Go turns the map itself into nil then.
        Ok(Value::Nil) => Map::nil(crate::gotmpl::MapType::ANY).into(),
        Ok(other) => with_error(mismatch(&other, MAP)).into(),
        Err(error) => with_error(error).into(),
    }
}

fn from_json_array(text: Text) -> List {
    match from_json(&text) {
        Ok(Value::List(list)) => list,
        Ok(Value::Nil) => List::nil(crate::gotmpl::Type::Any),
        Ok(other) => List::new(vec![mismatch(&other, LIST).into()]),
        Err(error) => List::new(vec![error.to_string().into()]),
    }
}
