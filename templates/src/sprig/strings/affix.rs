//! Beginnings and ends: trimming, prefixes, suffixes.

use super::super::Table;
use crate::gotmpl::{Text, function};

/// The functions of this file.
pub(super) fn table() -> Table {
    vec![
        ("trim", function(trim)),
        ("trimall", function(trim_all)),
        ("trimAll", function(trim_all)),
        ("trimSuffix", function(trim_suffix)),
        ("trimPrefix", function(trim_prefix)),
        (
            "hasPrefix",
            function(|prefix: Text, text: Text| text.starts_with(&prefix)),
        ),
        (
            "hasSuffix",
            function(|suffix: Text, text: Text| text.ends_with(&suffix)),
        ),
    ]
}

/// Keeps the text itself when nothing was cut: it need not be copied then.
fn cut(text: &Text, rest: &[u8]) -> Text {
    if rest.len() == text.len() {
        text.clone()
    } else {
        rest.into()
    }
}

fn trim(text: Text) -> Text {
    cut(&text, trimmed(&text, char::is_whitespace))
}

/// Takes all characters of a set off both ends.
fn trim_all(set: Text, text: Text) -> Text {
    let set = set.to_str();
    cut(&text, trimmed(&text, |character| set.contains(character)))
}

/// Cuts characters off both ends. A byte that belongs to none is U+FFFD, as in Go's `strings.Trim`.
fn trimmed(text: &[u8], is_cut: impl Fn(char) -> bool) -> &[u8] {
    if let Ok(text) = std::str::from_utf8(text) {
        return text.trim_matches(is_cut).as_bytes();
    }
    let mut rest = text;
    while let Some((_, after)) = first(rest).filter(|(character, _)| is_cut(*character)) {
        rest = after;
    }
    while let Some((_, before)) = last(rest).filter(|(character, _)| is_cut(*character)) {
        rest = before;
    }
    rest
}

/// Returns the first character, and what comes after it.
fn first(text: &[u8]) -> Option<(char, &[u8])> {
    let one = (1..=4).find_map(|length| text.split_at_checked(length).and_then(of_one));
    one.or_else(|| Some((char::REPLACEMENT_CHARACTER, text.get(1..)?)))
}

/// Returns the last character, and what comes before it.
fn last(text: &[u8]) -> Option<(char, &[u8])> {
    let parts = |length| text.split_at_checked(text.len().checked_sub(length)?);
    let one = (1..=4).find_map(|length| parts(length).and_then(|(before, end)| of_one((end, before))));
    one.or_else(|| Some((char::REPLACEMENT_CHARACTER, text.split_last()?.1)))
}

/// Returns the character that a part of a text is, with the rest of the text.
fn of_one<'t>((part, rest): (&[u8], &'t [u8])) -> Option<(char, &'t [u8])> {
    let mut characters = std::str::from_utf8(part).ok()?.chars();
    let one = characters.next()?;
    characters.next().is_none().then_some((one, rest))
}

fn trim_suffix(suffix: Text, text: Text) -> Text {
    cut(&text, text.strip_suffix(&*suffix).unwrap_or(&text))
}

fn trim_prefix(prefix: Text, text: Text) -> Text {
    cut(&text, text.strip_prefix(&*prefix).unwrap_or(&text))
}
