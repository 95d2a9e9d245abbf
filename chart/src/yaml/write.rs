//! `Value` → text, byte for byte as go-yaml v2 (`toYaml`) and v3 (`toYamlPretty`) write it.
//!
//! The emitter keeps libyaml's few variables (column, indent, "was the last thing a blank?", "was it indentation?"),
//! because where it breaks lines falls out of their interplay and of nothing else.

use std::borrow::Cow;

use super::escape;
use super::go_syntax::general;
use super::order::{Dialect, sorted};
use super::scalar::{Resolved, number};
use super::style::{IsKey, Style, choose, is_break, is_printable};
use crate::json::{Digits, format_f64};
use crate::{Map, Value};

/// A value that has no YAML form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WriteError {
    /// JSON has no infinities, and Helm writes YAML by way of JSON.
    #[error("error marshaling into JSON: json: unsupported value: {0}")]
    Unsupported(String),
    /// A character that is legal in JSON and not in YAML.
    #[error("yaml: control characters are not allowed")]
    ControlCharacter,
    /// go-yaml reads no key beyond 1024 bytes of JSON.
    #[error("yaml: did not find expected ',' or '}}'")]
    LongKey,
}

/// Writes `value` as Helm's `toYaml` does, with a line break at the end.
///
/// Helm turns the value into JSON, reads that as YAML and writes the result: so whole floats are written as integers,
/// long lines are folded near column 80, and lists are not indented below their key.
///
/// # Errors
///
/// When the JSON in between cannot be made or read back: infinities, control characters, very long keys.
pub fn to_string(value: &Value) -> Result<String, WriteError> {
    let mut emitter = Emitter::new(Dialect::V2);
    emitter.document(value)?;
    Ok(emitter.out)
}

/// Writes `value` as Helm's `toYamlPretty` does, with a line break at the end: lists indented, lines not folded.
pub fn to_string_pretty(value: &Value) -> String {
    let mut emitter = Emitter::new(Dialect::V3);
    emitter
        .document(value)
        .expect("only the way through JSON can fail");
    emitter.out
}

/// Where a node stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Root,
    Item,
    MapValue,
}

struct Emitter {
    out: String,
    dialect: Dialect,
    column: usize,
    /// `None` before the first level.
    indent: Option<usize>,
    after_blank: bool,
    in_indentation: bool,
}

const STEP: usize = 2;
const WIDTH: usize = 80;
const LONGEST_SIMPLE_KEY: usize = 128;
const LONGEST_JSON_KEY: usize = 1024;

impl Emitter {
    fn new(dialect: Dialect) -> Self {
        Emitter {
            out: String::new(),
            dialect,
            column: 0,
            indent: None,
            after_blank: true,
            in_indentation: true,
        }
    }

    fn document(&mut self, value: &Value) -> Result<(), WriteError> {
        self.node(value, Place::Root)?;
        self.write_indent();
        Ok(())
    }

    fn node(&mut self, value: &Value, place: Place) -> Result<(), WriteError> {
        match value {
            Value::Null => self.word("null"),
            Value::Bool(true) => self.word("true"),
            Value::Bool(false) => self.word("false"),
            Value::Int(number) => self.word(&number.to_string()),
            Value::Float(number) => {
                let text = self.float(*number)?;
                self.word(&text);
            }
            Value::String(text) => {
                let text = self.through_json(text)?;
                self.text(&text);
            }
            Value::List(list) if list.is_empty() => self.empty("[", "]"),
            Value::Map(map) if map.is_empty() => self.empty("{", "}"),
            Value::List(list) => return self.list(list, place),
            Value::Map(map) => return self.map(map),
        }
        Ok(())
    }

    fn list(&mut self, list: &[Value], place: Place) -> Result<(), WriteError> {
        let outer = self.indent;
        let hangs = self.dialect == Dialect::V2 && place == Place::MapValue && !self.in_indentation;
        self.indent = match outer {
            None => Some(0),
            Some(indent) if hangs => Some(indent),
            Some(indent) => Some(indent + STEP),
        };
        for item in list {
            self.write_indent();
            self.indenting_indicator("-");
            self.node(item, Place::Item)?;
        }
        self.indent = outer;
        Ok(())
    }

    fn map(&mut self, map: &Map) -> Result<(), WriteError> {
        let outer = self.indent;
        self.indent = Some(outer.map_or(0, |indent| indent + STEP));
        for (key, value) in sorted(map, self.dialect) {
            self.write_indent();
            self.key(key)?;
            self.node(value, Place::MapValue)?;
        }
        self.indent = outer;
        Ok(())
    }

