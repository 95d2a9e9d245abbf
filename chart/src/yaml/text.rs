//! Bytes → characters that YAML allows.

use std::borrow::Cow;

use super::cursor::Mark;
use super::syntax::{Stage, SyntaxError};

/// The characters of a text, or those before the first that is not allowed.
///
/// Go reads in windows of 512 bytes and complains of a character only when it needs one from its window, so a text may
/// be wrong before that, and complete as well.
pub(super) struct Text<'a> {
    pub(super) text: Cow<'a, str>,
    pub(super) is_ascii: bool,
    pub(super) breaks: Breaks,
    /// What is wrong with the characters that should come next.
    pub(super) broken: Option<&'static str>,
}

/// Which line breaks a text has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Breaks {
    /// None but `\n`.
    LineFeed,
    /// None but `\n`, `\r` and `\r\n`.
    Ascii,
    /// Perhaps U+0085, U+2028 and U+2029 too.
    Unicode,
}

/// How many bytes Go reads at a time (`input_raw_buffer_size`).
const WINDOW: usize = 512;

const CONTROL: &str = "control characters are not allowed";

impl<'a> Text<'a> {
    /// Reads UTF-8, or UTF-16 with a byte-order mark.
    pub(super) fn decode(bytes: &'a [u8]) -> Self {
        match bytes {
            [0xff, 0xfe, ..] => utf16(bytes, u16::from_le_bytes),
            [0xfe, 0xff, ..] => utf16(bytes, u16::from_be_bytes),
            [] => utf8(b"\n"),
            _ => utf8(bytes),
        }
    }

    fn new(text: Cow<'a, str>, broken: Option<&'static str>) -> Self {
        let is_ascii = text.is_ascii();
        let has_unicode_breaks =
            !is_ascii && marked(&text).any(|(_, c)| matches!(c, '\u{85}' | '\u{2028}' | '\u{2029}'));
        Text {
            is_ascii,
            breaks: if has_unicode_breaks {
                Breaks::Unicode
            } else if memchr::memchr(b'\r', text.as_bytes()).is_some() {
                Breaks::Ascii
            } else {
                Breaks::LineFeed
            },
            text,
            broken,
        }
    }

    pub(super) fn error(problem: &'static str) -> SyntaxError {
        SyntaxError {
            stage: Stage::Characters,
            problem: problem.into(),
            mark: Mark::default(),
            within: None,
        }
    }
}

/// Returns the characters with a first byte that U+0085, U+2028, U+2029, the controls and the non-characters have.
fn marked(text: &str) -> impl Iterator<Item = (usize, char)> {
    memchr::memchr3_iter(0xc2, 0xe2, 0xef, text.as_bytes())
        .filter_map(|at| text[at..].chars().next().map(|c| (at, c)))
}

fn utf8(bytes: &[u8]) -> Text<'_> {
    let valid = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => longest_valid(bytes, error.valid_up_to()),
    };
    let (end, problem) = match control(valid) {
        Some(at) => (window_start(bytes, at), Some(CONTROL)),
        None if valid.len() == bytes.len() => (valid.len(), None),
        None => match malformed(&bytes[valid.len()..]) {
            // What is missing may still come with the next window, until there is none. That is known at once only if
            // there are not even the bytes of a byte-order mark.
            INCOMPLETE if bytes.len() >= 3 => (valid.len(), Some(INCOMPLETE)),
            problem => (window_start(bytes, valid.len()), Some(problem)),
        },
    };
    // Go drops one mark, and for a second one the first character of some of the lines.
    let text = valid.get(..end).unwrap_or_default();
    Text::new(Cow::Borrowed(text.trim_start_matches('\u{feff}')), problem)
}

fn longest_valid(bytes: &[u8], length: usize) -> &str {
    std::str::from_utf8(&bytes[..length]).unwrap_or_default()
}

/// Returns where the window starts that `at` is in. A character that a window cuts in two belongs to the next one.
fn window_start(bytes: &[u8], at: usize) -> usize {
    let mut start = 0;
    loop {
        let mut next = start + WINDOW;
        while bytes.get(next).is_some_and(|byte| byte & 0xc0 == 0x80) && next > start + WINDOW - 3 {
            next -= 1;
        }
        if next > at {
            return start;
        }
        start = next;
    }
}

