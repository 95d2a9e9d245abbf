//! Blanks and line breaks within a scalar that goes on in the next line.

use crate::yaml::cursor::Cursor;

/// Returns the line break at `at` as it is in a text: U+2028 and U+2029 stay, all others become `\n`.
pub(super) fn break_text<'a>(cursor: &Cursor<'a>, at: usize) -> &'a str {
    match cursor.break_at(at) {
        0 => "",
        3 => cursor.slice(at, at + 3),
        _ => "\n",
    }
}

/// Puts what remains of blanks and line breaks into the text: a single break becomes a space, of several the first is
/// dropped. A break that was escaped counts as the first, and is not followed by a space.
pub(super) fn fold(into: &mut String, cursor: &Cursor, from: usize, first: First) {
    let mut breaks = breaks(cursor, from);
    if first == First::Escaped {
        return into.extend(breaks);
    }
    let first = breaks.next().unwrap_or_default();
    let mut breaks = breaks.peekable();
    if first != "\n" {
        into.push_str(first);
    } else if breaks.peek().is_none() {
        into.push(' ');
    }
    into.extend(breaks);
}

/// Whether the first of several line breaks is one that is written, or comes after a backslash.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum First {
    Written,
    Escaped,
}

/// Returns the line breaks between `from` and the cursor, where there are only blanks otherwise.
fn breaks<'a>(cursor: &Cursor<'a>, from: usize) -> impl Iterator<Item = &'a str> {
    let mut at = from;
    std::iter::from_fn(move || {
        while at < cursor.at() {
            let length = cursor.break_at(at);
            at += length.max(1);
            if length > 0 {
                return Some(break_text(cursor, at - length));
            }
        }
        None
    })
}
