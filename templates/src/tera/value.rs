//! Values of Go templates to values of Tera, and back.
//!
//! A number from a YAML file is a float to Go; to Tera it is an integer when it is whole, so that a port prints as
//! `80` and a million as `1000000`. Objects become what they are made of: their methods stay behind.

use crate::gotmpl::{Kind, List, Map, Object, Text, Value};
use tera::Value as TeraValue;
use tera::value::Key;

/// Deeper values are refused; a map that holds itself is endlessly deep.
const DEEPEST: usize = 1000;

/// Below this every whole float is exactly one integer.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Makes a value for Tera; nothing when it has no end.
pub(super) fn to_tera(value: &Value) -> Result<TeraValue, String> {
    convert(value, 0)
}

fn convert(value: &Value, depth: usize) -> Result<TeraValue, String> {
    if depth > DEEPEST {
        return Err(format!("a value is nested deeper than {DEEPEST} levels"));
    }
    Ok(match value {
        Value::Nil | Value::Function(_) | Value::Complex(_) => TeraValue::none(),
        Value::Bool(truth) => TeraValue::from(*truth),
        Value::Int(number, _) => TeraValue::from(*number),
        Value::Uint(number, _) => TeraValue::from(*number),
        Value::Float(number, _) if number.fract() == 0.0 && number.abs() < EXACT => {
            TeraValue::from(*number as i64)
        }
        Value::Float(number, _) => TeraValue::from(*number),
        Value::String(text) => TeraValue::from(text.to_str().into_owned()),
        Value::Bytes(bytes) => text_or_bytes(bytes),
        Value::List(list) => list_to_tera(list, depth)?,
        Value::Map(map) => map_to_tera(map.entries(), depth)?,
        Value::Object(object) => object_to_tera(object.as_ref(), depth)?,
    })
}

fn text_or_bytes(bytes: &Text) -> TeraValue {
    match std::str::from_utf8(bytes) {
        Ok(text) => TeraValue::from(text),
        Err(_) => TeraValue::bytes(bytes.to_vec()),
    }
}

fn list_to_tera(items: &[Value], depth: usize) -> Result<TeraValue, String> {
    let items: Result<Vec<_>, _> = items.iter().map(|item| convert(item, depth + 1)).collect();
    items.map(TeraValue::from)
}

fn map_to_tera(entries: Vec<(Text, Value)>, depth: usize) -> Result<TeraValue, String> {
    let mut map = tera::Map::new();
    for (key, value) in entries {
        map.insert(Key::from(key.to_str().into_owned()), convert(&value, depth + 1)?);
    }
    Ok(TeraValue::from(map))
}

fn object_to_tera(object: &dyn Object, depth: usize) -> Result<TeraValue, String> {
    match (object.go_type().kind(), object.entries()) {
        (Kind::Map, Some(entries)) => {
            let entries = entries.into_iter();
            let named = entries.filter_map(|(key, value)| Some((key.as_text()?.clone(), value)));
            return map_to_tera(named.collect(), depth);
        }
        (Kind::Slice, Some(entries)) => {
            let items: Vec<Value> = entries.into_iter().map(|(_, value)| value).collect();
            return list_to_tera(&items, depth);
        }
        _ => {}
    }
    // What starts with a small letter is private in Go.
    let public = object.fields().into_iter();
    let public: Vec<_> = public
        .filter(|(name, _)| name.starts_with(char::is_uppercase))
        .map(|(name, value)| (Text::from(name), value))
        .collect();
    match public.is_empty() {
        true => convert(&object.to_plain(), depth + 1),
        false => map_to_tera(public, depth),
    }
}

/// Makes a value for Go templates. What is undefined has none.
pub(super) fn from_tera(value: &TeraValue) -> Result<Value, String> {
    if value.is_undefined() {
        return Err("the value is not defined".into());
    }
    if let Some(truth) = value.as_bool() {
        return Ok(truth.into());
    }
    if value.is_f64() {
        return Ok(value.as_f64().into());
    }
    if let Some(number) = value.as_i64() {
        return Ok(number.into());
    }
    if let Some(number) = value.as_u64() {
        return Ok(number.into());
    }
    if let Some(text) = value.as_str() {
        return Ok(text.into());
    }
    if let Some(bytes) = value.as_bytes() {
        return Ok(Value::Bytes(Text::from(bytes)));
    }
    if let Some(items) = value.as_array() {
        let items: Result<List, String> = items.iter().map(from_tera).collect();
        return Ok(items?.into());
    }
    if let Some(map) = value.as_map() {
        let entries = map.iter();
        let entries = entries.map(|(key, value)| Ok((key.as_value().to_string(), from_tera(value)?)));
        return Ok(Value::from(entries.collect::<Result<Map, String>>()?));
    }
    match value.is_none() {
        true => Ok(Value::Nil),
        false => Ok(value.as_f64().into()),
    }
}
