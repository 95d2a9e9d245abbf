//! Characters and classes of characters, translated to what the `regex` crate reads.

use super::parse::Flags;
use super::syntax::{Fault, SyntaxError};
use super::unicode::unicode_name;
use std::fmt::Write as _;

type Result<T> = std::result::Result<T, SyntaxError>;

/// Matches nothing.
const NEVER: &str = r"[^\x{0}-\x{10FFFF}]";

/// Translates a character that stands for itself.
pub(super) fn literal(character: char, flags: Flags) -> String {
    let escaped = regex::escape(character.encode_utf8(&mut [0; 4]));
    let has_case = character.is_ascii_alphabetic() || !character.is_ascii();
    if flags.folds_case && has_case {
        format!("(?i:{escaped})")
    } else {
        escaped
    }
}

/// Translates a code point, which in Go may be one that is no character.
pub(super) fn literal_code(code: u32, flags: Flags) -> String {
    char::from_u32(code).map_or_else(|| NEVER.to_owned(), |character| literal(character, flags))
}

/// Puts items of a class into brackets.
pub(super) fn bracketed(items: &str, flags: Flags) -> String {
    let (open, close) = if flags.folds_case {
        ("(?i:[", "])")
    } else {
        ("[", "]")
    };
    format!("{open}{items}{close}")
}

/// Returns the rest of a text behind its first character.
fn behind_first(text: &str) -> Option<(char, &str)> {
    let mut characters = text.chars();
    characters.next().map(|first| (first, characters.as_str()))
}

/// Reads an escape that stands for one code point.
pub(super) fn escape(text: &str) -> Result<(u32, &str)> {
    let Some((first, rest)) = behind_first(&text[1..]) else {
        return Err(SyntaxError::new(Fault::TrailingBackslash, ""));
    };
    let code = match first {
        '1'..='7' if !rest.starts_with(|digit: char| digit.is_digit(8)) => None,
        '0'..='7' => {
            let digits = rest
                .bytes()
                .take(2)
                .take_while(|byte| (b'0'..=b'7').contains(byte))
                .count();
            let code = u32::from_str_radix(&text[1..2 + digits], 8).expect("these are octal digits");
            return Ok((code, &rest[digits..]));
        }
        'x' => return hexadecimal(text, rest),
        'a' => Some(7),
        'f' => Some(12),
        'n' => Some(10),
        'r' => Some(13),
        't' => Some(9),
        'v' => Some(11),
        other if other.is_ascii() && !other.is_ascii_alphanumeric() => Some(other as u32),
        _ => None,
    };
    code.map(|code| (code, rest))
        .ok_or_else(|| invalid_escape(text, rest))
}

fn invalid_escape(text: &str, rest: &str) -> SyntaxError {
    SyntaxError::new(Fault::Escape, &text[..text.len() - rest.len()])
}

/// Reads the digits of `\x41` or `\x{41}`.
fn hexadecimal<'t>(text: &'t str, rest: &'t str) -> Result<(u32, &'t str)> {
    let Some((first, mut rest)) = behind_first(rest) else {
        return Err(invalid_escape(text, rest));
    };
    if first != '{' {
        let (second, rest) = behind_first(rest).ok_or_else(|| invalid_escape(text, rest))?;
        let digits = first.to_digit(16).zip(second.to_digit(16));
        return digits
            .map(|(high, low)| (high * 16 + low, rest))
            .ok_or_else(|| invalid_escape(text, rest));
    }
    let mut code = None;
    while let Some((digit, after)) = behind_first(rest) {
        rest = after;
        if digit == '}' {
            return code
                .map(|code| (code, rest))
                .ok_or_else(|| invalid_escape(text, rest));
        }
        let next = digit.to_digit(16).map(|digit| code.unwrap_or(0) * 16 + digit);
        match next {
            Some(next) if next <= 0x10_ffff => code = Some(next),
            _ => break,
        }
    }
    Err(invalid_escape(text, rest))
}

/// Reads `\d`, `\pL` or `\p{Greek}`: the items of a class, and the rest.
pub(super) fn parse_escaped_class(text: &str) -> Result<Option<(String, &str)>> {
    let items = match text.as_bytes() {
        [b'\\', b'p' | b'P', ..] => return parse_unicode_class(text).map(Some),
        [b'\\', b'd', ..] => "0-9",
        [b'\\', b'D', ..] => "[^0-9]",
        [b'\\', b's', ..] => r"\t\n\x0C\r ",
        [b'\\', b'S', ..] => r"[^\t\n\x0C\r ]",
        [b'\\', b'w', ..] => "0-9A-Za-z_",
        [b'\\', b'W', ..] => "[^0-9A-Za-z_]",
        _ => return Ok(None),
    };
    Ok(Some((items.to_owned(), &text[2..])))
}

