//! Numbers, and dates, which begin like numbers.

use super::cursor::{Cursor, Fault};
use crate::gotmpl::Value;
use crate::gotmpl::printf::{quote, quote_rune};
use crate::sprig::{Clock, parse_time};

/// Reads what begins with a digit.
pub(super) fn number_or_date(cursor: &mut Cursor, clock: &Clock) -> Result<Value, Fault> {
    let start = cursor.position();
    let first = cursor.next()?;
    let second = cursor.peek()?;
    if let (Some('0'), Some(base @ ('b' | 'o' | 'x'))) = (first, second) {
        cursor.next()?;
        return based(cursor, base, start);
    }
    digits(cursor)?;
    let next = cursor.next()?;
    match next {
        // A number with a base or a leading zero is no date, but it takes two digits to see that.
        Some('-' | ':') if cursor.since(start).len() > 2 || first != Some('0') => date(cursor, start, clock),
        Some('_') => decimal(cursor, start),
        Some('.' | 'e' | 'E') => float(cursor, start),
        _ => {
            cursor.unread(next);
            integer(cursor, cursor.since(start))
        }
    }
}

/// Reads what begins with a sign, which was taken.
pub(super) fn signed(cursor: &mut Cursor) -> Result<Value, Fault> {
    let start = cursor.position() - 1;
    let letter = cursor.next()?;
    match letter {
        Some('i' | 'n') => {
            let rest = if letter == Some('i') {
                ['n', 'f']
            } else {
                ['a', 'n']
            };
            if !cursor.accept(rest[0])? || !cursor.accept(rest[1])? {
                return Err(cursor.fault(format!("invalid float: '{}'", cursor.since(start))));
            }
            to_float(cursor, cursor.since(start))
        }
        Some('.') => Err(cursor.fault("floats must start with a digit, not '.'")),
        Some('0'..='9') => {
            let base = cursor.peek()?;
            if let (Some('0'), Some(base @ ('b' | 'o' | 'x'))) = (letter, base) {
                let found = cursor.since(start);
                let message = format!("cannot use sign with non-decimal numbers: '{found}{base}'");
                return Err(cursor.fault(message));
            }
            decimal(cursor, start)
        }
        _ => {
            let found = quote_rune(letter.unwrap_or('\0'));
            Err(cursor.fault_at(letter, format!("expected a digit but got {found}")))
        }
    }
}

/// Takes the letters of `inf` and `nan` that follow the first one, as loosely as Go's reader.
pub(super) fn is_special(cursor: &mut Cursor) -> Result<bool, Fault> {
    Ok((cursor.accept('n')? && cursor.accept('f')?) || (cursor.accept('a')? && cursor.accept('n')?))
}

fn digits(cursor: &mut Cursor) -> Result<(), Fault> {
    cursor.skip(|letter| letter.is_some_and(|letter| letter.is_ascii_digit()))
}

fn decimal(cursor: &mut Cursor, start: usize) -> Result<Value, Fault> {
    cursor.skip(|letter| letter.is_some_and(|letter| letter.is_ascii_digit() || letter == '_'))?;
    let next = cursor.next()?;
    if matches!(next, Some('.' | 'e' | 'E')) {
        return float(cursor, start);
    }
    cursor.unread(next);
    integer(cursor, cursor.since(start))
}

fn float(cursor: &mut Cursor, start: usize) -> Result<Value, Fault> {
    cursor.skip(|letter| matches!(letter, Some('0'..='9' | '_' | '.' | '-' | '+' | 'e' | 'E')))?;
    to_float(cursor, cursor.since(start))
}

fn based(cursor: &mut Cursor, base: char, start: usize) -> Result<Value, Fault> {
    let (radix, name) = match base {
        'b' => (2, "a binary"),
        'o' => (8, "an octal"),
        _ => (16, "a hexadecimal"),
    };
    let is_digit = |letter: Option<char>| letter.is_some_and(|letter| letter.is_digit(radix));
    let first = cursor.peek()?;
    if !is_digit(first) {
        let (found, first) = (cursor.since(start), first.unwrap_or('\0'));
        return Err(cursor.fault(format!("not {name} number: '{found}{first}'")));
    }
    cursor.skip(|letter| is_digit(letter) || letter == Some('_'))?;
    integer(cursor, cursor.since(start))
}

