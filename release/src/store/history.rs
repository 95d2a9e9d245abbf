//! `History`: the revisions of one release, and which of them matter.

use super::{Head, Query, RecordId, Store, StoreError};
use crate::record::{Release, Status};

/// The heads of all revisions of a release, oldest first.
///
/// It is a picture of the moment it was taken.
#[derive(Clone, Debug)]
pub struct History {
    name: String,
    heads: Vec<Head>,
}

impl History {
    /// Lists the revisions of a release. None is no error.
    ///
    /// # Errors
    ///
    /// When the store cannot be read.
    pub async fn of(store: &dyn Store, namespace: &str, name: &str) -> Result<Self, StoreError> {
        let mut heads = store.heads(&Query::release(namespace, name)).await?;
        heads.sort_by_key(|head| head.id.revision);
        Ok(History {
            name: name.to_owned(),
            heads,
        })
    }

    /// Returns the heads, oldest first.
    pub fn heads(&self) -> &[Head] {
        &self.heads
    }

    /// Says whether there is no revision at all.
    pub fn is_empty(&self) -> bool {
        self.heads.is_empty()
    }

    /// Returns the head of the newest revision.
    pub fn newest(&self) -> Option<&Head> {
        self.heads.last()
    }

    /// Returns the head of a revision.
    pub fn find(&self, revision: u64) -> Option<&Head> {
        self.heads.iter().find(|head| head.id.revision == revision)
    }

    /// Returns the heads of the revisions that run, newest first. Should be one; two that work at once make two.
    pub fn deployed(&self) -> impl Iterator<Item = &Head> {
        self.with_status(Status::Deployed)
    }

    /// Notes how a revision stands now.
    pub(crate) fn set_status(&mut self, revision: u64, status: Status) {
        if let Some(head) = self.heads.iter_mut().find(|head| head.id.revision == revision) {
            head.status = status;
        }
    }

    fn with_status(&self, status: Status) -> impl Iterator<Item = &Head> {
        self.heads.iter().rev().filter(move |head| head.status == status)
    }

    /// Returns the head of the newest revision that ran, as far as can be told: failed ones are not superseded unless
    /// a later one succeeded.
    pub fn last_successful(&self) -> Option<&Head> {
        let ran = |head: &&Head| matches!(head.status, Status::Superseded | Status::Deployed);
        self.heads.iter().rev().find(ran)
    }

    /// Reads the newest revision.
    ///
    /// # Errors
    ///
    /// When there is none, and when it cannot be read. Damaged records are passed over, as in Helm.
    pub async fn last(&self, store: &dyn Store) -> Result<Release, StoreError> {
        read_first(store, self.heads.iter().rev()).await
    }

    /// Reads the newest revision that runs.
    ///
    /// # Errors
    ///
    /// When none does, and when it cannot be read.
    pub async fn last_deployed(&self, store: &dyn Store) -> Result<Release, StoreError> {
        match read_first(store, self.deployed()).await {
            Err(StoreError::NotFound) => Err(StoreError::NoneDeployed(self.name.clone())),
            other => other,
        }
    }

    /// Removes the oldest records until at most `limit` are left, but never the newest one that runs.
    ///
    /// # Errors
    ///
    /// When records could not be removed; the others are gone.
    pub async fn prune(&self, store: &dyn Store, limit: usize) -> Result<(), StoreError> {
        let mut failed = Vec::new();
        for id in self.to_prune(limit) {
            match store.delete(id).await {
                Ok(()) | Err(StoreError::NotFound) => {}
                Err(error) => failed.push(error),
            }
        }
        let count = failed.len();
        match failed.into_iter().next() {
            None => Ok(()),
            Some(error) if count == 1 => Err(error),
            Some(first) => Err(StoreError::DeleteSeveral {
                count,
                first: Box::new(first),
            }),
        }
    }

    fn to_prune(&self, limit: usize) -> Vec<&RecordId> {
        let kept = self.deployed().next().map(|head| head.id.revision);
        let excess = self.heads.len().saturating_sub(limit);
        let ids = self.heads.iter().map(|head| &head.id);
        ids.filter(|id| Some(id.revision) != kept).take(excess).collect()
    }
}

async fn read_first<'a>(
    store: &dyn Store,
    heads: impl Iterator<Item = &'a Head>,
) -> Result<Release, StoreError> {
    for head in heads {
        match store.get(&head.id).await {
            Err(StoreError::Decode { .. } | StoreError::NotFound) => {}
            other => return other,
        }
    }
    Err(StoreError::NotFound)
}

#[cfg(test)]
mod tests {
    use super::super::Memory;
    use super::*;

    async fn store(statuses: &[Status]) -> Memory {
        let store = Memory::default();
        for (index, status) in statuses.iter().enumerate() {
            let mut release = Release {
                name: "web".to_owned(),
                namespace: "n".to_owned(),
                revision: index as u64 + 1,
                ..Release::default()
            };
            release.set_status(status.clone(), "");
            store.create(&release).await.unwrap();
        }
        store
    }

    async fn revisions_after_pruning(statuses: &[Status], limit: usize) -> Vec<u64> {
        let store = store(statuses).await;
        let history = History::of(&store, "n", "web").await.unwrap();
        history.prune(&store, limit).await.unwrap();
        let left = History::of(&store, "n", "web").await.unwrap();
        left.heads().iter().map(|head| head.id.revision).collect()
    }

    #[tokio::test]
    async fn the_one_that_runs_is_never_pruned() {
        use Status::{Deployed, Failed, Superseded};
        let statuses = [Deployed, Failed, Failed, Failed];
        assert_eq!(revisions_after_pruning(&statuses, 2).await, [1, 4]);
        assert_eq!(revisions_after_pruning(&statuses, 0).await, [1]);
        let statuses = [Superseded, Superseded, Deployed];
        assert_eq!(revisions_after_pruning(&statuses, 2).await, [2, 3]);
        assert_eq!(revisions_after_pruning(&statuses, 9).await, [1, 2, 3]);
    }

    #[tokio::test]
    async fn revisions_are_found() {
        use Status::{Deployed, Failed, Superseded};
        let store = store(&[Superseded, Deployed, Failed]).await;
        let history = History::of(&store, "n", "web").await.unwrap();
        assert_eq!(history.last(&store).await.unwrap().revision, 3);
        assert_eq!(history.last_deployed(&store).await.unwrap().revision, 2);
        assert_eq!(history.last_successful().unwrap().id.revision, 2);
        let none = History::of(&store, "n", "api").await.unwrap();
        assert!(matches!(none.last(&store).await, Err(StoreError::NotFound)));
        assert_eq!(
            none.last_deployed(&store).await.unwrap_err().to_string(),
            "\"api\" has no deployed releases"
        );
    }
}