fn parse_unicode_class(text: &str) -> Result<(String, &str)> {
    let out_of_range = |part: &str| SyntaxError::new(Fault::CharRange, part);
    let Some((first, after)) = behind_first(&text[2..]) else {
        return Err(out_of_range(text));
    };
    let (name, rest) = if first == '{' {
        after.split_once('}').ok_or_else(|| out_of_range(text))?
    } else {
        (&text[2..text.len() - after.len()], after)
    };
    let is_upper = text.as_bytes()[1] == b'P';
    let (is_negated, name) = match name.strip_prefix('^') {
        Some(name) => (!is_upper, name),
        None => (is_upper, name),
    };
    let whole = &text[..text.len() - rest.len()];
    let class = unicode_name(name).ok_or_else(|| out_of_range(whole))?;
    let items = match (class.as_str(), is_negated) {
        // no text holds surrogates
        ("Cs", false) => NEVER.to_owned(),
        ("Cs", true) => r"\x{0}-\x{10FFFF}".to_owned(),
        (class, false) => format!(r"\p{{{class}}}"),
        (class, true) => format!(r"\P{{{class}}}"),
    };
    Ok((items, rest))
}

/// Parses a class in brackets.
pub(super) fn parse_brackets(text: &str, flags: Flags) -> Result<(String, &str)> {
    let mut items = String::new();
    let mut rest = &text[1..];
    if let Some(after) = rest.strip_prefix('^') {
        items.push('^');
        rest = after;
    }
    let start = items.len();
    let mut is_first = true;
    loop {
        if !is_first && let Some(after) = rest.strip_prefix(']') {
            if items.len() == start {
                items.push_str(NEVER);
            }
            return Ok((bracketed(&items, flags), after));
        }
        is_first = false;
        if let Some((class, after)) = parse_posix_class(rest)? {
            items.push_str(&class);
            rest = after;
        } else if let Some((class, after)) = parse_escaped_class(rest)? {
            items.push_str(&class);
            rest = after;
        } else {
            rest = parse_range(rest, text, &mut items)?;
        }
    }
}

/// Parses a character, or two with a hyphen between.
fn parse_range<'t>(rest: &'t str, whole: &str, items: &mut String) -> Result<&'t str> {
    let (low, after) = class_character(rest, whole)?;
    let (high, after) = match after.as_bytes() {
        [b'-', next, ..] if *next != b']' => class_character(&after[1..], whole)?,
        _ => (low, after),
    };
    if high < low {
        return Err(SyntaxError::new(
            Fault::CharRange,
            &rest[..rest.len() - after.len()],
        ));
    }
    push_range(low, high, items);
    Ok(after)
}

fn class_character<'t>(rest: &'t str, whole: &str) -> Result<(u32, &'t str)> {
    if rest.starts_with('\\') {
        return escape(rest);
    }
    let (first, after) = behind_first(rest).ok_or_else(|| SyntaxError::new(Fault::MissingBracket, whole))?;
    Ok((first as u32, after))
}

/// Writes a range without the surrogates, which are no characters.
fn push_range(low: u32, high: u32, items: &mut String) {
    let is_surrogate = |code| (0xd800..0xe000).contains(&code);
    let low = if is_surrogate(low) { 0xe000 } else { low };
    let high = if is_surrogate(high) { 0xd7ff } else { high };
    let written = if low > high {
        Ok(())
    } else {
        write!(items, r"\x{{{low:X}}}-\x{{{high:X}}}")
    };
    written.expect("writing to memory does not fail");
}

/// Parses `[:alpha:]` or `[:^alpha:]`.
fn parse_posix_class(text: &str) -> Result<Option<(String, &str)>> {
    let Some((name, rest)) = text.strip_prefix("[:").and_then(|after| after.split_once(":]")) else {
        return Ok(None);
    };
    let (is_negated, plain) = match name.strip_prefix('^') {
        Some(plain) => (true, plain),
        None => (false, name),
    };
    let items = match plain {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "ascii" => r"\x00-\x7F",
        "blank" => r"\t ",
        "cntrl" => r"\x00-\x1F\x7F",
        "digit" => "0-9",
        "graph" => "!-~",
        "lower" => "a-z",
        "print" => " -~",
        "punct" => r"!-/:-@\[-`{-~",
        "space" => r"\t\n\x0B\x0C\r ",
        "upper" => "A-Z",
        "word" => "0-9A-Za-z_",
        "xdigit" => "0-9A-Fa-f",
        _ => {
            return Err(SyntaxError::new(
                Fault::CharRange,
                &text[..text.len() - rest.len()],
            ));
        }
    };
    Ok(Some((
        if is_negated {
            format!("[^{items}]")
        } else {
            items.to_owned()
        },
        rest,
    )))
}
