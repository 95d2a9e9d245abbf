//! Go's string constants, unquoted.

use super::printf::decode;
use std::borrow::Cow;

/// Takes the quotes off a string constant and resolves its escapes; nothing when an escape is not Go's.
pub(super) fn unquote(constant: &[u8]) -> Option<Cow<'_, [u8]>> {
    let mark = *constant.first()?;
    let body = constant.get(1..constant.len().checked_sub(1)?)?;
    if mark == b'`' {
        return Some(without_returns(body));
    }
    let is_plain = body
        .iter()
        .fold(true, |all, byte| all & byte.is_ascii() & (*byte != b'\\'));
    if is_plain || !body.contains(&b'\\') && std::str::from_utf8(body).is_ok() {
        return Some(body.into());
    }
    let mut out = Vec::with_capacity(body.len());
    let mut rest = body;
    while !rest.is_empty() {
        rest = match rest[0] {
            b'\\' => &rest[escape(rest, mark, &mut out)?..],
            _ => {
                let (rune, size) = decode(rest);
                push_rune(&mut out, rune.unwrap_or(char::REPLACEMENT_CHARACTER));
                &rest[size..]
            }
        };
    }
    Some(out.into())
}

/// Go drops carriage returns from raw strings.
fn without_returns(body: &[u8]) -> Cow<'_, [u8]> {
    if !body.contains(&b'\r') {
        return body.into();
    }
    body.iter().copied().filter(|byte| *byte != b'\r').collect()
}

fn push_rune(out: &mut Vec<u8>, rune: char) {
    out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Resolves one escape into bytes; gives its length.
fn escape(text: &[u8], mark: u8, out: &mut Vec<u8>) -> Option<usize> {
    let (code, size) = unquote_char(text, mark)?;
    // `\x` and octal escapes are bytes, the others characters.
    match text[1] {
        b'x' | b'0'..=b'7' => out.push(u8::try_from(code).ok()?),
        _ => push_rune(out, char::from_u32(code)?),
    }
    Some(size)
}

/// Reads one escape; gives its value and its length.
pub(super) fn unquote_char(text: &[u8], mark: u8) -> Option<(u32, usize)> {
    let letter = *text.get(1)?;
    let simple = match letter {
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => 10,
        b'r' => 13,
        b't' => 9,
        b'v' => 11,
        b'\\' => 92,
        b'x' => return digits(text, 2, 2, 16),
        b'u' => return digits(text, 2, 4, 16).filter(|(code, _)| char::from_u32(*code).is_some()),
        b'U' => return digits(text, 2, 8, 16).filter(|(code, _)| char::from_u32(*code).is_some()),
        b'0'..=b'7' => return digits(text, 1, 3, 8).filter(|(code, _)| *code < 256),
        quote if quote == mark => u32::from(quote),
        _ => return None,
    };
    Some((simple, 2))
}

fn digits(text: &[u8], from: usize, count: usize, base: u32) -> Option<(u32, usize)> {
    let mut code = 0_u32;
    for byte in text.get(from..from + count)? {
        code = code
            .checked_mul(base)?
            .checked_add(char::from(*byte).to_digit(base)?)?;
    }
    Some((code, from + count))
}

#[cfg(test)]
mod tests {
    use super::unquote;
    use crate::gotmpl::printf::quote;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_quoted_is_unquoted(bytes in prop::collection::vec(any::<u8>(), 0..40), text in ".{0,20}") {
            for original in [bytes.as_slice(), text.as_bytes()] {
                let constant = quote(original);
                prop_assert_eq!(unquote(constant.as_bytes()), Some(original.into()));
            }
        }

        #[test]
        fn raw_constants_lose_their_returns_only(text in "[^`]{0,40}") {
            let constant = format!("`{text}`");
            let expected = text.replace('\r', "");
            prop_assert_eq!(unquote(constant.as_bytes()), Some(expected.into_bytes().into()));
        }

        #[test]
        fn no_constant_makes_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..20), mark in "[\"'`]") {
            let constant = [mark.as_bytes(), &bytes, mark.as_bytes()].concat();
            let _ = unquote(&constant);
        }
    }
}
