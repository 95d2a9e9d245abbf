//! The clock: what time it is, and where.

use super::dates::{Time, Zone};
use jiff::tz::TimeZone;
use std::sync::{Arc, LazyLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Where functions of dates get the time and the local zone from.
#[derive(Debug, Clone)]
pub struct Clock {
    local: Arc<LocalZone>,
    started: Instant,
}

type LocalZone = LazyLock<Arc<Zone>, Box<dyn FnOnce() -> Arc<Zone> + Send + Sync>>;

impl Clock {
    /// Makes a clock of the zone that the computer is set to, as the operating system and `TZ` say; UTC when they do not.
    pub fn system() -> Self {
        Self::with_zone(|| TimeZone::try_system().unwrap_or(TimeZone::UTC))
    }

    /// Makes a clock whose local zone is found when a template first asks for it: few do, and the database of zones is
    /// hundreds of files.
    pub fn with_zone(find: impl FnOnce() -> TimeZone + Send + Sync + 'static) -> Self {
        Self::of_zone(|| Zone::local(find()))
    }

    /// Makes a clock whose local zone is UTC.
    pub fn utc() -> Self {
        Self::of_zone(Zone::utc)
    }

    /// Makes a clock of a zone of the time zone database, such as `Europe/Berlin`; nothing when there is none.
    pub fn in_zone(name: &str) -> Option<Self> {
        let zone = TimeZone::get(name).ok()?;
        Some(Self::with_zone(|| zone))
    }

    fn of_zone(find: impl FnOnce() -> Zone + Send + Sync + 'static) -> Self {
        Self {
            local: Arc::new(LazyLock::new(Box::new(|| Arc::new(find())))),
            started: Instant::now(),
        }
    }

    /// Returns the local zone.
    pub(super) fn local(&self) -> Arc<Zone> {
        Arc::clone(LazyLock::force(&self.local))
    }

    /// Returns the time of now, in the local zone, with the reading of the monotonic clock that Go prints too.
    pub(super) fn now(&self) -> Time {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let monotonic = i64::try_from(self.started.elapsed().as_nanos()).unwrap_or(i64::MAX);
        Time::new(seconds, now.subsec_nanos(), self.local()).with_monotonic(monotonic)
    }
}
