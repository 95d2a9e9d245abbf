//! Strings: sprig's chapters "String Functions" and "String Slice Functions".

mod affix;
mod case;
mod lines;
mod quote;
mod slices;
mod words;

use super::{Clock, Table, random};
use crate::gotmpl::{Text, function};
use memchr::memmem;

/// The functions of this chapter.
pub(super) fn table(clock: &Clock) -> Table {
    let mut table = vec![
        ("hello", function(|| "Hello!")),
        ("plural", function(plural)),
        ("repeat", function(repeat)),
        ("contains", function(contains)),
        ("replace", function(replace)),
        ("substr", function(substr)),
        ("trunc", function(trunc)),
        ("abbrev", function(abbrev)),
        ("abbrevboth", function(abbrevboth)),
    ];
    table.extend(affix::table());
    table.extend(case::table());
    table.extend(lines::table());
    table.extend(quote::table());
    table.extend(slices::table());
    table.extend(words::table());
    table.extend(random::table(clock));
    table
}

fn plural(one: Text, many: Text, count: i64) -> Text {
    if count == 1 { one } else { many }
}

/// Repeats a text; the limit keeps a typing error in a chart from taking all memory.
pub(super) fn repeat_bytes(text: &[u8], count: i64) -> Result<Vec<u8>, String> {
    let count = usize::try_from(count).map_err(|_| "strings: negative Repeat count")?;
    match text.len().checked_mul(count) {
        Some(length) if length <= LONGEST => Ok(text.repeat(count)),
        Some(length) => Err(too_long(length)),
        None => Err("strings: Repeat output length overflow".into()),
    }
}

/// No function makes a longer text out of short ones: it would be none of use, and soon take all memory.
pub(super) const LONGEST: usize = 64 << 20;

pub(super) fn too_long(length: usize) -> String {
    format!("a text of {length} bytes is longer than the limit of {LONGEST}")
}

fn repeat(count: i64, text: Text) -> Result<Text, String> {
    repeat_bytes(&text, count).map(Text::from)
}

fn contains(part: Text, text: Text) -> bool {
    memmem::find(&text, &part).is_some()
}

fn replace(old: Text, new: Text, text: Text) -> Result<Text, String> {
    let places = match old.is_empty() {
        true => text.len() + 1,
        false => memmem::find_iter(&text, &old).count(),
    };
    let length = text.len().saturating_add(places.saturating_mul(new.len()));
    if length > LONGEST && new.len() > old.len() {
        return Err(too_long(length));
    }
    if old.is_empty() {
        return Ok(between_runes(&text, &new));
    }
    if places == 0 {
        return Ok(text);
    }
    Ok(slices::split_bytes(&text, &old, usize::MAX).join(&*new).into())
}

fn between_runes(text: &[u8], new: &[u8]) -> Text {
    let mut out = new.to_vec();
    for piece in super::runes::split(text) {
        out.extend_from_slice(piece);
        out.extend_from_slice(new);
    }
    out.into()
}

/// Cuts by bytes, from the end for a negative length.
fn trunc(length: i64, text: Text) -> Text {
    let size = text.len() as i64;
    if length < 0 && size.saturating_add(length) > 0 {
        Text::from(&text[(size + length) as usize..])
    } else if length >= 0 && size > length {
        Text::from(&text[..length as usize])
    } else {
        text
    }
}

fn substr(start: i64, end: i64, text: Text) -> Result<Text, String> {
    let size = text.len() as i64;
    let range = if start < 0 {
        0..end
    } else if end < 0 || end > size {
        start..size
    } else {
        start..end
    };
    if range.end < 0 {
        return Err(format!("{OUT_OF_RANGE} [:{}]", range.end));
    }
    if range.end > size {
        return Err(format!("{OUT_OF_RANGE} [:{}] with length {size}", range.end));
    }
    if range.start > range.end {
        return Err(format!("{OUT_OF_RANGE} [{}:{}]", range.start, range.end));
    }
    Ok(Text::from(&text[range.start as usize..range.end as usize]))
}

const OUT_OF_RANGE: &str = "runtime error: slice bounds out of range";

fn abbrev(width: i64, text: Text) -> Text {
    if width < 4 {
        text
    } else {
        abbreviate(&text, 0, width)
    }
}

fn abbrevboth(left: i64, right: i64, text: Text) -> Text {
    if right < 4 || left > 0 && right < 7 {
        text
    } else {
        abbreviate(&text, left, right)
    }
}

/// Shortens to `width` bytes with dots at one end or both, by the rules of goutils' `AbbreviateFull`.
fn abbreviate(text: &[u8], offset: i64, width: i64) -> Text {
    let size = text.len() as i64;
    if size <= width {
        return text.into();
    }
    let kept = width - 3;
    let mut offset = offset.min(size);
    if size - offset < kept {
        offset = size - kept;
    }
    if offset <= 4 {
        return [&text[..kept as usize], b"..."].concat().into();
    }
    if width < 7 {
        return Text::default();
    }
    if offset + kept < size {
        let rest = abbreviate(&text[offset as usize..], 0, kept);
        return [b"...", &*rest].concat().into();
    }
    [b"...", &text[(size - kept) as usize..]].concat().into()
}
