//! The head of a document: the few fields that decide what to do with it.

use std::collections::BTreeMap;

use chart::json::format_f64;
use serde_json::{Map, Value};

/// `apiVersion`, `kind`, the name and the annotations, as Helm's `SimpleHead` reads them: numbers and booleans count as
/// text, and the case of keys does not matter.
#[derive(Debug, Default)]
pub(super) struct Head {
    pub(super) api_version: String,
    pub(super) kind: String,
    pub(super) name: String,
    pub(super) annotations: BTreeMap<String, String>,
}

/// A document's head has the wrong shape. The words are those of Go's JSON decoder.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {found} into Go {wanted}")]
pub struct HeadError {
    found: &'static str,
    wanted: String,
    /// The keys that lead to the field.
    keys: Vec<String>,
}

impl HeadError {
    /// Returns the line of a document, from 0, on which the field begins, as far as blocks show it.
    pub(super) fn line_in(&self, document: &str) -> Option<usize> {
        let mut lines = document.lines().enumerate();
        let mut found = 0;
        for (depth, key) in self.keys.iter().enumerate() {
            let is_key = |line: &str| {
                let content = line.trim_start();
                let name = content.trim_start_matches(['"', '\'']);
                (depth > 0) == (content.len() < line.len()) && name.starts_with(key.as_str())
            };
            (found, _) = lines.by_ref().find(|(_, line)| is_key(line))?;
        }
        Some(found)
    }

    /// Puts a key before those that lead to the field.
    fn below(mut self, key: &str) -> Self {
        self.keys.insert(0, key.to_owned());
        self
    }
}

const API_VERSION: &str = "apiVersion";
const KIND: &str = "kind";
const METADATA: &str = "metadata";
/// Where a document has its head.
const FIELDS: [&str; 3] = [API_VERSION, KIND, METADATA];

const NAME: &str = "name";
const ANNOTATIONS: &str = "annotations";
/// Which of its metadata belong to that.
const METADATA_FIELDS: [&str; 2] = [NAME, ANNOTATIONS];

const METADATA_TYPE: &str =
    r#"struct { Name string "json:\"name\""; Annotations map[string]string "json:\"annotations\"" }"#;

impl Head {
    /// Says whether an entry of a document, or of one of its tables, belongs to its head.
    pub(super) fn has(keys: &[&str]) -> bool {
        let is_among =
            |key: &str, fields: &[&str]| fields.iter().any(|field| field.eq_ignore_ascii_case(key));
        match keys {
            [key] => is_among(key, &FIELDS),
            [METADATA, key] => is_among(key, &METADATA_FIELDS),
            _ => true,
        }
    }

    /// Reads the head of a document; that of `null` is empty.
    ///
    /// # Errors
    ///
    /// When a field has another type.
    pub(super) fn read(document: &Value) -> Result<Self, HeadError> {
        let mut head = Head::default();
        let Some(fields) = table(document, || "value of type util.SimpleHead".to_owned())? else {
            return Ok(head);
        };
        if let Some(value) = field(fields, API_VERSION) {
            head.api_version =
                text(value, "SimpleHead.apiVersion").map_err(|error| error.below(API_VERSION))?;
        }
        if let Some(value) = field(fields, KIND) {
            head.kind = text(value, "SimpleHead.kind").map_err(|error| error.below(KIND))?;
        }
        if let Some(value) = field(fields, METADATA) {
            head.read_metadata(value).map_err(|error| error.below(METADATA))?;
        }
        Ok(head)
    }

    fn read_metadata(&mut self, value: &Value) -> Result<(), HeadError> {
        let wanted = || format!("struct field SimpleHead.metadata of type {METADATA_TYPE}");
        let Some(fields) = table(value, wanted)? else {
            return Ok(());
        };
        if let Some(value) = field(fields, ANNOTATIONS) {
            self.annotations = annotations(value).map_err(|error| error.below(ANNOTATIONS))?;
        }
        if let Some(value) = field(fields, NAME) {
            self.name = text(value, ".metadata.name").map_err(|error| error.below(NAME))?;
        }
        Ok(())
    }
}

fn annotations(value: &Value) -> Result<BTreeMap<String, String>, HeadError> {
    let wanted = || "struct field .metadata.annotations of type map[string]string".to_owned();
    let Some(entries) = table(value, wanted)? else {
        return Ok(BTreeMap::new());
    };
    entries
        .iter()
        .map(|(key, value)| {
            let text = text(value, ".metadata.annotations").map_err(|error| error.below(key))?;
            Ok((key.clone(), text))
        })
        .collect()
}

fn table(value: &Value, wanted: impl FnOnce() -> String) -> Result<Option<&Map<String, Value>>, HeadError> {
    match value {
        Value::Null => Ok(None),
        Value::Object(fields) => Ok(Some(fields)),
        other => Err(HeadError {
            found: json_kind(other),
            wanted: wanted(),
            keys: Vec::new(),
        }),
    }
}

fn field<'a>(fields: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    fields
        .iter()
        .filter(|(key, _)| key.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
        .next_back()
}

fn text(value: &Value, field: &str) -> Result<String, HeadError> {
    match value {
        Value::Null => Ok(String::new()),
        Value::String(text) => Ok(text.clone()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Number(number) if number.is_f64() => Ok(number.as_f64().map_or_else(String::new, format_f64)),
        Value::Number(number) => Ok(number.to_string()),
        other => Err(HeadError {
            found: json_kind(other),
            wanted: format!("struct field {field} of type string"),
            keys: Vec::new(),
        }),
    }
}

/// Returns the name that Go's JSON reader has for what a value is.
pub(crate) fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn scalars_are_text() {
        let head = Head::read(&json!({
            "Kind": 5,
            "metadata": {"name": 12.5, "annotations": {"a": true, "b": null, "c": 3}},
        }))
        .unwrap();
        assert_eq!((head.kind.as_str(), head.name.as_str()), ("5", "12.5"));
        assert_eq!(
            head.annotations.into_values().collect::<Vec<_>>(),
            ["true", "", "3"]
        );
        assert_eq!(Head::read(&Value::Null).unwrap().kind, "");
    }

    #[test]
    fn line_of_a_field_is_found() {
        let document = "kind: Pod\nspec:\n  name: x\nmetadata:\n  annotations:\n    a: b\n    c: {}\n";
        let object: Value = chart::yaml::from_slice_as(document.as_bytes()).unwrap();
        assert_eq!(Head::read(&object).unwrap_err().line_in(document), Some(6));
    }

    // What Go 1.26 says for each.
    #[test]
    fn wrong_types_are_named_as_in_go() {
        for (document, message) in [
            (json!("x"), "string into Go value of type util.SimpleHead"),
            (
                json!({"kind": []}),
                "array into Go struct field SimpleHead.kind of type string",
            ),
            (
                json!({"metadata": {"annotations": []}}),
                "array into Go struct field .metadata.annotations of type map[string]string",
            ),
            (
                json!({"metadata": {"annotations": {"a": {}}}}),
                "object into Go struct field .metadata.annotations of type string",
            ),
            (
                json!({"metadata": {"name": {}}}),
                "object into Go struct field .metadata.name of type string",
            ),
            (
                json!({"metadata": "x"}),
                r#"string into Go struct field SimpleHead.metadata of type struct { Name string "json:\"name\""; Annotations map[string]string "json:\"annotations\"" }"#,
            ),
        ] {
            let error = Head::read(&document).unwrap_err().to_string();
            assert_eq!(
                error,
                format!("error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {message}")
            );
        }
    }
}
