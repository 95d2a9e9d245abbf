//! Changes that are under way: nobody may wait for their answers any more, but the server still gets them whole.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use super::Cluster;

/// How long an answer is waited for once nobody needs it.
const GRACE: Duration = Duration::from_secs(5);

/// Counts the changes that were sent and not answered yet.
#[derive(Debug, Default)]
pub(super) struct UnderWay(watch::Sender<usize>);

/// One change; it counts until this is dropped.
pub(super) struct Ticket(Arc<super::Inner>);

impl Ticket {
    pub(super) fn new(inner: Arc<super::Inner>) -> Self {
        inner.under_way.0.send_modify(|count| *count += 1);
        Ticket(inner)
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        self.0.under_way.0.send_modify(|count| *count -= 1);
    }
}

impl Cluster {
    /// Waits, a few seconds at most, until all changes that were sent are answered.
    ///
    /// Who drops the future of a change does not take it back. Whoever acts on the same objects next comes here first.
    pub(crate) async fn settle(&self) {
        let mut count = self.inner.under_way.0.subscribe();
        // When time runs out the server has them for good or never will; waiting longer tells nobody which.
        let _ = tokio::time::timeout(GRACE, count.wait_for(|count| *count == 0)).await;
    }
}
