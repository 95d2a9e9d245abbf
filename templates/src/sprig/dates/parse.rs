//! Reading a time by a layout.

use super::Time;
use super::calendar::{Date, day_of_year, days_in, days_of};
use super::duration::quote;
use super::layout::{Element, OffsetForm, Precision, next_chunk};
use super::zone::Zone;
use super::{LONG_MONTHS, LONG_WEEKDAYS};
use std::sync::Arc;

/// Reads a time; one without a zone is in the local one.
///
/// # Errors
///
/// Returns the text of Go's `time.ParseError`.
pub(super) fn parse(layout: &[u8], value: &[u8], local: &Arc<Zone>) -> Result<Time, String> {
    let whole = |message: &str| format!("parsing time {}{message}", quote(value));
    let cannot = |text: &[u8], element: &[u8]| {
        format!(
            "parsing time {} as {}: cannot parse {} as {}",
            quote(value),
            quote(layout),
            quote(text),
            quote(element)
        )
    };
    let mut fields = Fields::default();
    let mut reader = Reader { rest: value, following: layout };
    loop {
        let chunk = next_chunk(reader.following);
        if !reader.skip(chunk.prefix) {
            return Err(cannot(reader.rest, chunk.prefix));
        }
        let Some((element, text)) = chunk.element else { break };
        reader.following = chunk.rest;
        let hold = reader.rest;
        match reader.element(element, &mut fields) {
            Ok(()) => {}
            Err(Fault::OutOfRange(part)) => return Err(whole(&format!(": {part} out of range"))),
            Err(Fault::Malformed) => return Err(cannot(hold, text)),
        }
    }
    if !reader.rest.is_empty() {
        return Err(whole(&format!(": extra text: {}", quote(reader.rest))));
    }
    fields.finish(local).map_err(|message| whole(&format!(": {message}")))
}

/// Why an element could not be read.
enum Fault {
    Malformed,
    OutOfRange(&'static str),
}

/// What has been read so far.
#[derive(Default)]
struct Fields {
    year: i64,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: i64,
    minute: i64,
    second: i64,
    nanoseconds: u32,
    is_afternoon: Option<bool>,
    is_utc: bool,
    offset: Option<i32>,
    zone: Option<String>,
}

struct Reader<'v> {
    rest: &'v [u8],
    /// The layout behind the element that is read.
    following: &'v [u8],
}

fn in_range(number: i64, range: std::ops::Range<i64>, part: &'static str) -> Result<i64, Fault> {
    if range.contains(&number) { Ok(number) } else { Err(Fault::OutOfRange(part)) }
}

impl<'v> Reader<'v> {
    /// Skips plain text of the layout; a space stands for any number of them.
    fn skip(&mut self, prefix: &[u8]) -> bool {
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
        let count = self.rest.iter().take(most).take_while(|byte| byte.is_ascii_digit()).count();
        if count == 0 || fixed == Fixed::Yes && count != most {
            return Err(Fault::Malformed);
        }
        Ok(integer(self.take(count)?))
    }

