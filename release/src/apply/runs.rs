//! Doing many things at once, but kind after kind.

use std::time::Duration;

use futures::StreamExt;
use futures::stream::FuturesUnordered;
use tokio::time::Instant;

use super::Object;

/// How many requests are under way at the same time: as many as keep a near server busy.
const AT_ONCE: usize = 8;

/// How many there are where most of the time is spent on the way.
const AT_ONCE_FAR: usize = 32;

/// A server whose fastest answer takes longer than this is far.
const FAR: Duration = Duration::from_millis(5);

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
pub(crate) async fn each<'a, O, F, T>(objects: &'a [O], work: impl Fn(&'a O) -> F) -> Vec<T>
where
    F: Future<Output = T>,
{
    let timed = |(place, object)| {
        let (begin, doing) = (Instant::now(), work(object));
        async move { (place, doing.await, begin.elapsed()) }
    };
    let mut waiting = objects.iter().enumerate().map(timed);
    let mut under_way: FuturesUnordered<_> = waiting.by_ref().take(AT_ONCE).collect();
    let mut results: Vec<Option<T>> = objects.iter().map(|_| None).collect();
    let mut fastest = Duration::MAX;
    while let Some((place, result, took)) = under_way.next().await {
        results[place] = Some(result);
        fastest = fastest.min(took);
        let room = width(fastest).saturating_sub(under_way.len());
        under_way.extend(waiting.by_ref().take(room));
    }
    results.into_iter().flatten().collect()
}

/// How many requests may be under way, by how long the fastest answer took.
fn width(fastest: Duration) -> usize {
    if fastest > FAR { AT_ONCE_FAR } else { AT_ONCE }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use serde_json::Value;

    use super::*;
    use crate::cluster::Mapping;
    use crate::manifest::GroupVersionKind;

    fn object(n: usize) -> Object {
        let mapping = Mapping {
            gvk: GroupVersionKind::new("v1", "ConfigMap"),
            plural: "configmaps".to_owned(),
            is_namespaced: true,
        };
        Object {
            mapping,
            namespace: String::new(),
            name: n.to_string(),
            body: Value::Null,
        }
    }

    #[tokio::test]
    async fn results_are_in_order_and_not_all_is_done_at_once() {
        let objects: Vec<Object> = (0..200).map(object).collect();
        let (now, most) = (Cell::new(0), Cell::new(0));
        let work = |object| {
            let (now, most): (&Cell<usize>, &Cell<usize>) = (&now, &most);
            let object: &Object = object;
            async move {
                now.set(now.get() + 1);
                most.set(most.get().max(now.get()));
                // The later ones are done first.
                tokio::time::sleep(Duration::from_millis(8 - object.name.len() as u64)).await;
                now.set(now.get() - 1);
                object.name.clone()
            }
        };
        let names = each(&objects, work).await;
        assert!(names.iter().enumerate().all(|(n, name)| *name == n.to_string()));
        assert_eq!(names.len(), 200);
        assert!(most.get() <= AT_ONCE_FAR, "{most:?}");
    }

    #[test]
    fn more_is_under_way_where_the_way_is_long() {
        assert_eq!(width(Duration::from_millis(1)), AT_ONCE);
        assert_eq!(width(Duration::from_millis(21)), AT_ONCE_FAR);
    }
}
