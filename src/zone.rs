//! The time zone of this machine.

use std::sync::LazyLock;

use jiff::tz::TimeZone;

use crate::settings;

/// The file that says the zone where `TZ` does not.
const LOCALTIME: &str = "/etc/localtime";

/// Returns the zone that the machine is set to; UTC when nothing says which.
///
/// As in Go, `/etc/localtime` is read as it is. Asking which zone of the database it is would read hundreds of files.
pub(crate) fn local() -> TimeZone {
    static LOCAL: LazyLock<TimeZone> = LazyLock::new(find);
    LOCAL.clone()
}

fn find() -> TimeZone {
    if settings::names_time_zone() {
        return TimeZone::try_system().unwrap_or(TimeZone::UTC);
    }
    let rules = std::fs::read(LOCALTIME).ok();
    rules
        .and_then(|rules| TimeZone::tzif("Local", &rules).ok())
        .unwrap_or(TimeZone::UTC)
}
