//! Numeric constants: which of Go's number types a constant can be.

use super::printf::{decode, quote};
use super::unquote::unquote_char;
use std::borrow::Cow;

/// A constant with its value in each type that it fits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Number {
    pub(super) int: Option<i64>,
    pub(super) uint: Option<u64>,
    pub(super) float: Option<f64>,
    pub(super) complex: Option<(f64, f64)>,
}

impl Number {
    /// Says whether both are the same in each type; there are two zeros.
    pub(super) fn is_same(&self, other: &Self) -> bool {
        let bits = |number: &Self| {
            let complex = number
                .complex
                .map(|(real, imaginary)| (real.to_bits(), imaginary.to_bits()));
            (number.float.map(f64::to_bits), complex)
        };
        (self.int, self.uint, bits(self)) == (other.int, other.uint, bits(other))
    }
}

/// Reads a character constant, quotes included.
pub(super) fn parse_char(text: &[u8]) -> Result<Number, String> {
    let (rune, size) = match text.get(1) {
        Some(b'\\') => unquote_char(&text[1..], b'\'').ok_or("invalid syntax")?,
        Some(b'\'') | None => return Err("invalid syntax".into()),
        Some(_) => {
            let (rune, size) = decode(&text[1..]);
            (u32::from(rune.unwrap_or(char::REPLACEMENT_CHARACTER)), size)
        }
    };
    if &text[1 + size..] != b"'" {
        return Err(format!(
            "malformed character constant: {}",
            String::from_utf8_lossy(text)
        ));
    }
    Ok(Number {
        int: Some(i64::from(rune)),
        uint: Some(u64::from(rune)),
        float: Some(f64::from(rune)),
        complex: None,
    })
}

/// Reads a sum such as `1+2i`.
pub(super) fn parse_complex(text: &str) -> Result<Number, String> {
    let body = text
        .strip_suffix('i')
        .ok_or("syntax error scanning complex number")?;
    let mut previous = ' ';
    let split = body.char_indices().skip(1).find(|(at, letter)| {
        previous = body[..*at].chars().next_back().unwrap_or(' ');
        matches!(letter, '+' | '-') && !matches!(previous, 'e' | 'E' | 'p' | 'P')
    });
    let (at, _) = split.ok_or("syntax error scanning complex number")?;
    match (parse_float(&body[..at]), parse_float(&body[at..])) {
        (Some(real), Some(imaginary)) => Ok(simplify(real, imaginary)),
        _ => Err("syntax error scanning complex number".into()),
    }
}

/// A complex constant is also a float, an integer … when its imaginary part is zero.
fn simplify(real: f64, imaginary: f64) -> Number {
    let mut number = Number {
        complex: Some((real, imaginary)),
        ..Number::default()
    };
    if imaginary == 0.0 {
        number.float = Some(real);
        number.int = whole_int(real);
        number.uint = whole_uint(real);
    }
    number
}

fn whole_int(float: f64) -> Option<i64> {
    (float as i64 as f64 == float).then_some(float as i64)
}

fn whole_uint(float: f64) -> Option<u64> {
    (float as u64 as f64 == float).then_some(float as u64)
}

/// Reads any other number.
pub(super) fn parse_number(text: &str) -> Result<Number, String> {
    if let Some(imaginary) = text.strip_suffix('i').and_then(parse_float) {
        return Ok(simplify(0.0, imaginary));
    }
    let uint = parse_uint(text);
    let mut number = Number {
        int: parse_int(text, uint),
        uint,
        ..Number::default()
    };
    if number.int == Some(0) {
        number.uint = Some(0);
    }
    number.float = match (number.int, number.uint) {
        (Some(int), _) => Some(int as f64),
        (None, Some(uint)) => Some(uint as f64),
        (None, None) => {
            let float = parse_float(text);
            if float.is_some() && !text.contains(['.', 'e', 'E', 'p', 'P']) {
                return Err(format!("integer overflow: {}", quote(text.as_bytes())));
            }
            number.int = float.and_then(whole_int);
            number.uint = float.and_then(whole_uint);
            float
        }
    };
    match number.float {
        Some(_) => Ok(number),
        None => Err(format!("illegal number syntax: {}", quote(text.as_bytes()))),
    }
}

