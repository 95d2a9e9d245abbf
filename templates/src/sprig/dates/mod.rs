//! Dates: sprig's chapter "Date Functions", with Go's layouts, durations and zones.

mod calendar;
mod duration;
mod format;
mod layout;
mod parse;
mod time;
mod zone;

pub(super) use time::Time;
pub(super) use zone::Zone;

use super::cast::parse_decimal_saturating;
use super::{Clock, Table};
use crate::gotmpl::{IntKind, Text, Value, format_duration, function};
use duration::parse_duration_bytes;
use std::sync::Arc;

/// The functions of this chapter.
pub(super) fn table(clock: &Clock) -> Table {
    let mut table = writers(clock);
    table.extend(readers(clock));
    table.extend([
        ("dateModify", function(date_modify)),
        ("date_modify", function(date_modify)),
        ("mustDateModify", function(must_date_modify)),
        ("must_date_modify", function(must_date_modify)),
        ("duration", function(duration_of_seconds)),
        ("unixEpoch", function(|time: Time| time.unix().to_string())),
    ]);
    table
}

fn writers(clock: &Clock) -> Table {
    let (date, html, ago, round) = (clock.clone(), clock.clone(), clock.clone(), clock.clone());
    let in_zone = |clock: Clock| {
        function(move |layout: Text, date: Value, zone: Text| {
            write(&clock, &layout, &date, zone_of(&clock, &zone))
        })
    };
    let html_in_zone = clock.clone();
    vec![
        (
            "date",
            function(move |layout: Text, value: Value| write(&date, &layout, &value, date.local())),
        ),
        ("dateInZone", in_zone(clock.clone())),
        ("date_in_zone", in_zone(clock.clone())),
        (
            "htmlDate",
            function(move |value: Value| write(&html, b"2006-01-02", &value, html.local())),
        ),
        (
            "htmlDateInZone",
            function(move |value: Value, zone: Text| {
                write(
                    &html_in_zone,
                    b"2006-01-02",
                    &value,
                    zone_of(&html_in_zone, &zone),
                )
            }),
        ),
        ("ago", function(move |value: Value| since(&ago, &value))),
        (
            "durationRound",
            function(move |value: Value| duration_round(&round, &value)),
        ),
    ]
}

fn readers(clock: &Clock) -> Table {
    let (now, local, must_local) = (clock.clone(), clock.clone(), clock.clone());
    vec![
        ("now", function(move || now.now())),
        (
            "toDate",
            function(move |layout: Text, text: Text| {
                parse::parse(&layout, &text, &local.local()).unwrap_or_else(|_| Time::zero())
            }),
        ),
        (
            "mustToDate",
            function(move |layout: Text, text: Text| parse::parse(&layout, &text, &must_local.local())),
        ),
    ]
}

/// Finds a zone by name; one that does not exist is UTC.
fn zone_of(clock: &Clock, name: &[u8]) -> Arc<Zone> {
    match name {
        b"Local" => clock.local(),
        name => {
            let zone = std::str::from_utf8(name).ok().and_then(Zone::of_database);
            Arc::new(zone.unwrap_or_else(Zone::utc))
        }
    }
}

/// Takes a time, or seconds since 1970 as one of the integer types that the function knows; all else is now.
fn time_of(clock: &Clock, value: &Value, kinds: &[IntKind]) -> Time {
    match value {
        Value::Int(seconds, kind) if kinds.contains(kind) => Time::new(*seconds, 0, clock.local()),
        value => value
            .downcast_ref::<Time>()
            .cloned()
            .unwrap_or_else(|| clock.now()),
    }
}

fn write(clock: &Clock, layout: &[u8], value: &Value, zone: Arc<Zone>) -> Text {
    let time = time_of(clock, value, &[IntKind::Int, IntKind::Int64, IntKind::Int32]);
    format::format(&time.in_zone(zone), layout).into()
}

fn since(clock: &Clock, value: &Value) -> String {
    const SECOND: i64 = 1_000_000_000;
    let then = time_of(clock, value, &[IntKind::Int, IntKind::Int64]);
    let passed = clock.now().since(&then);
    let rest = passed % SECOND;
    // halves are rounded away from zero
    let up = if rest.abs() * 2 >= SECOND {
        SECOND * rest.signum()
    } else {
        0
    };
    format_duration((passed - rest).saturating_add(up))
}

