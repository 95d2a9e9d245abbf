//! Scalars with a tag: `!!int "12"`, `!!binary aGk=`, `!local x`.

use std::borrow::Cow;

use base64::Engine;

use super::scalar::{Resolved, number, resolve};

/// Whether a scalar is plain, so that what it stands for is up to its text.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    Absent,
    Present,
}

const TAG_PREFIX: &str = "tag:yaml.org,2002:";

/// Returns the text and what it stands for, or why the tag does not fit.
pub(super) fn resolve_tagged<'a>(
    text: Cow<'a, str>,
    tag: Option<&str>,
    quotes: Quotes,
) -> Result<(Cow<'a, str>, Resolved), String> {
    let Some(tag) = tag else {
        let resolved = if quotes == Quotes::Absent {
            resolve(&text)
        } else {
            Resolved::Text
        };
        return Ok((text, resolved));
    };
    match tag.strip_prefix(TAG_PREFIX) {
        Some("binary") => decode_base64(&text).map(|text| (text.into(), Resolved::Text)),
        Some(tag @ ("bool" | "int" | "float" | "null" | "timestamp")) => {
            resolve_as(&text, tag).map(|resolved| (text, resolved))
        }
        _ => Ok((text, Resolved::Text)),
    }
}

/// Resolves text with an explicit scalar tag, which must agree with what the text looks like.
fn resolve_as(text: &str, tag: &str) -> Result<Resolved, String> {
    let mut resolved = resolve(text);
    if resolved == Resolved::Timestamp && tag != "timestamp" {
        resolved = number(text);
    }
    let found = match &resolved {
        Resolved::Int(number) if tag == "float" => return Ok(Resolved::Float(*number as f64)),
        Resolved::Null => "null",
        Resolved::Bool(_) => "bool",
        Resolved::Int(_) | Resolved::Unsigned(_) => "int",
        Resolved::Float(_) => "float",
        Resolved::Timestamp => "timestamp",
        Resolved::Text => "str",
    };
    if found == tag {
        return Ok(resolved);
    }
    Err(format!("yaml: cannot decode !!{found} `{text}` as a !!{tag}"))
}

/// Decodes `!!binary`; JSON turns every byte that is not UTF-8 into a replacement character.
fn decode_base64(text: &str) -> Result<String, String> {
    let compact: String = text.chars().filter(|c| !matches!(c, '\r' | '\n')).collect();
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(compact)
        .map_err(|_| "yaml: !!binary value contains invalid base64 data".to_owned())?;
    let mut decoded = String::with_capacity(bytes.len());
    for chunk in bytes.utf8_chunks() {
        decoded.push_str(chunk.valid());
        decoded.extend(chunk.invalid().iter().map(|_| char::REPLACEMENT_CHARACTER));
    }
    Ok(decoded)
}
