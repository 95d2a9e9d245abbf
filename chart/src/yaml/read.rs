//! Text → `Value`: the events of libyaml, resolved by go-yaml's rules.
//!
//! Go parses the whole first document, then decodes it, then turns it into JSON, and reports the first error of the
//! first step that has one. Here it is one pass, so errors of the later steps are kept until the document ends.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use libyaml_safer::{Encoding, ErrorKind, Event, EventData, Parser, ScalarStyle};

use super::error::{Error, Place, Position};
use super::go_syntax::{go_syntax, key_syntax, key_text};
use super::input::Input;
use super::scalar::{Resolved, resolve};
use super::tagged::{Quotes, resolve_tagged};
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

/// What a finished node was written as; a merge takes tables and lists of them, but no alias of a list.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Written {
    Scalar,
    List,
    Map,
    AliasOfMap,
    AliasOfOther,
}

/// A list or table that is not yet closed.
struct Frame {
    kind: FrameKind,
    anchor: Option<String>,
    line: u64,
    nodes_before: Count,
}

enum FrameKind {
    List(Vec<Value>),
    Map {
        map: Map,
        key: Key,
        seen: BTreeSet<String>,
    },
}

/// The key that waits for its value.
enum Key {
    Missing,
    Merge,
    Text {
        text: String,
        syntax: Option<String>,
    },
    /// `null`, which go-yaml accepts and JSON does not.
    Null,
}

/// Takes the line break that is not in the text off a block scalar. Where the text ends in blanks, the break counts only
/// if they do: if they go beyond the indentation, or if all empty lines are kept.
fn drop_added_break(value: &mut String, text: &[u8]) {
    let Some(rest) = value.strip_suffix('\n') else {
        return;
    };
    let is_blank = |line: &[u8]| line.iter().all(|byte| *byte == b' ');
    let last_of_text = text.rsplit(|byte| *byte == b'\n').next().unwrap_or(text);
    let last = rest.rsplit('\n').next().unwrap_or(rest);
    if !is_blank(last_of_text) || is_blank(last.as_bytes()) {
        value.pop();
    }
}

/// How many nodes Go would have decoded, in all and through aliases: its guard against documents that explode.
#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    aliased: usize,
}

struct Anchor {
    value: Value,
    is_map: bool,
    nodes: usize,
}

/// The errors that wait for the end of the document.
#[derive(Default)]
struct Later {
    decode: Option<(String, Position)>,
    doubled: Vec<String>,
    /// Where the first doubled key is.
    doubled_at: Option<Position>,
    convert: Option<(String, Position)>,
    has_unsupported: bool,
}

