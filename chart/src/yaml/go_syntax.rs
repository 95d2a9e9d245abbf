//! Go's `%#v` of a decoded YAML value, which go-yaml prints when a key cannot be one.

use std::borrow::Cow;

use super::scalar::Resolved;
use crate::Value;
use crate::json::Digits;
use crate::quote::quote;

/// Returns `value` as Go source.
pub(super) fn go_syntax(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        other => nested(other),
    }
}

/// Inside a list or a map an absent value is a typed nil.
fn nested(value: &Value) -> String {
    match value {
        Value::Null => "interface {}(nil)".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => float(*number),
        Value::String(text) => quote(text),
        Value::List(list) => {
            let items: Vec<String> = list.iter().map(nested).collect();
            format!("[]interface {{}}{{{}}}", items.join(", "))
        }
        Value::Map(map) => {
            let entries: Vec<String> = map
                .iter()
                .map(|(key, value)| format!("{}:{}", quote(key), nested(value)))
                .collect();
            format!("map[interface {{}}]interface {{}}{{{}}}", entries.join(", "))
        }
    }
}

fn float(number: f64) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "+Inf".to_owned()
        } else {
            "-Inf".to_owned()
        };
    }
    general(&Digits::of(number))
}

/// Go's `%g` with the shortest digits: an exponent below 1e-4 and from 1e6.
pub(super) fn general(digits: &Digits) -> String {
    if (-4..6).contains(&digits.exponent) {
        digits.plain()
    } else {
        digits.scientific(2)
    }
}

/// Returns a plain key as `%#v` shows it: text in quotes, numbers and booleans bare.
pub(super) fn key_syntax(text: &str, resolved: &Resolved) -> String {
    match resolved {
        Resolved::Null => "<nil>".to_owned(),
        Resolved::Bool(flag) => flag.to_string(),
        Resolved::Int(number) => number.to_string(),
        Resolved::Unsigned(number) => format!("{number:#x}"),
        Resolved::Float(number) => float(*number),
        Resolved::Timestamp | Resolved::Text => quote(text),
    }
}

/// Returns the text a resolved key becomes in JSON; nothing for `null`, which cannot be one.
pub(super) fn key_text(text: Cow<str>, resolved: &Resolved) -> Option<String> {
    Some(match resolved {
        Resolved::Null => return None,
        Resolved::Bool(flag) => flag.to_string(),
        Resolved::Int(number) => number.to_string(),
        Resolved::Unsigned(number) => number.to_string(),
        Resolved::Float(number) => single_precision(*number),
        Resolved::Timestamp | Resolved::Text => text.into_owned(),
    })
}

/// `sigs.k8s.io/yaml` prints a float that stands where text is wanted with 32 bits of precision.
pub(super) fn single_precision(number: f64) -> String {
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            ".inf".to_owned()
        } else {
            "-.inf".to_owned()
        };
    }
    let narrow = number as f32;
    if narrow.is_infinite() {
        return if narrow > 0.0 {
            ".inf".to_owned()
        } else {
            "-.inf".to_owned()
        };
    }
    if narrow == 0.0 {
        return if number.is_sign_negative() {
            "-0".to_owned()
        } else {
            "0".to_owned()
        };
    }
    general(&Digits::of(narrow))
}
