//! Floats as Go's `strconv.FormatFloat` writes them.

use crate::gotmpl::types::FloatKind;
use std::fmt::Write;

/// The significant digits of a number, and where the point stands: `0.DIGITS × 10^point`.
struct Decimal {
    digits: Vec<u8>,
    point: i32,
}

/// Formats a float by a verb (`e E f g G b x X`); without a precision, the fewest digits that give the same number back.
pub fn format_float(number: f64, verb: char, precision: Option<usize>, kind: FloatKind) -> String {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "+Inf".into()
        } else {
            "-Inf".into()
        };
    }
    let sign = if number.is_sign_negative() { "-" } else { "" };
    let magnitude = number.abs();
    let body = match verb {
        'b' => binary(magnitude, kind),
        'x' | 'X' => hexadecimal(magnitude, verb, precision, kind),
        'e' | 'E' => exponent(
            &decimal(magnitude, precision.map(|digits| digits + 1), kind),
            verb,
            precision,
        ),
        'f' => fixed(magnitude, precision, kind),
        _ => general(magnitude, verb, precision, kind),
    };
    format!("{sign}{body}")
}

/// Finds the digits: a given number of them, rightly rounded, or the fewest that identify the number.
fn decimal(magnitude: f64, digits: Option<usize>, kind: FloatKind) -> Decimal {
    match digits {
        Some(digits) => parse_decimal(&format!("{:.*e}", digits.max(1) - 1, magnitude)),
        None => shortest(magnitude, kind),
    }
}

fn shortest(magnitude: f64, kind: FloatKind) -> Decimal {
    let text = match kind {
        FloatKind::Float32 => return parse_decimal(&format!("{:e}", magnitude as f32)),
        FloatKind::Float64 => format!("{magnitude:e}"),
    };
    // Between two shortest forms at the same distance the standard library takes the upper one and Go the even one,
    // which is also the one that exact rounding gives.
    let mantissa = text.split('e').next().map_or(0, str::len);
    let even = format!("{:.*e}", mantissa.saturating_sub(2), magnitude);
    if even.parse() == Ok(magnitude) {
        parse_decimal(&even)
    } else {
        parse_decimal(&text)
    }
}

/// Reads `d.ddde±x`, without zeros at the end.
fn parse_decimal(text: &str) -> Decimal {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let mut digits: Vec<u8> = mantissa.bytes().filter(u8::is_ascii_digit).collect();
    while digits.last() == Some(&b'0') {
        digits.pop();
    }
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let point = if digits.is_empty() { 0 } else { exponent + 1 };
    Decimal { digits, point }
}

fn exponent(decimal: &Decimal, verb: char, precision: Option<usize>) -> String {
    let digits = &decimal.digits;
    let places = precision.unwrap_or(digits.len().max(1) - 1);
    let mut out = String::new();
    out.push(char::from(*digits.first().unwrap_or(&b'0')));
    if places > 0 {
        out.push('.');
        for place in 1..=places {
            out.push(char::from(*digits.get(place).unwrap_or(&b'0')));
        }
    }
    let exponent = if digits.is_empty() { 0 } else { decimal.point - 1 };
    let sign = if exponent < 0 { '-' } else { '+' };
    let _ = write!(out, "{verb}{sign}{:02}", exponent.abs());
    out
}

fn fixed(magnitude: f64, precision: Option<usize>, kind: FloatKind) -> String {
    match precision {
        Some(places) => format!("{magnitude:.places$}"),
        None => plain(&shortest(magnitude, kind), None),
    }
}

