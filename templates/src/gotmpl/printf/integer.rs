//! Integers in the bases and forms that `fmt` knows.

use super::Flags;
use super::quote::is_printable;

/// A number to print: its magnitude and sign.
#[derive(Clone, Copy)]
pub(super) struct Integer {
    pub(super) magnitude: u64,
    pub(super) is_negative: bool,
}

impl From<i64> for Integer {
    fn from(number: i64) -> Self {
        Self {
            magnitude: number.unsigned_abs(),
            is_negative: number < 0,
        }
    }
}

impl From<u64> for Integer {
    fn from(magnitude: u64) -> Self {
        Self {
            magnitude,
            is_negative: false,
        }
    }
}

/// Writes the number by the verb; nothing comes back when a precision of zero prints zero as only padding.
pub(super) fn format(number: Integer, verb: char, flags: Flags) -> Option<String> {
    let digits = match verb {
        'b' => format!("{:b}", number.magnitude),
        'o' | 'O' => format!("{:o}", number.magnitude),
        'x' => format!("{:x}", number.magnitude),
        'X' => format!("{:X}", number.magnitude),
        _ => number.magnitude.to_string(),
    };
    let sign = sign(number, flags);
    let least = match (flags.precision, flags.width) {
        (Some(0), _) if number.magnitude == 0 => return None,
        (Some(precision), _) => precision,
        (None, Some(width)) if flags.zero && !flags.minus => width - sign.len().min(width),
        _ => 0,
    };
    let zeros = "0".repeat(least.saturating_sub(digits.len()));
    let prefix = match verb {
        'b' if flags.sharp => "0b",
        'x' if flags.sharp => "0x",
        'X' if flags.sharp => "0X",
        'O' if flags.sharp && !digits.starts_with('0') && zeros.is_empty() => "0o0",
        'O' => "0o",
        'o' if flags.sharp && !digits.starts_with('0') && zeros.is_empty() => "0",
        _ => "",
    };
    Some([sign, prefix, &zeros, &digits].concat())
}

fn sign(number: Integer, flags: Flags) -> &'static str {
    match (number.is_negative, flags.plus, flags.space) {
        (true, ..) => "-",
        (false, true, _) => "+",
        (false, false, true) => " ",
        _ => "",
    }
}

/// Writes a code point as `U+0041`, with the character behind it when `#` asks for it.
pub(super) fn unicode(code: u64, flags: Flags) -> String {
    let least = flags.precision.unwrap_or(4).max(4);
    let mut out = format!("U+{code:0least$X}");
    if flags.sharp
        && let Some(rune) = u32::try_from(code).ok().and_then(char::from_u32)
        && is_printable(rune)
    {
        out.push_str(&format!(" '{rune}'"));
    }
    out
}
