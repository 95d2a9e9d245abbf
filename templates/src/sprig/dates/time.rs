//! `time.Time`: a moment in a zone, as templates see it.

use super::calendar::{Date, date_of, day_of_year, days_of, weekday_of};
use super::format;
use super::zone::Zone;
use crate::gotmpl::{Duration, FromArg, Function, Int64, IntKind, Kind, Object, Text, Type, Value, function};
use std::rc::Rc;
use std::sync::Arc;

/// A moment in a zone.
#[derive(Debug, Clone)]
pub(in super::super) struct Time {
    pub(super) seconds: i64,
    pub(super) nanoseconds: u32,
    pub(super) zone: Arc<Zone>,
    /// Nanoseconds on the monotonic clock; only times that come from `now` have it.
    monotonic: Option<i64>,
}

const NANOSECONDS: i128 = 1_000_000_000;

/// The first moment of the year 1, Go's zero time.
const ZERO: i64 = -62_135_596_800;

impl Time {
    pub(in super::super) fn new(seconds: i64, nanoseconds: u32, zone: Arc<Zone>) -> Self {
        Self {
            seconds,
            nanoseconds,
            zone,
            monotonic: None,
        }
    }

    pub(in super::super) fn with_monotonic(self, reading: i64) -> Self {
        Self {
            monotonic: Some(reading),
            ..self
        }
    }

    /// Returns Go's zero time, which a failed conversion gives.
    pub(super) fn zero() -> Self {
        Self::new(ZERO, 0, Arc::new(Zone::utc()))
    }

    /// Returns the seconds since 1970.
    pub(in super::super) fn unix(&self) -> i64 {
        self.seconds
    }

    pub(super) fn in_zone(&self, zone: Arc<Zone>) -> Self {
        Self { zone, ..self.clone() }
    }

    /// Returns the time so many nanoseconds later.
    pub(in super::super) fn add(&self, nanoseconds: i64) -> Self {
        let total =
            i128::from(self.seconds) * NANOSECONDS + i128::from(self.nanoseconds) + i128::from(nanoseconds);
        Self {
            seconds: total.div_euclid(NANOSECONDS) as i64,
            nanoseconds: total.rem_euclid(NANOSECONDS) as u32,
            zone: self.zone.clone(),
            monotonic: self
                .monotonic
                .and_then(|reading| reading.checked_add(nanoseconds)),
        }
    }

    /// Returns how many nanoseconds later this is than another time, as far as they fit.
    pub(super) fn since(&self, earlier: &Self) -> i64 {
        if let (Some(own), Some(other)) = (self.monotonic, earlier.monotonic) {
            return own.saturating_sub(other);
        }
        let seconds = i128::from(self.seconds) - i128::from(earlier.seconds);
        let total = seconds * NANOSECONDS + i128::from(self.nanoseconds) - i128::from(earlier.nanoseconds);
        total.clamp(i64::MIN.into(), i64::MAX.into()) as i64
    }

    fn moment(&self) -> (i64, u32) {
        (self.seconds, self.nanoseconds)
    }

    /// Returns what clocks in the zone show, as if it were UTC.
    fn shown(&self) -> i64 {
        self.seconds.wrapping_add(self.zone.at(self.seconds).seconds)
    }

    fn days(&self) -> i64 {
        self.shown().div_euclid(86_400)
    }

    fn date(&self) -> Date {
        date_of(self.days())
    }

    fn second_of_day(&self) -> i64 {
        self.shown().rem_euclid(86_400)
    }

    fn add_date(&self, years: i64, months: i64, days: i64) -> Self {
        let date = self.date();
        let moved = Date {
            year: date.year + years,
            month: date.month + months,
            day: date.day + days,
        };
        let shown = days_of(moved) * 86_400 + self.second_of_day();
        Self::new(self.zone.to_utc(shown), self.nanoseconds, self.zone.clone())
    }

    fn unix_in(&self, per_second: i64) -> Int64 {
        let fraction = i64::from(self.nanoseconds) / (1_000_000_000 / per_second);
        Int64(self.seconds.wrapping_mul(per_second).wrapping_add(fraction))
    }

    /// Cuts off what is beyond a multiple of a duration, counted from Go's zero time.
    fn remainder(&self, unit: i64) -> i64 {
        let total =
            (i128::from(self.seconds) - i128::from(ZERO)) * NANOSECONDS + i128::from(self.nanoseconds);
        if unit <= 0 {
            0
        } else {
            total.rem_euclid(i128::from(unit)) as i64
        }
    }

