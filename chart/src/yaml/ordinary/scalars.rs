//! Keys and values of one line, as nearly all are written.

use std::borrow::Cow;

use memchr::{memchr2, memchr2_iter};

use crate::yaml::escape::{self, Escape};
use crate::yaml::scalar::{Resolved, resolve};

/// How long a key may be: a parser does not take it for one from 1,024 characters on.
const LONGEST_KEY: usize = 512;

/// How deep brackets may nest.
const DEEPEST_FLOW: usize = 8;

/// How long a number may be that has no exponent.
const LONGEST_NUMBER: usize = 100;

/// A key of a table.
#[derive(Clone, Copy)]
pub(super) struct Key<'a> {
    /// What is written, without quotes.
    pub(super) written: &'a str,
    /// The quotes around it, if there are any.
    quotes: Option<u8>,
}

impl<'a> Key<'a> {
    /// Returns the text that it stands for.
    pub(super) fn text(&self) -> Cow<'a, str> {
        match self.quotes {
            None => self.written.into(),
            Some(quotes) => unquoted(quotes, self.written),
        }
    }
}

/// What stands behind a key or dash.
pub(super) enum Found<'a> {
    Scalar(Scalar<'a>),
    /// The head of a block of text.
    Block(Head),
    /// Nothing: the value is on the lines below, if there is one.
    Below,
}

/// A value that stands on one line.
#[derive(Clone, Copy)]
pub(super) enum Scalar<'a> {
    Plain(&'a str),
    /// What is between the quotes.
    Quoted(u8, &'a str),
    /// A list or table in brackets.
    Flow(&'a str),
}

/// How a block of text is read.
#[derive(Clone, Copy)]
pub(super) struct Head {
    pub(super) is_folded: bool,
    /// The last line end is left out.
    pub(super) strips: bool,
    /// Empty lines at the end are text as well.
    pub(super) keeps: bool,
}

/// Returns the place of the first byte from `at` on that is no space.
pub(super) fn skip_spaces(line: &str, at: usize) -> usize {
    let spaces = line.as_bytes()[at..].iter().take_while(|byte| **byte == b' ');
    at + spaces.count()
}

/// Says whether a line has nothing more than a comment from a place on, before which there is a space or nothing.
pub(super) fn is_end(line: &str, at: usize) -> bool {
    line.as_bytes().get(at).is_none_or(|byte| *byte == b'#')
}

/// Says whether a line has nothing more than a comment behind a value.
fn ends_behind(line: &str, value_end: usize) -> bool {
    let at = skip_spaces(line, value_end);
    at == line.len() || at > value_end && line.as_bytes()[at] == b'#'
}

/// Finds the key that begins at a place, and the place behind the spaces after its colon.
pub(super) fn find_key(line: &str, at: usize) -> Option<(Key<'_>, usize)> {
    let bytes = line.as_bytes();
    let (key, end) = match bytes.get(at)? {
        mark @ (b'"' | b'\'') => {
            let end = quoted_end(bytes, at)?;
            let key = Key {
                written: &line[at + 1..end - 1],
                quotes: Some(*mark),
            };
            (key, end)
        }
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
            let end = word_end(bytes, at);
            let written = &line[at..end];
            let key = Key {
                written,
                quotes: None,
            };
            // Another key, such as `null`, may be an error.
            matches!(resolve(written), Resolved::Text).then_some((key, end))?
        }
        _ => return None,
    };
    let is_key = bytes.get(end) == Some(&b':') && bytes.get(end + 1).is_none_or(|next| *next == b' ');
    (is_key && key.written.len() <= LONGEST_KEY).then(|| (key, skip_spaces(line, end + 1)))
}

/// Returns the place behind a word.
pub(super) fn word_end(line: &[u8], at: usize) -> usize {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
    at + line[at..].iter().take_while(|byte| is_word(byte)).count()
}

/// Looks at the value that begins at a place.
pub(super) fn find_value(line: &str, at: usize) -> Option<Found<'_>> {
    if is_end(line, at) {
        return Some(Found::Below);
    }
    let bytes = line.as_bytes();
    let (scalar, end) = match bytes[at] {
        mark @ (b'"' | b'\'') => {
            let end = quoted_end(bytes, at)?;
            (Scalar::Quoted(mark, &line[at + 1..end - 1]), end)
        }
        b'[' | b'{' => {
            let end = flow_end(line, at, 0)?;
            (Scalar::Flow(&line[at..end]), end)
        }
        b'|' | b'>' => return block_head(line, at).map(Found::Block),
        _ => return plain(&line[at..]).map(|text| Found::Scalar(Scalar::Plain(text))),
    };
    ends_behind(line, end).then_some(Found::Scalar(scalar))
}

