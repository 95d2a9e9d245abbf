//! The errors that several parts share.

use std::io;
use std::path::Path;

/// The system refused something about a file. The words are those of Go.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{operation} {path}: {reason}")]
pub struct FileError {
    /// What was tried: `open`, `stat`, `read`.
    pub operation: &'static str,
    /// With which file.
    pub path: String,
    /// What the system said.
    pub reason: String,
    /// What it meant.
    pub kind: io::ErrorKind,
}

impl FileError {
    /// Makes the error of an `operation` on the file at `path`.
    pub fn new(operation: &'static str, path: &Path, err: &io::Error) -> Self {
        FileError {
            operation,
            path: path.display().to_string(),
            reason: reason(err),
            kind: err.kind(),
        }
    }
}

/// Returns the system's own words without the number that Rust adds, and in lower case as Go has them.
pub(crate) fn reason(err: &io::Error) -> String {
    let text = err.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut chars = text.chars();
    match chars.next() {
        Some(first) if err.raw_os_error().is_some() => first.to_lowercase().chain(chars).collect(),
        _ => text.to_owned(),
    }
}