    fn key(&mut self, key: &str) -> Result<(), WriteError> {
        if self.dialect == Dialect::V2 && key.len() > LONGEST_JSON_KEY - 2 {
            return Err(WriteError::LongKey);
        }
        let key = self.through_json(key)?;
        if key.len() <= LONGEST_SIMPLE_KEY && !key.contains(is_break) {
            self.scalar(&key, choose(&key, self.dialect, IsKey::Yes), Folding::Never);
            self.unspaced(":");
            return Ok(());
        }
        self.indenting_indicator("?");
        self.text(&key);
        self.write_indent();
        self.indenting_indicator(":");
        Ok(())
    }

    fn empty(&mut self, open: &str, close: &str) {
        self.indicator(open);
        self.unspaced(close);
    }

    /// Writes what needs no quotes and has no blanks.
    fn word(&mut self, word: &str) {
        self.space();
        self.push_str(word);
        self.after_blank = false;
        self.in_indentation = false;
    }

    fn text(&mut self, text: &str) {
        let folding = if self.dialect == Dialect::V2 {
            Folding::AtWidth
        } else {
            Folding::Never
        };
        let outer = self.indent;
        self.indent = Some(outer.map_or(STEP, |indent| indent + STEP));
        self.scalar(text, choose(text, self.dialect, IsKey::No), folding);
        self.indent = outer;
    }

    fn scalar(&mut self, text: &str, style: Style, folding: Folding) {
        match style {
            Style::Plain => self.plain(text, folding),
            Style::Single => self.single(text, folding),
            Style::Double => self.double(text, folding),
            Style::Literal => self.literal(text),
        }
    }

    fn plain(&mut self, text: &str, folding: Folding) {
        self.space();
        let fits = folding == Folding::Never || self.column + text.len() <= WIDTH;
        if fits {
            self.push_str(text);
        } else {
            self.folded(text, folding);
        }
        self.after_blank = false;
        self.in_indentation = false;
    }

