//! A text of several objects, in JSON or YAML, read as Kubernetes' tools read manifests.

use std::marker::PhantomData;

use serde::de::DeserializeOwned;
use serde_json::StreamDeserializer;
use serde_json::de::SliceRead;

use super::decode::{decode, from_slice_as};
use super::documents::{Documents, SeparatorError, documents};
use super::error::{Error, Position};
use crate::Value;
use crate::json::{self, JsonFault};

/// Reads one object after the other; an empty or `null` document is `None`.
///
/// A text that begins with `{` is JSON, one object right behind the other, until something else comes: from there on
/// it is YAML, unless there were two objects already (`NewYAMLOrJSONDecoder` of `k8s.io/apimachinery/pkg/util/yaml`).
/// Go stops at the first error, and so should the caller.
pub fn objects<T: DeserializeOwned>(bytes: &[u8]) -> Objects<'_, T> {
    let is_json = bytes.trim_ascii_start().starts_with(b"{");
    Objects {
        bytes,
        json: is_json.then(|| serde_json::Deserializer::from_slice(bytes).into_iter()),
        yaml: documents(if is_json { b"" } else { bytes }),
        json_objects: 0,
        json_end: 0,
        object: PhantomData,
    }
}

/// The objects of a text.
pub struct Objects<'a, T> {
    bytes: &'a [u8],
    json: Option<StreamDeserializer<'a, SliceRead<'a>, Value>>,
    yaml: Documents<'a>,
    json_objects: usize,
    json_end: usize,
    object: PhantomData<T>,
}

/// Why an object cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ObjectError {
    /// The documents cannot be told apart.
    #[error(transparent)]
    Separator(#[from] SeparatorError),
    /// The document is no YAML, or no such object.
    #[error(transparent)]
    Yaml(#[from] Error),
    /// The text begins like JSON and is none, nor YAML.
    #[error("json: offset {offset}: {message}")]
    JsonSyntax {
        /// How many bytes were read.
        offset: usize,
        /// What is wrong with the last of them.
        message: String,
    },
    /// An object in JSON is none that is wanted, or there is something else behind several of them.
    #[error("{0}")]
    Json(String),
}

impl ObjectError {
    /// Go names the place only as long as the text could still be YAML.
    fn without_offset(self) -> Self {
        match self {
            ObjectError::JsonSyntax { message, .. } => ObjectError::Json(message),
            other => other,
        }
    }
}

impl<T: DeserializeOwned> Iterator for Objects<'_, T> {
    type Item = Result<Option<T>, ObjectError>;

    fn next(&mut self) -> Option<Self::Item> {
        if let Some(json) = &mut self.json {
            let error = match json.next()? {
                Ok(value) => match decode(value) {
                    Ok(object) => {
                        self.json_objects += 1;
                        self.json_end = json.byte_offset();
                        return Some(Ok(object));
                    }
                    Err(error) => ObjectError::Json(error.to_string()),
                },
                Err(error) => self.syntax_error(&error),
            };
            self.json = None;
            if self.json_objects > 1 {
                return Some(Err(error.without_offset()));
            }
            self.yaml = documents(without_line_end(&self.bytes[self.json_end..]));
            // What JSON's reader said counts, should YAML's have something to say as well.
            return self.next_of_yaml().map(|read| read.map_err(|_| error));
        }
        self.next_of_yaml()
    }
}

impl<T: DeserializeOwned> Objects<'_, T> {
    fn next_of_yaml(&mut self) -> Option<Result<Option<T>, ObjectError>> {
        let document = self.yaml.next()?;
        let object = document.map_err(ObjectError::from).and_then(|document| {
            let read = from_slice_as(&document);
            read.map_err(|error| ObjectError::Yaml(self.in_whole(error)))
        });
        Some(object)
    }
}

impl<T> Objects<'_, T> {
    /// Says in Go's words what is wrong with the JSON behind the objects that were read.
    fn syntax_error(&self, error: &serde_json::Error) -> ObjectError {
        match json::fault(&self.bytes[self.json_end..]) {
            Some(JsonFault::End) => ObjectError::Json("unexpected EOF".to_owned()),
            Some(JsonFault::Byte { offset, message }) => ObjectError::JsonSyntax {
                offset: self.json_end + offset,
                message,
            },
            None => ObjectError::Json(error.to_string()),
        }
    }

    /// Makes the place of an error one of the whole text.
    fn in_whole(&self, error: Error) -> Error {
        let text = String::from_utf8_lossy(self.bytes);
        let json = String::from_utf8_lossy(&self.bytes[..self.json_end]);
        let line = Position::after(&json).line + self.yaml.lines_before();
        error.within(&text, Position { line, column: 0 })
    }
}

/// Drops white space up to the end of the line, which belongs to the object before it.
fn without_line_end(bytes: &[u8]) -> &[u8] {
    let blank = bytes.iter().take_while(|byte| byte.is_ascii_whitespace());
    let length = blank.clone().count();
    match blank.enumerate().find(|(_, byte)| **byte == b'\n') {
        Some((end, _)) => &bytes[end + 1..],
        None => &bytes[length..],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        objects::<Value>(text.as_bytes())
            .map(|object| match object {
                Ok(Some(value)) => value
                    .get("a")
                    .map_or_else(|| "?".to_owned(), |a| format!("{a:?}")),
                Ok(None) => "none".to_owned(),
                Err(error) => error.to_string(),
            })
            .collect()
    }

    #[test]
    fn json_may_go_on_as_yaml() {
        let expected = names("a: x\n---\na: z\n");
        assert_eq!(names("{\"a\": \"x\"}\n---\na: z\n"), expected);
        assert_eq!(names("{\"a\": \"x\"}{\"a\": \"z\"}"), expected);
        assert_eq!(names("{a: x}\n---\na: z\n"), expected);
    }

    /// What `NewYAMLOrJSONDecoder` says.
    #[test]
    fn what_begins_like_json_is_judged_as_json() {
        let offset = "json: offset 2: invalid character '{' looking for beginning of object key string";
        assert_eq!(names("{{ if }}\na: b\n"), [offset]);
        assert_eq!(names("{\"a\": ["), ["unexpected EOF"]);
        let objects = names("{\"a\": 1}{\"a\": 2}{a}");
        let expected = "invalid character 'a' looking for beginning of object key string";
        assert_eq!(objects[2..], [expected]);
    }

    #[test]
    fn empty_documents_are_none() {
        assert_eq!(names("# a comment\n---\n\n"), ["none", "none"]);
    }
}