    fn truncate(&self, unit: i64) -> Self {
        Self {
            monotonic: None,
            ..self.add(-self.remainder(unit))
        }
    }

    fn round(&self, unit: i64) -> Self {
        let remainder = self.remainder(unit);
        let moved = if remainder > 0 && remainder >= unit - remainder {
            unit - remainder
        } else {
            -remainder
        };
        Self {
            monotonic: None,
            ..self.add(moved)
        }
    }

    /// Returns what Go's `String` gives.
    fn to_text(&self) -> Vec<u8> {
        let mut text = format::format(self, b"2006-01-02 15:04:05.999999999 -0700 MST");
        if let Some(reading) = self.monotonic {
            let sign = if reading < 0 { '-' } else { '+' };
            let (seconds, rest) = (
                reading.unsigned_abs() / 1_000_000_000,
                reading.unsigned_abs() % 1_000_000_000,
            );
            text.extend_from_slice(format!(" m={sign}{seconds}.{rest:09}").as_bytes());
        }
        text
    }
}

/// The type of all times.
const TIME: Type = Type::Named("time.Time", Kind::Struct);

impl Object for Time {
    fn go_type(&self) -> Type {
        TIME
    }

    fn text(&self) -> Option<Text> {
        Some(self.to_text().into())
    }

    fn method(self: Rc<Self>, name: &str) -> Option<Function> {
        Some(match name {
            "Format" => function(move |layout: Text| Text::from(format::format(&self, &layout))),
            "String" => function(move || Text::from(self.to_text())),
            "Unix" => function(move || Int64(self.seconds)),
            "UnixMilli" => function(move || self.unix_in(1_000)),
            "UnixMicro" => function(move || self.unix_in(1_000_000)),
            "UnixNano" => function(move || self.unix_in(1_000_000_000)),
            "IsZero" => function(move || self.moment() == (ZERO, 0)),
            "UTC" => function(move || Value::object(self.in_zone(Arc::new(Zone::utc())))),
            "Nanosecond" => function(move || i64::from(self.nanoseconds)),
            "Before" => function(move |other: Time| self.moment() < other.moment()),
            "After" => function(move |other: Time| self.moment() > other.moment()),
            "Equal" => function(move |other: Time| self.moment() == other.moment()),
            "Compare" => function(move |other: Time| self.moment().cmp(&other.moment()) as i64),
            "Sub" => function(move |other: Time| Duration(self.since(&other))),
            "Add" => function(move |by: Duration| Value::object(self.add(by.0))),
            "Truncate" => function(move |unit: Duration| Value::object(self.truncate(unit.0))),
            "Round" => function(move |unit: Duration| Value::object(self.round(unit.0))),
            "AddDate" => function(move |years: i64, months: i64, days: i64| {
                Value::object(self.add_date(years, months, days))
            }),
            _ => return self.part(name),
        })
    }

    fn is_equal(&self, other: &dyn Object) -> bool {
        let other = other.downcast_ref::<Self>();
        other.is_some_and(|other| {
            self.moment() == other.moment()
                && self.monotonic == other.monotonic
                && self.zone.at(self.seconds).name == other.zone.at(other.seconds).name
        })
    }

    fn to_plain(&self) -> Value {
        Text::from(format::format(self, b"2006-01-02T15:04:05.999999999Z07:00")).into()
    }
}

impl Time {
    /// Returns the method that gives a part of date or clock.
    fn part(self: Rc<Self>, name: &str) -> Option<Function> {
        Some(match name {
            "Year" => function(move || self.date().year),
            "Month" => function(move || Value::Int(self.date().month, IntKind::Month)),
            "Day" => function(move || self.date().day),
            "Weekday" => function(move || Value::Int(weekday_of(self.days()), IntKind::Weekday)),
            "YearDay" => function(move || day_of_year(self.date())),
            "Hour" => function(move || self.second_of_day() / 3600),
            "Minute" => function(move || self.second_of_day() / 60 % 60),
            "Second" => function(move || self.second_of_day() % 60),
            _ => return None,
        })
    }
}

impl FromArg for Time {
    const TYPE: Type = TIME;

    fn from_arg(value: Value) -> Result<Self, String> {
        value.downcast_ref::<Self>().cloned().ok_or_else(|| {
            format!(
                "wrong type for value; expected time.Time; got {}",
                value.type_name()
            )
        })
    }
}

impl From<Time> for Value {
    fn from(time: Time) -> Self {
        Self::object(time)
    }
}
