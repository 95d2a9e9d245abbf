//! The grammar of `--set` and its relatives: `a.b[0].c=1,d={x,y}` (Helm's `pkg/strvals`), with its quirks.

use std::error::Error;

use super::go_format::type_name;
use crate::quote::{quote, quote_rune};
use crate::{Map, Value};

/// Fetches the file that a value names.
pub type Reader<'a> = dyn FnMut(&str) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>> + 'a;

/// What the text after a `=` means.
pub enum SetGrammar<'a> {
    /// `true`, `null` and whole numbers are recognised; the rest is text. (`--set`)
    Typed,
    /// Everything is text. (`--set-string`)
    Text,
    /// The name of a file whose text is the value. (`--set-file`)
    File(&'a mut Reader<'a>),
    /// A JSON value. (`--set-json`)
    Json,
    /// Text up to the end, without escapes, lists or further keys. (`--set-literal`)
    Literal,
}

/// Why a text does not follow the grammar.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetError {
    /// A key without `=`.
    #[error("key {} has no value", quote(.0))]
    NoValue(String),
    /// A key that ends at a comma.
    #[error("key {} has no value (cannot end with ,)", quote(.0))]
    EndsWithComma(String),
    /// A key that ends at its dot.
    #[error("key map {} has no value", quote(.0))]
    EmptyMap(String),
    /// More than 30 dots.
    #[error("value name nested level is greater than maximum supported nested level of {MAX_LEVEL}")]
    TooNested,
    /// Something between brackets that is no number.
    #[error("error parsing index: strconv.Atoi: parsing {}: {problem}", quote(.text))]
    Index {
        /// What is between the brackets.
        text: String,
        /// What is wrong with it.
        problem: &'static str,
    },
    /// An index below zero.
    #[error("negative {0} index not allowed")]
    NegativeIndex(i64),
    /// An index that would make a huge list.
    #[error("index of {0} is greater than maximum supported index of {MAX_INDEX}")]
    LargeIndex(i64),
    /// Something between `]` and what may follow.
    #[error("unexpected data at end of array index: {0}")]
    AfterIndex(String),
    /// A `{` without `}`.
    #[error("list must terminate with '}}'")]
    OpenList,
    /// A path goes through a value of another kind.
    #[error("unable to parse key: interface conversion: interface {{}} is {found}, not {wanted}")]
    WrongKind {
        /// What is there.
        found: &'static str,
        /// What the path needs.
        wanted: &'static str,
    },
    /// A value that is not JSON.
    #[error(transparent)]
    Json(serde_json::Error),
    /// A file that cannot be read.
    #[error(transparent)]
    Read(Box<dyn Error + Send + Sync>),
}

const MAX_LEVEL: usize = 30;
const MAX_INDEX: i64 = 65536;

/// Sets what `text` says in `values`, over what is there.
///
/// Helm's parser takes the end of the text in odd places for success: `a[0` does nothing, `a[0]` makes an empty list.
///
/// # Errors
///
/// When the text does not follow the grammar; `values` may then be half changed.
pub fn set(text: &str, values: &mut Map, grammar: SetGrammar) -> Result<(), SetError> {
    let mut parser = Parser { rest: text, grammar };
    loop {
        match parser.key(values, 0) {
            Ok(()) => {}
            Err(Stop::End) => return Ok(()),
            Err(Stop::Failed(err)) => return Err(err),
        }
    }
}

/// Why parsing stops.
enum Stop {
    /// The text is over, which is no error.
    End,
    Failed(SetError),
}

impl From<SetError> for Stop {
    fn from(err: SetError) -> Self {
        Stop::Failed(err)
    }
}

type Parsed<T> = Result<T, Stop>;

struct Parser<'a, 'b> {
    rest: &'a str,
    grammar: SetGrammar<'b>,
}

impl Parser<'_, '_> {
    fn key(&mut self, data: &mut Map, level: usize) -> Parsed<()> {
        let stops: &[char] = if self.is_literal() {
            &['=', '[', '.']
        } else {
            &['=', '[', ',', '.']
        };
        let (key, stop) = self.until(stops);
        match stop {
            None if key.is_empty() => Err(Stop::End),
            None => Err(SetError::NoValue(key).into()),
            Some('[') => self.list(data, key, level),
            Some('=') => self.value(data, key),
            Some(',') => Err(SetError::EndsWithComma(key).into()),
            Some(_) => self.table(data, key, level + 1),
        }
    }

    fn list(&mut self, data: &mut Map, key: String, level: usize) -> Parsed<()> {
        let index = self.index()?;
        let mut list = match data.get_mut(&key) {
            None => Vec::new(),
            Some(Value::List(list)) => std::mem::take(list),
            Some(other) => return Err(wrong_kind(other, "[]interface {}")),
        };
        let result = self.item(&mut list, index, level);
        insert(data, key, Value::List(list));
        result
    }

