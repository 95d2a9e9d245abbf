//! Reading the elements of a layout from a text.

use super::super::layout::{Element, OffsetForm, Precision, next_chunk};
use super::fields::Fields;
use crate::gotmpl::{MONTHS, WEEKDAYS};

/// Why an element could not be read.
pub(super) enum Fault {
    Malformed,
    OutOfRange(&'static str),
}

/// A text that is read from the start.
pub(super) struct Reader<'v> {
    pub(super) rest: &'v [u8],
    /// The layout behind the element that is read.
    pub(super) following: &'v [u8],
}

fn in_range(number: i64, range: std::ops::Range<i64>, part: &'static str) -> Result<i64, Fault> {
    if range.contains(&number) {
        Ok(number)
    } else {
        Err(Fault::OutOfRange(part))
    }
}

impl<'v> Reader<'v> {
    /// Skips plain text of the layout; a space stands for any number of them.
    pub(super) fn skip(&mut self, prefix: &[u8]) -> bool {
        let mut prefix = prefix;
        while let Some((first, after)) = prefix.split_first() {
            if *first == b' ' {
                if self.rest.first().is_some_and(|byte| *byte != b' ') {
                    return false;
                }
                prefix = trim_spaces(prefix);
                self.rest = trim_spaces(self.rest);
            } else if self.rest.first() == Some(first) {
                prefix = after;
                self.rest = &self.rest[1..];
            } else {
                return false;
            }
        }
        true
    }

