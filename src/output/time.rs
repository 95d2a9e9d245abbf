//! Times as Go prints them.

use jiff::tz::TimeZone;
use release::Time;

/// The first second of Go's calendar, which stands for "never".
const NEVER: &str = "Mon Jan  1 00:00:00 0001";

/// `Sat Nov 21 07:16:45 2026`: Go's `time.ANSIC`, in the offset the time was written in.
pub(crate) fn ansic(time: Option<Time>) -> String {
    match time {
        Some(time) => local(time).strftime("%a %b %e %H:%M:%S %Y").to_string(),
        None => NEVER.to_owned(),
    }
}

/// `2026-11-21 07:16:45.123456789 +0000 UTC`: what Go's `Time.String` gives for a time that was read from JSON.
///
/// The zone has a name only when its offset is that of `zone`, this machine's, at the time; otherwise the offset is said
/// twice.
pub(crate) fn go_string(time: Time, zone: &TimeZone) -> String {
    let offset = time.offset();
    let numeric = local(time).strftime("%z").to_string();
    let info = zone.to_offset_info(time.timestamp());
    let name = if info.offset() == offset {
        info.abbreviation().to_owned()
    } else {
        numeric.clone()
    };
    format!(
        "{} {numeric} {name}",
        local(time).strftime("%Y-%m-%d %H:%M:%S%.f")
    )
}

/// The time in one of Go's layouts; its zone is named as in [`go_string`].
pub(crate) fn in_layout(time: Time, zone: &TimeZone, layout: &str) -> String {
    let info = zone.to_offset_info(time.timestamp());
    let name = if info.offset() == time.offset() {
        info.abbreviation()
    } else {
        ""
    };
    templates::format_time(time.timestamp(), time.offset().seconds(), name, layout)
}

/// `2026-11-21T07:16:45Z`: Go's `time.RFC3339`, without fractions of a second.
pub(crate) fn rfc3339(time: Option<Time>) -> String {
    let Some(time) = time else {
        return "0001-01-01T00:00:00Z".to_owned();
    };
    let offset = if time.offset().is_zero() {
        "Z".to_owned()
    } else {
        local(time).strftime("%:z").to_string()
    };
    format!("{}{offset}", local(time).strftime("%Y-%m-%dT%H:%M:%S"))
}

fn local(time: Time) -> jiff::Zoned {
    time.timestamp().to_zoned(TimeZone::fixed(time.offset()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_like_gos() {
        let time: Time = "2026-11-01T07:06:05.1200Z".parse().unwrap();
        assert_eq!(ansic(Some(time)), "Sun Nov  1 07:06:05 2026");
        assert_eq!(
            go_string(time, &TimeZone::UTC),
            "2026-11-01 07:06:05.12 +0000 UTC"
        );
        let time: Time = "2026-11-01T07:06:05+05:30".parse().unwrap();
        assert_eq!(go_string(time, &TimeZone::UTC), "2026-11-01 07:06:05 +0530 +0530");
        assert_eq!(ansic(Some(time)), "Sun Nov  1 07:06:05 2026");
        assert_eq!(rfc3339(Some(time)), "2026-11-01T07:06:05+05:30");
    }
}