/// Reads an integer, with the same without a sign at hand.
fn parse_int(text: &str, unsigned: Option<u64>) -> Option<i64> {
    match text.as_bytes().first()? {
        b'-' => 0_i64.checked_sub_unsigned(parse_uint(&text[1..])?),
        b'+' => parse_uint(&text[1..])?.try_into().ok(),
        _ => unsigned?.try_into().ok(),
    }
}

/// Reads an unsigned integer with Go's prefixes; a leading zero alone means octal.
fn parse_uint(text: &str) -> Option<u64> {
    if !has_good_underscores(text) {
        return None;
    }
    let plain = without_underscores(text);
    let (digits, base) = match plain.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&plain[2..], 16),
        [b'0', b'o' | b'O', ..] => (&plain[2..], 8),
        [b'0', b'b' | b'B', ..] => (&plain[2..], 2),
        [b'0', _, ..] => (&plain[1..], 8),
        _ => (&*plain, 10),
    };
    if digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(digits, base).ok()
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    match text.contains('_') {
        true => text.replace('_', "").into(),
        false => text.into(),
    }
}

/// Underscores may stand only between digits, or between a prefix and a digit.
fn has_good_underscores(text: &str) -> bool {
    let body = text.trim_start_matches(['+', '-']).as_bytes();
    let mut rest = body;
    // What was before: '^' for the start, '0' for a digit or prefix, '_' or '!' for anything else.
    let mut before = b'^';
    let mut is_hexadecimal = false;
    if let [b'0', letter, ..] = body
        && matches!(letter.to_ascii_lowercase(), b'x' | b'o' | b'b')
    {
        is_hexadecimal = letter.eq_ignore_ascii_case(&b'x');
        before = b'0';
        rest = &body[2..];
    }
    for byte in rest {
        let is_digit = byte.is_ascii_digit() || is_hexadecimal && byte.is_ascii_hexdigit();
        before = match byte {
            _ if is_digit => b'0',
            b'_' if before == b'0' => b'_',
            b'_' => return false,
            _ if before == b'_' => return false,
            _ => b'!',
        };
    }
    before != b'_'
}

/// Reads a float, decimal or hexadecimal.
fn parse_float(text: &str) -> Option<f64> {
    if !has_good_underscores(text) {
        return None;
    }
    let plain = without_underscores(text);
    let (sign, body) = match plain.as_bytes().first()? {
        b'-' => (-1.0, &plain[1..]),
        b'+' => (1.0, &plain[1..]),
        _ => (1.0, &*plain),
    };
    if body.starts_with("0x") || body.starts_with("0X") {
        return parse_hexadecimal(&body[2..]).map(|float| sign * float);
    }
    if !body.starts_with(|first: char| first == '.' || first.is_ascii_digit()) {
        return None;
    }
    let float: f64 = body.parse().ok()?;
    float.is_finite().then_some(sign * float)
}

/// Reads `1.8p3`; the exponent is needed.
fn parse_hexadecimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once(['p', 'P'])?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let mut power = exponent.parse::<i32>().ok()? - 4 * fraction.len() as i32;
    let significant = digits.trim_start_matches('0');
    if digits.is_empty() || significant.len() > 28 {
        return None;
    }
    // More digits than a u128 holds would be rounded twice; Go reads them exactly, templates do not have them.
    let mut value = if significant.is_empty() {
        0
    } else {
        u128::from_str_radix(significant, 16).ok()?
    };
    while value != 0 && value >> 53 != 0 && value & 1 == 0 {
        value >>= 1;
        power += 1;
    }
    let float = value as f64 * 2_f64.powi(power);
    float.is_finite().then_some(float)
}
