//! YAML exactly as Helm reads and writes it.
//!
//! Helm reads YAML 1.1 by turning it into JSON first (`sigs.k8s.io/yaml` over go-yaml v2) and writes it the same way
//! round. So numbers are floats, `yes` is a boolean, the last of two equal keys wins, only the first document of a
//! text counts, and the errors say "error converting YAML to JSON". Nothing else in the program reads or writes YAML.

mod text;
mod bytes;
mod cursor;
mod syntax;
mod scanner;
mod event;
mod parser;
mod error;
mod read;
mod scalar;
mod tagged;
mod go_syntax;
mod decode;
mod ordinary;
mod documents;
mod stream;
mod write;
mod escape;
mod style;
mod order;
pub mod tree;

pub use decode::{decode, entries_from_slice_as, from_slice_as, from_slice_as_strict};
pub use documents::{Documents, SeparatorError, documents};
pub use error::{Error, Place, Position};
pub use read::{MAX_DEPTH, from_slice, from_slice_strict};
pub use stream::{ObjectError, Objects, objects};
pub use write::{WriteError, to_string, to_string_pretty};

use crate::{Map, Value};

/// Reads the first document of `text`. An empty text is [`Value::Null`].
///
/// ```
/// let value = chart::yaml::from_str("replicas: 3\nport: 0x50\nlazy: yes\n")?;
/// assert_eq!(value.get("replicas"), Some(&3.0.into()));
/// assert_eq!(value.get("port"), Some(&80.0.into()));
/// assert_eq!(value.get("lazy"), Some(&true.into()));
/// # Ok::<(), chart::yaml::Error>(())
/// ```
///
/// # Errors
///
/// What Go says, word for word: bad syntax, unknown anchors, keys that cannot be text, infinities.
pub fn from_str(text: &str) -> Result<Value, Error> {
    from_slice(text.as_bytes())
}

/// Reads the first document of `text` and refuses a key that is there twice.
///
/// # Errors
///
/// See [`from_str`]; all doubled keys are listed.
pub fn from_str_strict(text: &str) -> Result<Value, Error> {
    from_slice_strict(text.as_bytes())
}

/// Reads the first document as a table; `null` and nothing at all are an empty one.
///
/// # Errors
///
/// See [`from_str`], and when the document is something else than a table.
pub fn map_from_slice(bytes: &[u8]) -> Result<Map, Error> {
    let name = match from_slice(bytes)? {
        Value::Map(map) => return Ok(map),
        Value::Null => return Ok(Map::new()),
        other => json_kind(&other),
    };
    Err(Error::decoding(format!(
        "json: cannot unmarshal {name} into Go value of type map[string]interface {{}}"
    )))
}

/// Writes anything that can be JSON as [`to_string`] writes a value.
///
/// # Errors
///
/// See [`to_string`].
pub fn serialize<T: serde::Serialize + ?Sized>(value: &T) -> Result<String, WriteError> {
    let json = serde_json::to_value(value).map_err(|err| WriteError::Unsupported(err.to_string()))?;
    let value: Value =
        serde_json::from_value(json).map_err(|err| WriteError::Unsupported(err.to_string()))?;
    to_string(&value)
}

/// Reads the first document with whole numbers kept whole, to be decoded later.
pub(crate) fn typed_from_slice(bytes: &[u8]) -> Result<Value, Error> {
    read::Reader::new(bytes, read::Numbers::Yaml, read::Duplicates::LastWins).read()
}

/// Returns what Go's JSON decoder calls a value in its errors.
fn json_kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Float(_) => "number",
        Value::String(_) => "string",
        Value::List(_) => "array",
        Value::Map(_) => "object",
    }
}

#[cfg(test)]
mod tests;