    /// Reads one of some names, in any case.
    fn name(&mut self, names: &[&str], length: Option<usize>) -> Result<i64, Fault> {
        let matches = |name: &&str| {
            let name = &name.as_bytes()[..length.unwrap_or(name.len())];
            self.rest.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name))
        };
        let found = names.iter().position(|name| matches(&name)).ok_or(Fault::Malformed)?;
        self.take(length.unwrap_or(names[found].len()))?;
        Ok(found as i64)
    }

    fn element(&mut self, element: Element, fields: &mut Fields) -> Result<(), Fault> {
        match element {
            Element::LongMonth => fields.month = Some(self.name(&LONG_MONTHS, None)? + 1),
            Element::Month => fields.month = Some(self.name(&LONG_MONTHS, Some(3))? + 1),
            Element::NumberMonth | Element::ZeroMonth => {
                let month = self.number(Fixed::of(element == Element::ZeroMonth))?;
                fields.month = Some(in_range(month, 1..13, "month")?);
            }
            // the day of the week is not compared with the date
            Element::LongWeekday => _ = self.name(&LONG_WEEKDAYS, None)?,
            Element::Weekday => _ = self.name(&LONG_WEEKDAYS, Some(3))?,
            Element::Day | Element::UnderDay | Element::ZeroDay => fields.day = Some(self.day(element)?),
            Element::UnderYearDay | Element::ZeroYearDay => fields.day_of_year = Some(self.year_day(element)?),
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
        let is_fixed =
            Fixed::of(matches!(element, Element::ZeroHour12 | Element::ZeroMinute | Element::ZeroSecond));
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
        if matches!(next, Some((Element::Fraction(_) | Element::TrimmedFraction(_), _))) {
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
        self.number(Fixed::of(element == Element::ZeroDay))
    }

    fn year_day(&mut self, element: Element) -> Result<i64, Fault> {
        if element == Element::UnderYearDay {
            self.skip_space();
            self.skip_space();
        }
        self.digits(3, Fixed::of(element == Element::ZeroYearDay))
    }

    fn year(&mut self, element: Element) -> Result<i64, Fault> {
        if element == Element::LongYear {
            return self.digits(4, Fixed::Yes);
        }
        let year = self.number(Fixed::Yes)?;
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

impl Fixed {
    fn of(condition: bool) -> Self {
        if condition { Self::Yes } else { Self::No }
    }
}

fn trim_spaces(text: &[u8]) -> &[u8] {
    &text[text.iter().take_while(|byte| **byte == b' ').count()..]
}

/// Reads digits; callers have checked that they are, and few.
fn integer(digits: &[u8]) -> i64 {
    digits.iter().fold(0, |number, digit| number * 10 + i64::from(digit - b'0'))
}

/// Reads a fraction with its point; what is below nanoseconds is cut off.
fn nanoseconds(text: &[u8]) -> Result<u32, Fault> {
    let (point, digits) = text.split_first().ok_or(Fault::Malformed)?;
    let digits = &digits[..digits.len().min(9)];
    if !matches!(point, b'.' | b',') || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Fault::Malformed);
    }
    Ok(integer(digits) as u32 * 10_u32.pow(9 - digits.len() as u32))
}

/// Returns how long the zone abbreviation at the start is, by Go's guess at what one looks like.
fn zone_length(text: &[u8]) -> Option<usize> {
    match text {
        [b'C', b'h', b'S', b'T', ..] | [b'M', b'e', b'S', b'T', ..] => return Some(4),
        [b'G', b'M', b'T', rest @ ..] => return Some(3 + signed_offset_length(rest)),
        [b'+' | b'-', _, _, ..] => return Some(signed_offset_length(text)).filter(|length| *length > 0),
        _ => {}
    }
    match text.iter().take(6).take_while(|byte| byte.is_ascii_uppercase()).count() {
        5 if text[4] == b'T' => Some(5),
        4 if text[3] == b'T' || text.starts_with(b"WITA") => Some(4),
        3 => Some(3),
        _ => None,
    }
}

/// Returns the length of `+3` or `-11`; none when it is no hour.
fn signed_offset_length(text: &[u8]) -> usize {
    let Some((b'+' | b'-', rest)) = text.split_first() else { return 0 };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_hour = digits > 0 && rest[..digits].iter().fold(0_i64, |n, d| (n * 10 + i64::from(d - b'0')).min(99)) <= 23;
    if is_hour { digits + 1 } else { 0 }
}

impl Fields {
    fn finish(&self, local: &Arc<Zone>) -> Result<Time, &'static str> {
        let date = self.date()?;
        let hour = match self.is_afternoon {
            Some(true) if self.hour < 12 => self.hour + 12,
            Some(false) if self.hour == 12 => 0,
            _ => self.hour,
        };
        let shown = days_of(date) * 86_400 + hour * 3600 + self.minute * 60 + self.second;
        let (seconds, zone) = self.place(shown, local);
        Ok(Time::new(seconds, self.nanoseconds, zone))
    }

    fn date(&self) -> Result<Date, &'static str> {
        let (month, day) = match self.day_of_year {
            None => (self.month.unwrap_or(1), self.day.unwrap_or(1)),
            Some(day) => self.month_and_day(day)?,
        };
        if day < 1 || day > days_in(self.year, month) {
            return Err("day out of range");
        }
        Ok(Date { year: self.year, month, day })
    }

    fn month_and_day(&self, wanted: i64) -> Result<(i64, i64), &'static str> {
        let last = Date { year: self.year, month: 12, day: 31 };
        if wanted < 1 || wanted > day_of_year(last) {
            return Err("day-of-year out of range");
        }
        let date = super::calendar::date_of(days_of(Date { year: self.year, month: 1, day: wanted }));
        if self.month.is_some_and(|month| month != date.month) {
            return Err("day-of-year does not match month");
        }
        if self.day.is_some_and(|day| day != date.day) {
            return Err("day-of-year does not match day");
        }
        Ok((date.month, date.day))
    }

    /// Finds the moment and the zone: UTC, the local zone where it fits, or one made of what was read.
    fn place(&self, shown: i64, local: &Arc<Zone>) -> (i64, Arc<Zone>) {
        if self.is_utc {
            return (shown, Arc::new(Zone::utc()));
        }
        if let Some(offset) = self.offset {
            let seconds = shown - i64::from(offset);
            let here = local.at(seconds);
            let is_here = here.seconds == i64::from(offset) && self.zone.as_ref().is_none_or(|zone| *zone == here.name);
            let zone = if is_here {
                local.clone()
            } else {
                Arc::new(Zone::fixed(self.zone.clone().unwrap_or_default(), offset))
            };
            return (seconds, zone);
        }
        let Some(name) = &self.zone else { return (local.to_utc(shown), local.clone()) };
        if let Some(offset) = local.offset_of(name, shown) {
            return (shown - offset, local.clone());
        }
        let hours = name.strip_prefix("GMT").and_then(|hours| hours.parse::<i32>().ok());
        // Go moves the zone but not the moment
        (shown, Arc::new(Zone::fixed(name.clone(), hours.unwrap_or(0) * 3600)))
    }
}
