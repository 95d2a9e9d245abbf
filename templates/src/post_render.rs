//! `PostRender`: a last change to what the templates gave.

use std::error::Error;

/// Changes the objects of a chart after its templates made them.
///
/// Whoever sorts the rendered files into a plan runs it once, on all files together, hooks among them and notes and CRD
/// files not.
pub trait PostRender: Send + Sync {
    /// Takes a stream of YAML documents and returns the stream that is used instead.
    ///
    /// # Errors
    ///
    /// Fails when there is nothing to go on with; the action ends then.
    fn post_render(&self, manifests: &str) -> Result<Vec<u8>, Box<dyn Error + Send + Sync>>;
}