fn block_head(line: &str, at: usize) -> Option<Head> {
    let is_folded = line.as_bytes()[at] == b'>';
    let chomping = line.as_bytes().get(at + 1).copied();
    let (strips, keeps) = (chomping == Some(b'-'), chomping == Some(b'+'));
    let end = at + 1 + usize::from(strips || keeps);
    (skip_spaces(line, end) == line.len()).then_some(Head {
        is_folded,
        strips,
        keeps,
    })
}

/// Returns the place behind a text in quotes.
pub(super) fn quoted_end(line: &[u8], at: usize) -> Option<usize> {
    let mark = line[at];
    let mut next = at + 1;
    loop {
        next += memchr2(mark, b'\\', &line[next..])?;
        let behind = line.get(next + 1);
        next += match (line[next], mark) {
            (b'\\', b'\'') => 1,
            (b'\\', _) if character(char::from(*behind?)).is_some() => 2,
            (b'\'', _) if behind == Some(&b'\'') => 2,
            (b'\\', _) => return None,
            _ => return Some(next + 1),
        };
    }
}

/// Returns the text that is written between quotes.
pub(super) fn unquoted(quotes: u8, written: &str) -> Cow<'_, str> {
    match quotes {
        b'\'' if written.contains('\'') => written.replace("''", "'").into(),
        b'"' if written.contains('\\') => unescaped(written).into(),
        _ => written.into(),
    }
}

fn unescaped(written: &str) -> String {
    let mut text = String::with_capacity(written.len());
    let mut letters = written.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => text.extend(letters.next().and_then(character)),
            other => text.push(other),
        }
    }
    text
}

/// Returns what a backslash and a letter stand for, if that is all of the escape.
fn character(letter: char) -> Option<char> {
    match escape::read(letter)? {
        Escape::Character(character) => Some(character),
        Escape::Code(_) => None,
    }
}

/// Returns the place behind a list or table in brackets.
fn flow_end(line: &str, at: usize, depth: usize) -> Option<usize> {
    let bytes = line.as_bytes();
    let (end, is_table) = match bytes[at] {
        b'[' => (b']', false),
        _ => (b'}', true),
    };
    let mut next = skip_spaces(line, at + 1);
    if bytes.get(next) == Some(&end) {
        return Some(next + 1);
    }
    loop {
        if is_table {
            next = find_key(line, next)?.1;
        }
        next = skip_spaces(line, flow_value_end(line, next, depth)?);
        match bytes.get(next)? {
            b',' => next = skip_spaces(line, next + 1),
            byte if *byte == end => return Some(next + 1),
            _ => return None,
        }
    }
}

/// Returns the place behind a value within brackets: a word, a text in quotes, or more brackets.
fn flow_value_end(line: &str, at: usize, depth: usize) -> Option<usize> {
    let bytes = line.as_bytes();
    match bytes.get(at)? {
        b'"' | b'\'' => quoted_end(bytes, at),
        b'[' | b'{' if depth < DEEPEST_FLOW => flow_end(line, at, depth + 1),
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'/' => {
            let end = word_end(bytes, at);
            (!is_power(&bytes[at..end])).then_some(end)
        }
        _ => None,
    }
}

/// Returns a scalar without quotes, if it ends where it can be seen to end, and is no number that JSON has not.
fn plain(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    let next = bytes.get(1).copied().unwrap_or(b' ');
    let begins_well = match bytes[0] {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'/' | b'(' | b'$' | b'^' | b'\\' => true,
        b'-' | b'+' => next != b' ' && next != b'.',
        b':' => next != b' ',
        b'<' => next != b'<',
        b'~' => next == b' ',
        // Neither a fraction nor `.inf` or `.nan`.
        b'.' => !next.is_ascii_digit() && !b" _iInN".contains(&next),
        _ => false,
    };
    if !begins_well {
        return None;
    }
    let scalar = before_comment(text)?.trim_end_matches(' ');
    (!is_power(scalar.as_bytes())).then_some(scalar)
}

/// Returns what of a text stands before a comment, if no colon in it could be one behind a key.
fn before_comment(text: &str) -> Option<&str> {
    let bytes = text.as_bytes();
    for place in memchr2_iter(b':', b'#', bytes) {
        match bytes[place] {
            b'#' if bytes[place - 1] == b' ' => return Some(&text[..place]),
            b':' if bytes.get(place + 1).is_none_or(|next| *next == b' ') => return None,
            _ => {}
        }
    }
    Some(text)
}

/// Says whether a text may be a number that is larger than any.
fn is_power(text: &[u8]) -> bool {
    let is_number = |byte: &u8| byte.is_ascii_digit() || b"+-._eE".contains(byte);
    let may_be = matches!(text[0], b'0'..=b'9' | b'+' | b'-');
    let is_large = text.len() > LONGEST_NUMBER || memchr2(b'e', b'E', text).is_some();
    may_be && is_large && text.iter().all(is_number)
}