/// One reading of one document.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    numbers: Numbers,
    duplicates: Duplicates,
    stack: Vec<Frame>,
    root: Option<Value>,
    anchors: BTreeMap<String, Anchor>,
    count: Count,
    later: Later,
    has_escaped_slash: bool,
    has_added_break: bool,
    /// Where the event is that is being taken.
    at: Position,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8], numbers: Numbers, duplicates: Duplicates) -> Self {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        Reader {
            bytes,
            numbers,
            duplicates,
            stack: Vec::new(),
            root: None,
            anchors: BTreeMap::new(),
            count: Count::default(),
            later: Later::default(),
            has_escaped_slash: bytes.windows(2).any(|two| two == b"\\/"),
            has_added_break: false,
            at: Position::START,
        }
    }

    pub(super) fn read(self) -> Result<Value, Error> {
        if let Some(message) = broken_escape(self.bytes) {
            return Err(Error::converting(message));
        }
        // libyaml-safer gives up on a few texts that libyaml only refuses (`[!,]`).
        let read = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.read_events()));
        read.unwrap_or_else(|_| {
            Err(Error::converting(
                "yaml: did not find expected whitespace or line break",
            ))
        })
    }

    fn read_events(mut self) -> Result<Value, Error> {
        let input = Input::new(self.bytes);
        self.has_added_break = input.has_added_break();
        let mut parser = parser(self.bytes, input);
        loop {
            let event = parser
                .parse()
                .map_err(|err| Error::converting(syntax(&err)).at(place(self.bytes, &err)))?;
            self.at = event.start_mark.into();
            let taken = self.take(event);
            if taken.map_err(|message| Error::converting(message).at(self.place_of(self.at)))? {
                return self.finish();
            }
        }
    }

    fn place_of(&self, at: Position) -> Place {
        Place {
            text: shown(self.bytes),
            at,
            within: None,
        }
    }

    /// Takes one event and says whether the document is complete. An error is one of syntax.
    fn take(&mut self, event: Event) -> Result<bool, String> {
        let line = event.start_mark.line;
        let span = event.start_mark.index as usize..event.end_mark.index as usize;
        match event.data {
            EventData::StreamStart { .. } => {}
            EventData::DocumentStart {
                version_directive, ..
            } => {
                if version_directive.is_some_and(|version| (version.major, version.minor) != (1, 1)) {
                    return Err(located(line, "found incompatible YAML document"));
                }
            }
            EventData::StreamEnd | EventData::DocumentEnd { .. } => return Ok(true),
            EventData::Alias { anchor } => self.alias(&anchor, line)?,
            EventData::Scalar {
                anchor,
                tag,
                value,
                plain_implicit,
                style,
                ..
            } => {
                let mut value = value;
                let is_block = matches!(style, ScalarStyle::Literal | ScalarStyle::Folded);
                if self.has_added_break && is_block && span.end > self.bytes.len() {
                    drop_added_break(&mut value, self.bytes);
                }
                if self.has_escaped_slash && style == ScalarStyle::DoubleQuoted {
                    self.refuse_escaped_slash(span, line)?;
                }
                let quotes = if plain_implicit {
                    Quotes::Absent
                } else {
                    Quotes::Present
                };
                self.scalar(Scalar {
                    anchor,
                    tag,
                    text: value,
                    quotes,
                    line,
                });
            }
            EventData::SequenceStart { anchor, .. } => {
                self.open(FrameKind::List(Vec::new()), anchor, line)?
            }
            EventData::MappingStart { anchor, .. } => {
                let kind = FrameKind::Map {
                    map: Map::new(),
                    key: Key::Missing,
                    seen: BTreeSet::new(),
                };
                self.open(kind, anchor, line)?;
            }
            EventData::SequenceEnd | EventData::MappingEnd => self.close(),
        }
        Ok(false)
    }

    /// libyaml knows the escape `\/` of YAML 1.2, go-yaml v2 does not.
    fn refuse_escaped_slash(&self, span: std::ops::Range<usize>, line: u64) -> Result<(), String> {
        let Some(text) = self.bytes.get(span) else {
            return Ok(());
        };
        let mut line = line;
        let mut bytes = text.iter();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\n' => line += 1,
                b'\\' => match bytes.next() {
                    Some(b'/') => {
                        return Err(located(
                            if line == 0 { 0 } else { line + 1 },
                            "found unknown escape character",
                        ));
                    }
                    Some(b'\n') => line += 1,
                    _ => {}
                },
                _ => {}
            }
        }
        Ok(())
    }

    fn open(&mut self, kind: FrameKind, anchor: Option<String>, line: u64) -> Result<(), String> {
        if self.stack.len() >= MAX_DEPTH {
            return Err(located(line, &format!("exceeded max depth of {MAX_DEPTH}")));
        }
        let nodes_before = self.count;
        self.count_nodes(1, 0);
        if let Some(anchor) = &anchor {
            // Until it is closed, the anchor stands for a node that contains whoever refers to it.
            self.anchors.remove(anchor);
        }
        self.stack.push(Frame {
            kind,
            anchor,
            line,
            nodes_before,
        });
        Ok(())
    }

    fn close(&mut self) {
        let frame = self.stack.pop().expect("libyaml closes only what it opened");
        let (value, written) = match frame.kind {
            FrameKind::List(list) => (Value::List(list), Written::List),
            FrameKind::Map { map, .. } => (Value::Map(map), Written::Map),
        };
        if let Some(anchor) = frame.anchor {
            let nodes = self.count.all - frame.nodes_before.all;
            self.anchors.insert(
                anchor,
                Anchor {
                    value: value.clone(),
                    is_map: written == Written::Map,
                    nodes,
                },
            );
        }
        self.place(value, written, frame.line);
    }

    fn alias(&mut self, name: &str, line: u64) -> Result<(), String> {
        self.count_nodes(1, 0);
        if self
            .stack
            .iter()
            .any(|frame| frame.anchor.as_deref() == Some(name))
        {
            self.fail_decode(format!("yaml: anchor '{name}' value contains itself"));
            self.place(Value::Null, Written::AliasOfOther, line);
            return Ok(());
        }
        let Some(anchor) = self.anchors.get(name) else {
            return Err(format!("yaml: unknown anchor '{name}' referenced"));
        };
        let (nodes, is_map) = (anchor.nodes, anchor.is_map);
        self.count_nodes(nodes, nodes);
        // Once the document is known to explode it must not be built any further.
        let value = if self.later.decode.is_some() {
            Value::Null
        } else {
            self.anchors[name].value.clone()
        };
        self.place(
            value,
            if is_map {
                Written::AliasOfMap
            } else {
                Written::AliasOfOther
            },
            line,
        );
        Ok(())
    }

    fn count_nodes(&mut self, all: usize, aliased: usize) {
        self.count.all += all;
        self.count.aliased += aliased;
        let Count { all, aliased } = self.count;
        if aliased > 100 && all > 1000 && aliased as f64 / all as f64 > allowed_alias_ratio(all) {
            self.fail_decode("yaml: document contains excessive aliasing".to_owned());
        }
    }

    fn fail_decode(&mut self, message: String) {
        self.later.decode.get_or_insert((message, self.at));
    }

    fn scalar(&mut self, scalar: Scalar) {
        self.count_nodes(1, 0);
        let is_merge = scalar.is_merge();
        if is_merge && self.expects_key() {
            self.set_key(Key::Merge);
            return;
        }
        let Scalar {
            anchor,
            tag,
            text,
            quotes,
            line,
        } = scalar;
        let (text, resolved) = resolve_tagged(text, tag.as_deref(), quotes).unwrap_or_else(|message| {
            self.fail_decode(message);
            (String::new(), Resolved::Null)
        });
        if let Some(anchor) = anchor {
            let value = self.scalar_value(text.clone(), &resolved);
            self.anchors.insert(
                anchor,
                Anchor {
                    value,
                    is_map: false,
                    nodes: 1,
                },
            );
        }
        if self.expects_key() {
            self.scalar_key(text, &resolved);
        } else {
            let value = self.scalar_value(text, &resolved);
            self.place(value, Written::Scalar, line);
        }
    }

    fn scalar_value(&mut self, text: String, resolved: &Resolved) -> Value {
        match *resolved {
            Resolved::Null => Value::Null,
            Resolved::Bool(flag) => Value::Bool(flag),
            Resolved::Int(number) if self.numbers == Numbers::Yaml => Value::Int(number),
            Resolved::Int(number) => Value::Float(number as f64),
            Resolved::Unsigned(number) => Value::Float(number as f64),
            Resolved::Float(number) => {
                self.later.has_unsupported |= !number.is_finite();
                Value::Float(number)
            }
            Resolved::Timestamp | Resolved::Text => Value::String(text),
        }
    }

    fn scalar_key(&mut self, text: String, resolved: &Resolved) {
        let syntax = (self.duplicates == Duplicates::Refused).then(|| key_syntax(&text, resolved));
        self.set_key(match key_text(text, resolved) {
            Some(text) => Key::Text { text, syntax },
            None => Key::Null,
        });
    }

    fn expects_key(&self) -> bool {
        matches!(
            self.stack.last(),
            Some(Frame {
                kind: FrameKind::Map {
                    key: Key::Missing,
                    ..
                },
                ..
            })
        )
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
    fn place(&mut self, value: Value, written: Written, line: u64) {
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
                let text = key_text(String::new(), &Resolved::Float(number)).expect("a number has a text");
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

    fn entry(&mut self, key: Key, value: Value, written: Written, line: u64) {
        match key {
            Key::Text { text, syntax } => self.insert(text, syntax, value, line),
            Key::Merge => self.merge(value, written, line),
            Key::Null => {
                let syntax = go_syntax(&value);
                let message = format!("unsupported map key of type: %!s(<nil>), key: <nil>, value: {syntax}");
                self.later.convert.get_or_insert((message, self.at));
            }
            Key::Missing => unreachable!("a value follows its key"),
        }
    }

    fn insert(&mut self, text: String, syntax: Option<String>, value: Value, line: u64) {
        let Some(Frame {
            kind: FrameKind::Map { map, seen, .. },
            ..
        }) = self.stack.last_mut()
        else {
            return;
        };
        if self.duplicates == Duplicates::Refused {
            let syntax = syntax.unwrap_or_else(|| crate::quote::quote(&text));
            if seen.contains(&syntax) {
                self.later.doubled_at.get_or_insert(self.at);
                self.later
                    .doubled
                    .push(format!("  line {}: key {syntax} already set in map", line + 1));
                return;
            }
            seen.insert(syntax);
        }
        map.insert(text, value);
    }

    /// `<<: *base` sets the entries of one table, or of several with the first winning.
    fn merge(&mut self, value: Value, written: Written, line: u64) {
        let sources = match (value, written) {
            (Value::Map(map), _) => vec![map],
            (Value::List(list), Written::List) => {
                let maps: Option<Vec<Map>> = list.into_iter().rev().map(Value::into_map).collect();
                maps.unwrap_or_else(|| self.refuse_merge())
            }
            _ => self.refuse_merge(),
        };
        for (key, value) in sources.into_iter().flatten() {
            // What kind of key it was is forgotten by now; these are hardly ever text.
            let is_bare = matches!(
                resolve(&key),
                Resolved::Bool(_) | Resolved::Int(_) | Resolved::Float(_)
            );
            self.insert(key.clone(), is_bare.then_some(key), value, line);
        }
    }

    fn refuse_merge(&mut self) -> Vec<Map> {
        self.fail_decode("yaml: map merge requires map or sequence of maps as the value".to_owned());
        Vec::new()
    }

    fn finish(self) -> Result<Value, Error> {
        if let Some((message, at)) = self.later.decode.as_ref() {
            return Err(Error::converting(message).at(self.place_of(*at)));
        }
        if let Some(at) = self.later.doubled_at {
            let message = format!("yaml: unmarshal errors:\n{}", self.later.doubled.join("\n"));
            return Err(Error::converting(message).at(self.place_of(at)));
        }
        if let Some((message, at)) = self.later.convert.as_ref() {
            return Err(Error::converting(message).at(self.place_of(*at)));
        }
        let value = self.root.unwrap_or_default();
        if self.later.has_unsupported
            && let Some(name) = unsupported(&value)
        {
            return Err(Error::converting(format!("json: unsupported value: {name}")));
        }
        Ok(value)
    }
}

fn parser<'a>(bytes: &[u8], input: Input<'a>) -> Parser<Input<'a>> {
    let mut parser = Parser::new();
    if !bytes.starts_with(b"\xff\xfe") && !bytes.starts_with(b"\xfe\xff") {
        parser.set_encoding(Encoding::Utf8);
    }
    parser.set_input(input);
    parser
}

