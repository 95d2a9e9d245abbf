//! Where records live.

mod batch;
mod codec;
mod history;
mod kubernetes;
mod kubernetes_parts;
mod labels;
mod memory;
mod parts;
mod sql;
mod tight;

use std::collections::BTreeMap;

use futures::future::BoxFuture;

use crate::cluster::ApiError;
use crate::record::{Release, Status};

pub use codec::{ChartSummary, CodecError, Summary, decode, decode_summary, encode};
pub use history::History;
pub use kubernetes::{ConfigMaps, Secrets};
pub use labels::{SYSTEM_LABELS, has_system_label};
pub use memory::Memory;
pub use sql::{Sql, SqlDefaults, SqlError};

/// What a store answers, later.
pub type Answer<'a, T> = BoxFuture<'a, Result<T, StoreError>>;

/// A place that keeps release records.
///
/// A record is one revision. It has a [`Head`], which is cheap to list, and a content, which can be a megabyte: ask for
/// heads, choose, and then for the few records that matter.
pub trait Store: Send + Sync {
    /// Lists the heads of the records that `query` selects, in no particular order.
    fn heads<'a>(&'a self, query: &'a Query) -> Answer<'a, Vec<Head>>;

    /// Reads one record. Its labels are the user's, without Helm's own.
    fn get<'a>(&'a self, id: &'a RecordId) -> Answer<'a, Release>;

    /// Reads records without the charts' content and the manifests, in the order of `heads`.
    ///
    /// A record that is damaged, or gone since, is passed over, as in Helm (`pkg/storage/driver/secrets.go`).
    fn summaries<'a>(&'a self, heads: &'a [Head]) -> Answer<'a, Vec<Summary>>;

    /// Adds a record. There must be none of its name and revision.
    fn create<'a>(&'a self, release: &'a Release) -> Answer<'a, ()>;

    /// Writes a record that is there already.
    fn update<'a>(&'a self, release: &'a Release) -> Answer<'a, ()>;

    /// Removes a record.
    fn delete<'a>(&'a self, id: &'a RecordId) -> Answer<'a, ()>;

    /// Removes what somebody who died while writing left of records that were never made. Stores that write a record at
    /// once have nothing of the kind.
    fn sweep<'a>(&'a self, namespace: &'a str, name: &'a str) -> Answer<'a, ()> {
        let _ = (namespace, name);
        Box::pin(async { Ok(()) })
    }
}

/// The name of one record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct RecordId {
    /// The namespace of the release.
    pub namespace: String,
    /// The release.
    pub name: String,
    /// The revision.
    pub revision: u64,
}

/// How the names of the objects begin that store records.
const RECORD_PREFIX: &str = "sh.helm.release.v1.";

/// Says whether an object with this name, a Secret or a ConfigMap, stores a record or a part of one.
pub(crate) fn stores_record(name: &str) -> bool {
    name.starts_with(RECORD_PREFIX) || parts::is_name(name)
}

impl RecordId {
    /// Returns the name of a release's own record.
    pub fn of(release: &Release) -> Self {
        RecordId {
            namespace: release.namespace.clone(),
            name: release.name.clone(),
            revision: release.revision,
        }
    }

    /// Returns the name of the object that stores the record.
    pub fn key(&self) -> String {
        format!("{RECORD_PREFIX}{}.v{}", self.name, self.revision)
    }
}

/// What can be told about a record without reading it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// The record.
    pub id: RecordId,
    /// Where the revision stands.
    pub status: Status,
    /// All labels, Helm's own among them.
    pub labels: BTreeMap<String, String>,
}

/// Which records. Everything that is set must fit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// The namespace; `None` is all of them.
    pub namespace: Option<String>,
    /// The release.
    pub name: Option<String>,
    /// Where the revision stands.
    pub status: Option<Status>,
    /// A label selector in Kubernetes' syntax. [`Memory`] knows `key=value` terms only.
    pub selector: Option<String>,
}

impl Query {
    /// Selects all revisions of one release.
    pub fn release(namespace: &str, name: &str) -> Self {
        Query {
            namespace: Some(namespace.to_owned()),
            name: Some(name.to_owned()),
            ..Query::default()
        }
    }
}

/// A store could not do what it should.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// There is no such record.
    #[error("release: not found")]
    NotFound,
    /// There is such a record already.
    #[error("release: already exists")]
    AlreadyExists,
    /// No revision of the release runs.
    #[error("{} has no deployed releases", chart::quote::quote(.0))]
    NoneDeployed(String),
    /// A record could not be read.
    #[error("get: failed to get {}", chart::quote::quote(key))]
    Get {
        /// The object.
        key: String,
        /// What the server says.
        #[source]
        source: ApiError,
    },
    /// The content of a record is damaged.
    #[error("get: failed to decode data {}", chart::quote::quote(key))]
    Decode {
        /// The object.
        key: String,
        /// What is wrong with it.
        #[source]
        source: CodecError,
    },
    /// The records of a release could not be listed.
    #[error("query: failed to query with labels")]
    Query(#[source] ApiError),
    /// The records of all releases could not be listed.
    #[error("list: failed to list")]
    List(#[source] ApiError),
    /// A record could not be written down.
    #[error("create: failed to encode release {}", chart::quote::quote(name))]
    Encode {
        /// The release.
        name: String,
        /// Why.
        #[source]
        source: CodecError,
    },
    /// A record could not be added.
    #[error("create: failed to create")]
    Create(#[source] ApiError),
    /// A record could not be changed.
    #[error("update: failed to update")]
    Update(#[source] ApiError),
    /// A record could not be removed.
    #[error(transparent)]
    Delete(ApiError),
    /// The database cannot be used.
    #[error(transparent)]
    Sql(#[from] SqlError),
    /// Several records could not be removed.
    #[error("encountered {count} deletion errors. First is")]
    DeleteSeveral {
        /// How many.
        count: usize,
        /// The first.
        #[source]
        first: Box<StoreError>,
    },
}

impl StoreError {
    /// Says whether the record is simply not there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, StoreError::NotFound)
    }
}
