//! Values as Go's `fmt` shows them, for messages.

use crate::Value;
use crate::json::Digits;

/// Returns the name of the Go type that holds `value`.
pub(super) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "nil",
        Value::Bool(_) => "bool",
        Value::Int(_) => "int64",
        Value::Float(_) => "float64",
        Value::String(_) => "string",
        Value::List(_) => "[]interface {}",
        Value::Map(_) => "map[string]interface {}",
    }
}

/// Returns `value` as `%v` shows it.
pub fn plain(value: &Value) -> String {
    match value {
        Value::Null => "<nil>".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => float(*number),
        Value::String(text) => text.clone(),
        Value::List(list) => format!("[{}]", list.iter().map(plain).collect::<Vec<_>>().join(" ")),
        Value::Map(map) => {
            let entries: Vec<_> = map
                .iter()
                .map(|(key, value)| format!("{key}:{}", plain(value)))
                .collect();
            format!("map[{}]", entries.join(" "))
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
    let digits = Digits::of(number);
    if (-4..6).contains(&digits.exponent) {
        digits.plain()
    } else {
        digits.scientific(2)
    }
}

/// Returns `value` as `%t` shows it, which is for booleans and says so.
pub(super) fn as_truth(value: &Value) -> String {
    match value {
        Value::Null => "%!t(<nil>)".to_owned(),
        Value::Bool(flag) => flag.to_string(),
        Value::List(list) => {
            let items: Vec<_> = list.iter().map(as_inner_truth).collect();
            format!("[{}]", items.join(" "))
        }
        Value::Map(map) => {
            let entry = |(key, value)| format!("%!t(string={key}):{}", as_inner_truth(value));
            let entries: Vec<_> = map.iter().map(entry).collect();
            format!("map[{}]", entries.join(" "))
        }
        other => format!("%!t({}={})", type_name(other), plain(other)),
    }
}

/// Below the outermost value, nothing at all is no mistake.
fn as_inner_truth(value: &Value) -> String {
    match value {
        Value::Null => plain(value),
        other => as_truth(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_truth_is_shown_with_its_type() {
        for (text, expected) in [
            ("~", "%!t(<nil>)"),
            ("-0", "%!t(float64=0)"),
            (
                "[a, ~, {b: 1, c: []}]",
                "[%!t(string=a) <nil> map[%!t(string=b):%!t(float64=1) %!t(string=c):[]]]",
            ),
        ] {
            let value = crate::yaml::from_str(text).unwrap();
            assert_eq!(as_truth(&value), expected);
        }
    }
}
