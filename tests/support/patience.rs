//! How long tests wait for what is to happen. None of it measures speed: a machine that is busy gets its time.

use std::time::{Duration, Instant};

/// What has not happened by then never happens. What hangs on purpose hangs for twice as long.
pub(crate) const LONG: Duration = Duration::from_secs(300);

/// Looks again and again until there is an answer, and returns it. `what` says what is waited for.
#[track_caller]
pub(crate) fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let begin = Instant::now();
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(begin.elapsed() < LONG, "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Waits until something is so.
#[track_caller]
pub(crate) fn until_so(what: &str, mut is_so: impl FnMut() -> bool) {
    until(what, || is_so().then_some(()));
}
