//! Upper, lower, title and swapped case.

use super::super::Table;
use super::super::runes::{
    is_digit, is_letter, is_lower, is_space, is_title, is_upper, to_lower, to_title, to_upper, to_utf8,
};
use crate::gotmpl::{Text, function};

/// The functions of this file.
pub(super) fn table() -> Table {
    vec![
        ("upper", function(upper)),
        ("lower", function(lower)),
        ("title", function(title)),
        ("untitle", function(untitle)),
        ("swapcase", function(swapcase)),
        ("initials", function(initials)),
        ("nospace", function(nospace)),
    ]
}

fn upper(text: Text) -> Text {
    match text.is_ascii() {
        true => text.to_ascii_uppercase().into(),
        false => to_utf8(&text).chars().map(to_upper).collect::<String>().into(),
    }
}

fn lower(text: Text) -> Text {
    match text.is_ascii() {
        true => text.to_ascii_lowercase().into(),
        false => to_utf8(&text).chars().map(to_lower).collect::<String>().into(),
    }
}

/// Says whether a word ends at the rune, as Go's `strings.Title` sees words: `don't` has two.
fn is_separator(rune: char) -> bool {
    if rune.is_ascii() {
        !rune.is_ascii_alphanumeric() && rune != '_'
    } else {
        !is_letter(rune) && !is_digit(rune) && is_space(rune)
    }
}

fn title(text: Text) -> Text {
    map_after(&text, is_separator, to_title)
}

fn untitle(text: Text) -> Text {
    map_after(&text, is_space, to_lower)
}

/// Maps the first rune and those that follow a rune of a kind.
fn map_after(text: &[u8], is_gap: fn(char) -> bool, map: fn(char) -> char) -> Text {
    let mut previous = ' ';
    let text = to_utf8(text);
    let mapped = text.chars().map(|rune| {
        let after_gap = is_gap(std::mem::replace(&mut previous, rune));
        if after_gap { map(rune) } else { rune }
    });
    mapped.collect::<String>().into()
}

fn swapcase(text: Text) -> Text {
    let mut after_space = true;
    let text = to_utf8(&text);
    let swapped = text.chars().map(|rune| {
        if is_upper(rune) || is_title(rune) {
            after_space = false;
            to_lower(rune)
        } else if is_lower(rune) {
            if std::mem::take(&mut after_space) {
                to_title(rune)
            } else {
                to_upper(rune)
            }
        } else {
            after_space = is_space(rune);
            rune
        }
    });
    swapped.collect::<String>().into()
}

/// Takes the first byte of each word; goutils reads bytes as if they were runes, and so must this.
fn initials(text: Text) -> Text {
    let mut after_gap = true;
    let mut out = String::new();
    for rune in text.iter().map(|byte| char::from(*byte)) {
        if is_space(rune) {
            after_gap = true;
        } else if std::mem::take(&mut after_gap) {
            out.push(rune);
        }
    }
    out.into()
}

/// Takes white space out; text with any of it is read byte by byte as in [`initials`].
fn nospace(text: Text) -> Text {
    let runes = || text.iter().map(|byte| char::from(*byte));
    if runes().any(is_space) {
        runes().filter(|rune| !is_space(*rune)).collect::<String>().into()
    } else {
        text
    }
}
