//! Work on what is rendered, while the rest still is.

/// Gets the files of a rendering one by one.
pub trait Follow: Send + Sync {
    /// Gets a file, by its path from the outermost chart, as soon as it is there: its text and, if that had to be repaired,
    /// the bytes. Others may fail afterwards. Notes are left out.
    fn rendered(&self, path: &str, text: &str, broken: Option<&[u8]>);
}
