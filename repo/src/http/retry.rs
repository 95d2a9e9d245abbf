//! What is sent again, and when. Pure.

use std::time::Duration;

use http::header::RETRY_AFTER;
use http::{HeaderMap, StatusCode};

/// How often a request is sent again.
pub(super) const MAX_RETRIES: u32 = 3;
/// The first pause; each one is twice the one before.
const FIRST_PAUSE: Duration = Duration::from_millis(250);
/// A server that wants more patience than this is given up.
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// Whether a server that answers so may do better soon.
pub(super) fn is_passing(status: StatusCode) -> bool {
    matches!(status.as_u16(), 429 | 500 | 502 | 503 | 504)
}

/// How long to wait before sending again; nothing when the server asks for too much.
pub(super) fn pause(attempt: u32, headers: Option<&HeaderMap>) -> Option<Duration> {
    match headers.and_then(retry_after) {
        Some(asked) if asked > MAX_PAUSE => None,
        Some(asked) => Some(asked),
        None => Some(FIRST_PAUSE * 2u32.pow(attempt.min(6))),
    }
}

/// The seconds or the date of `Retry-After`.
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?;
    let seconds = date.timestamp().as_second() - jiff::Timestamp::now().as_second();
    Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_server_is_given_the_time_it_asks_for_within_reason() {
        let asked = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            pause(0, Some(&headers))
        };
        assert_eq!(asked("7"), Some(Duration::from_secs(7)));
        assert_eq!(asked("3600"), None);
        assert_eq!(asked("Wed, 21 Oct 2015 07:28:00 GMT"), Some(Duration::ZERO));
        assert_eq!(asked("soon"), Some(FIRST_PAUSE));
        assert_eq!(pause(2, None), Some(FIRST_PAUSE * 4));
    }
}
