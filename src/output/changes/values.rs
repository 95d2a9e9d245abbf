//! A value in one line.

use release::diff::Shown;
use serde_json::Value;

use super::visible::{is_hidden, visible};

/// How much of a digest is shown.
const DIGEST: usize = 8;

/// Returns a value as one line: text without quotes if it is not taken for something else.
pub(super) fn inline(value: &Shown) -> String {
    match value {
        Shown::Hidden(digest) => format!("(secret {})", digest.get(..DIGEST).unwrap_or(digest)),
        Shown::Plain(Value::String(text)) if is_plain(text) => text.clone(),
        Shown::Plain(other) => visible(&other.to_string()),
    }
}

/// Says whether YAML would read the text as that text.
fn is_plain(text: &str) -> bool {
    let reads_otherwise =
        || !matches!(chart::yaml::from_str(text), Ok(chart::Value::String(read)) if read == text);
    !text.is_empty() && !text.chars().any(is_hidden) && !reads_otherwise()
}

/// Cuts two long lines to the part where they begin to differ.
pub(super) fn cut_around_difference(before: &str, after: &str, width: usize) -> (String, String) {
    let same = before
        .chars()
        .zip(after.chars())
        .take_while(|(a, b)| a == b)
        .count();
    let start = same.saturating_sub(width / 4);
    (cut(before, start, width), cut(after, start, width))
}

/// Returns so many letters of a text, with a sign where some are missing.
pub(super) fn cut(text: &str, start: usize, width: usize) -> String {
    let count = text.chars().count();
    if count <= width {
        return text.to_owned();
    }
    let start = start.min(count - width);
    let part: String = text.chars().skip(start).take(width).collect();
    let (head, tail) = (
        if start > 0 { "…" } else { "" },
        if start + width < count { "…" } else { "" },
    );
    format!("{head}{part}{tail}")
}