fn integer(cursor: &Cursor, text: &str) -> Result<Value, Fault> {
    let invalid = |why: &str| cursor.fault(format!("Invalid integer {}: {why}", quote(text.as_bytes())));
    if !has_good_underscores(text) {
        return Err(invalid("underscores must be surrounded by digits"));
    }
    if has_leading_zero(text) {
        return Err(invalid("cannot have leading zeroes"));
    }
    let plain = text.replace('_', "");
    let number = match plain.get(..2) {
        Some("0b") => i64::from_str_radix(&plain[2..], 2),
        Some("0o") => i64::from_str_radix(&plain[2..], 8),
        Some("0x") => i64::from_str_radix(&plain[2..], 16),
        _ => plain.parse(),
    };
    number
        .map(Value::int64)
        .map_err(|_| cursor.fault(format!("{text} is out of range for int64")))
}

/// Reads the text of a number with a point, of `inf` or of `nan`.
pub(super) fn to_float(cursor: &Cursor, text: &str) -> Result<Value, Fault> {
    let quoted = || quote(text.as_bytes());
    let invalid = |why: &str| cursor.fault(format!("Invalid float {}: {why}", quoted()));
    let mut parts = text.split(['.', 'e', 'E']).filter(|part| !part.is_empty());
    if !parts.clone().all(has_good_underscores) {
        return Err(invalid("underscores must be surrounded by digits"));
    }
    if parts.next().is_some_and(has_leading_zero) {
        return Err(invalid("cannot have leading zeroes"));
    }
    let follow_points = text.split('.').skip(1);
    if !follow_points
        .clone()
        .all(|part| part.starts_with(|letter: char| letter.is_ascii_digit()))
    {
        return Err(invalid("'.' must be followed by one or more digits"));
    }
    let number: f64 = text
        .replace('_', "")
        .parse()
        .map_err(|_| cursor.fault(format!("Invalid float value: {}", quoted())))?;
    if number.is_infinite() && !text.ends_with("inf") {
        return Err(cursor.fault(format!("{text} is out of range for float64")));
    }
    Ok(number.into())
}

fn has_leading_zero(text: &str) -> bool {
    let is_based = |rest: &str| rest.starts_with(['b', 'o', 'x']);
    let is_plain = |rest: &str| !rest.is_empty() && !is_based(rest);
    let after_sign = text.strip_prefix(['+', '-']);
    text.strip_prefix('0').is_some_and(is_plain)
        || after_sign
            .and_then(|rest| rest.strip_prefix('0'))
            .is_some_and(|rest| !rest.is_empty())
}

/// Each underscore stands between what could be digits.
fn has_good_underscores(text: &str) -> bool {
    if matches!(text.trim_start_matches(['+', '-']), "inf" | "nan") {
        return true;
    }
    let mut is_after_digit = false;
    let is_good = text.chars().all(|letter| {
        let is_good = letter != '_' || is_after_digit;
        is_after_digit = letter.is_ascii_hexdigit();
        is_good
    });
    is_good && is_after_digit
}

/// The forms of dates; those without a zone get one that is called after what they are, and is as far from UTC as the
/// local zone is today.
const FORMS: [(&str, Option<&str>); 7] = [
    ("2006-01-02T15:04:05.999999999Z07:00", None),
    ("2006-01-02T15:04:05.999999999", Some("datetime-local")),
    ("2006-01-02", Some("date-local")),
    ("15:04:05.999999999", Some("time-local")),
    ("2006-01-02T15:04Z07:00", None),
    ("2006-01-02T15:04", Some("datetime-local")),
    ("15:04", Some("time-local")),
];

fn date(cursor: &mut Cursor, start: usize, clock: &Clock) -> Result<Value, Fault> {
    let is_of_date = |letter: char| letter.is_ascii_digit() || "-:Tt .Zz+".contains(letter);
    cursor.skip(|letter| letter.is_some_and(is_of_date))?;
    let text = cursor.since(start).trim();
    let text = text.replace('z', "Z").replace(['t', ' '], "T");
    let found = FORMS
        .iter()
        .find_map(|(form, zone)| Some((form, parse_time(clock, form, &text, *zone).ok()?)));
    match found {
        Some((form, time)) if !lacks_zero(&text, form) => Ok(time),
        _ => Err(cursor.fault(format!("invalid datetime: {}", quote(text.as_bytes())))),
    }
}

/// Go reads `7:32` where the form says `15:04`; TOML does not.
fn lacks_zero(text: &str, form: &str) -> bool {
    let fixed = form.bytes().take_while(|byte| !matches!(byte, b'.' | b'Z'));
    fixed
        .zip(text.bytes())
        .any(|(wanted, found)| !wanted.is_ascii_digit() && wanted != found)
}
