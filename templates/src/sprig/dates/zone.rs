//! Time zones.

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A time zone: offsets from UTC with the abbreviations that they go by.
#[derive(Debug, Clone)]
pub(in super::super) struct Zone(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Utc,
    /// A zone of the database.
    Rules(TimeZone),
    /// An offset that a parsed time came with; its name may be empty.
    Fixed {
        name: String,
        offset: i32,
    },
}

/// What a zone says about one moment.
pub(super) struct Offset {
    pub(super) seconds: i64,
    pub(super) name: String,
}

impl Zone {
    pub(in super::super) fn utc() -> Self {
        Self(Kind::Utc)
    }

    pub(in super::super) fn local(zone: TimeZone) -> Self {
        Self(Kind::Rules(zone))
    }

    pub(super) fn fixed(name: String, offset: i32) -> Self {
        Self(Kind::Fixed { name, offset })
    }

    /// Finds a zone of the database by its exact name.
    pub(super) fn of_database(name: &str) -> Option<Self> {
        match name {
            "" | "UTC" => Some(Self::utc()),
            _ => {
                let zone = TimeZone::get(name).ok()?;
                // the database does not mind upper and lower case; Go does
                (zone.iana_name() == Some(name)).then_some(Self(Kind::Rules(zone)))
            }
        }
    }

    /// Returns the offset that is in force at a moment.
    pub(super) fn at(&self, seconds: i64) -> Offset {
        match &self.0 {
            Kind::Utc => Offset {
                seconds: 0,
                name: "UTC".into(),
            },
            Kind::Fixed { name, offset } => Offset {
                seconds: i64::from(*offset),
                name: name.clone(),
            },
            Kind::Rules(zone) => {
                let info = zone.to_offset_info(moment(seconds));
                Offset {
                    seconds: i64::from(info.offset().seconds()),
                    name: info.abbreviation().to_owned(),
                }
            }
        }
    }

    /// Returns the moment at which clocks of the zone show a time, given as if it were UTC.
    pub(super) fn to_utc(&self, shown: i64) -> i64 {
        match self.at(shown).seconds {
            0 => shown,
            offset => shown - self.at(shown - offset).seconds,
        }
    }

    /// Finds the offset that goes by an abbreviation: the one in force at the time shown, or else any.
    pub(super) fn offset_of(&self, abbreviation: &str, shown: i64) -> Option<i64> {
        let offsets = self.offsets_of(abbreviation);
        let in_force = offsets
            .iter()
            .find(|offset| self.at(shown - **offset).name == abbreviation);
        in_force.or(offsets.first()).copied()
    }

    fn offsets_of(&self, abbreviation: &str) -> Vec<i64> {
        match &self.0 {
            Kind::Utc => {
                if abbreviation == "UTC" {
                    vec![0]
                } else {
                    Vec::new()
                }
            }
            Kind::Fixed { name, offset } => {
                if name == abbreviation {
                    vec![i64::from(*offset)]
                } else {
                    Vec::new()
                }
            }
            Kind::Rules(zone) => {
                // no zone has as many changes in its past; those of the future repeat
                let changes = zone.following(Timestamp::MIN).take(400);
                let named = changes.filter(|change| change.abbreviation() == abbreviation);
                let mut offsets: Vec<i64> =
                    named.map(|change| i64::from(change.offset().seconds())).collect();
                let first = self.at(Timestamp::MIN.as_second());
                if first.name == abbreviation {
                    offsets.insert(0, first.seconds);
                }
                offsets.dedup();
                offsets
            }
        }
    }
}

/// The database knows the years from -9999 to 9999. Before them the first rule holds; after them the last ones, which
/// repeat with the calendar, every 400 years.
fn moment(seconds: i64) -> Timestamp {
    const PERIOD: i64 = 146_097 * 86_400;
    let (first, last) = (Timestamp::MIN.as_second(), Timestamp::MAX.as_second());
    let beyond = if seconds > last {
        (seconds - last) / PERIOD + 1
    } else {
        0
    };
    let seconds = (seconds - beyond * PERIOD).max(first);
    Timestamp::from_second(seconds).expect("the number was brought into range")
}