/// Writes the digits with a point and no exponent.
fn plain(decimal: &Decimal, places: Option<usize>) -> String {
    let digit = |position: i32| {
        let digit = usize::try_from(position)
            .ok()
            .and_then(|position| decimal.digits.get(position));
        char::from(*digit.unwrap_or(&b'0'))
    };
    let mut out = String::new();
    if decimal.point > 0 {
        (0..decimal.point).for_each(|position| out.push(digit(position)));
    } else {
        out.push('0');
    }
    let places = places.unwrap_or((decimal.digits.len() as i32 - decimal.point).max(0) as usize);
    if places > 0 {
        out.push('.');
        (0..places as i32).for_each(|place| out.push(digit(decimal.point + place)));
    }
    out
}

/// `%g`: an exponent when it is below -4 or not below the precision (6 for the shortest form).
fn general(magnitude: f64, verb: char, precision: Option<usize>, kind: FloatKind) -> String {
    let wanted = precision.map(|precision| precision.max(1));
    let decimal = decimal(magnitude, wanted, kind);
    let count = decimal.digits.len() as i32;
    let limit = match wanted {
        None => 6,
        Some(wanted) if wanted as i32 > count && count >= decimal.point => count,
        Some(wanted) => wanted as i32,
    };
    let power = decimal.point - 1;
    if power < -4 || power >= limit {
        let letter = if verb == 'G' { 'E' } else { 'e' };
        let places = wanted.map_or(count, |wanted| (wanted as i32).min(count)).max(1) - 1;
        return exponent(&decimal, letter, Some(places as usize));
    }
    plain(&decimal, Some((count - decimal.point).max(0) as usize))
}

/// Mantissa and exponent as they are stored: `4503599627370496p-52`.
fn binary(magnitude: f64, kind: FloatKind) -> String {
    let (mantissa, exponent) = parts(magnitude, kind);
    format!("{mantissa}p{exponent:+}")
}

/// Returns mantissa and power of two of a float, so that the number is `mantissa × 2^power`.
fn parts(magnitude: f64, kind: FloatKind) -> (u64, i32) {
    let (bits, width, bias) = match kind {
        FloatKind::Float64 => (magnitude.to_bits(), 52, 1023),
        FloatKind::Float32 => (u64::from((magnitude as f32).to_bits()), 23, 127),
    };
    let fraction = bits & ((1 << width) - 1);
    let stored = (bits >> width) as i32;
    if stored == 0 {
        (fraction, 1 - bias - width)
    } else {
        (fraction | 1 << width, stored - bias - width)
    }
}

/// `0x1.8p+01`: the leading digit is 1, the rest of the mantissa follows in hexadecimal.
fn hexadecimal(magnitude: f64, verb: char, precision: Option<usize>, kind: FloatKind) -> String {
    let (mut mantissa, power) = parts(magnitude, kind);
    let mut exponent = 0;
    if mantissa != 0 {
        // The leading one moves to bit 60, so that 15 whole hexadecimal digits follow it.
        let shift = mantissa.leading_zeros() as i32 - 3;
        mantissa <<= shift;
        exponent = power - shift + 60;
    }
    if let Some(places) = precision.filter(|places| *places < 15) {
        let dropped = 60 - 4 * places as u32;
        let extra = mantissa & ((1 << dropped) - 1);
        let half = 1 << (dropped - 1);
        mantissa >>= dropped;
        if extra > half || (extra == half && mantissa & 1 == 1) {
            mantissa += 1;
        }
        mantissa <<= dropped;
        if mantissa >> 61 != 0 {
            mantissa >>= 1;
            exponent += 1;
        }
    }
    let mut digits = format!("{:015x}", mantissa & ((1 << 60) - 1));
    match precision {
        Some(places) => {
            digits.truncate(places);
            digits.extend(std::iter::repeat_n('0', places.saturating_sub(digits.len())));
        }
        None => digits.truncate(digits.trim_end_matches('0').len()),
    }
    let point = if digits.is_empty() { "" } else { "." };
    let sign = if exponent < 0 { '-' } else { '+' };
    let text = format!("0x{}{point}{digits}p{sign}{:02}", mantissa >> 60, exponent.abs());
    if verb == 'X' { text.to_uppercase() } else { text }
}
