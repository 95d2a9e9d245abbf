//! Reading Go's durations.

use std::borrow::Cow;

const LIMIT: u64 = 1 << 63;

/// Reads a duration such as `1h30m`, `-1.5h` or `300ms`, in nanoseconds.
///
/// # Errors
///
/// Returns the text of Go's `time.ParseDuration`.
pub(super) fn parse_duration(text: &str) -> Result<i64, String> {
    let invalid = || format!("time: invalid duration {}", quote(text.as_bytes()));
    let (is_negative, mut rest) = match text.strip_prefix(['-', '+']) {
        Some(rest) => (text.starts_with('-'), rest),
        None => (false, text),
    };
    if rest == "0" {
        return Ok(0);
    }
    if rest.is_empty() {
        return Err(invalid());
    }
    let mut total = 0_u64;
    while !rest.is_empty() {
        let part;
        (part, rest) = next_part(rest, text, &invalid)?;
        total = total
            .checked_add(part)
            .filter(|total| *total <= LIMIT)
            .ok_or_else(invalid)?;
    }
    match (is_negative, i64::try_from(total)) {
        (false, Ok(total)) => Ok(total),
        (true, Ok(total)) => Ok(-total),
        (true, Err(_)) => Ok(i64::MIN),
        (false, Err(_)) => Err(invalid()),
    }
}

/// Reads one number with its unit.
fn next_part<'t>(rest: &'t str, whole: &str, invalid: &dyn Fn() -> String) -> Result<(u64, &'t str), String> {
    let (digits, after) = split_digits(rest);
    let (fraction, after) = match after.strip_prefix('.') {
        Some(after) => split_digits(after),
        None => ("", after),
    };
    if digits.is_empty() && fraction.is_empty() {
        return Err(invalid());
    }
    let number = leading_integer(digits).ok_or_else(invalid)?;
    let end = after
        .find(|byte: char| byte == '.' || byte.is_ascii_digit())
        .unwrap_or(after.len());
    let (unit, after) = after.split_at(end);
    if unit.is_empty() {
        return Err(format!(
            "time: missing unit in duration {}",
            quote(whole.as_bytes())
        ));
    }
    let unit = nanoseconds_of(unit).ok_or_else(|| {
        format!(
            "time: unknown unit {} in duration {}",
            quote(unit.as_bytes()),
            quote(whole.as_bytes())
        )
    })?;
    if number > LIMIT / unit {
        return Err(invalid());
    }
    let total = (number * unit)
        .checked_add(fraction_of(fraction, unit))
        .filter(|total| *total <= LIMIT);
    Ok((total.ok_or_else(invalid)?, after))
}

fn split_digits(text: &str) -> (&str, &str) {
    text.split_at(
        text.find(|byte: char| !byte.is_ascii_digit())
            .unwrap_or(text.len()),
    )
}

fn leading_integer(digits: &str) -> Option<u64> {
    match digits {
        "" => Some(0),
        digits => digits.parse().ok().filter(|number| *number <= LIMIT),
    }
}

/// Go gathers digits while they fit, and multiplies as floats.
fn fraction_of(digits: &str, unit: u64) -> u64 {
    let (mut number, mut scale) = (0_u64, 1.0);
    for digit in digits.bytes() {
        match number
            .checked_mul(10)
            .and_then(|ten| ten.checked_add(u64::from(digit - b'0')))
        {
            Some(next) if number <= (LIMIT - 1) / 10 && next <= LIMIT => number = next,
            _ => break,
        }
        scale *= 10.0;
    }
    (number as f64 * (unit as f64 / scale)) as u64
}

fn nanoseconds_of(unit: &str) -> Option<u64> {
    Some(match unit {
        "ns" => 1,
        // the micro sign and the Greek letter
        "us" | "\u{b5}s" | "\u{3bc}s" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        _ => return None,
    })
}

/// Quotes as Go's `time` package does: what is not printable ASCII is written byte by byte.
pub(super) fn quote(text: &[u8]) -> String {
    let mut out = String::from("\"");
    for byte in text {
        match byte {
            b'"' | b'\\' => out.extend(['\\', char::from(*byte)]),
            b' '..=b'~' | 0x7f => out.push(char::from(*byte)),
            _ => out.push_str(&format!("\\x{byte:02x}")),
        }
    }
    out.push('"');
    out
}

/// Reads a duration from bytes.
pub(super) fn parse_duration_bytes(text: &[u8]) -> Result<i64, String> {
    let text: Cow<'_, str> = super::super::to_utf8(text);
    parse_duration(&text)
}
