//! Numbers out of anything, by the rules of Go's `spf13/cast`: what cannot be converted is zero.

use crate::gotmpl::{IntKind, Value, printf};

/// Converts to `int64`; also to `int`, which is as wide.
pub(super) fn to_int64(value: &Value) -> i64 {
    match value {
        Value::Bool(value) => i64::from(*value),
        // cast knows months and weekdays, but no durations
        Value::Int(number, kind) if *kind != IntKind::Duration => *number,
        Value::Uint(number, _) => *number as i64,
        Value::Float(number, _) => truncate(*number),
        Value::String(text) => parse_int(trim_zero_decimal(text)).unwrap_or(0),
        _ => 0,
    }
}

/// Converts to `float64`.
pub(super) fn to_float64(value: &Value) -> f64 {
    match value {
        Value::Bool(value) => f64::from(u8::from(*value)),
        Value::Int(number, kind) if *kind != IntKind::Duration => *number as f64,
        Value::Uint(number, _) => *number as f64,
        Value::Float(number, _) => *number,
        Value::String(text) => text.as_str().and_then(parse_float).unwrap_or(0.0),
        _ => 0.0,
    }
}

/// Cuts the fraction off; what does not fit becomes the smallest integer, as on Go's amd64.
pub(super) fn truncate(number: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&number) {
        number as i64
    } else {
        i64::MIN
    }
}

/// Takes `.`, `.0`, `.00` … off the end; a point without zeros stays, as cast has it.
fn trim_zero_decimal(text: &[u8]) -> &[u8] {
    let zeros = text.iter().rev().take_while(|byte| **byte == b'0').count();
    let rest = &text[..text.len() - zeros];
    match rest {
        [number @ .., b'.'] if zeros > 0 => number,
        _ => text,
    }
}

/// Reads an integer as a Go literal: sign, base prefix, underscores between digits.
pub(super) fn parse_int(text: &[u8]) -> Option<i64> {
    let (sign, digits) = split_sign(text);
    let magnitude = parse_uint(digits)?;
    signed(magnitude, sign)
}

/// Reads an integer of the given base, without prefix or underscores.
pub(super) fn parse_int_of_base(text: &[u8], base: u32) -> Option<i64> {
    let (sign, digits) = split_sign(text);
    if !digits.iter().all(u8::is_ascii_alphanumeric) {
        return None;
    }
    signed(
        u64::from_str_radix(std::str::from_utf8(digits).ok()?, base).ok()?,
        sign,
    )
}

/// Reads a decimal integer; one that is too large gives the nearest that fits, as Go's parsers return beside the error.
pub(super) fn parse_decimal_saturating(text: &[u8]) -> i64 {
    let (sign, digits) = split_sign(text);
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return 0;
    }
    parse_int_of_base(text, 10).unwrap_or(if sign < 0 { i64::MIN } else { i64::MAX })
}

/// Takes a sign off: the factor that it stands for, and the rest.
fn split_sign(text: &[u8]) -> (i128, &[u8]) {
    match text {
        [b'-', rest @ ..] => (-1, rest),
        [b'+', rest @ ..] => (1, rest),
        _ => (1, text),
    }
}

/// Puts the sign on; `i128` has room for every magnitude.
fn signed(magnitude: u64, sign: i128) -> Option<i64> {
    i64::try_from(sign * i128::from(magnitude)).ok()
}

fn parse_uint(digits: &[u8]) -> Option<u64> {
    let (base, rest) = match digits {
        [b'0', b'x' | b'X', rest @ ..] if !rest.is_empty() => (16, rest),
        [b'0', b'b' | b'B', rest @ ..] if !rest.is_empty() => (2, rest),
        [b'0', b'o' | b'O', rest @ ..] if !rest.is_empty() => (8, rest),
        [b'0', rest @ ..] if !rest.is_empty() => (8, rest),
        rest => (10, rest),
    };
    // after a prefix an underscore may come first
    let may_lead = base != 10;
    parse_digits(rest, base, may_lead.then_some(b'0'))
}

