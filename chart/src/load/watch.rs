//! Those who want to see files of a chart before all of it is read.

use crate::{Bytes, File};

/// Sees files of a chart while others are still being read.
pub trait Watch {
    /// Is told that a chart is about to be read that is worth some preparation.
    fn expect_much(&self) {}

    /// Says whether the content of a file is of interest. The path is that in its chart, or in the chart around it, with
    /// `charts/FOLDER/` before it.
    fn wants(&self, path: &str) -> bool;

    /// Gets the content of such a file, as the chart will have it.
    fn see(&self, content: &Bytes);
}

/// Sees nothing.
impl Watch for () {
    fn wants(&self, _: &str) -> bool {
        false
    }

    fn see(&self, _: &Bytes) {}
}

/// Shows a file that was read.
pub(super) fn show(watch: &dyn Watch, file: &File) {
    if watch.wants(&file.name) {
        watch.see(&file.data);
    }
}
