//! Strings: what is between the quotes, and what the escapes in it mean.

use super::cursor::{Cursor, Fault, is_line_end};
use crate::gotmpl::printf::quote;

/// Reads a string on one line; its opening quote was taken.
pub(super) fn basic(cursor: &mut Cursor) -> Result<String, Fault> {
    let start = cursor.position();
    loop {
        let letter = cursor.next()?;
        match letter {
            None => return Err(cursor.fault_at(letter, "unexpected EOF; expected '\"'")),
            Some('\n' | '\r') => return Err(cursor.fault_before("strings cannot contain newlines")),
            Some('\\') => escape(cursor, start)?,
            Some('"') => break,
            Some(_) => {}
        }
    }
    let text = cursor.since(start);
    unescape(cursor, &text[..text.len() - 1])
}

/// Reads a string on one line that knows no escapes; its opening quote was taken.
pub(super) fn raw(cursor: &mut Cursor) -> Result<String, Fault> {
    let start = cursor.position();
    loop {
        let letter = cursor.next()?;
        match letter {
            None => return Err(cursor.fault_at(letter, "unexpected EOF; expected \"'\"")),
            Some('\n' | '\r') => return Err(cursor.fault_before("strings cannot contain newlines")),
            Some('\'') => break,
            Some(_) => {}
        }
    }
    let text = cursor.since(start);
    Ok(text[..text.len() - 1].to_owned())
}

/// Reads a string of several lines; its opening quotes were taken.
pub(super) fn multi_line(cursor: &mut Cursor, quote: char) -> Result<String, Fault> {
    let start = cursor.position();
    loop {
        let letter = cursor.next()?;
        match letter {
            None if quote == '"' => return Err(cursor.fault_at(letter, "unexpected EOF; expected '\"\"\"'")),
            None => return Err(cursor.fault_at(letter, "unexpected EOF; expected \"'''\"")),
            Some('\\') if quote == '"' => {
                let next = cursor.next()?;
                if !is_line_end(next) {
                    cursor.unread(next);
                    escape(cursor, start)?;
                }
            }
            Some(found) if found == quote && is_end(cursor, start, quote)? => break,
            Some(_) => {}
        }
    }
    let text = cursor.since(start);
    let text = without_first_line_end(&text[..text.len() - 3]);
    if quote == '"' {
        unescape(cursor, &without_escaped_line_ends(text))
    } else {
        Ok(text.to_owned())
    }
}

/// Says whether the quote that was taken is the first of the last three. A string may end in two quotes of its own.
fn is_end(cursor: &mut Cursor, start: usize, quote: char) -> Result<bool, Fault> {
    if !cursor.accept(quote)? {
        return Ok(false);
    }
    if !cursor.accept(quote)? {
        cursor.back(1);
        return Ok(false);
    }
    if cursor.peek()? != Some(quote) {
        return Ok(true);
    }
    let text = cursor.since(start);
    if quote == '"' && text.ends_with("\"\"\"\"\"") && !text.ends_with("\\\"\"\"\"\"") {
        return Err(cursor.fault("unexpected '\"\"\"\"\"\"'"));
    }
    if quote == '\'' && text.ends_with("'''''") {
        return Err(cursor.fault("unexpected \"''''''\""));
    }
    cursor.back(2);
    Ok(false)
}

/// Passes over what follows a backslash.
fn escape(cursor: &mut Cursor, start: usize) -> Result<(), Fault> {
    let letter = cursor.next()?;
    let (count, word) = match letter {
        Some('e' | 'b' | 't' | 'n' | 'f' | 'r' | '"' | ' ' | '\t' | '\\') => return Ok(()),
        Some('x') => (2, "two hexadecimal digits after '\\x'"),
        Some('u') => (4, "four hexadecimal digits after '\\u'"),
        Some('U') => (8, "eight hexadecimal digits after '\\U'"),
        Some(other) => return Err(cursor.fault(format!("invalid escape in string '\\{other}'"))),
        None => return Err(cursor.fault_before("invalid escape in string '\\\0'")),
    };
    for _ in 0..count {
        let letter = cursor.next()?;
        if !letter.is_some_and(|letter| letter.is_ascii_hexdigit()) {
            let found = quote(cursor.since(start).as_bytes());
            return Err(cursor.fault_at(letter, format!("expected {word}, but got {found} instead")));
        }
    }
    Ok(())
}

fn without_first_line_end(text: &str) -> &str {
    let text_after = text.strip_prefix('\n').or_else(|| text.strip_prefix("\r\n"));
    text_after.unwrap_or(text)
}

/// Takes out each backslash at the end of a line, with all blanks and line ends that follow.
fn without_escaped_line_ends(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let after = &rest[at + 1..];
        let next = after.trim_start_matches([' ', '\t', '\r', '\n']);
        let passed = &after[..after.len() - next.len()];
        if passed.contains('\n') {
            out.push_str(&rest[..at]);
            rest = next;
            continue;
        }
        let is_escaped = after.starts_with('\\');
        let end = at + if is_escaped { 2 } else { 1 };
        out.push_str(&rest[..end]);
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

/// Replaces the escapes of a text in which each is complete.
fn unescape(cursor: &Cursor, text: &str) -> Result<String, Fault> {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        let escape = rest[at + 1..].chars().next().unwrap_or('\\');
        rest = rest.get(at + 2..).unwrap_or_default();
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        out.push(match escape {
            'b' => '\u{8}',
            't' => '\t',
            'n' => '\n',
            'f' => '\u{c}',
            'r' => '\r',
            'e' => '\u{1b}',
            ' ' | '\t' => return Err(cursor.fault(format!("invalid escape: '\\{escape}'"))),
            'x' | 'u' | 'U' => character(cursor, &rest[..digits])?,
            other => other,
        });
        rest = &rest[digits..];
    }
    out.push_str(rest);
    Ok(out)
}

fn character(cursor: &Cursor, digits: &str) -> Result<char, Fault> {
    let code = u32::from_str_radix(digits, 16).ok();
    code.and_then(char::from_u32)
        .ok_or_else(|| cursor.fault(format!("Escaped character '\\u{digits}' is not valid UTF-8.")))
}
