//! Lines: indentation and wrapping.

use super::super::Table;
use super::{LONGEST, repeat_bytes, too_long};
use crate::gotmpl::{Text, function};
use memchr::memchr_iter;

/// The functions of this file.
pub(super) fn table() -> Table {
    vec![
        (
            "indent",
            function(|spaces: i64, text: Text| indent(spaces, &text, b"")),
        ),
        (
            "nindent",
            function(|spaces: i64, text: Text| indent(spaces, &text, b"\n")),
        ),
        ("wrap", function(wrap)),
        ("wrapWith", function(wrap_with)),
    ]
}

/// Puts spaces before every line, empty ones too, and something before it all.
fn indent(spaces: i64, text: &[u8], before: &[u8]) -> Result<Text, String> {
    let pad = repeat_bytes(b" ", spaces)?;
    let lines = memchr_iter(b'\n', text).count();
    let length = before.len() + text.len() + (lines + 1).saturating_mul(pad.len());
    if length > LONGEST && !pad.is_empty() {
        return Err(too_long(length));
    }
    let mut out = Vec::with_capacity(length);
    out.extend_from_slice(before);
    out.extend_from_slice(&pad);
    let mut start = 0;
    for at in memchr_iter(b'\n', text) {
        out.extend_from_slice(&text[start..=at]);
        out.extend_from_slice(&pad);
        start = at + 1;
    }
    out.extend_from_slice(&text[start..]);
    Ok(out.into())
}

/// What to do with a word that is longer than a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum LongWords {
    Keep,
    Break,
}

fn wrap(width: i64, text: Text) -> Text {
    wrap_lines(&text, width, b"\n", LongWords::Keep)
}

fn wrap_with(width: i64, separator: Text, text: Text) -> Text {
    let separator = if separator.is_empty() { b"\n" } else { &*separator };
    wrap_lines(&text, width, separator, LongWords::Break)
}

/// Breaks at spaces so that no line is longer than `width` bytes, as goutils' `WrapCustom` does.
fn wrap_lines(text: &[u8], width: i64, separator: &[u8], long_words: LongWords) -> Text {
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    let mut out = Vec::with_capacity(text.len() + text.len() / 16);
    let mut rest = text;
    while rest.len() > width {
        if rest[0] == b' ' {
            rest = &rest[1..];
            continue;
        }
        let space = rest[..=width].iter().rposition(|byte| *byte == b' ');
        let (line, after) = match (space, long_words) {
            (Some(space), _) => (&rest[..space], &rest[space + 1..]),
            (None, LongWords::Break) => rest.split_at(width),
            (None, LongWords::Keep) => match rest[width..].iter().position(|byte| *byte == b' ') {
                Some(space) => (&rest[..width + space], &rest[width + space + 1..]),
                None => break,
            },
        };
        out.extend_from_slice(line);
        out.extend_from_slice(separator);
        rest = after;
    }
    out.extend_from_slice(rest);
    out.into()
}