    fn table(&mut self, data: &mut Map, key: String, level: usize) -> Parsed<()> {
        if level > MAX_LEVEL {
            return Err(SetError::TooNested.into());
        }
        let mut inner = match data.get_mut(&key) {
            None => Map::new(),
            Some(Value::Map(map)) => std::mem::take(map),
            Some(other) => return Err(wrong_kind(other, "map[string]interface {}")),
        };
        let result = self.key(&mut inner, level);
        if inner.is_empty() {
            // An empty table that was there stays; a new one does not come to be.
            return match result {
                Ok(()) => Err(SetError::EmptyMap(key).into()),
                stopped => stopped,
            };
        }
        insert(data, key, Value::Map(inner));
        result
    }

    fn value(&mut self, data: &mut Map, key: String) -> Parsed<()> {
        match self.grammar {
            SetGrammar::Json => {
                let value = self.json()?;
                insert(data, key, value);
                Ok(())
            }
            SetGrammar::Literal => {
                let text = std::mem::take(&mut self.rest);
                insert(data, key, text.into());
                Ok(())
            }
            _ if self.rest.is_empty() => {
                insert(data, key, "".into());
                Err(Stop::End)
            }
            _ => {
                let value = self.value_or_list()?;
                insert(data, key, value);
                Ok(())
            }
        }
    }

    /// Goes on after `[index]`.
    fn item(&mut self, list: &mut Vec<Value>, index: i64, level: usize) -> Parsed<()> {
        if index < 0 {
            return Err(SetError::NegativeIndex(index).into());
        }
        let (text, stop) = self.until(&['[', '.', '=']);
        if !text.is_empty() {
            let runes: Vec<String> = text.chars().map(quote_rune).collect();
            return Err(SetError::AfterIndex(format!("[{}]", runes.join(" "))).into());
        }
        match stop {
            None => Err(Stop::End),
            Some('=') => {
                let value = self.item_value()?;
                set_index(list, index, value)
            }
            Some('[') => self.item_list(list, index, level),
            Some(_) => self.item_table(list, index, level),
        }
    }

    fn item_value(&mut self) -> Parsed<Value> {
        match self.grammar {
            SetGrammar::Json => self.json(),
            SetGrammar::Literal => Ok(std::mem::take(&mut self.rest).into()),
            _ if self.rest.is_empty() => Ok("".into()),
            _ => self.value_or_list(),
        }
    }

    fn item_list(&mut self, list: &mut Vec<Value>, index: i64, level: usize) -> Parsed<()> {
        let next = self.index()?;
        let existing = usize::try_from(index).ok().and_then(|index| list.get_mut(index));
        let (mut inner, is_there) = match existing {
            None | Some(Value::Null) => (Vec::new(), false),
            Some(Value::List(inner)) => (std::mem::take(inner), true),
            Some(other) => return Err(wrong_kind(other, "[]interface {}")),
        };
        let result = self.item(&mut inner, next, level);
        if result.is_ok() || is_there {
            set_index(list, index, Value::List(inner))?;
        }
        result
    }

    fn item_table(&mut self, list: &mut Vec<Value>, index: i64, level: usize) -> Parsed<()> {
        let existing = usize::try_from(index).ok().and_then(|index| list.get_mut(index));
        let (mut inner, is_there) = match existing {
            None => (Map::new(), false),
            Some(Value::Map(inner)) => (std::mem::take(inner), true),
            Some(_) => (Map::new(), true),
        };
        let result = self.key(&mut inner, level);
        // When the text ends here, what was set in a new item is lost.
        if result.is_ok() || is_there {
            set_index(list, index, Value::Map(inner))?;
        }
        result
    }

    /// Reads up to the `]`. A text that ends before is taken for one that ends well.
    fn index(&mut self) -> Parsed<i64> {
        let (text, stop) = self.until(&[']']);
        if stop.is_none() {
            return Err(Stop::End);
        }
        text.parse().map_err(|err: std::num::ParseIntError| {
            let is_large = matches!(
                err.kind(),
                std::num::IntErrorKind::PosOverflow | std::num::IntErrorKind::NegOverflow
            );
            let problem = if is_large {
                "value out of range"
            } else {
                "invalid syntax"
            };
            Stop::Failed(SetError::Index { text, problem })
        })
    }

