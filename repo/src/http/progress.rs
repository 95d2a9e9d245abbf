//! `Progress`: how far transfers are, for those who show it.

use std::fmt;
use std::sync::Arc;

/// What happens to a transfer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moved {
    /// It begins: so many bytes, if that is known.
    Begun(Option<u64>),
    /// So many bytes more have been moved.
    Bytes(u64),
    /// It is over, well or not.
    Ended,
}

/// Whom to tell of all transfers of bodies, which may be several at once.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(Moved) + Send + Sync>);

/// One transfer; it is over when this goes.
pub(crate) struct Transfer {
    progress: Progress,
}

impl Progress {
    /// Somebody who is told everything, from any thread.
    pub fn new(tell: impl Fn(Moved) + Send + Sync + 'static) -> Self {
        Progress(Arc::new(tell))
    }

    /// Tells that a transfer begins.
    pub(crate) fn begin(&self, bytes: Option<u64>) -> Transfer {
        (self.0)(Moved::Begun(bytes));
        Transfer {
            progress: self.clone(),
        }
    }
}

impl Default for Progress {
    /// Nobody.
    fn default() -> Self {
        Progress::new(drop)
    }
}

impl Transfer {
    /// Tells of so many bytes more.
    pub(crate) fn moved(&self, bytes: usize) {
        (self.progress.0)(Moved::Bytes(bytes as u64));
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        (self.progress.0)(Moved::Ended);
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Progress")
    }
}

impl fmt::Debug for Transfer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Transfer")
    }
}