/// A text that ends in a backslash within double quotes is an error that the parser does not survive; with one more
/// character it does.
fn broken_escape(bytes: &[u8]) -> Option<String> {
    if !bytes.ends_with(b"\\") {
        return None;
    }
    let events = parser(bytes, Input::with_bad_escape(bytes));
    let err = events.filter_map(Result::err).next()?;
    (err.problem() == "found unknown escape character").then(|| syntax(&err))
}

fn bare_key(text: String) -> Key {
    Key::Text {
        syntax: Some(text.clone()),
        text,
    }
}

/// A scalar as it was written.
struct Scalar {
    anchor: Option<String>,
    tag: Option<String>,
    text: String,
    quotes: Quotes,
    line: u64,
}

impl Scalar {
    fn is_merge(&self) -> bool {
        self.text == "<<"
            && (self.quotes == Quotes::Absent || self.tag.as_deref() == Some("tag:yaml.org,2002:merge"))
    }
}

/// Go's share of aliased nodes: almost all in a small document, a tenth in a very large one.
fn allowed_alias_ratio(nodes: usize) -> f64 {
    const LOW: usize = 400_000;
    const HIGH: usize = 4_000_000;
    match nodes {
        0..=LOW => 0.99,
        HIGH.. => 0.10,
        _ => 0.99 - 0.89 * ((nodes - LOW) as f64 / (HIGH - LOW) as f64),
    }
}

