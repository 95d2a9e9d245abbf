//! Keys and values of one line, as nearly all are written.

use memchr::{memchr2, memchr2_iter};

/// How long a key may be: a parser does not take it for one from 1,024 characters on.
const LONGEST_KEY: usize = 512;

/// How deep brackets may nest.
const DEEPEST_FLOW: usize = 8;

/// How long a number may be that has no exponent.
const LONGEST_NUMBER: usize = 100;

/// Plain words that are no text as a key.
const NOT_TEXT: [&str; 11] = [
    "null", "true", "false", "yes", "no", "on", "off", "y", "n", "t", "f",
];

/// How long the longest of these is.
const LONGEST_NOT_TEXT: usize = 5;

/// What stands behind a key or dash.
pub(super) enum Value {
    /// All of the value.
    Whole,
    /// The head of a block of text.
    Block,
    /// Nothing: the value is on the lines below, if there is one.
    Below,
}

/// Returns the place of the first byte from `at` on that is no space.
pub(super) fn skip_spaces(line: &[u8], at: usize) -> usize {
    let spaces = line[at..].iter().take_while(|byte| **byte == b' ');
    at + spaces.count()
}

/// Says whether a line has nothing more than a comment from a place on, before which there is a space or nothing.
pub(super) fn is_end(line: &[u8], at: usize) -> bool {
    line.get(at).is_none_or(|byte| *byte == b'#')
}

/// Says whether a line has nothing more than a comment behind a value.
fn ends_behind(line: &[u8], value_end: usize) -> bool {
    let at = skip_spaces(line, value_end);
    at == line.len() || at > value_end && line[at] == b'#'
}

/// Returns the key that begins at a place, and the place behind the spaces after its colon.
pub(super) fn after_key(line: &[u8], at: usize) -> Option<(&[u8], usize)> {
    let (key, end) = match line.get(at)? {
        b'"' | b'\'' => {
            let end = quoted_end(line, at)?;
            (&line[at + 1..end - 1], end)
        }
        b'a'..=b'z' | b'A'..=b'Z' | b'_' => {
            let length = line[at..].iter().take_while(|byte| is_word(**byte)).count();
            let key = &line[at..at + length];
            let is_word = |word: &&str| key.eq_ignore_ascii_case(word.as_bytes());
            if length <= LONGEST_NOT_TEXT && NOT_TEXT.iter().any(is_word) {
                return None;
            }
            (key, at + length)
        }
        _ => return None,
    };
    let is_key = line.get(end) == Some(&b':') && line.get(end + 1).is_none_or(|next| *next == b' ');
    (is_key && key.len() <= LONGEST_KEY).then(|| (key, skip_spaces(line, end + 1)))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/')
}

/// Looks at the value that begins at a place.
pub(super) fn value(line: &[u8], at: usize) -> Option<Value> {
    if is_end(line, at) {
        return Some(Value::Below);
    }
    let end = match line[at] {
        b'"' | b'\'' => quoted_end(line, at)?,
        b'[' | b'{' => flow_end(line, at, 0)?,
        b'|' | b'>' => {
            let head = at + 1 + usize::from(matches!(line.get(at + 1), Some(b'-' | b'+')));
            return (skip_spaces(line, head) == line.len()).then_some(Value::Block);
        }
        _ => return is_plain(line, at).then_some(Value::Whole),
    };
    ends_behind(line, end).then_some(Value::Whole)
}

/// Returns the place behind a text in quotes.
fn quoted_end(line: &[u8], at: usize) -> Option<usize> {
    let mark = line[at];
    let mut next = at + 1;
    loop {
        next += memchr2(mark, b'\\', &line[next..])?;
        let behind = line.get(next + 1);
        next += match (line[next], mark) {
            (b'\\', b'\'') => 1,
            (b'\\', _) if b"\"\\nrt".contains(behind?) => 2,
            (b'\'', _) if behind == Some(&b'\'') => 2,
            (b'\\', _) => return None,
            _ => return Some(next + 1),
        };
    }
}

/// Returns the place behind a list or table in brackets.
fn flow_end(line: &[u8], at: usize, depth: usize) -> Option<usize> {
    let (end, is_table) = match line[at] {
        b'[' => (b']', false),
        _ => (b'}', true),
    };
    let mut next = skip_spaces(line, at + 1);
    if line.get(next) == Some(&end) {
        return Some(next + 1);
    }
    loop {
        if is_table {
            next = after_key(line, next)?.1;
        }
        next = skip_spaces(line, flow_value_end(line, next, depth)?);
        match line.get(next)? {
            b',' => next = skip_spaces(line, next + 1),
            byte if *byte == end => return Some(next + 1),
            _ => return None,
        }
    }
}

/// Returns the place behind a value within brackets: a word, a text in quotes, or more brackets.
fn flow_value_end(line: &[u8], at: usize, depth: usize) -> Option<usize> {
    match line.get(at)? {
        b'"' | b'\'' => quoted_end(line, at),
        b'[' | b'{' if depth < DEEPEST_FLOW => flow_end(line, at, depth + 1),
        b'a'..=b'z' | b'A'..=b'Z' => {
            let word = line[at..].iter().take_while(|byte| is_word(**byte));
            Some(at + word.count())
        }
        _ => None,
    }
}

/// Says whether a scalar without quotes ends where it can be seen to end, and is no number that JSON has not.
fn is_plain(line: &[u8], at: usize) -> bool {
    let text = &line[at..];
    let next = text.get(1).copied().unwrap_or(b' ');
    let begins_well = match text[0] {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'/' | b'(' | b'$' | b'^' | b'\\' => true,
        b'-' | b'+' => next != b' ' && next != b'.',
        b':' => next != b' ',
        // Neither a fraction nor `.inf` or `.nan`.
        b'.' => !next.is_ascii_digit() && !b" _iInN".contains(&next),
        _ => false,
    };
    begins_well && before_comment(text).is_some_and(|scalar| !is_power(scalar))
}

/// Returns what of a text stands before a comment, if no colon in it could be one behind a key.
fn before_comment(text: &[u8]) -> Option<&[u8]> {
    for place in memchr2_iter(b':', b'#', text) {
        match text[place] {
            b'#' if text[place - 1] == b' ' => return Some(&text[..place]),
            b':' if text.get(place + 1).is_none_or(|next| *next == b' ') => return None,
            _ => {}
        }
    }
    Some(text)
}

/// Says whether a text may be a number that is larger than any.
fn is_power(text: &[u8]) -> bool {
    let is_number = |byte: &u8| byte.is_ascii_digit() || b"+-._eE ".contains(byte);
    let may_be = matches!(text[0], b'0'..=b'9' | b'+' | b'-');
    let is_large = text.len() > LONGEST_NUMBER || memchr2(b'e', b'E', text).is_some();
    may_be && is_large && text.iter().all(is_number)
}
