//! `File`: a file of a chart, by its path inside the chart.

use std::time::SystemTime;

use bytes::Bytes;

/// A file of a chart: where it is, what is in it, when it changed.
///
/// The bytes are shared, so copying a chart copies no file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// The path below the chart's own folder, with `/` between the parts.
    pub name: String,
    /// The content, without a leading byte-order mark.
    pub data: Bytes,
    /// When the file was last modified; `None` is Go's zero time.
    pub modified: Option<SystemTime>,
}

impl File {
    /// Makes a file without a time.
    pub fn new(name: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        File {
            name: name.into(),
            data: data.into().into(),
            modified: None,
        }
    }

    /// Returns the content as text; bytes that are not UTF-8 become the replacement character.
    pub fn text(&self) -> std::borrow::Cow<'_, str> {
        // The check is much faster than the repair, which is seldom needed.
        match std::str::from_utf8(&self.data) {
            Ok(text) => text.into(),
            Err(_) => String::from_utf8_lossy(&self.data),
        }
    }
}
