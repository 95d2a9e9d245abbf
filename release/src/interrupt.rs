//! `Interrupt`: how an action is told to stop before its end.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::watch;

use crate::lease::Tenant;

/// Why an action stops.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// Somebody wants it to: a signal, by its name.
    Signal(&'static str),
    /// Somebody else took the release over, because nothing was heard of us for too long.
    LeaseLost(Tenant),
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Cause::Signal(name) => write!(f, "interrupted by {name}"),
            Cause::LeaseLost(tenant) => write!(f, "the release was taken over by {tenant}"),
        }
    }
}

/// Tells an action to stop. All clones are one; only the first cause counts.
///
/// The action finishes the requests that are under way, records that it failed, gives its lease back, and returns
/// [`Error::Interrupted`](crate::Error::Interrupted). Cleaning up is not interrupted again.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    cause: watch::Sender<Option<Cause>>,
    is_heard: AtomicBool,
}

impl Interrupt {
    /// Tells whoever works with this to stop.
    pub fn raise(&self, cause: Cause) {
        self.0.cause.send_if_modified(|now| {
            let is_first = now.is_none();
            now.get_or_insert(cause);
            is_first
        });
    }

    /// Waits until somebody wants a stop that nobody has heeded yet.
    pub async fn raised(&self) -> Cause {
        let mut cause = self.0.cause.subscribe();
        if !self.0.is_heard.load(Ordering::Acquire)
            && let Ok(cause) = cause.wait_for(Option::is_some).await
            && let Some(cause) = cause.clone()
        {
            return cause;
        }
        std::future::pending().await
    }

    /// From here on, what is done is what there is to do because of the interrupt.
    pub(crate) fn heed(&self) {
        self.0.is_heard.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn an_interrupt_is_heard_once() {
        let interrupt = Interrupt::default();
        interrupt.raise(Cause::Signal("SIGINT"));
        interrupt.raise(Cause::Signal("SIGTERM"));
        assert_eq!(interrupt.raised().await.to_string(), "interrupted by SIGINT");
        interrupt.heed();
        let again = tokio::time::timeout(Duration::from_millis(10), interrupt.raised());
        assert!(again.await.is_err());
    }
}
