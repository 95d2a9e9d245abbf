//! `SecretTexts`: what Secrets hold, so that it is shown nowhere else either.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use super::secrecy::is_secret;

/// A shorter text is found in others by chance.
const LONG: usize = 6;

/// The texts that Secrets hold, decoded and as they are.
#[derive(Clone, Default)]
pub struct SecretTexts(BTreeSet<String>);

impl SecretTexts {
    /// Learns what an object holds, if it is a Secret.
    pub fn learn(&mut self, object: &Value) {
        if !object.as_object().is_some_and(is_secret) {
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
        self.0.extend(texts("data").filter_map(decoded));
        self.0.extend(texts("data").map(str::to_owned));
        self.0.remove("");
    }

    /// Says whether a text is that of a Secret, or a part of it that is no accident.
    pub(super) fn know(&self, text: &str) -> bool {
        let is_found = |secret: &String| secret == text || text.len() >= LONG && secret.contains(text);
        self.0.iter().any(is_found)
    }

    /// Says whether the text of a Secret is in another text.
    pub(super) fn are_in(&self, text: &str) -> bool {
        let mut long = self.0.iter().filter(|secret| secret.len() >= LONG);
        long.any(|secret| text.contains(secret))
    }
}

fn decoded(text: &str) -> Option<String> {
    String::from_utf8(STANDARD.decode(text.trim()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn they_are_found_in_other_texts_and_other_texts_in_them() {
        let mut texts = SecretTexts::default();
        let packed = STANDARD.encode("hunter2x");
        texts.learn(
            &json!({"apiVersion": "v1", "kind": "Secret", "data": {"a": packed}, "stringData": {"b": "abc"}}),
        );
        texts.learn(&json!({"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": "well-known"}}));
        assert!(texts.know("hunter2x") && texts.know("unter2x") && texts.know("abc") && texts.know(&packed));
        assert!(!texts.know("ab") && !texts.know("") && !texts.know("x") && !texts.know("well-known"));
        assert!(texts.are_in("postgres://me:hunter2x@db") && texts.are_in(&packed));
        assert!(!texts.are_in("abcd") && !texts.are_in("well-known"));
    }
}
