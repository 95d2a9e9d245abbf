//! `Records`: the store of a rehearsal. It is read as ever; what is written to it is remembered as part of the plan.

use std::sync::{Arc, Mutex, MutexGuard};

use crate::record::{Release, Status};
use crate::store::{Answer, Head, Query, RecordId, Store, Summary};

/// Where the records of a release are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// As objects of the cluster: writing them is tried out like any other change.
    OnCluster,
    /// Somewhere that cannot try anything out: nothing is written.
    Elsewhere,
}

/// What was read and written.
#[derive(Debug, Default)]
pub(super) struct Pages(Mutex<Written>);

#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) read: Vec<Release>,
    pub(super) written: Vec<Release>,
}

impl Pages {
    pub(super) fn lock(&self) -> MutexGuard<'_, Written> {
        self.0.lock().expect("nothing panics while holding the records")
    }
}

impl Written {
    /// Returns each release that was written, as it was written the last time.
    pub(super) fn releases(&self) -> Vec<&Release> {
        let mut newest: Vec<&Release> = Vec::new();
        for release in self.written.iter().rev() {
            // Others are only marked as superseded.
            if release.info.status != Status::Superseded
                && !newest.iter().any(|known| is_same(known, release))
            {
                newest.push(release);
            }
        }
        newest.reverse();
        newest
    }

    /// Returns a record as it was written the last time.
    fn rewritten(&self, id: &RecordId) -> Option<&Release> {
        self.written
            .iter()
            .rev()
            .find(|release| RecordId::of(release) == *id)
    }

    /// Returns the revision that runs before `release` does.
    pub(super) fn running(&self, release: &Release) -> Option<&Release> {
        let others = self.read.iter().filter(|other| is_same(other, release));
        let ran = others.filter(|other| other.info.status == Status::Deployed);
        ran.max_by_key(|other| other.revision)
    }
}

fn is_same(a: &Release, b: &Release) -> bool {
    (&a.namespace, &a.name) == (&b.namespace, &b.name)
}

/// The store of a rehearsal.
pub(super) struct Records {
    pub(super) store: Arc<dyn Store>,
    pub(super) kept: Kept,
    pub(super) pages: Arc<Pages>,
}

impl Records {
    fn wrote(&self, release: &Release) {
        self.pages.lock().written.push(release.clone());
    }
}

impl Store for Records {
    fn heads<'a>(&'a self, query: &'a Query) -> Answer<'a, Vec<Head>> {
        self.store.heads(query)
    }

    fn get<'a>(&'a self, id: &'a RecordId) -> Answer<'a, Release> {
        Box::pin(async {
            if let Some(release) = self.pages.lock().rewritten(id) {
                return Ok(release.clone());
            }
            let release = self.store.get(id).await?;
            self.pages.lock().read.push(release.clone());
            Ok(release)
        })
    }

    fn summaries<'a>(&'a self, heads: &'a [Head]) -> Answer<'a, Vec<Summary>> {
        self.store.summaries(heads)
    }

    fn create<'a>(&'a self, release: &'a Release) -> Answer<'a, ()> {
        self.wrote(release);
        match self.kept {
            Kept::OnCluster => self.store.create(release),
            Kept::Elsewhere => done(),
        }
    }

    /// It is asked once whether records may be written, when the first is made: that will do.
    fn update<'a>(&'a self, release: &'a Release) -> Answer<'a, ()> {
        self.wrote(release);
        done()
    }

    fn delete<'a>(&'a self, id: &'a RecordId) -> Answer<'a, ()> {
        match self.kept {
            Kept::OnCluster => self.store.delete(id),
            Kept::Elsewhere => done(),
        }
    }

    fn sweep<'a>(&'a self, _namespace: &'a str, _name: &'a str) -> Answer<'a, ()> {
        done()
    }
}

fn done<'a>() -> Answer<'a, ()> {
    Box::pin(async { Ok(()) })
}
