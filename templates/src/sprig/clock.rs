//! The clock: what time it is, and where.

use super::dates::{Time, Zone};
use super::entropy::Entropy;
use jiff::tz::TimeZone;
use std::sync::{Arc, LazyLock};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Where functions get from what is another each time: the time, the local zone, random numbers.
#[derive(Debug, Clone)]
pub struct Clock {
    local: Arc<LocalZone>,
    started: Instant,
    /// Seconds since 1970, when the time stands still.
    fixed: Option<i64>,
    entropy: Entropy,
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
            fixed: None,
            entropy: Entropy::System,
        }
    }

    /// Lets the time stand still, at so many seconds since 1970, and makes all random numbers, keys and certificates of a
    /// seed: the same chart with the same values always renders the same.
    #[must_use]
    pub fn seeded(mut self, seed: &str, seconds: i64) -> Self {
        self.fixed = Some(seconds);
        self.entropy = Entropy::of_seed(seed);
        self
    }

    /// Returns what time it is, in seconds since 1970.
    pub fn seconds(&self) -> i64 {
        self.fixed.unwrap_or_else(|| {
            let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
            i64::try_from(now.as_secs()).unwrap_or(i64::MAX)
        })
    }

    /// Returns where random numbers are from.
    pub(crate) fn entropy(&self) -> &Entropy {
        &self.entropy
    }

    /// Returns the local zone.
    pub(super) fn local(&self) -> Arc<Zone> {
        Arc::clone(LazyLock::force(&self.local))
    }

    /// Returns the time of now, in the local zone, with the reading of the monotonic clock that Go prints too.
    pub(super) fn now(&self) -> Time {
        if let Some(seconds) = self.fixed {
            return Time::new(seconds, 0, self.local()).with_monotonic(0);
        }
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let seconds = i64::try_from(now.as_secs()).unwrap_or(i64::MAX);
        let monotonic = i64::try_from(self.started.elapsed().as_nanos()).unwrap_or(i64::MAX);
        Time::new(seconds, now.subsec_nanos(), self.local()).with_monotonic(monotonic)
    }
}
