//! Encodings: sprig's chapter "Encoding Functions".
//!
//! Bad input does not fail: the message comes out as the text. The positions in messages are those of Go's decoders.

use super::Table;
use crate::gotmpl::{Text, function};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The functions of this chapter.
pub(super) fn table() -> Table {
    vec![
        ("b64enc", function(|text: Text| STANDARD.encode(&*text))),
        (
            "b64dec",
            function(|text: Text| base64_decode(&text).map_or_else(Text::from, Text::from)),
        ),
        ("b32enc", function(|text: Text| base32_encode(&text))),
        (
            "b32dec",
            function(|text: Text| base32_decode(&text).map_or_else(Text::from, Text::from)),
        ),
    ]
}

fn base64_digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'a'..=b'z' => byte - b'a' + 26,
        b'0'..=b'9' => byte - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

fn base32_digit(byte: u8) -> Option<u8> {
    Some(match byte {
        b'A'..=b'Z' => byte - b'A',
        b'2'..=b'7' => byte - b'2' + 26,
        _ => return None,
    })
}

/// Decodes base64 as Go's `StdEncoding`: line breaks are skipped, padding is needed, spare bits are ignored.
pub(super) fn base64_decode(text: &[u8]) -> Result<Vec<u8>, String> {
    if let Ok(decoded) = STANDARD.decode(text) {
        return Ok(decoded);
    }
    let mut decoded = Vec::with_capacity(text.len() / 4 * 3);
    let mut characters = text
        .iter()
        .copied()
        .enumerate()
        .filter(|(_, byte)| !matches!(byte, b'\r' | b'\n'));
    let mut digits = Digits::default();
    while let Some((at, byte)) = characters.next() {
        match base64_digit(byte) {
            Some(digit) => digits.push(digit),
            None if byte == b'=' && digits.count >= 2 => {
                check_padding(digits.count, characters, text.len())?;
                digits.flush(6, &mut decoded);
                return Ok(decoded);
            }
            None => return Err(corrupt("base64", at)),
        }
        if digits.count == 4 {
            digits.flush(6, &mut decoded);
        }
    }
    match digits.count {
        0 => Ok(decoded),
        // Go counts back from the end
        held => Err(corrupt("base64", text.len() - held)),
    }
}

/// Looks at what follows the first padding character.
fn check_padding(
    digits: usize,
    mut rest: impl Iterator<Item = (usize, u8)>,
    length: usize,
) -> Result<(), String> {
    if digits == 2 {
        match rest.next() {
            Some((_, b'=')) => {}
            Some((at, _)) => return Err(corrupt("base64", at - 1)),
            None => return Err(corrupt("base64", length)),
        }
    }
    rest.next().map_or(Ok(()), |(at, _)| Err(corrupt("base64", at)))
}

fn corrupt(encoding: &str, at: usize) -> String {
    format!("illegal {encoding} data at input byte {at}")
}

/// The digits of a group that is not yet complete.
#[derive(Default)]
struct Digits {
    digits: [u8; 8],
    count: usize,
}

impl Digits {
    fn push(&mut self, digit: u8) {
        self.digits[self.count] = digit;
        self.count += 1;
    }

    /// Appends the whole bytes that the digits hold and forgets them.
    fn flush(&mut self, bits_of_digit: u32, out: &mut Vec<u8>) {
        let (mut held, mut bits) = (0_u32, 0);
        for digit in &self.digits[..std::mem::take(&mut self.count)] {
            held = held << bits_of_digit | u32::from(*digit);
            bits += bits_of_digit;
            if bits >= 8 {
                bits -= 8;
                out.push((held >> bits) as u8);
            }
        }
    }
}

const BASE32_DIGITS: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

fn base32_encode(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len().div_ceil(5) * 8);
    for group in bytes.chunks(5) {
        let mut held = [0; 8];
        held[3..3 + group.len()].copy_from_slice(group);
        let held = u64::from_be_bytes(held);
        let used = (group.len() * 8).div_ceil(5);
        for at in 0..8 {
            let digit = BASE32_DIGITS[(held >> (35 - 5 * at) & 31) as usize];
            out.push(if at < used { char::from(digit) } else { '=' });
        }
    }
    out
}

/// Decodes base32 as Go's `StdEncoding`, whose positions do not count line breaks.
fn base32_decode(text: &[u8]) -> Result<Vec<u8>, String> {
    let text: Vec<u8> = text
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, b'\r' | b'\n'))
        .collect();
    let mut decoded = Vec::with_capacity(text.len() / 8 * 5);
    let mut digits = Digits::default();
    for (at, byte) in text.iter().enumerate() {
        let rest = &text[at + 1..];
        if *byte == b'=' && digits.count >= 2 && rest.len() < 8 {
            check_base32_padding(digits.count, rest, text.len())?;
            digits.flush(5, &mut decoded);
            return Ok(decoded);
        }
        digits.push(base32_digit(*byte).ok_or_else(|| corrupt("base32", at))?);
        if digits.count == 8 {
            digits.flush(5, &mut decoded);
        }
    }
    match digits.count {
        0 => Ok(decoded),
        held => Err(corrupt("base32", text.len() - held)),
    }
}

/// Looks at what follows the first padding character; 1, 3 and 6 digits fill no bytes.
fn check_base32_padding(digits: usize, rest: &[u8], length: usize) -> Result<(), String> {
    let wanted = 7 - digits;
    if rest.len() < wanted {
        return Err(corrupt("base32", length));
    }
    if let Some(at) = rest[..wanted].iter().position(|byte| *byte != b'=') {
        return Err(corrupt("base32", length - rest.len() + at - 1));
    }
    if matches!(digits, 3 | 6) {
        return Err(corrupt("base32", length - rest.len() - 1));
    }
    Ok(())
}
