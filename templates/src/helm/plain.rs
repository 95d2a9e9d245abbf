//! Plain data of charts to values of templates, and back.

use crate::gotmpl::{FloatKind, List, Map, MapType, Object, Text, Value};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// Makes a template value: an integer (from `--set`) is an `int64`, a number from a file a `float64`.
pub(crate) fn from_chart_value(value: &chart::Value) -> Value {
    match value {
        chart::Value::Null => Value::Nil,
        chart::Value::Bool(truth) => Value::Bool(*truth),
        chart::Value::Int(number) => Value::int64(*number),
        chart::Value::Float(number) => Value::from(*number),
        chart::Value::String(text) => Value::from(text.as_str()),
        chart::Value::List(items) => items.iter().map(from_chart_value).collect::<List>().into(),
        chart::Value::Map(map) => from_chart_map(map).into(),
    }
}

/// Makes a template map, each table of it when a template looks into it.
pub(crate) fn from_chart_map(map: &chart::Map) -> Map {
    let map = map.clone();
    Map::lazy(MapType::ANY, move || {
        let entries = map.iter();
        entries
            .map(|(key, value)| (Text::from(key), from_chart_value(value)))
            .collect()
    })
}

/// A value has no plain form: it is a function, or has no end.
pub(super) struct NotPlain;

/// Deeper values are refused; a map that holds itself is endlessly deep.
const DEEPEST: usize = 1000;

/// Makes plain data, as `encoding/json` would: bytes become base64, objects what they are made of.
pub(super) fn to_chart_value(value: &Value) -> Result<chart::Value, NotPlain> {
    convert(value, 0)
}

/// Makes plain data of what has a plain form.
pub(crate) fn plain_of(value: &Value) -> Option<chart::Value> {
    to_chart_value(value).ok()
}

fn convert(value: &Value, depth: usize) -> Result<chart::Value, NotPlain> {
    if depth > DEEPEST {
        return Err(NotPlain);
    }
    Ok(match value {
        Value::Nil => chart::Value::Null,
        Value::Bool(truth) => chart::Value::Bool(*truth),
        Value::Int(number, _) => chart::Value::Int(*number),
        Value::Uint(number, _) => match i64::try_from(*number) {
            Ok(number) => chart::Value::Int(number),
            Err(_) => chart::Value::Float(*number as f64),
        },
        Value::Float(number, kind) => chart::Value::Float(float(*number, *kind)),
        Value::String(text) => chart::Value::String(text.to_str().into_owned()),
        Value::Bytes(bytes) => chart::Value::String(STANDARD.encode(bytes.as_bytes())),
        Value::List(list) if list.is_nil() => chart::Value::Null,
        Value::List(list) => chart::Value::List(
            list.iter()
                .map(|item| convert(item, depth + 1))
                .collect::<Result<_, _>>()?,
        ),
        Value::Map(map) if map.is_nil() => chart::Value::Null,
        Value::Map(map) => chart::Value::Map(convert_map(map, depth)?),
        Value::Object(object) => convert(&plain(object.as_ref()), depth + 1)?,
        Value::Complex(_) | Value::Function(_) => return Err(NotPlain),
    })
}

fn convert_map(map: &Map, depth: usize) -> Result<chart::Map, NotPlain> {
    let entries = map.entries();
    let converted = entries
        .iter()
        .map(|(key, value)| Ok((key.to_str().into_owned(), convert(value, depth + 1)?)));
    converted.collect()
}

fn plain(object: &dyn Object) -> Value {
    object.to_plain()
}

/// A `float32` is written with its own digits, not with those of the `float64` that it is equal to.
fn float(number: f64, kind: FloatKind) -> f64 {
    match kind {
        FloatKind::Float64 => number,
        FloatKind::Float32 => (number as f32).to_string().parse().unwrap_or(number),
    }
}
