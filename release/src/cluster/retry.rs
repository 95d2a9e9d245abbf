//! Whether a request that failed is sent again, and when.

use std::time::Duration;

use tokio::time::Instant;

use super::ApiError;

/// How often the server may put us off (client-go's `maxRetries`).
const PUT_OFFS: u32 = 10;

/// How often it may fail without saying when to come back.
const FAULTS: u32 = 5;

/// How often a server that nothing was heard of yet may break the connection.
const STRANGERS: u32 = 2;

/// How long a server that was there may be away.
const AWAY: Duration = Duration::from_secs(30);

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// A request that failed.
#[derive(Debug)]
pub(super) struct Failure {
    pub(super) error: ApiError,
    /// When the server wants to be asked again.
    pub(super) retry_after: Option<Duration>,
    /// Nobody took the connection, so nothing was sent.
    pub(super) is_refused: bool,
}

/// How often a request has failed so far.
#[derive(Debug)]
pub(super) struct Retry {
    pub(super) tries: u32,
    pub(super) began: Instant,
    /// Sending the request twice does what sending it once does.
    pub(super) is_repeatable: bool,
    /// The server has answered before: if it does not now, it is away for a while, not missing.
    pub(super) is_known: bool,
}

impl Default for Retry {
    /// A request that must not be repeated, to a server that was not heard of yet.
    fn default() -> Self {
        Retry {
            tries: 0,
            began: Instant::now(),
            is_repeatable: false,
            is_known: false,
        }
    }
}

impl Retry {
    /// Returns how long to wait before the next try; nothing when this was the last.
    ///
    /// As in client-go, a request that the server put off (429, or a fault with `Retry-After`) is sent again. Beyond it, a
    /// request that may be repeated is sent again after any fault and after a broken connection, so that a server that
    /// restarts ends no action.
    pub(super) fn after(&mut self, failure: &Failure) -> Option<Duration> {
        self.tries += 1;
        let backoff = (FIRST_PAUSE * 2_u32.pow(self.tries.min(10) - 1)).min(LONGEST_PAUSE);
        let is_fault = matches!(failure.error.code, 500 | 502..=504);
        let goes_on = match (failure.error.code, failure.retry_after) {
            (0, _) => self.may_reconnect(failure),
            (429, _) => self.tries <= PUT_OFFS,
            (_, Some(_)) if is_fault => self.tries <= PUT_OFFS,
            _ => is_fault && self.is_repeatable && self.tries <= FAULTS,
        };
        goes_on.then(|| failure.retry_after.unwrap_or(backoff))
    }

    fn may_reconnect(&self, failure: &Failure) -> bool {
        if !self.is_repeatable && !failure.is_refused {
            return false;
        }
        // A connection that broke may have been an old one, or the network's fault.
        let is_there = self.is_known || !failure.is_refused && self.tries <= STRANGERS;
        is_there && self.began.elapsed() < AWAY
    }
}

/// Reads the header `Retry-After`, of which the API server only uses the form in seconds.
pub(super) fn retry_after(header: Option<&http::HeaderValue>) -> Option<Duration> {
    let seconds: u64 = header?.to_str().ok()?.trim().parse().ok()?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retry_of([is_repeatable, is_known]: [bool; 2]) -> Retry {
        Retry {
            is_repeatable,
            is_known,
            ..Retry::default()
        }
    }

    fn failure(code: u16, retry_after: Option<u64>) -> Failure {
        Failure {
            error: ApiError::from_answer(code, b""),
            retry_after: retry_after.map(Duration::from_secs),
            is_refused: false,
        }
    }

    #[test]
    fn the_server_says_when() {
        let mut retry = retry_of([false, true]);
        let put_off = failure(429, Some(3));
        for _ in 0..PUT_OFFS {
            assert_eq!(retry.after(&put_off), Some(Duration::from_secs(3)));
        }
        assert_eq!(retry.after(&put_off), None);
    }

    #[test]
    fn only_what_may_be_repeated_is() {
        assert_eq!(retry_of([false, true]).after(&failure(500, None)), None);
        assert_eq!(retry_of([true, true]).after(&failure(404, None)), None);
        let mut retry = retry_of([true, true]);
        assert_eq!(retry.after(&failure(500, None)), Some(FIRST_PAUSE));
        assert_eq!(retry.after(&failure(500, None)), Some(FIRST_PAUSE * 2));
    }

    #[test]
    fn a_server_that_never_answered_is_not_waited_for() {
        let refused = Failure {
            is_refused: true,
            ..failure(0, None)
        };
        assert_eq!(retry_of([true, false]).after(&refused), None);
        assert_eq!(retry_of([false, true]).after(&refused), Some(FIRST_PAUSE));
        assert_eq!(retry_of([false, true]).after(&failure(0, None)), None);
        assert_eq!(retry_of([true, true]).after(&failure(0, None)), Some(FIRST_PAUSE));
    }
}
