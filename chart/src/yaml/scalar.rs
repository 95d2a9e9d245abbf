//! Which value an unquoted word stands for: YAML 1.1 as go-yaml v2 understands it (`resolve.go`).

/// What a word resolves to.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Resolved {
    Null,
    Bool(bool),
    Int(i64),
    /// A whole number between `i64::MAX` and `u64::MAX`.
    Unsigned(u64),
    Float(f64),
    Timestamp,
    Text,
}

/// Resolves an untagged plain scalar.
pub(super) fn resolve(text: &str) -> Resolved {
    let Some(&first) = text.as_bytes().first() else {
        return Resolved::Null;
    };
    match first {
        b'+' | b'-' | b'0'..=b'9' => word(text).unwrap_or_else(|| number_or_date(text)),
        b'.' => word(text).unwrap_or_else(|| point_float(text)),
        b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O' | b'~' => {
            word(text).unwrap_or(Resolved::Text)
        }
        // go-yaml looks a word up only if its first letter is a hint, and `<` is none, so `<<` is text here.
        _ => Resolved::Text,
    }
}

fn word(text: &str) -> Option<Resolved> {
    if text.len() > 5 {
        return None;
    }
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => {
            Resolved::Bool(true)
        }
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => {
            Resolved::Bool(false)
        }
        "~" | "null" | "Null" | "NULL" => Resolved::Null,
        ".nan" | ".NaN" | ".NAN" => Resolved::Float(f64::NAN),
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => Resolved::Float(f64::INFINITY),
        "-.inf" | "-.Inf" | "-.INF" => Resolved::Float(f64::NEG_INFINITY),
        _ => return None,
    })
}

fn number_or_date(text: &str) -> Resolved {
    if is_timestamp(text) {
        return Resolved::Timestamp;
    }
    number(text)
}

/// Reads an integer in any of Go's bases, or a decimal float. Underscores may be anywhere.
pub(super) fn number(text: &str) -> Resolved {
    let plain: std::borrow::Cow<str> = if text.contains('_') {
        text.replace('_', "").into()
    } else {
        text.into()
    };
    if let Some(number) = integer(&plain) {
        return number;
    }
    if is_decimal_float(&plain)
        && let Some(number) = finite(&plain)
    {
        return Resolved::Float(number);
    }
    Resolved::Text
}

fn integer(text: &str) -> Option<Resolved> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, &text[1..]),
        b'+' => (false, &text[1..]),
        _ => (false, text),
    };
    let signed = digits.len() != text.len();
    let (radix, digits) = radix(digits);
    if digits.is_empty() || !digits.bytes().all(|byte| (byte as char).is_digit(radix)) {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    match (i64::try_from(magnitude), negative) {
        (Ok(number), false) => Some(Resolved::Int(number)),
        (_, true) => 0i64.checked_sub_unsigned(magnitude).map(Resolved::Int),
        (Err(_), false) if signed => None,
        (Err(_), false) => Some(Resolved::Unsigned(magnitude)),
    }
}

fn radix(digits: &str) -> (u32, &str) {
    let Some(rest) = digits.strip_prefix('0').filter(|rest| !rest.is_empty()) else {
        return (10, digits);
    };
    match rest.as_bytes()[0] {
        b'x' | b'X' => (16, &rest[1..]),
        b'b' | b'B' => (2, &rest[1..]),
        b'o' | b'O' => (8, &rest[1..]),
        _ => (8, rest),
    }
}

/// Says whether the text is `[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?`.
fn is_decimal_float(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let (mantissa, exponent) = match text.find(['e', 'E']) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    };
    let all_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let mantissa_fits = match mantissa.split_once('.') {
        Some((whole, fraction)) => {
            all_digits(whole) && all_digits(fraction) && !(whole.is_empty() && fraction.is_empty())
        }
        None => !mantissa.is_empty() && all_digits(mantissa),
    };
    let exponent_fits = exponent.is_none_or(|exponent| {
        let digits = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
        !digits.is_empty() && all_digits(digits)
    });
    mantissa_fits && exponent_fits
}

/// A word that starts with a point goes straight to Go's `ParseFloat`, which lets underscores separate digits.
fn point_float(text: &str) -> Resolved {
    let bytes = text.as_bytes();
    let separates = |at: usize| {
        let is_digit = |at: Option<&u8>| at.is_some_and(u8::is_ascii_digit);
        is_digit(bytes.get(at - 1)) && is_digit(bytes.get(at + 1))
    };
    if !(1..bytes.len()).all(|at| bytes[at] != b'_' || separates(at)) {
        return Resolved::Text;
    }
    let plain = text.replace('_', "");
    if !is_decimal_float(&plain) {
        return Resolved::Text;
    }
    finite(&plain).map_or(Resolved::Text, Resolved::Float)
}

