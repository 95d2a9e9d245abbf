//! A bound on what one template writes.

use std::io::{Error, Write};

/// What a template may write, in bytes. A release record, which holds all of them, has room for a fraction of it.
const MOST: usize = 64 << 20;

/// What a template fails with that writes more.
pub(super) const MESSAGE: &str = "the template writes more than 64 MiB";

/// Collects what is written, up to the bound.
#[derive(Default)]
pub(super) struct Limited {
    bytes: Vec<u8>,
    is_exceeded: bool,
}

impl Limited {
    pub(super) fn is_exceeded(&self) -> bool {
        self.is_exceeded
    }

    pub(super) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}

impl Write for Limited {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        if self.bytes.len() + bytes.len() > MOST {
            self.is_exceeded = true;
            return Err(Error::other(MESSAGE));
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
