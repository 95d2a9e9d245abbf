//! The errors that several parts share.

use std::error::Error;
use std::io;
use std::path::Path;

/// Returns an error with its causes on one line, joined by `": "`, which is how Go wraps errors.
///
/// What the line ends with already is not said again: some libraries repeat their causes.
pub fn chain(error: &dyn Error) -> String {
    let text = error.to_string();
    let Some(cause) = error.source() else { return text };
    let rest = chain(cause);
    if text.ends_with(&rest) {
        return text;
    }
    format!("{text}: {rest}")
}

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
    // Libraries wrap it, and add to it.
    let Some((text, _)) = text.split_once(" (os error") else {
        return text;
    };
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_lowercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::chain;

    #[derive(Debug, thiserror::Error)]
    #[error("{0}")]
    struct Layer(&'static str, #[source] Option<Box<Layer>>);

    #[test]
    fn a_chain_reads_like_go() {
        let layers = |texts: [&'static str; 3]| {
            let mut texts = texts.into_iter().rev();
            let inner = texts.next().map(|text| Layer(text, None));
            texts.fold(inner, |cause, text| Some(Layer(text, cause.map(Box::new))))
        };
        for (texts, line) in [
            (
                ["load chart", "open a", "no such file"],
                "load chart: open a: no such file",
            ),
            (
                ["open a: no such file", "open a", "no such file"],
                "open a: no such file",
            ),
            (
                ["load", "open a: no such file", "no such file"],
                "load: open a: no such file",
            ),
        ] {
            assert_eq!(layers(texts).map(|error| chain(&error)).as_deref(), Some(line));
        }
    }
}
