//! Doing many things at once, but kind after kind.

use futures::StreamExt;
use futures::stream;

use super::Object;

/// How many requests are under way at the same time.
const AT_ONCE: usize = 8;

/// Objects of one kind that follow each other.
pub(super) struct Run<'a>(&'a [Object]);

/// Cuts `objects` where the kind changes.
pub(super) fn in_runs(objects: &[Object]) -> impl Iterator<Item = Run<'_>> {
    objects.chunk_by(|a, b| a.kind() == b.kind()).map(Run)
}

impl<'a> Run<'a> {
    /// Does something with each object, several at once; the results are in the objects' order.
    pub(super) async fn each<F, T>(&self, work: impl Fn(&'a Object) -> F) -> Vec<T>
    where
        F: Future<Output = T>,
    {
        each(self.0, work).await
    }

    pub(super) fn objects(&self) -> &'a [Object] {
        self.0
    }
}

/// Does something with each object, several at once; the results are in the objects' order.
pub(super) async fn each<'a, F, T>(objects: &'a [Object], work: impl Fn(&'a Object) -> F) -> Vec<T>
where
    F: Future<Output = T>,
{
    stream::iter(objects.iter().map(work))
        .buffered(AT_ONCE)
        .collect()
        .await
}
