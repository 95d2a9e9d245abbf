//! Text → `Value`: the events of the parser, resolved by go-yaml's rules.
//!
//! Go parses the whole first document, then decodes it, then turns it into JSON, and reports the first error of the
//! first step that has one. Here it is one pass, so errors of the later steps are kept until the document ends.

mod frame;
mod scalar;
mod anchors;
mod merge;
mod later;

use std::collections::BTreeSet;
use std::sync::Arc;

use self::anchors::Anchors;
use self::frame::{Frame, FrameKind, Key, Written};
use self::later::Later;
use super::error::{Error, Place, Position};
use super::event::{Event, EventKind, MaybeProperties};
use super::go_syntax::{go_syntax, key_text};
use super::ordinary;
use super::parser::Parser;
use super::scalar::Resolved;
use super::syntax::{SyntaxError, located};
use super::text::Text;
use crate::{Map, Value};

/// How deep lists and tables may be nested.
///
/// Go's limit is 10,000; values are walked recursively everywhere, and a thread's stack has to hold that.
pub const MAX_DEPTH: usize = 1_000;

/// Reads the first document of `bytes`, which may also be UTF-16 with a byte-order mark.
///
/// # Errors
///
/// See [`super::from_str`].
pub fn from_slice(bytes: &[u8]) -> Result<Value, Error> {
    Reader::new(bytes, Numbers::Json, Duplicates::LastWins).read()
}

/// Reads the first document of `bytes` and refuses a key that is there twice.
///
/// # Errors
///
/// See [`super::from_str_strict`].
pub fn from_slice_strict(bytes: &[u8]) -> Result<Value, Error> {
    Reader::new(bytes, Numbers::Json, Duplicates::Refused).read()
}

/// What becomes of whole numbers.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    /// All numbers are floats.
    Json,
    /// Whole numbers stay whole, so that `1.10` and `110` differ when text is wanted.
    Yaml,
}

/// What becomes of a key that is there twice.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Duplicates {
    LastWins,
    Refused,
}

