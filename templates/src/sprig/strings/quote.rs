//! Quotes and concatenation of anything.

use super::super::Table;
use super::super::cast::to_text;
use crate::gotmpl::{Rest, Text, Value, function, printf};

/// The functions of this file.
pub(super) fn table() -> Table {
    vec![
        ("quote", function(quote)),
        ("squote", function(squote)),
        ("cat", function(cat)),
        ("toString", function(|value: Value| to_text(&value))),
    ]
}

/// Quotes each argument but nil as a Go string, with spaces between.
fn quote(Rest(values): Rest<Value>) -> Text {
    let mut out = String::new();
    for value in values.iter().filter(|value| !matches!(value, Value::Nil)) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&printf::quote(&to_text(value)));
    }
    out.into()
}

/// Puts each argument but nil in single quotes, with spaces between; quotes inside are left alone.
fn squote(Rest(values): Rest<Value>) -> Text {
    let mut out = Vec::new();
    for value in values.iter().filter(|value| !matches!(value, Value::Nil)) {
        if !out.is_empty() {
            out.push(b' ');
        }
        out.push(b'\'');
        printf::write_value(&mut out, value);
        out.push(b'\'');
    }
    out.into()
}

fn cat(Rest(values): Rest<Value>) -> Text {
    let mut out = Vec::new();
    for (at, value) in values
        .iter()
        .filter(|value| !matches!(value, Value::Nil))
        .enumerate()
    {
        if at > 0 {
            out.push(b' ');
        }
        printf::write_value(&mut out, value);
    }
    out.into()
}
