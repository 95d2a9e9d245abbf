//! Texts and lists of them: join, split, sort.

use super::super::Table;
use super::super::cast::to_text;
use super::super::runes;
use crate::gotmpl::{Map, MapType, Text, Value, function};
use memchr::memmem;
use std::collections::BTreeMap;

/// The functions of this file.
pub(super) fn table() -> Table {
    vec![
        ("join", function(join)),
        (
            "split",
            function(|separator: Text, text: Text| numbered(split_bytes(&text, &separator, usize::MAX))),
        ),
        ("splitList", function(split_list)),
        ("splitn", function(splitn)),
        ("toStrings", function(|value: Value| to_strings(&value))),
        ("sortAlpha", function(sort_alpha)),
    ]
}

/// Splits at each separator into at most `limit` parts; an empty separator splits into runes.
pub(super) fn split_bytes<'a>(text: &'a [u8], separator: &[u8], limit: usize) -> Vec<&'a [u8]> {
    if limit == 0 {
        return Vec::new();
    }
    if separator.is_empty() {
        return explode(text, limit);
    }
    let mut parts = Vec::new();
    let mut start = 0;
    for at in memmem::find_iter(text, separator).take(limit - 1) {
        parts.push(&text[start..at]);
        start = at + separator.len();
    }
    parts.push(&text[start..]);
    parts
}

fn explode(text: &[u8], limit: usize) -> Vec<&[u8]> {
    let mut pieces = runes::split(text);
    if pieces.len() > limit {
        let start: usize = pieces[..limit - 1].iter().map(|piece| piece.len()).sum();
        pieces.truncate(limit - 1);
        pieces.push(&text[start..]);
    }
    pieces
}

/// Makes a `map[string]string` with the keys `_0`, `_1` …
fn numbered(parts: Vec<&[u8]>) -> Map {
    let entries = parts.into_iter().enumerate();
    let entries: BTreeMap<Text, Value> = entries
        .map(|(at, part)| (Text::from(format!("_{at}")), Text::from(part).into()))
        .collect();
    Map::typed(MapType::STRINGS, entries)
}

fn split_list(separator: Text, text: Text) -> Vec<Text> {
    split_bytes(&text, &separator, usize::MAX)
        .into_iter()
        .map(Text::from)
        .collect()
}

fn splitn(separator: Text, count: i64, text: Text) -> Map {
    numbered(split_bytes(
        &text,
        &separator,
        usize::try_from(count).unwrap_or(usize::MAX),
    ))
}

/// Returns the elements of any list as texts, nil ones left out; anything else alone.
fn to_strings(value: &Value) -> Vec<Text> {
    match value {
        Value::Nil => Vec::new(),
        Value::List(list) => texts(list),
        other => match other.to_list() {
            Some(list) => texts(&list),
            None => vec![to_text(other)],
        },
    }
}

fn texts(items: &[Value]) -> Vec<Text> {
    items
        .iter()
        .filter(|item| !matches!(item, Value::Nil))
        .map(to_text)
        .collect()
}

fn join(separator: Text, value: Value) -> Text {
    let parts = to_strings(&value);
    parts.join(&*separator).into()
}

fn sort_alpha(value: Value) -> Vec<Text> {
    if value.to_list().is_none() {
        return vec![to_text(&value)];
    }
    let mut parts = to_strings(&value);
    parts.sort_unstable();
    parts
}