/// One reading of one document.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    numbers: Numbers,
    duplicates: Duplicates,
    stack: Vec<Frame>,
    root: Option<Value>,
    anchors: Anchors,
    later: Later,
    /// Where the event is that is being taken.
    at: Position,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], numbers: Numbers, duplicates: Duplicates) -> Self {
        Reader {
            bytes,
            numbers,
            duplicates,
            stack: Vec::new(),
            root: None,
            anchors: Anchors::default(),
            later: Later::default(),
            at: Position::START,
        }
    }

    pub(super) fn read(self) -> Result<Value, Error> {
        match ordinary::read(self.bytes, self.numbers, self.duplicates) {
            Some(value) => Ok(value),
            None => self.parse(),
        }
    }

    /// Reads any document.
    pub(super) fn parse(mut self) -> Result<Value, Error> {
        let text = Text::decode(self.bytes);
        let mut parser = Parser::new(&text);
        loop {
            let event = parser.next_event().map_err(|error| self.syntax_error(&error))?;
            self.at = event.mark.into();
            let taken = self.take(event);
            if taken.map_err(|message| Error::converting(message).at(self.place_of(self.at)))? {
                return self.finish();
            }
        }
    }

    fn finish(self) -> Result<Value, Error> {
        if let Some((message, at)) = self.later.first() {
            return Err(Error::converting(message).at(self.place_of(at)));
        }
        self.later.checked(self.root.unwrap_or_default())
    }

    fn place_of(&self, at: Position) -> Place {
        let text = String::from_utf8_lossy(self.bytes);
        Place {
            text: Arc::from(text.trim_start_matches('\u{feff}')),
            at,
            within: None,
        }
    }

    /// Says where it went wrong. A key without a colon is noticed some lines below, but where it is is known.
    fn syntax_error(&self, error: &SyntaxError) -> Error {
        let within = error.within.map(|(what, start)| (what, Position::from(start)));
        let at = match (&*error.problem, within) {
            ("could not find expected ':'", Some((_, key))) => key,
            _ => error.mark.into(),
        };
        Error::converting(error).at(Place {
            within: within.filter(|(_, start)| *start != at),
            ..self.place_of(at)
        })
    }

    /// Takes one event and says whether the document is complete. An error is one of syntax.
    fn take(&mut self, event: Event) -> Result<bool, String> {
        let line = event.mark.line;
        match event.kind {
            EventKind::StreamStart | EventKind::DocumentStart => {}
            EventKind::StreamEnd | EventKind::DocumentEnd => return Ok(true),
            EventKind::Alias(name) => self.alias(&name, line)?,
            EventKind::Scalar(properties, text, style) => self.scalar(properties, text, style, line),
            EventKind::SequenceStart(properties) => {
                self.open(FrameKind::List(Vec::new()), properties, line)?
            }
            EventKind::MappingStart(properties) => self.open(FrameKind::map(), properties, line)?,
            EventKind::SequenceEnd | EventKind::MappingEnd => self.close(),
        }
        Ok(false)
    }

    fn open(&mut self, kind: FrameKind, properties: MaybeProperties, line: usize) -> Result<(), String> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(located(line, &format!("exceeded max depth of {MAX_DEPTH}")));
        }
        let nodes_before = self.anchors.nodes();
        self.count_nodes(1, 0);
        let anchor = properties.and_then(|properties| properties.anchor);
        if let Some(anchor) = &anchor {
            // Until it is closed, the anchor stands for a node that contains whoever refers to it.
            self.anchors.forget(anchor);
        }
        self.stack.push(Frame {
            kind,
            anchor: anchor.map(String::from),
            line,
            nodes_before,
        });
        Ok(())
    }

    fn close(&mut self) {
        let frame = self.stack.pop().expect("the parser closes only what it opened");
        let (value, written) = match frame.kind {
            FrameKind::List(list) => (Value::List(list), Written::List),
            FrameKind::Map { map, .. } => (Value::Map(map), Written::Map),
        };
        if let Some(anchor) = frame.anchor {
            self.anchors.keep_unless_given(anchor, &value, frame.nodes_before);
        }
        self.place(value, written, frame.line);
    }

    fn count_nodes(&mut self, all: usize, aliased: usize) {
        if self.anchors.count(all, aliased) {
            self.fail_decode("yaml: document contains excessive aliasing".to_owned());
        }
    }

    fn fail_decode(&mut self, message: String) {
        self.later.decode.get_or_insert((message, self.at));
    }

    fn expects_key(&self) -> bool {
        self.stack.last().is_some_and(Frame::expects_key)
    }

    fn set_key(&mut self, new: Key) {
        if let Some(Frame {
            kind: FrameKind::Map { key, .. },
            ..
        }) = self.stack.last_mut()
        {
            *key = new;
        }
    }

    /// Puts a finished node where it belongs: the root, a list, or a table as key or value.
    fn place(&mut self, value: Value, written: Written, line: usize) {
        if self.expects_key() {
            return self.node_key(value, written);
        }
        match self.stack.last_mut().map(|frame| &mut frame.kind) {
            None => self.root = Some(value),
            Some(FrameKind::List(list)) => list.push(value),
            Some(FrameKind::Map { key, .. }) => {
                let key = std::mem::replace(key, Key::Missing);
                self.entry(key, value, written, line);
            }
        }
    }

    /// A key that is no plain scalar: an alias of one will do, a list or a table will not.
    fn node_key(&mut self, value: Value, written: Written) {
        let key = match value {
            Value::List(_) | Value::Map(_) => {
                self.fail_decode(format!("yaml: invalid map key: {}", go_syntax(&value)));
                Key::Null
            }
            Value::Null => Key::Null,
            Value::Bool(flag) => bare_key(flag.to_string()),
            Value::Int(number) => bare_key(number.to_string()),
            Value::Float(number) => {
                let text = key_text("".into(), &Resolved::Float(number)).expect("a number has a text");
                let whole = number.fract() == 0.0 && number.abs() < 9e15;
                bare_key(if whole { format!("{number:.0}") } else { text })
            }
            Value::String(text) => Key::Text {
                syntax: Some(crate::quote::quote(&text)),
                text,
            },
        };
        debug_assert!(written != Written::Scalar, "scalars have their own way");
        self.set_key(key);
    }

    fn entry(&mut self, key: Key, value: Value, written: Written, line: usize) {
        match key {
            Key::Text { text, syntax } => self.insert(text, syntax, value, line),
            Key::Merge => self.merge(value, written, line),
            Key::Null => {
                let syntax = go_syntax(&value);
                let message = format!("unsupported map key of type: %!s(<nil>), key: <nil>, value: {syntax}");
                self.later.convert.get_or_insert((message, self.at));
            }
            Key::Unsigned(number) => {
                let syntax = go_syntax(&value);
                let message =
                    format!("unsupported map key of type: uint64, key: {number:#x}, value: {syntax}");
                self.later.convert.get_or_insert((message, self.at));
            }
            Key::Missing => unreachable!("a value follows its key"),
        }
    }

    fn insert(&mut self, text: String, syntax: Option<String>, value: Value, line: usize) {
        let Some(Frame {
            kind: FrameKind::Map { map, seen, .. },
            ..
        }) = self.stack.last_mut()
        else {
            return;
        };
        if self.duplicates == Duplicates::Refused
            && let Some(syntax) = doubled((map, seen), &text, syntax)
        {
            self.later.doubled_at.get_or_insert(self.at);
            self.later
                .doubled
                .push(format!("  line {}: key {syntax} already set in map", line + 1));
            return;
        }
        map.insert(text, value);
    }
}

/// Notes a key; when there was one of the same syntax, returns that. The number 1 and the text "1" are two keys, though
/// they have one text.
///
/// Nearly all keys are texts and come once: nothing is noted of them, since they are in the map.
fn doubled((map, seen): (&Map, &mut BTreeSet<String>), text: &str, syntax: Option<String>) -> Option<String> {
    let is_bare = syntax.as_ref().is_some_and(|syntax| syntax == text);
    if !map.contains_key(text) {
        if is_bare {
            seen.insert(text.to_owned());
        }
        return None;
    }
    let quoted = crate::quote::quote(text);
    let had_bare = seen.contains(text);
    // What is in the map, and was not noted as bare, was a text.
    let had_quoted = !had_bare || seen.contains(&quoted);
    match (is_bare, had_bare, had_quoted) {
        (true, true, _) => return Some(text.to_owned()),
        (false, _, true) => return Some(quoted),
        (true, ..) => drop(seen.insert(text.to_owned())),
        (false, ..) => {}
    }
    seen.insert(quoted);
    None
}

fn bare_key(text: String) -> Key {
    Key::Text {
        syntax: Some(text.clone()),
        text,
    }
}
