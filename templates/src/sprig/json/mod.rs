//! JSON as Go's `encoding/json` reads and writes it.

mod read;
mod write;

pub(crate) use read::from_json;
pub(super) use write::to_pretty_json;
pub(crate) use write::{Escape, to_json};

use std::fmt;

/// What is wrong with JSON, or cannot be JSON; the text is Go's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct JsonError(String);

impl fmt::Display for JsonError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl std::error::Error for JsonError {}