    fn take(&mut self, count: usize) -> Result<&'v [u8], Fault> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or(Fault::Malformed)?;
        self.rest = rest;
        Ok(taken)
    }

    /// Reads one or two digits, or exactly two.
    fn number(&mut self, is_fixed: Fixed) -> Result<i64, Fault> {
        self.digits(2, is_fixed)
    }

    fn digits(&mut self, most: usize, fixed: Fixed) -> Result<i64, Fault> {
        let count = self
            .rest
            .iter()
            .take(most)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if count == 0 || fixed == Fixed::Yes && count != most {
            return Err(Fault::Malformed);
        }
        Ok(integer(self.take(count)?))
    }

    /// Reads one of some names, in any case.
    fn name(&mut self, names: &[&str], length: Option<usize>) -> Result<i64, Fault> {
        let matches = |name: &&str| {
            let name = &name.as_bytes()[..length.unwrap_or(name.len())];
            self.rest
                .get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name))
        };
        let found = names.iter().position(matches).ok_or(Fault::Malformed)?;
        self.take(length.unwrap_or(names[found].len()))?;
        Ok(found as i64)
    }

    /// Reads what an element stands for.
    pub(super) fn element(&mut self, element: Element, fields: &mut Fields) -> Result<(), Fault> {
        match element {
            Element::LongMonth => fields.month = Some(self.name(&MONTHS, None)? + 1),
            Element::Month => fields.month = Some(self.name(&MONTHS, Some(3))? + 1),
            Element::NumberMonth | Element::ZeroMonth => {
                let month = self.number(Fixed::from(element == Element::ZeroMonth))?;
                fields.month = Some(in_range(month, 1..13, "month")?);
            }
            // the day of the week is not compared with the date
            Element::LongWeekday => _ = self.name(&WEEKDAYS, None)?,
            Element::Weekday => _ = self.name(&WEEKDAYS, Some(3))?,
            Element::Day | Element::UnderDay | Element::ZeroDay => fields.day = Some(self.day(element)?),
            Element::UnderYearDay | Element::ZeroYearDay => {
                fields.day_of_year = Some(self.year_day(element)?)
            }
            Element::LongYear | Element::Year => fields.year = self.year(element)?,
            Element::UpperNoon => fields.is_afternoon = Some(self.noon(b"AM", b"PM")?),
            Element::LowerNoon => fields.is_afternoon = Some(self.noon(b"am", b"pm")?),
            Element::ZoneName => self.zone_name(fields)?,
            Element::ZoneOffset(form) => self.zone_offset(form, fields)?,
            Element::Fraction(digits) => fields.nanoseconds = nanoseconds(self.take(digits + 1)?)?,
            Element::TrimmedFraction(_) => {
                if let Some(digits) = self.fraction_length() {
                    fields.nanoseconds = nanoseconds(self.take(digits + 1)?)?;
                }
            }
            _ => self.clock(element, fields)?,
        }
        Ok(())
    }

    fn clock(&mut self, element: Element, fields: &mut Fields) -> Result<(), Fault> {
        let is_fixed = Fixed::from(matches!(
            element,
            Element::ZeroHour12 | Element::ZeroMinute | Element::ZeroSecond
        ));
        let number = self.number(is_fixed)?;
        match element {
            Element::Hour => fields.hour = in_range(number, 0..24, "hour")?,
            Element::Hour12 | Element::ZeroHour12 => fields.hour = in_range(number, 0..13, "hour")?,
            Element::Minute | Element::ZeroMinute => fields.minute = in_range(number, 0..60, "minute")?,
            _ => {
                fields.second = in_range(number, 0..60, "second")?;
                self.unannounced_fraction(fields)?;
            }
        }
        Ok(())
    }

    /// Returns the digits behind a point or comma at the start, if there are any.
    fn fraction_length(&self) -> Option<usize> {
        let (first, rest) = self.rest.split_first()?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        (matches!(first, b'.' | b',') && digits > 0).then_some(digits)
    }

    /// Takes a fraction behind the seconds that the layout says nothing of.
    fn unannounced_fraction(&mut self, fields: &mut Fields) -> Result<(), Fault> {
        let next = next_chunk(self.following).element;
        if matches!(
            next,
            Some((Element::Fraction(_) | Element::TrimmedFraction(_), _))
        ) {
            return Ok(());
        }
        if let Some(digits) = self.fraction_length() {
            fields.nanoseconds = nanoseconds(self.take(digits + 1)?)?;
        }
        Ok(())
    }

    fn skip_space(&mut self) {
        if let [b' ', rest @ ..] = self.rest {
            self.rest = rest;
        }
    }

    fn day(&mut self, element: Element) -> Result<i64, Fault> {
        if element == Element::UnderDay {
            self.skip_space();
        }
        self.number(Fixed::from(element == Element::ZeroDay))
    }

    fn year_day(&mut self, element: Element) -> Result<i64, Fault> {
        if element == Element::UnderYearDay {
            self.skip_space();
            self.skip_space();
        }
        self.digits(3, Fixed::from(element == Element::ZeroYearDay))
    }

    fn year(&mut self, element: Element) -> Result<i64, Fault> {
        if element == Element::LongYear {
            return self.digits(4, Fixed::Yes);
        }
        let year = signed_integer(self.take(2)?).ok_or(Fault::Malformed)?;
        Ok(if year >= 69 { 1900 + year } else { 2000 + year })
    }

    fn noon(&mut self, before: &[u8], after: &[u8]) -> Result<bool, Fault> {
        match self.take(2)? {
            text if text == after => Ok(true),
            text if text == before => Ok(false),
            _ => Err(Fault::Malformed),
        }
    }

    fn zone_name(&mut self, fields: &mut Fields) -> Result<(), Fault> {
        if self.rest.starts_with(b"UTC") {
            self.take(3)?;
            fields.is_utc = true;
            return Ok(());
        }
        let name = self.take(zone_length(self.rest).ok_or(Fault::Malformed)?)?;
        fields.zone = Some(String::from_utf8_lossy(name).into_owned());
        Ok(())
    }

    fn zone_offset(&mut self, form: OffsetForm, fields: &mut Fields) -> Result<(), Fault> {
        if form.has_z && self.rest.starts_with(b"Z") {
            self.take(1)?;
            fields.is_utc = true;
            return Ok(());
        }
        let parts = match form.precision {
            Precision::Hours => 1,
            Precision::Minutes => 2,
            Precision::Seconds => 3,
        };
        let colon = usize::from(form.has_colons);
        let text = self.take(1 + 2 * parts + colon * (parts - 1))?;
        let part = |at: usize| -> Result<i64, Fault> {
            let start = 1 + at * (2 + colon);
            match text.get(start..start + 2) {
                None => Ok(0),
                Some(digits) if digits.iter().all(u8::is_ascii_digit) => Ok(integer(digits)),
                Some(_) => Err(Fault::Malformed),
            }
        };
        if form.has_colons && (1..parts).any(|at| text[3 * at] != b':') {
            return Err(Fault::Malformed);
        }
        let hours = in_range(part(0)?, 0..25, "time zone offset hour")?;
        let minutes = in_range(part(1)?, 0..61, "time zone offset minute")?;
        let seconds = in_range(part(2)?, 0..61, "time zone offset second")?;
        let offset = ((hours * 60 + minutes) * 60 + seconds) as i32;
        fields.offset = match text[0] {
            b'+' => Some(offset),
            b'-' => Some(-offset),
            _ => return Err(Fault::Malformed),
        };
        Ok(())
    }
}

