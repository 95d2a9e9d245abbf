//! Percent encoding, which differs by the part of a URL.

use crate::gotmpl::printf;
use std::io::Write as _;

/// A part of a URL with rules of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Path,
    Host,
    Zone,
    User,
    Fragment,
}

/// Says whether a byte must be encoded in a part.
pub(super) fn needs_escape(byte: u8, part: Part) -> bool {
    let allowed: &[u8] = match part {
        Part::Path => b"-_.~$&+,/:;=@",
        Part::User => b"-_.~$&+,;=",
        Part::Fragment => b"-_.~$&+,/:;=?@!()*",
        Part::Host | Part::Zone => b"-_.~!$&'()*+,;=:[]<>\"",
    };
    !byte.is_ascii_alphanumeric() && !allowed.contains(&byte)
}

/// Encodes a part.
pub(super) fn escape(text: &[u8], part: Part) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for byte in text {
        if needs_escape(*byte, part) {
            write!(out, "%{byte:02X}").expect("writing to memory does not fail");
        } else {
            out.push(*byte);
        }
    }
    out
}

fn invalid_escape(text: &[u8]) -> String {
    format!("invalid URL escape {}", printf::quote(text))
}

/// Decodes a part.
///
/// # Errors
///
/// Returns Go's text for a broken escape, or for a character that has no place in a host.
pub(super) fn unescape(text: &[u8], part: Part) -> Result<Vec<u8>, String> {
    let is_host = matches!(part, Part::Host | Part::Zone);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, after)) = rest.split_first() {
        if *first == b'%' {
            let byte = decoded(rest).ok_or_else(|| invalid_escape(&rest[..rest.len().min(3)]))?;
            check_escape(&rest[..3], byte, part)?;
            out.push(byte);
            rest = &rest[3..];
        } else {
            if is_host && first.is_ascii() && needs_escape(*first, part) {
                return Err(format!(
                    "invalid character {} in host name",
                    printf::quote(&[*first])
                ));
            }
            out.push(*first);
            rest = after;
        }
    }
    Ok(out)
}

fn decoded(text: &[u8]) -> Option<u8> {
    let digit = |at: usize| text.get(at).and_then(|byte| char::from(*byte).to_digit(16));
    Some((digit(1)? * 16 + digit(2)?) as u8)
}

/// A host may encode only what is not ASCII; the zone of an address only what it may hold anyway, and spaces.
fn check_escape(text: &[u8], byte: u8, part: Part) -> Result<(), String> {
    let is_bad = match part {
        Part::Host => byte.is_ascii(),
        Part::Zone => byte != b' ' && needs_escape(byte, Part::Host),
        _ => false,
    };
    if is_bad && text != b"%25" {
        Err(invalid_escape(text))
    } else {
        Ok(())
    }
}