/// Returns the place of the first character that no text may have.
fn control(text: &str) -> Option<usize> {
    let is_control = |byte: u8| {
        let is_allowed = (byte == b'\t') | (byte == b'\n') | (byte == b'\r');
        ((byte < 0x20) & !is_allowed) | (byte == 0x7f)
    };
    let mut blocks = text.as_bytes().chunks(64);
    // Without a branch for each byte, so that many are looked at together.
    let block = blocks.position(|block| block.iter().fold(false, |any, byte| any | is_control(*byte)));
    let low = block.and_then(|block| {
        let rest = &text.as_bytes()[block * 64..];
        rest.iter()
            .position(|byte| is_control(*byte))
            .map(|at| block * 64 + at)
    });
    if text.is_ascii() {
        return low;
    }
    let is_refused =
        |c: char| matches!(c, '\u{80}'..='\u{84}' | '\u{86}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
    let high = marked(text).find(|(_, c)| is_refused(*c)).map(|(at, _)| at);
    low.into_iter().chain(high).min()
}

const INCOMPLETE: &str = "incomplete UTF-8 octet sequence";

/// Says what is wrong with bytes that start with no character.
fn malformed(bytes: &[u8]) -> &'static str {
    let (width, lead) = match bytes[0] {
        byte @ 0xc0..=0xdf => (2, byte & 0x1f),
        byte @ 0xe0..=0xef => (3, byte & 0x0f),
        byte @ 0xf0..=0xf7 => (4, byte & 0x07),
        _ => return "invalid leading UTF-8 octet",
    };
    let Some(trailing) = bytes.get(1..width) else {
        return INCOMPLETE;
    };
    if trailing.iter().any(|byte| byte & 0xc0 != 0x80) {
        return "invalid trailing UTF-8 octet";
    }
    let code = trailing
        .iter()
        .fold(u32::from(lead), |code, byte| (code << 6) | u32::from(byte & 0x3f));
    match (width, code) {
        (2, 0..0x80) | (3, 0..0x800) | (4, 0..0x10000) => "invalid length of a UTF-8 sequence",
        _ => "invalid Unicode character",
    }
}

/// Reads UTF-16 up to the window with the first thing that is wrong.
fn utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Text<'_> {
    let mut text = String::with_capacity(bytes.len() / 2);
    let (mut at, mut window, mut before_window) = (2, 0, 0);
    while at < bytes.len() {
        let decoded = utf16_character(&bytes[at..], unit);
        let width = decoded.map_or(2, |c| 2 * c.len_utf16());
        if at + width > window + WINDOW {
            (window, before_window) = (at, text.len());
        }
        match decoded {
            Ok(c) => text.push(c),
            Err(problem) => {
                if !problem.starts_with("incomplete") {
                    text.truncate(before_window);
                }
                return Text::new(Cow::Owned(text), Some(problem));
            }
        }
        at += width;
    }
    Text::new(Cow::Owned(text), None)
}

fn utf16_character(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Result<char, &'static str> {
    let unit_at = |at: usize| Some(unit([*bytes.get(at)?, *bytes.get(at + 1)?]));
    let first = unit_at(0).ok_or("incomplete UTF-16 character")?;
    let c = match first {
        0xdc00..=0xdfff => return Err("unexpected low surrogate area"),
        0xd800..=0xdbff => {
            let second = unit_at(2).ok_or("incomplete UTF-16 surrogate pair")?;
            let mut pair = char::decode_utf16([first, second]);
            pair.next()
                .and_then(Result::ok)
                .ok_or("expected low surrogate area")?
        }
        _ => char::from_u32(u32::from(first)).ok_or(CONTROL)?,
    };
    let mut buffer = [0; 4];
    match control(c.encode_utf8(&mut buffer)) {
        Some(_) => Err(CONTROL),
        None => Ok(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> (usize, Option<&'static str>) {
        let text = Text::decode(bytes);
        (text.text.len(), text.broken)
    }

    #[test]
    fn what_is_wrong_is_said_as_in_go() {
        for (bytes, problem) in [
            (&b"a\x80"[..], "invalid leading UTF-8 octet"),
            (b"a\xc3", INCOMPLETE),
            (b"a\xc3a", "invalid trailing UTF-8 octet"),
            (b"a\xc0\x80", "invalid length of a UTF-8 sequence"),
            (b"a\xed\xa0\x80", "invalid Unicode character"),
            (b"a\x01", CONTROL),
            (b"a\xc2\x80", CONTROL),
            (b"\xff\xfea\0\0\xdca\0", "unexpected low surrogate area"),
            (b"\xff\xfea\0\0\xd8a\0", "expected low surrogate area"),
            (b"\xff\xfea\0b", "incomplete UTF-16 character"),
        ] {
            assert_eq!(read(bytes).1, Some(problem), "{bytes:?}");
        }
    }

    #[test]
    fn the_windows_before_it_are_kept() {
        let mut bytes = b"a: 1 # ".repeat(100);
        bytes.extend(b"\x01");
        assert_eq!(read(&bytes), (512, Some(CONTROL)));
        let cut: Vec<u8> = "\u{20ac}".repeat(400).into_bytes();
        assert_eq!(read(&[&cut[..], b"\x01"].concat()), (1020, Some(CONTROL)));
    }

    #[test]
    fn marks_are_dropped() {
        assert_eq!(Text::decode(b"\xef\xbb\xbfa").text, "a");
        assert_eq!(Text::decode(b"\xfe\xff\0a\xd8\x3d\xde\x00").text, "a\u{1f600}");
        assert_eq!(
            Text::decode("\u{feff}\u{2028}".as_bytes()).breaks,
            Breaks::Unicode
        );
    }
}
