//! Records in memory: for tests, and for programs that keep them elsewhere.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use futures::FutureExt;
use futures::future::ready;
use jiff::Timestamp;

use super::codec::{self, Summary};
use super::{Answer, Head, Query, RecordId, Store, StoreError, labels};
use crate::record::{Release, Status};

/// Keeps records in memory, packed as anywhere else.
#[derive(Debug, Default)]
pub struct Memory(Mutex<BTreeMap<RecordId, Packed>>);

#[derive(Debug)]
struct Packed {
    labels: BTreeMap<String, String>,
    data: String,
}

impl Memory {
    fn records(&self) -> MutexGuard<'_, BTreeMap<RecordId, Packed>> {
        self.0.lock().expect("nothing panics while holding the records")
    }

    fn write(&self, release: &Release, stamp: &str) -> Result<(), StoreError> {
        let data = codec::encode(release).map_err(|source| StoreError::Encode {
            name: release.name.clone(),
            source,
        })?;
        let labels = labels::of_record(release, (stamp, Timestamp::now().as_second()));
        self.records()
            .insert(RecordId::of(release), Packed { labels, data });
        Ok(())
    }

    fn read<T>(
        &self,
        id: &RecordId,
        decode: impl Fn(&Packed) -> Result<T, codec::CodecError>,
    ) -> Result<T, StoreError> {
        let records = self.records();
        let packed = records.get(id).ok_or(StoreError::NotFound)?;
        decode(packed).map_err(|source| StoreError::Decode {
            key: id.key(),
            source,
        })
    }

    fn create_now(&self, release: &Release) -> Result<(), StoreError> {
        if self.records().contains_key(&RecordId::of(release)) {
            return Err(StoreError::AlreadyExists);
        }
        self.write(release, "createdAt")
    }

    fn update_now(&self, release: &Release) -> Result<(), StoreError> {
        if !self.records().contains_key(&RecordId::of(release)) {
            return Err(StoreError::NotFound);
        }
        self.write(release, "modifiedAt")
    }
}

impl Store for Memory {
    fn heads<'a>(&'a self, query: &'a Query) -> Answer<'a, Vec<Head>> {
        let records = self.records();
        let heads = records.iter().map(|(id, packed)| Head {
            id: id.clone(),
            status: Status::from(packed.labels["status"].as_str()),
            labels: packed.labels.clone(),
        });
        let heads = heads.filter(|head| fits(query, head)).collect();
        ready(Ok(heads)).boxed()
    }

    fn get<'a>(&'a self, id: &'a RecordId) -> Answer<'a, Release> {
        let release = self.read(id, |packed| {
            let mut release = codec::decode(packed.data.as_bytes())?;
            release.labels = labels::of_user(&packed.labels);
            Ok(release)
        });
        ready(release).boxed()
    }

    fn summaries<'a>(&'a self, heads: &'a [Head]) -> Answer<'a, Vec<Summary>> {
        let summary = |head: &Head| {
            self.read(&head.id, |packed| codec::decode_summary(packed.data.as_bytes()))
                .ok()
        };
        ready(Ok(heads.iter().filter_map(summary).collect())).boxed()
    }

    fn create<'a>(&'a self, release: &'a Release) -> Answer<'a, ()> {
        ready(self.create_now(release)).boxed()
    }

    fn update<'a>(&'a self, release: &'a Release) -> Answer<'a, ()> {
        ready(self.update_now(release)).boxed()
    }

    fn delete<'a>(&'a self, id: &'a RecordId) -> Answer<'a, ()> {
        let removed = self.records().remove(id);
        ready(removed.map(drop).ok_or(StoreError::NotFound)).boxed()
    }
}

/// Says whether a query selects a head.
pub(super) fn fits(query: &Query, head: &Head) -> bool {
    let has_term = |term: &str| {
        let (label, value) = term.split_once('=').unwrap_or((term, ""));
        head.labels.get(label.trim()).map(String::as_str) == Some(value.trim_start_matches('=').trim())
    };
    query
        .namespace
        .as_ref()
        .is_none_or(|namespace| *namespace == head.id.namespace)
        && query.name.as_ref().is_none_or(|name| *name == head.id.name)
        && query.status.as_ref().is_none_or(|status| *status == head.status)
        && query
            .selector
            .as_deref()
            .is_none_or(|selector| selector.is_empty() || selector.split(',').all(has_term))
}