fn parse_digits(digits: &[u8], base: u32, before: Option<u8>) -> Option<u64> {
    let mut number = None;
    let mut previous = before;
    for byte in digits {
        match (byte, previous) {
            (b'_', Some(previous)) if previous != b'_' => {}
            (b'_', _) => return None,
            (digit, _) => {
                let digit = u64::from(char::from(*digit).to_digit(base)?);
                number = Some(
                    number
                        .unwrap_or(0_u64)
                        .checked_mul(u64::from(base))?
                        .checked_add(digit)?,
                );
            }
        }
        previous = Some(*byte);
    }
    if previous == Some(b'_') { None } else { number }
}

/// Reads a float as Go's `ParseFloat` does; nothing when it is malformed or too large.
pub(super) fn parse_float(text: &str) -> Option<f64> {
    let (sign, body) = split_sign(text.as_bytes());
    let magnitude = match body.to_ascii_lowercase().as_slice() {
        b"inf" | b"infinity" => f64::INFINITY,
        // a sign makes it malformed
        b"nan" if body.len() == text.len() => f64::NAN,
        lower => parse_magnitude(lower)?,
    };
    Some(if sign < 0 { -magnitude } else { magnitude })
}

fn parse_magnitude(text: &[u8]) -> Option<f64> {
    let number = match text {
        [b'0', b'x', rest @ ..] => parse_hexadecimal(&without_underscores(rest, Some(b'0'))?)?,
        _ => {
            let digits = without_underscores(text, None)?;
            let first = digits.bytes().next()?;
            if !first.is_ascii_digit() && first != b'.' {
                return None;
            }
            digits.parse::<f64>().ok()?
        }
    };
    number.is_finite().then_some(number)
}

/// Takes underscores out; each must stand between two digits.
fn without_underscores(text: &[u8], before: Option<u8>) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let mut previous = before;
    for (at, byte) in text.iter().enumerate() {
        if *byte == b'_' {
            let next = text.get(at + 1);
            if !previous.is_some_and(|byte| byte.is_ascii_hexdigit())
                || !next.is_some_and(u8::is_ascii_hexdigit)
            {
                return None;
            }
        } else {
            out.push(char::from(*byte));
        }
        previous = Some(*byte);
    }
    Some(out)
}

/// Reads mantissa and binary exponent; Go wants the exponent.
fn parse_hexadecimal(text: &str) -> Option<f64> {
    let (mantissa, exponent) = text.split_once('p')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let mut number = 0_u128;
    let mut dropped = 0_i32;
    let mut digits = 0;
    for digit in whole.chars().chain(fraction.chars()) {
        let digit = digit.to_digit(16)?;
        digits += 1;
        // 30 digits are more than a float holds; a bit stands for all that follow
        if number >> 120 == 0 {
            number = number << 4 | u128::from(digit);
        } else {
            number |= u128::from(digit != 0);
            dropped += 4;
        }
    }
    let scale = exponent
        .checked_add(dropped)?
        .checked_sub(i32::try_from(fraction.len()).ok()?.checked_mul(4)?)?;
    (digits > 0).then(|| scale_by_power(number as f64, scale))
}

fn scale_by_power(number: f64, power: i32) -> f64 {
    let half = power / 2;
    number * 2_f64.powi(half) * 2_f64.powi(power - half)
}

/// Returns the text that sprig makes of any value: strings as they are, the rest as `%v` prints it.
pub(super) fn to_text(value: &Value) -> crate::gotmpl::Text {
    match value {
        Value::String(text) | Value::Bytes(text) => text.clone(),
        other => printf::sprint_value(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_follow_go_literals() {
        let cases: [(&str, Option<i64>); 12] = [
            ("0x10", Some(16)),
            ("010", Some(8)),
            ("08", None),
            ("1_000", Some(1000)),
            ("_1", None),
            ("1_", None),
            ("0_7", Some(7)),
            ("-0b11", Some(-3)),
            ("", None),
            ("-9223372036854775808", Some(i64::MIN)),
            ("9223372036854775808", None),
            ("0x", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse_int(text.as_bytes()), expected, "{text}");
        }
    }
}
