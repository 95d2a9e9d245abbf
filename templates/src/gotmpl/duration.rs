//! The integers with a name of Go's `time` package: durations, months, weekdays.

use super::types::IntKind;

const MONTHS: [&str; 12] = [
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

const WEEKDAYS: [&str; 7] = [
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
