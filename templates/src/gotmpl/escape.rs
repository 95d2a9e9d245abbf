//! The escapes of `html`, `js` and `urlquery`.

use super::printf::{decode, is_printable};
use super::text::Text;

/// Escapes what HTML gives a meaning to.
pub(super) fn escape_html(text: &Text) -> Text {
    escape(text, |byte| {
        Some(match byte {
            0 => "\u{fffd}",
            b'"' => "&#34;",
            b'\'' => "&#39;",
            b'&' => "&amp;",
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => return None,
        })
    })
}

fn escape(text: &Text, replacement: impl Fn(u8) -> Option<&'static str>) -> Text {
    if text.iter().all(|byte| replacement(*byte).is_none()) {
        return text.clone();
    }
    let mut out = Vec::with_capacity(text.len() + 16);
    for byte in text.iter() {
        match replacement(*byte) {
            Some(replacement) => out.extend_from_slice(replacement.as_bytes()),
            None => out.push(*byte),
        }
    }
    out.into()
}

/// Escapes what a string in JavaScript gives a meaning to, and all that is not printable.
pub(super) fn escape_js(text: &Text) -> Text {
    let mut out = Vec::with_capacity(text.len());
    let mut rest: &[u8] = text;
    while let Some(byte) = rest.first() {
        let (rune, size) = decode(rest);
        match byte {
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\'' => out.extend_from_slice(b"\\'"),
            b'"' => out.extend_from_slice(b"\\\""),
            b'<' | b'>' | b'&' | b'=' | 0..0x20 => out.extend_from_slice(format!("\\u{byte:04X}").as_bytes()),
            0x20..0x80 => out.push(*byte),
            _ => match rune.unwrap_or(char::REPLACEMENT_CHARACTER) {
                rune if is_printable(rune) => out.extend_from_slice(&rest[..size]),
                rune => out.extend_from_slice(format!("\\u{:04X}", u32::from(rune)).as_bytes()),
            },
        }
        rest = &rest[size..];
    }
    out.into()
}

/// Escapes for the query of a URL: a space becomes a plus.
pub(super) fn escape_query(text: &Text) -> Text {
    let mut out = Vec::with_capacity(text.len());
    for byte in text.iter() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(*byte),
            b' ' => out.push(b'+'),
            other => out.extend_from_slice(format!("%{other:02X}").as_bytes()),
        }
    }
    out.into()
}
