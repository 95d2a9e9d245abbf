//! Work on what is rendered, while the rest still is.

use bytestring::ByteString;

/// Gets the files of a rendering one by one.
pub trait Follow: Send + Sync {
    /// Gets a file, by its path from the outermost chart, as soon as it is there: its text and, if that had to be repaired,
    /// the bytes. Others may fail afterwards. Notes are left out.
    fn rendered(&self, path: &str, text: &ByteString, broken: Option<&[u8]>);
}
