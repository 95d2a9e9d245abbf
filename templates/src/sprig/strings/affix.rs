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

fn trim_space(text: &[u8]) -> &[u8] {
    match std::str::from_utf8(text) {
        Ok(text) => text.trim().as_bytes(),
        Err(_) => text.trim_ascii(),
    }
}

fn trim(text: Text) -> Text {
    cut(&text, trim_space(&text))
}

/// Takes all characters of a set off both ends.
fn trim_all(set: Text, text: Text) -> Text {
    match (text.as_str(), set.as_str()) {
        (Some(characters), Some(set)) => cut(
            &text,
            characters
                .trim_matches(|character| set.contains(character))
                .as_bytes(),
        ),
        _ => {
            let is_kept = |byte: &u8| !set.contains(byte);
            let start = text.iter().position(is_kept).unwrap_or(text.len());
            let end = text.iter().rposition(is_kept).map_or(start, |last| last + 1);
            cut(&text, &text[start..end])
        }
    }
}

fn trim_suffix(suffix: Text, text: Text) -> Text {
    cut(&text, text.strip_suffix(&*suffix).unwrap_or(&text))
}

fn trim_prefix(prefix: Text, text: Text) -> Text {
    cut(&text, text.strip_prefix(&*prefix).unwrap_or(&text))
}
