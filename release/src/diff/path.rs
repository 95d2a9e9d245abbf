//! `Path`: where in an object a field is, as text.

use serde_json::Value;

/// A path that grows and shrinks with a walk.
#[derive(Debug, Default)]
pub(super) struct Path {
    text: String,
}

impl Path {
    /// Returns the text; empty for the root.
    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// Returns how long it is, for [`Path::shorten`].
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// Goes back to where it was that long.
    pub(super) fn shorten(&mut self, len: usize) {
        self.text.truncate(len);
    }

    /// Goes to a field.
    pub(super) fn push_field(&mut self, name: &str) {
        if is_word(name) {
            self.text.push('.');
            self.text.push_str(name);
        } else {
            self.text.push_str(&format!("[{}]", quoted(name)));
        }
    }

    /// Goes to the item at a place of a list.
    pub(super) fn push_place(&mut self, place: usize) {
        self.text.push_str(&format!("[{place}]"));
    }

    /// Goes to the item that has these values under these keys.
    pub(super) fn push_keys(&mut self, keys: &[&str], values: &[Value]) {
        let pairs = keys.iter().zip(values);
        let pairs: Vec<_> = pairs
            .map(|(key, value)| format!("{key}={}", scalar(value)))
            .collect();
        self.text.push_str(&format!("[{}]", pairs.join(",")));
    }

    /// Goes to an item of a set.
    pub(super) fn push_member(&mut self, value: &Value) {
        self.text.push_str(&format!("[={}]", scalar(value)));
    }

    /// Goes to the order of the items of a list.
    pub(super) fn push_order(&mut self) {
        self.text.push_str("[*]");
    }
}

fn is_word(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    text.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_') && text.chars().all(is_inner)
}

/// Writes a value so that a text is not taken for a number, and ends where it ends.
fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) if is_plain(text) => text.clone(),
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

fn is_plain(text: &str) -> bool {
    let is_inner = |c: char| c.is_ascii_alphanumeric() || "_-./:".contains(c);
    text.starts_with(|c: char| c.is_ascii_alphabetic() || "_/".contains(c))
        && text.chars().all(is_inner)
        && !matches!(text, "true" | "false" | "null")
}

fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}