/// Returns the first infinity or not-a-number, in the order Go writes JSON.
fn unsupported(value: &Value) -> Option<&'static str> {
    match value {
        Value::Float(number) if number.is_nan() => Some("NaN"),
        Value::Float(number) if *number == f64::INFINITY => Some("+Inf"),
        Value::Float(number) if *number == f64::NEG_INFINITY => Some("-Inf"),
        Value::List(list) => list.iter().find_map(unsupported),
        Value::Map(map) => map.values().find_map(unsupported),
        _ => None,
    }
}

/// Returns the text as errors carry it.
fn shown(bytes: &[u8]) -> Arc<str> {
    Arc::from(String::from_utf8_lossy(bytes))
}

/// Returns where the parser stopped. Some of its errors name only what it was in, which then counts as the place.
fn place(bytes: &[u8], err: &libyaml_safer::Error) -> Place {
    let at = err.problem_mark().or(err.context_mark()).map(Position::from);
    let within = err.context().zip(err.context_mark().map(Position::from));
    Place {
        text: shown(bytes),
        at: at.unwrap_or(Position::START),
        within: within.filter(|(what, position)| !what.is_empty() && Some(*position) != at),
    }
}

/// Puts go-yaml's place before a message; line 0 is none.
fn located(line: u64, problem: &str) -> String {
    if line == 0 {
        format!("yaml: {problem}")
    } else {
        format!("yaml: line {line}: {problem}")
    }
}

/// Says a syntax error as go-yaml does: its line is off by one for all but the scanner's, and absent for the first.
fn syntax(err: &libyaml_safer::Error) -> String {
    let line = |mark: Option<libyaml_safer::Mark>| mark.map_or(0, |mark| mark.line);
    let line = match (line(err.problem_mark()), err.kind()) {
        (0, _) => line(err.context_mark()),
        (line, ErrorKind::Scanner) => line + 1,
        (line, _) => line,
    };
    located(line, err.problem())
}
