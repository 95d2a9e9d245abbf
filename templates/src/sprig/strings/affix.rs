//! Beginnings and ends: trimming, prefixes, suffixes.

use super::super::Table;
use super::super::runes::{self, to_utf8};
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
    let runes = runes::split(text);
    let is_cut = |rune: &&&[u8]| to_utf8(rune).chars().all(&is_cut);
    let start: usize = runes.iter().take_while(is_cut).map(|rune| rune.len()).sum();
    let after: usize = runes.iter().rev().take_while(is_cut).map(|rune| rune.len()).sum();
    text.get(start..text.len() - after).unwrap_or_default()
}

fn trim_suffix(suffix: Text, text: Text) -> Text {
    cut(&text, text.strip_suffix(&*suffix).unwrap_or(&text))
}

fn trim_prefix(prefix: Text, text: Text) -> Text {
    cut(&text, text.strip_prefix(&*prefix).unwrap_or(&text))
}
