//! Writing JSON.

use super::JsonError;
use crate::gotmpl::{FloatKind, List, Map, Text, Value, printf};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// What is escaped beyond what JSON needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Escape {
    /// `<`, `>` and `&`, so that the text may stand in HTML.
    Html,
    /// Nothing.
    None,
}

/// Values nested deeper than this are taken for cycles.
const DEPTH: usize = 400;

/// Writes a value on one line, keys sorted, as `encoding/json` does.
///
/// # Errors
///
/// NaN, infinity and functions have no JSON form; nor has a map that holds itself.
pub(crate) fn to_json(value: &Value, escape: Escape) -> Result<Text, JsonError> {
    let mut writer = Writer {
        out: Vec::new(),
        escape,
        is_pretty: false,
    };
    writer.value(value, 0)?;
    Ok(writer.out.into())
}

/// Writes a value over several lines, indented by two spaces.
pub(in super::super) fn to_pretty_json(value: &Value) -> Result<Text, JsonError> {
    let mut writer = Writer {
        out: Vec::new(),
        escape: Escape::Html,
        is_pretty: true,
    };
    writer.value(value, 0)?;
    Ok(writer.out.into())
}

struct Writer {
    out: Vec<u8>,
    escape: Escape,
    is_pretty: bool,
}

impl Writer {
    fn value(&mut self, value: &Value, depth: usize) -> Result<(), JsonError> {
        if depth > DEPTH {
            return Err(JsonError(format!(
                "json: unsupported value: encountered a cycle via {}",
                value.type_name()
            )));
        }
        match value {
            Value::Nil => self.out.extend_from_slice(b"null"),
            Value::Bool(value) => self
                .out
                .extend_from_slice(if *value { b"true" } else { b"false" }),
            Value::Int(number, _) => self.out.extend_from_slice(number.to_string().as_bytes()),
            Value::Uint(number, _) => self.out.extend_from_slice(number.to_string().as_bytes()),
            Value::Float(number, kind) => self.float(*number, *kind)?,
            Value::String(text) => self.string(text),
            Value::Bytes(bytes) => self.string(STANDARD.encode(bytes).as_bytes()),
            Value::List(list) => self.list(list, depth)?,
            Value::Map(map) => self.map(map, depth)?,
            Value::Object(object) => match object.json_fields() {
                Some(fields) => self.structure(&fields, depth)?,
                None => self.value(&object.to_plain(), depth)?,
            },
            Value::Complex(_) | Value::Function(_) => {
                return Err(JsonError(format!(
                    "json: unsupported type: {}",
                    value.type_name()
                )));
            }
        }
        Ok(())
    }

    /// Writes a float with the fewest digits, with an exponent only when it is very large or small.
    fn float(&mut self, number: f64, kind: FloatKind) -> Result<(), JsonError> {
        if !number.is_finite() {
            let text = printf::format_float(number, 'g', None, kind);
            return Err(JsonError(format!("json: unsupported value: {text}")));
        }
        let magnitude = number.abs();
        let is_extreme = magnitude != 0.0 && !(1e-6..1e21).contains(&magnitude);
        let text = printf::format_float(number, if is_extreme { 'e' } else { 'f' }, None, kind);
        // 1e-09 is written 1e-9
        self.out.extend_from_slice(text.replace("e-0", "e-").as_bytes());
        Ok(())
    }

    fn list(&mut self, list: &List, depth: usize) -> Result<(), JsonError> {
        if list.is_nil() {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        self.out.push(b'[');
        for (at, item) in list.iter().enumerate() {
            self.separate(at, depth + 1);
            self.value(item, depth + 1)?;
        }
        self.close(b']', list.len(), depth);
        Ok(())
    }

    fn map(&mut self, map: &Map, depth: usize) -> Result<(), JsonError> {
        if map.is_nil() {
            self.out.extend_from_slice(b"null");
            return Ok(());
        }
        self.out.push(b'{');
        for (at, (key, value)) in map.borrow().iter().enumerate() {
            self.entry(at, key, value, depth)?;
        }
        self.close(b'}', map.len(), depth);
        Ok(())
    }

    /// Writes the fields of a struct in their own order.
    fn structure(&mut self, fields: &[(&str, Value)], depth: usize) -> Result<(), JsonError> {
        self.out.push(b'{');
        for (at, (name, value)) in fields.iter().enumerate() {
            self.entry(at, name.as_bytes(), value, depth)?;
        }
        self.close(b'}', fields.len(), depth);
        Ok(())
    }

    fn entry(&mut self, at: usize, key: &[u8], value: &Value, depth: usize) -> Result<(), JsonError> {
        self.separate(at, depth + 1);
        self.string(key);
        let colon: &[u8] = if self.is_pretty { b": " } else { b":" };
        self.out.extend_from_slice(colon);
        self.value(value, depth + 1)
    }

    /// Goes to the next element.
    fn separate(&mut self, at: usize, depth: usize) {
        if at > 0 {
            self.out.push(b',');
        }
        self.new_line(depth);
    }

    fn close(&mut self, bracket: u8, size: usize, depth: usize) {
        if size > 0 {
            self.new_line(depth);
        }
        self.out.push(bracket);
    }

    fn new_line(&mut self, depth: usize) {
        if self.is_pretty {
            self.out.push(b'\n');
            self.out.resize(self.out.len() + 2 * depth, b' ');
        }
    }

    fn string(&mut self, text: &[u8]) {
        self.out.push(b'"');
        for chunk in text.utf8_chunks() {
            for rune in chunk.valid().chars() {
                self.character(rune);
            }
            for _ in chunk.invalid() {
                self.out.extend_from_slice(b"\\ufffd");
            }
        }
        self.out.push(b'"');
    }

    fn character(&mut self, rune: char) {
        let escaped = match rune {
            '"' => "\\\"",
            '\\' => "\\\\",
            '\u{8}' => "\\b",
            '\u{c}' => "\\f",
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            '<' | '>' | '&' if self.escape == Escape::Html => return self.unicode(rune),
            '\0'..='\u{1f}' | '\u{2028}' | '\u{2029}' => return self.unicode(rune),
            _ => {
                self.out
                    .extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
                return;
            }
        };
        self.out.extend_from_slice(escaped.as_bytes());
    }

    fn unicode(&mut self, rune: char) {
        self.out
            .extend_from_slice(format!("\\u{:04x}", rune as u32).as_bytes());
    }
}
