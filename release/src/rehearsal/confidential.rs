//! `Confidential`: texts that Secrets hold, so that they are shown nowhere else either.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::diff::{FieldChange, Secrecy, Shown};

/// A shorter text says too little to be looked for in others.
const SHORTEST: usize = 6;

/// Words in the names of values that are nobody's business.
const TELLING: [&str; 7] = [
    "password",
    "passwd",
    "secret",
    "token",
    "credential",
    "apikey",
    "privatekey",
];

/// What Secrets hold.
#[derive(Debug, Default)]
pub(super) struct Confidential(BTreeSet<String>);

impl Confidential {
    /// Learns what an object holds, if it is a Secret.
    pub(super) fn learn(&mut self, object: &Value) {
        if object.get("kind").and_then(Value::as_str) != Some("Secret") {
            return;
        }
        let texts = |field: &str| {
            let table = object.get(field).and_then(Value::as_object);
            table
                .into_iter()
                .flatten()
                .filter_map(|(_, value)| value.as_str())
        };
        self.0.extend(texts("stringData").map(str::to_owned));
        for packed in texts("data") {
            let text = STANDARD
                .decode(packed)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok());
            self.0.extend(text);
            self.0.insert(packed.to_owned());
        }
        self.0.retain(|text| text.len() >= SHORTEST);
    }

    /// Hides what Secrets hold.
    pub(super) fn hide(&self, fields: &mut [FieldChange], secrecy: &Secrecy) {
        for field in fields {
            for shown in [&mut field.before, &mut field.after] {
                hide_if(shown, secrecy, |value| self.is_in(value));
            }
        }
    }

    /// As [`Confidential::hide`], for values of a release: also what its name tells to be secret.
    pub(super) fn hide_values(&self, fields: &mut [FieldChange], secrecy: &Secrecy) {
        for field in fields {
            let is_telling = is_telling(&field.path);
            for shown in [&mut field.before, &mut field.after] {
                hide_if(shown, secrecy, |value| is_telling || self.is_in(value));
            }
        }
    }

    fn is_in(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.0.iter().any(|secret| text.contains(secret)),
            Value::Array(items) => items.iter().any(|item| self.is_in(item)),
            Value::Object(fields) => fields.values().any(|field| self.is_in(field)),
            _ => false,
        }
    }
}

fn hide_if(shown: &mut Option<Shown>, secrecy: &Secrecy, is_secret: impl Fn(&Value) -> bool) {
    if let Some(Shown::Plain(value)) = shown
        && is_secret(value)
    {
        *shown = Some(Shown::Hidden(secrecy.digest(value)));
    }
}

/// Says whether the last name of a path, or one of those above it, promises a secret.
fn is_telling(path: &str) -> bool {
    let plain: String = path
        .to_lowercase()
        .chars()
        .filter(|c| !matches!(c, '-' | '_'))
        .collect();
    TELLING.iter().any(|word| plain.contains(word))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(path: &str, after: &str) -> FieldChange {
        FieldChange {
            path: path.to_owned(),
            before: None,
            after: Some(Shown::Plain(json!(after))),
        }
    }

    fn is_hidden(change: &FieldChange) -> bool {
        matches!(change.after, Some(Shown::Hidden(_)))
    }

    #[test]
    fn what_a_secret_holds_is_hidden_everywhere() {
        let mut confidential = Confidential::default();
        confidential.learn(&json!({"kind": "Secret", "data": {"a": STANDARD.encode("hunter2x")}}));
        confidential.learn(&json!({"kind": "ConfigMap", "data": {"a": "well-known"}}));
        let secrecy = Secrecy::new("key");
        let mut fields = [
            change(".a", "postgres://me:hunter2x@db"),
            change(".b", "well-known"),
        ];
        confidential.hide(&mut fields, &secrecy);
        assert_eq!(fields.each_ref().map(is_hidden), [true, false]);
        let mut values = [change(".db.adminPassword", "x"), change(".db.host", "x")];
        confidential.hide_values(&mut values, &secrecy);
        assert_eq!(values.each_ref().map(is_hidden), [true, false]);
    }
}