    fn value_or_list(&mut self) -> Parsed<Value> {
        let Some(rest) = self.rest.strip_prefix('{') else {
            let (text, _) = self.until(&[',']);
            return self.scalar(text);
        };
        self.rest = rest;
        let mut list = Vec::new();
        loop {
            let (text, stop) = self.until(&[',', '}']);
            if stop.is_none() {
                return Err(SetError::OpenList.into());
            }
            list.push(self.scalar(text)?);
            if stop == Some('}') {
                self.rest = self.rest.strip_prefix(',').unwrap_or(self.rest);
                return Ok(Value::List(list));
            }
        }
    }

    fn scalar(&mut self, text: String) -> Parsed<Value> {
        match &mut self.grammar {
            SetGrammar::Typed => Ok(typed(text)),
            SetGrammar::File(read) => {
                let bytes = read(&text).map_err(SetError::Read)?;
                Ok(String::from_utf8_lossy(&bytes).into_owned().into())
            }
            SetGrammar::Text | SetGrammar::Json | SetGrammar::Literal => Ok(text.into()),
        }
    }

    /// Reads a JSON value and the comma after it. Nothing at all is `null`.
    fn json(&mut self) -> Parsed<Value> {
        if self.skip_to_next() {
            return Ok(Value::Null);
        }
        let text = &self.rest[..scalar_end(self.rest).unwrap_or(self.rest.len())];
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<Value>();
        let value = values.next().unwrap_or(Ok(Value::Null)).map_err(SetError::Json)?;
        self.rest = &self.rest[values.byte_offset()..];
        self.skip_to_next();
        Ok(value)
    }

    /// Skips blanks and one comma; says whether the value is over.
    fn skip_to_next(&mut self) -> bool {
        self.rest = self.rest.trim_start();
        match self.rest.strip_prefix(',') {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => self.rest.is_empty(),
        }
    }

    /// Takes text up to one of `stops`, which goes too. A backslash saves the next character, if the grammar has it.
    fn until(&mut self, stops: &[char]) -> (String, Option<char>) {
        let mut text = String::new();
        let mut chars = self.rest.chars();
        let stop = loop {
            match chars.next() {
                None => break None,
                Some(c) if stops.contains(&c) => break Some(c),
                Some('\\') if !self.is_literal() => match chars.next() {
                    Some(next) => text.push(next),
                    None => break None,
                },
                Some(c) => text.push(c),
            }
        };
        self.rest = chars.as_str();
        (text, stop)
    }

    fn is_literal(&self) -> bool {
        matches!(self.grammar, SetGrammar::Literal)
    }
}

fn wrong_kind(found: &Value, wanted: &'static str) -> Stop {
    SetError::WrongKind {
        found: type_name(found),
        wanted,
    }
    .into()
}

/// An empty key is skipped.
fn insert(data: &mut Map, key: String, value: Value) {
    if !key.is_empty() {
        data.insert(key, value);
    }
}

/// Sets an item; the gap before it is filled with nulls.
fn set_index(list: &mut Vec<Value>, index: i64, value: Value) -> Parsed<()> {
    if index > MAX_INDEX {
        return Err(SetError::LargeIndex(index).into());
    }
    let index = usize::try_from(index).map_err(|_| SetError::NegativeIndex(index))?;
    if list.len() <= index {
        list.resize(index + 1, Value::Null);
    }
    list[index] = value;
    Ok(())
}

/// Guesses a type: there are no floats, and a leading zero makes it text.
fn typed(text: String) -> Value {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("true") {
        return Value::Bool(true);
    }
    if is("false") {
        return Value::Bool(false);
    }
    if is("null") {
        return Value::Null;
    }
    if (text == "0" || !text.starts_with('0'))
        && let Ok(number) = text.parse()
    {
        return Value::Int(number);
    }
    Value::String(text)
}

/// Returns where the JSON number or word at the start of a text ends; nothing when another value stands there. Go's decoder
/// does not mind what comes next (`1x` is 1), so that it is read as the next key.
fn scalar_end(text: &str) -> Option<usize> {
    let words = ["null", "true", "false"].into_iter();
    if let Some(word) = words.into_iter().find(|word| text.starts_with(word)) {
        return Some(word.len());
    }
    let digits = |from: usize| {
        let rest = text.as_bytes()[from..].iter();
        from + rest.take_while(|byte| byte.is_ascii_digit()).count()
    };
    let byte = |at: usize| text.as_bytes().get(at).copied();
    let start = usize::from(byte(0) == Some(b'-'));
    let mut end = match byte(start)? {
        b'0' => start + 1,
        b'1'..=b'9' => digits(start),
        _ => return None,
    };
    if byte(end) == Some(b'.') {
        end = digits(end + 1);
    }
    if matches!(byte(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(byte(end + 1), Some(b'+' | b'-')));
        end = digits(end + 1 + sign);
    }
    Some(end)
}
