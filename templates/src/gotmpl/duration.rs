//! The integers with a name of Go's `time` package: durations, months, weekdays.

use super::function::{Duration, Function, function};
use super::types::IntKind;

/// The months, as Go names them.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The days of the week, as Go names them.
pub(crate) const WEEKDAYS: [&str; 7] = [
    "Sunday",
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
];

/// Returns what the `String` method of a named integer gives; nothing for plain integers.
pub fn name_of_integer(number: i64, kind: IntKind) -> Option<String> {
    let name = |names: &[&str], position: Option<i64>, of: &str| {
        let name = position
            .and_then(|position| usize::try_from(position).ok())
            .and_then(|at| names.get(at));
        name.map_or_else(|| format!("%!{of}({number})"), |name| (*name).to_owned())
    };
    match kind {
        IntKind::Duration => Some(format_duration(number)),
        IntKind::Month => Some(name(&MONTHS, number.checked_sub(1), "Month")),
        IntKind::Weekday => Some(name(&WEEKDAYS, Some(number), "Weekday")),
        _ => None,
    }
}

/// Writes nanoseconds as Go's `time.Duration` prints itself: `1h2m3.5s`, `1.5ms`, `0s`.
pub fn format_duration(nanoseconds: i64) -> String {
    let magnitude = nanoseconds.unsigned_abs();
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let body = match magnitude {
        0 => return "0s".into(),
        1..1_000 => format!("{magnitude}ns"),
        1_000..1_000_000 => format!("{}µs", decimal(magnitude, 1_000)),
        1_000_000..1_000_000_000 => format!("{}ms", decimal(magnitude, 1_000_000)),
        _ => clock(magnitude),
    };
    format!("{sign}{body}")
}

fn clock(magnitude: u64) -> String {
    const SECOND: u64 = 1_000_000_000;
    let minutes = magnitude / (60 * SECOND);
    let seconds = decimal(magnitude % (60 * SECOND), SECOND);
    match (minutes / 60, minutes % 60) {
        (0, 0) => format!("{seconds}s"),
        (0, minutes) => format!("{minutes}m{seconds}s"),
        (hours, minutes) => format!("{hours}h{minutes}m{seconds}s"),
    }
}

/// Divides by a power of ten, with the fraction that is left and without zeros at its end.
fn decimal(number: u64, unit: u64) -> String {
    let width = unit.ilog10() as usize;
    let fraction = format!("{:0width$}", number % unit);
    match fraction.trim_end_matches('0') {
        "" => (number / unit).to_string(),
        fraction => format!("{}.{fraction}", number / unit),
    }
}

/// Finds a method of a named integer.
pub(super) fn method(number: i64, kind: IntKind, name: &[u8]) -> Option<Function> {
    if name == b"String" {
        let text = name_of_integer(number, kind)?;
        return Some(function(move || text.clone()));
    }
    if kind != IntKind::Duration {
        return None;
    }
    const UNITS: [(&[u8], f64); 3] = [(b"Hours", 3.6e12), (b"Minutes", 6e10), (b"Seconds", 1e9)];
    if let Some((_, unit)) = UNITS.into_iter().find(|(unit, _)| *unit == name) {
        // Go divides the whole units and the rest apart, which keeps more digits.
        let whole = (number / unit as i64) as f64 + (number % unit as i64) as f64 / unit;
        return Some(function(move || whole));
    }
    let count = |unit: i64| Some(function(move || super::function::Int64(number / unit)));
    match name {
        b"Milliseconds" => count(1_000_000),
        b"Microseconds" => count(1_000),
        b"Nanoseconds" => count(1),
        b"Abs" => Some(function(move || Duration(number.saturating_abs()))),
        b"Round" => Some(function(move |unit: Duration| Duration(round(number, unit.0)))),
        b"Truncate" => Some(function(move |unit: Duration| Duration(truncate(number, unit.0)))),
        _ => None,
    }
}

/// Rounds towards zero to a multiple of a unit; a unit that is not positive changes nothing.
pub(super) fn truncate(number: i64, unit: i64) -> i64 {
    if unit <= 0 { number } else { number - number % unit }
}

/// Rounds to the nearest multiple of a unit, halves away from zero; what would overflow becomes the largest duration.
pub(super) fn round(number: i64, unit: i64) -> i64 {
    if unit <= 0 {
        return number;
    }
    let rest = number % unit;
    if rest.unsigned_abs() < unit.unsigned_abs() - rest.unsigned_abs() {
        return number - rest;
    }
    (number - rest).saturating_add(if number < 0 { -unit } else { unit })
}