/// Whether a number has a fixed number of digits.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fixed {
    Yes,
    No,
}

impl From<bool> for Fixed {
    fn from(condition: bool) -> Self {
        if condition { Self::Yes } else { Self::No }
    }
}

fn trim_spaces(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|byte| **byte == b' ').count()..]
}

/// Reads digits; callers have checked that they are, and few.
fn integer(digits: &[u8]) -> i64 {
    digits
        .iter()
        .fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
}

/// Reads digits behind a sign, which Go forgives where a number is cut out of the text before it is read.
fn signed_integer(text: &[u8]) -> Option<i64> {
    let (sign, digits) = match text {
        [b'-', digits @ ..] => (-1, digits),
        [b'+', digits @ ..] => (1, digits),
        digits => (1, digits),
    };
    digits
        .iter()
        .all(u8::is_ascii_digit)
        .then(|| sign * integer(digits))
}

/// Reads a fraction with its point; what is below nanoseconds is cut off.
fn nanoseconds(text: &[u8]) -> Result<u32, Fault> {
    let (point, digits) = text.split_first().ok_or(Fault::Malformed)?;
    let digits = &digits[..digits.len().min(9)];
    let number = signed_integer(digits).ok_or(Fault::Malformed)?;
    if !matches!(point, b'.' | b',') {
        return Err(Fault::Malformed);
    }
    let number = in_range(number, 0..1_000_000_000, "fractional second")?;
    Ok(number as u32 * 10_u32.pow(9 - digits.len() as u32))
}

/// Returns how long the zone abbreviation at the start is, by Go's guess at what one looks like.
fn zone_length(text: &[u8]) -> Option<usize> {
    match text {
        [b'C', b'h', b'S', b'T', ..] | [b'M', b'e', b'S', b'T', ..] => return Some(4),
        [b'G', b'M', b'T', rest @ ..] => return Some(3 + signed_offset_length(rest)),
        [b'+' | b'-', _, _, ..] => return Some(signed_offset_length(text)).filter(|length| *length > 0),
        _ => {}
    }
    match text
        .iter()
        .take(6)
        .take_while(|byte| byte.is_ascii_uppercase())
        .count()
    {
        5 if text[4] == b'T' => Some(5),
        4 if text[3] == b'T' || text.starts_with(b"WITA") => Some(4),
        3 => Some(3),
        _ => None,
    }
}

/// Returns the length of `+3` or `-11`; none when it is no hour.
fn signed_offset_length(text: &[u8]) -> usize {
    let Some((b'+' | b'-', rest)) = text.split_first() else {
        return 0;
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_hour = digits > 0
        && rest[..digits]
            .iter()
            .fold(0_i64, |n, d| (n * 10 + i64::from(d - b'0')).min(99))
            <= 23;
    if is_hour { digits + 1 } else { 0 }
}