/// Go refuses a number that overflows; Rust makes it infinite.
fn finite(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// Says whether go-yaml takes the text for a date: `2001-1-2`, alone or with a time (`parseTimestamp`).
pub(super) fn is_timestamp(text: &str) -> bool {
    let bytes = text.as_bytes();
    if bytes.len() < 6 || !bytes[..4].iter().all(u8::is_ascii_digit) || bytes[4] != b'-' {
        return false;
    }
    let Some(rest) = date(text) else { return false };
    match rest.as_bytes().first() {
        None => true,
        Some(b'T' | b't') => clock(&rest[1..]).is_some_and(is_zone),
        Some(b' ') => clock(rest.trim_start_matches(' ')).is_some_and(str::is_empty),
        Some(_) => false,
    }
}

/// Reads `YYYY-M-D` and returns what follows.
fn date(text: &str) -> Option<&str> {
    let year: u32 = text[..4].parse().ok()?;
    let (month, rest) = one_or_two_digits(text.get(5..)?)?;
    let (day, rest) = one_or_two_digits(rest.strip_prefix('-')?)?;
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let days = match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return None,
    };
    (1..=days).contains(&day).then_some(rest)
}

/// Reads `H:M:S` with an optional fraction and returns what follows.
fn clock(text: &str) -> Option<&str> {
    let (hour, rest) = one_or_two_digits(text)?;
    let (minute, rest) = one_or_two_digits(rest.strip_prefix(':')?)?;
    let (second, rest) = one_or_two_digits(rest.strip_prefix(':')?)?;
    if hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let fraction = rest
        .strip_prefix(['.', ','])
        .map(|rest| rest.trim_start_matches(|c: char| c.is_ascii_digit()));
    match fraction {
        Some(after) if rest.len() - after.len() > 1 => Some(after),
        _ => Some(rest),
    }
}

fn one_or_two_digits(text: &str) -> Option<(u32, &str)> {
    let length = text.bytes().take(2).take_while(u8::is_ascii_digit).count();
    let (digits, rest) = text.split_at(length);
    Some((digits.parse().ok()?, rest))
}

fn is_zone(text: &str) -> bool {
    let bytes = text.as_bytes();
    if text == "Z" {
        return true;
    }
    if bytes.len() != 6 || !matches!(bytes[0], b'+' | b'-') || bytes[3] != b':' {
        return false;
    }
    let two = |at: usize| {
        text.get(at..at + 2)
            .filter(|two| two.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let number = |at: usize| two(at).and_then(|two| two.parse::<u32>().ok());
    number(1).is_some_and(|hours| hours <= 24) && number(4).is_some_and(|minutes| minutes <= 60)
}

/// Says whether YAML 1.1 would read the text as a base-60 number (`1:30`). go-yaml does not, but quotes it for those
/// who do.
pub(super) fn is_base_60(text: &str) -> bool {
    let text = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut parts = text.split(':');
    let Some(first) = parts.next() else { return false };
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_');
    if !first.starts_with(|c: char| c.is_ascii_digit()) || !is_number(first) || !text.contains(':') {
        return false;
    }
    let is_sixty = |text: &str| match text.as_bytes() {
        [digit] => digit.is_ascii_digit(),
        [ten, digit] => matches!(ten, b'0'..=b'5') && digit.is_ascii_digit(),
        _ => false,
    };
    let rest: Vec<&str> = parts.collect();
    let (last, middle) = rest.split_last().expect("there is a colon");
    let last_fits = match last.split_once('.') {
        Some((whole, fraction)) => is_sixty(whole) && is_number(fraction),
        None => is_sixty(last),
    };
    last_fits && middle.iter().all(|part| is_sixty(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_resolve_as_in_go() {
        let float = Resolved::Float;
        for (text, expected) in [
            ("", Resolved::Null),
            ("yes", Resolved::Bool(true)),
            ("oN", Resolved::Text),
            ("0777", Resolved::Int(511)),
            ("0o17", Resolved::Int(15)),
            ("-0b11", Resolved::Int(-3)),
            ("08", float(8.0)),
            ("1_000", Resolved::Int(1000)),
            ("-9223372036854775808", Resolved::Int(i64::MIN)),
            ("18446744073709551615", Resolved::Unsigned(u64::MAX)),
            ("18446744073709551616", float(1.8446744073709552e19)),
            (".5_5", float(0.55)),
            ("._5", Resolved::Text),
            ("1e400", Resolved::Text),
            ("0x", Resolved::Text),
            ("2001-1-2", Resolved::Timestamp),
            ("2001-02-29", Resolved::Text),
        ] {
            assert_eq!(resolve(text), expected, "{text:?}");
        }
    }

    #[test]
    fn times_of_day_need_all_their_parts() {
        for text in [
            "2001-12-14t21:59:43.10-05:00",
            "2001-12-14 21:59:43",
            "2001-12-14T1:2:3Z",
        ] {
            assert!(is_timestamp(text), "{text}");
        }
        for text in [
            "2001-12-14 21:59:43.10 -5",
            "2001-12-14T21:59:43",
            "2001-12-14 25:00:00",
            "2001-13-1",
        ] {
            assert!(!is_timestamp(text), "{text}");
        }
    }

    #[test]
    fn base_60_needs_minutes_below_sixty() {
        for (text, is) in [
            ("1:30", true),
            ("1:60", false),
            ("-190:20:30.15", true),
            ("a:30", false),
            ("1:", false),
        ] {
            assert_eq!(is_base_60(text), is, "{text}");
        }
    }
}
