//! The value that a document is.

use super::scalars::{Key, Scalar, find_key, quoted_end, skip_spaces, unquoted, word_end};
use super::{Kind, Part, Sink};
use crate::yaml::read::{Duplicates, Numbers};
use crate::yaml::scalar::resolve;
use crate::{Map, Value};

/// Makes a value of the parts of a document.
pub(super) struct Builder {
    numbers: Numbers,
    duplicates: Duplicates,
    frames: Vec<Frame>,
    /// The entries of the tables that are not at their end, those of the innermost last.
    entries: Vec<(String, Value)>,
    root: Option<Value>,
}

/// A table or list that is not at its end.
enum Frame {
    List(Vec<Value>),
    /// Where its entries begin. The last of them may still wait for its value.
    Table(usize),
}

impl Builder {
    pub(super) fn new(numbers: Numbers, duplicates: Duplicates) -> Self {
        Self {
            numbers,
            duplicates,
            frames: Vec::new(),
            entries: Vec::new(),
            root: None,
        }
    }

    /// Returns the value.
    pub(super) fn finish(self) -> Option<Value> {
        self.root
    }

    fn put(&mut self, value: Value) {
        match self.frames.last_mut() {
            None => self.root = Some(value),
            Some(Frame::List(items)) => items.push(value),
            Some(Frame::Table(_)) => {
                if let Some((_, waiting)) = self.entries.last_mut() {
                    *waiting = value;
                }
            }
        }
    }

    fn scalar(&self, scalar: Scalar<'_>) -> Option<Value> {
        match scalar {
            Scalar::Plain(text) => self.plain(text),
            Scalar::Quoted(quotes, written) => Some(quoted(quotes, written)),
            Scalar::Flow(text) => self.flow(text, 0).map(|(value, _)| value),
        }
    }

    fn plain(&self, text: &str) -> Option<Value> {
        let value = resolve(text).to_value(text.into(), self.numbers);
        value.as_f64().is_none_or(f64::is_finite).then_some(value)
    }

    /// Reads what is in brackets, which is known to be right, and returns the place behind it.
    fn flow(&self, text: &str, at: usize) -> Option<(Value, usize)> {
        let bytes = text.as_bytes();
        match bytes[at] {
            b'[' => {
                let mut items = Vec::new();
                let mut next = skip_spaces(text, at + 1);
                while bytes[next] != b']' {
                    let (item, end) = self.flow(text, next)?;
                    items.push(item);
                    next = behind_comma(text, end);
                }
                Some((Value::List(items), next + 1))
            }
            b'{' => {
                let mut entries = Vec::new();
                let mut next = skip_spaces(text, at + 1);
                while bytes[next] != b'}' {
                    let (key, place) = find_key(text, next)?;
                    let (value, end) = self.flow(text, place)?;
                    entries.push((key.text().into_owned(), value));
                    next = behind_comma(text, end);
                }
                Some((table(entries.into_iter(), self.duplicates)?, next + 1))
            }
            mark @ (b'"' | b'\'') => {
                let end = quoted_end(bytes, at)?;
                Some((quoted(mark, &text[at + 1..end - 1]), end))
            }
            _ => {
                let end = word_end(bytes, at);
                Some((self.plain(&text[at..end])?, end))
            }
        }
    }
}

/// Returns the place of what comes next in brackets.
fn behind_comma(text: &str, at: usize) -> usize {
    let at = skip_spaces(text, at);
    match text.as_bytes()[at] {
        b',' => skip_spaces(text, at + 1),
        _ => at,
    }
}

fn quoted(quotes: u8, written: &str) -> Value {
    Value::String(unquoted(quotes, written).into_owned())
}

/// Makes a table of its entries.
fn table(entries: impl ExactSizeIterator<Item = (String, Value)>, duplicates: Duplicates) -> Option<Value> {
    let count = entries.len();
    let table: Map = entries.collect();
    (table.len() == count || duplicates == Duplicates::LastWins).then_some(Value::Map(table))
}

impl<'a> Sink<'a> for Builder {
    fn open(&mut self, kind: Kind) {
        self.frames.push(match kind {
            Kind::List => Frame::List(Vec::new()),
            Kind::Table => Frame::Table(self.entries.len()),
        });
    }

    fn close(&mut self) -> Option<()> {
        let value = match self.frames.pop()? {
            Frame::List(items) => Value::List(items),
            Frame::Table(start) => table(self.entries.drain(start..), self.duplicates)?,
        };
        self.put(value);
        Some(())
    }

    fn key(&mut self, key: Key<'a>, _: usize) -> Option<()> {
        self.entries.push((key.text().into_owned(), Value::Null));
        Some(())
    }

    fn value(&mut self, value: Part<'a>) -> Option<()> {
        let value = match value {
            Part::Nothing => Value::Null,
            Part::Scalar(scalar) => self.scalar(scalar)?,
            Part::Block(block) => Value::String(block.text()),
        };
        self.put(value);
        Some(())
    }
}