fn date_modify(modification: Text, time: Time) -> Time {
    match parse_duration_bytes(&modification) {
        Ok(duration) => time.add(duration),
        Err(_) => time,
    }
}

fn must_date_modify(modification: Text, time: Time) -> Result<Time, String> {
    parse_duration_bytes(&modification).map(|duration| time.add(duration))
}

/// Writes seconds as a duration: those of a string or an `int64`. An `int`, as constants are, counts for nothing.
fn duration_of_seconds(value: Value) -> String {
    let seconds = match value {
        Value::String(text) => parse_decimal_saturating(&text),
        Value::Int(seconds, IntKind::Int64) => seconds,
        _ => 0,
    };
    format_duration(seconds.wrapping_mul(1_000_000_000))
}

/// Writes the largest unit of a duration alone.
fn duration_round(clock: &Clock, value: &Value) -> String {
    let nanoseconds = match value {
        Value::String(text) => parse_duration_bytes(text).unwrap_or(0),
        Value::Int(nanoseconds, IntKind::Int64) => *nanoseconds,
        value => value
            .downcast_ref::<Time>()
            .map_or(0, |time| clock.now().since(time)),
    };
    const SECOND: u64 = 1_000_000_000;
    const HOUR: u64 = 3600 * SECOND;
    let units = [
        (365 * 24 * HOUR, "y"),
        (30 * 24 * HOUR, "mo"),
        (24 * HOUR, "d"),
        (HOUR, "h"),
        (60 * SECOND, "m"),
        (SECOND, "s"),
    ];
    let magnitude = nanoseconds.unsigned_abs();
    let largest = units.iter().find(|(unit, _)| magnitude > *unit);
    largest.map_or_else(
        || "0s".into(),
        |(unit, name)| format!("{}{name}", magnitude / unit),
    )
}

/// Formats a moment at an offset (in seconds) from UTC by one of Go's layouts; the zone goes by `name`.
pub fn format_time(moment: jiff::Timestamp, offset: i32, name: &str, layout: &str) -> String {
    let zone = Zone::fixed(name.to_owned(), offset);
    let nanoseconds = u32::try_from(moment.subsec_nanosecond()).unwrap_or_default();
    let time = Time::new(moment.as_second(), nanoseconds, std::sync::Arc::new(zone));
    String::from_utf8_lossy(&format::format(&time, layout.as_bytes())).into_owned()
}

/// Reads a time as Go's `time.ParseInLocation` does: in the local zone, or in one that has this name and is as far from
/// UTC as the local one is now.
///
/// # Errors
///
/// Returns the text of Go's `time.ParseError`.
pub(crate) fn parse_time(
    clock: &Clock,
    layout: &str,
    text: &str,
    zone: Option<&str>,
) -> Result<Value, String> {
    let local = clock.local();
    let zone = match zone {
        None => local,
        Some(name) => {
            let offset = local.at(clock.now().unix()).seconds;
            Arc::new(Zone::fixed(name.to_owned(), offset as i32))
        }
    };
    parse::parse(layout.as_bytes(), text.as_bytes(), &zone).map(Value::from)
}

/// Writes a time as TOML does, in UTC and without what it was read without; nothing for other values.
pub(crate) fn as_toml(value: &Value) -> Option<String> {
    let time = value.downcast_ref::<Time>()?;
    let utc = || time.in_zone(Arc::new(Zone::utc()));
    let text = match time.zone.at(time.unix()).name.as_str() {
        "datetime-local" => format::format(&utc(), b"2006-01-02T15:04:05.999999999"),
        "date-local" => format::format(&utc(), b"2006-01-02"),
        "time-local" => format::format(&utc(), b"15:04:05.999999999"),
        _ => format::format(time, b"2006-01-02T15:04:05.999999999Z07:00"),
    };
    Some(String::from_utf8_lossy(&text).into_owned())
}

#[cfg(test)]
mod tests;
