//! `Time`: a moment with the offset it was written in, as release records hold it.

use std::fmt;
use std::str::FromStr;
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::fmt::temporal::Pieces;
use jiff::tz::{Offset, TimeZone};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A moment and an offset from UTC.
///
/// Records hold local times with nanoseconds (Go's RFC 3339); whoever rewrites a record must not turn another
/// machine's offset into its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Time {
    timestamp: Timestamp,
    offset: Offset,
}

/// A text is not an RFC 3339 time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("cannot parse {0:?} as an RFC 3339 time")]
pub struct TimeError(String);

impl Time {
    /// Returns the moment `timestamp`, written in UTC.
    pub fn utc(timestamp: Timestamp) -> Self {
        Time {
            timestamp,
            offset: Offset::UTC,
        }
    }

    /// Returns the moment `timestamp` as clocks in `zone` show it.
    pub fn in_zone(timestamp: Timestamp, zone: &TimeZone) -> Self {
        Time {
            timestamp,
            offset: zone.to_offset(timestamp),
        }
    }

    /// Returns the moment.
    pub fn timestamp(&self) -> Timestamp {
        self.timestamp
    }

    /// Returns the offset the moment is written in.
    pub fn offset(&self) -> Offset {
        self.offset
    }

    /// Says whether this is Go's zero time, which stands for "never".
    pub fn is_zero(&self) -> bool {
        self.timestamp.as_second() == GO_ZERO && self.timestamp.subsec_nanosecond() == 0
    }
}

/// The first second of the year 1, counted from 1970.
const GO_ZERO: i64 = -62_135_596_800;

impl From<SystemTime> for Time {
    fn from(time: SystemTime) -> Self {
        // A file time outside of jiff's years -9999..9999 is not worth an error.
        Time::utc(Timestamp::try_from(time).unwrap_or_default())
    }
}

impl From<Time> for SystemTime {
    fn from(time: Time) -> Self {
        time.timestamp.into()
    }
}

impl fmt::Display for Time {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let local = self.offset.to_datetime(self.timestamp);
        write!(
            f,
            "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}",
            local.year(),
            local.month(),
            local.day(),
            local.hour(),
            local.minute(),
            local.second()
        )?;
        let nanos = local.subsec_nanosecond();
        if nanos != 0 {
            let digits = format!("{nanos:09}");
            write!(f, ".{}", digits.trim_end_matches('0'))?;
        }
        write_offset(f, self.offset.seconds())
    }
}

fn write_offset(f: &mut fmt::Formatter, seconds: i32) -> fmt::Result {
    if seconds == 0 {
        return f.write_str("Z");
    }
    let sign = if seconds < 0 { '-' } else { '+' };
    let minutes = seconds.abs() / 60;
    write!(f, "{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

impl FromStr for Time {
    type Err = TimeError;

    fn from_str(text: &str) -> Result<Self, TimeError> {
        let error = || TimeError(text.to_owned());
        let pieces = Pieces::parse(text).map_err(|_| error())?;
        let offset = pieces.to_numeric_offset().ok_or_else(error)?;
        let time = pieces.time().ok_or_else(error)?;
        let timestamp = offset
            .to_timestamp(pieces.date().to_datetime(time))
            .map_err(|_| error())?;
        Ok(Time { timestamp, offset })
    }
}

impl Serialize for Time {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

/// Reads a time that may be missing: `null`, `""` (Helm 3 wrote that) and Go's zero time are no time.
pub(crate) fn optional<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Time>, D::Error> {
    match Option::<String>::deserialize(deserializer)?.as_deref() {
        None | Some("") => Ok(None),
        Some(text) => {
            let time: Time = text.parse().map_err(D::Error::custom)?;
            Ok((!time.is_zero()).then_some(time))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_survive_a_round_trip() {
        for text in [
            "2026-11-21T07:33:13.123456789Z",
            "2026-11-21T07:33:13.1+02:00",
            "2026-11-21T07:33:13-03:30",
            "0001-01-01T00:00:00Z",
        ] {
            assert_eq!(text.parse::<Time>().unwrap().to_string(), text);
        }
        assert!("2026-11-21".parse::<Time>().is_err());
        assert!("0001-01-01T00:00:00Z".parse::<Time>().unwrap().is_zero());
    }
}