    /// Writes text without line breaks, breaking lines at single blanks beyond the width.
    fn folded(&mut self, text: &str, folding: Folding) {
        let mut after_space = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let is_space = c == ' ';
            let next = chars.peek().map(|(_, next)| *next);
            let inside = at > 0 && next.is_some_and(|next| next != ' ');
            if is_space && !after_space && inside && self.folds(folding) {
                self.write_indent();
            } else {
                self.push(c);
            }
            if !is_space {
                self.in_indentation = false;
            }
            after_space = is_space;
        }
    }

    fn single(&mut self, text: &str, folding: Folding) {
        self.indicator("'");
        if !text.contains(is_break) {
            self.folded(&text.replace('\'', "''"), folding);
        } else {
            self.single_with_breaks(text);
        }
        self.unspaced("'");
    }

    /// Only U+2028 and U+2029 get here: with `\n` it is a block, and the others must be escaped.
    fn single_with_breaks(&mut self, text: &str) {
        let mut after_break = false;
        for c in text.chars() {
            if is_break(c) {
                self.line_break(c);
                self.in_indentation = true;
                after_break = true;
                continue;
            }
            if after_break {
                self.write_indent();
            }
            if c == '\'' {
                self.push('\'');
            }
            self.push(c);
            self.in_indentation = false;
            after_break = false;
        }
    }

    fn double(&mut self, text: &str, folding: Folding) {
        self.indicator("\"");
        // libyaml looks for the byte-order mark at the start of the string, whichever character it is at.
        let escapes_all = text.starts_with('\u{feff}');
        let mut after_space = false;
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let next = chars.peek().map(|(_, next)| *next);
            let is_space = c == ' ' && !escapes_all;
            if escapes_all || !is_printable(c) || is_break(c) || matches!(c, '"' | '\\') {
                self.push_str(&escape::written(c));
            } else if is_space && !after_space && at > 0 && next.is_some() && self.folds(folding) {
                self.write_indent();
                if next == Some(' ') {
                    self.push('\\');
                }
            } else {
                self.push(c);
            }
            after_space = is_space;
        }
        self.unspaced("\"");
    }

    fn literal(&mut self, text: &str) {
        self.indicator("|");
        if text.starts_with(|c| c == ' ' || is_break(c)) {
            self.unspaced("2");
        }
        self.chomping(text);
        self.line_break('\n');
        self.in_indentation = true;
        self.after_blank = true;
        let mut after_break = true;
        for line in text.split_inclusive(is_break) {
            let content = line.trim_end_matches(is_break);
            if !content.is_empty() {
                if after_break {
                    self.write_indent();
                }
                self.push_str(content);
                self.in_indentation = false;
            }
            after_break = content.len() < line.len();
            if let Some(c) = line[content.len()..].chars().next() {
                self.line_break(c);
                self.in_indentation = true;
            }
        }
    }

    /// Says after the bar what becomes of the line breaks at the end: `-` there is none, `+` there are several.
    fn chomping(&mut self, text: &str) {
        let mut from_end = text.chars().rev();
        match (from_end.next(), from_end.next()) {
            (Some(last), _) if !is_break(last) => self.unspaced("-"),
            (Some(_), None) => self.unspaced("+"),
            (Some(_), Some(before)) if is_break(before) => self.unspaced("+"),
            _ => {}
        }
    }

    fn folds(&self, folding: Folding) -> bool {
        folding == Folding::AtWidth && self.column > WIDTH
    }

    fn write_indent(&mut self) {
        let indent = self.indent.unwrap_or(0);
        if !self.in_indentation || self.column > indent || (self.column == indent && !self.after_blank) {
            self.line_break('\n');
        }
        while self.column < indent {
            self.push(' ');
        }
        self.after_blank = true;
        self.in_indentation = true;
    }

    /// Writes an indicator after a blank.
    fn indicator(&mut self, indicator: &str) {
        self.space();
        self.unspaced(indicator);
    }

    /// Writes `-`, `?` or `:` after a blank, which count as indentation for what follows.
    fn indenting_indicator(&mut self, indicator: &str) {
        let in_indentation = self.in_indentation;
        self.indicator(indicator);
        self.in_indentation = in_indentation;
    }

    fn unspaced(&mut self, indicator: &str) {
        self.push_str(indicator);
        self.after_blank = false;
        self.in_indentation = false;
    }

    fn space(&mut self) {
        if !self.after_blank {
            self.push(' ');
        }
    }

    fn push(&mut self, c: char) {
        self.out.push(c);
        self.column += 1;
    }

    fn push_str(&mut self, text: &str) {
        self.out.push_str(text);
        self.column += text.chars().count();
    }

    fn line_break(&mut self, c: char) {
        self.out.push(c);
        self.column = 0;
    }

    fn float(&self, number: f64) -> Result<String, WriteError> {
        match self.dialect {
            Dialect::V2 => float_through_json(number),
            Dialect::V3 => Ok(float_directly(number)),
        }
    }

    /// Changes a string as the way through JSON and back does.
    fn through_json<'a>(&self, text: &'a str) -> Result<Cow<'a, str>, WriteError> {
        let is_plain = text
            .bytes()
            .all(|byte| (b' '..=b'~').contains(&byte) || byte < b' ');
        if self.dialect == Dialect::V3 || is_plain {
            return Ok(Cow::Borrowed(text));
        }
        let is_refused = |c| matches!(c, '\u{7f}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
        if text.contains(is_refused) {
            return Err(WriteError::ControlCharacter);
        }
        Ok(if text.contains('\u{85}') {
            Cow::Owned(fold_next_lines(text))
        } else {
            Cow::Borrowed(text)
        })
    }
}

/// Whether long lines are broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Folding {
    AtWidth,
    Never,
}

/// JSON leaves U+0085 alone, and YAML takes it for a line break inside quotes: one becomes a blank, more are kept
/// less one, and blanks around them go.
fn fold_next_lines(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\u{85}') {
        folded.push_str(rest[..at].trim_end_matches(' '));
        let after = rest[at..].trim_start_matches(['\u{85}', ' ']);
        let breaks = rest[at..rest.len() - after.len()].matches('\u{85}').count();
        match breaks {
            1 => folded.push(' '),
            _ => folded.extend(std::iter::repeat_n('\n', breaks - 1)),
        }
        rest = after;
    }
    folded.push_str(rest);
    folded
}

/// JSON writes a whole float as an integer, so YAML reads it as one, if it fits.
fn float_through_json(value: f64) -> Result<String, WriteError> {
    if !value.is_finite() {
        return Err(WriteError::Unsupported(not_finite(value).to_owned()));
    }
    let text = format_f64(value);
    Ok(match number(&text) {
        Resolved::Int(number) => number.to_string(),
        Resolved::Unsigned(number) => number.to_string(),
        _ => general(&Digits::of(value)),
    })
}

fn float_directly(value: f64) -> String {
    if value.is_nan() {
        ".nan".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 {
            ".inf".to_owned()
        } else {
            "-.inf".to_owned()
        }
    } else if value == 0.0 {
        format_f64(value)
    } else {
        general(&Digits::of(value))
    }
}

fn not_finite(value: f64) -> &'static str {
    if value.is_nan() {
        "NaN"
    } else if value > 0.0 {
        "+Inf"
    } else {
        "-Inf"
    }
}
