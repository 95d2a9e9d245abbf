//! Keeps recursion from using up the stack of the thread.

/// Measures how much of the stack has been used since it was made.
#[derive(Debug, Clone, Copy)]
pub(super) struct StackGuard {
    base: usize,
    limit: usize,
}

impl StackGuard {
    /// Starts to measure here; `limit` is how many bytes may be used from here on.
    pub(super) fn new(limit: usize) -> Self {
        Self {
            base: address(),
            limit,
        }
    }

    /// Says whether the limit is passed.
    pub(super) fn is_exhausted(self) -> bool {
        self.used() > self.limit
    }

    /// Says whether the limit is passed by more than what one template may use inside of its actions.
    pub(super) fn is_overdrawn(self) -> bool {
        self.used() > self.limit + self.limit / 4
    }

    fn used(self) -> usize {
        self.base.abs_diff(address())
    }
}

/// Returns an address in the frame of the caller, or near it.
#[inline(never)]
fn address() -> usize {
    let marker = 0_u8;
    std::hint::black_box(&raw const marker) as usize
}
