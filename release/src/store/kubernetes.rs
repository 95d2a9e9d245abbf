//! Records in Secrets (the default) or ConfigMaps, beside what they describe.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use futures::StreamExt;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};

use super::batch::{Batch, batches};
use super::codec::{self, Summary};
use super::parts::Split;
use super::{Answer, Head, Query, RecordId, Store, StoreError, labels, parts};
use crate::FIELD_MANAGER;
use crate::cluster::{ApiError, Call, Cluster, list, list_metadata};
use crate::record::{Release, Status};

/// Keeps records in Secrets of the type `helm.sh/release.v1`.
#[derive(Clone, Debug)]
pub struct Secrets(Objects);

/// Keeps records in ConfigMaps.
#[derive(Clone, Debug)]
pub struct ConfigMaps(Objects);

impl Secrets {
    /// Uses the Secrets of `cluster`.
    pub fn new(cluster: Cluster) -> Self {
        Secrets(Objects {
            cluster,
            kind: Kind::Secret,
        })
    }
}

impl ConfigMaps {
    /// Uses the ConfigMaps of `cluster`.
    pub fn new(cluster: Cluster) -> Self {
        ConfigMaps(Objects {
            cluster,
            kind: Kind::ConfigMap,
        })
    }
}

macro_rules! delegate {
    ($($store:ty),+) => {
        $(impl Store for $store {
            fn heads<'a>(&'a self, query: &'a Query) -> Answer<'a, Vec<Head>> {
                Box::pin(self.0.heads(query))
            }

            fn get<'a>(&'a self, id: &'a RecordId) -> Answer<'a, Release> {
                Box::pin(self.0.get(id))
            }

            fn summaries<'a>(&'a self, heads: &'a [Head]) -> Answer<'a, Vec<Summary>> {
                Box::pin(self.0.summaries(heads))
            }

            fn create<'a>(&'a self, release: &'a Release) -> Answer<'a, ()> {
                Box::pin(self.0.create(release))
            }

            fn update<'a>(&'a self, release: &'a Release) -> Answer<'a, ()> {
                Box::pin(self.0.update(release))
            }

            fn delete<'a>(&'a self, id: &'a RecordId) -> Answer<'a, ()> {
                Box::pin(self.0.delete(id))
            }

            fn sweep<'a>(&'a self, namespace: &'a str, name: &'a str) -> Answer<'a, ()> {
                Box::pin(self.0.sweep(namespace, name))
            }
        })+
    };
}

delegate!(Secrets, ConfigMaps);

/// How many batches of records are read at a time. Each is a connection of its own, and opening one costs more than a
/// read.
const CONNECTIONS: usize = 4;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Secret,
    ConfigMap,
}

/// What the two have in common: everything but the frame around the packed record.
#[derive(Clone, Debug)]
pub(super) struct Objects {
    pub(super) cluster: Cluster,
    pub(super) kind: Kind,
}

#[derive(Deserialize)]
struct Stored {
    #[serde(default)]
    metadata: Metadata,
    #[serde(default)]
    data: Option<BTreeMap<String, String>>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Metadata {
    namespace: String,
    labels: BTreeMap<String, String>,
}

impl Stored {
    /// Returns the packed record as the object holds it.
    fn packed(self) -> String {
        let text = self.data.and_then(|mut data| data.remove("release"));
        text.unwrap_or_default()
    }
}

impl Metadata {
    /// Reads off the labels which record this is; an object with labels of another shape is none.
    fn record_id(&self) -> Option<RecordId> {
        Some(RecordId {
            namespace: self.namespace.clone(),
            name: self.labels.get("name")?.clone(),
            revision: self.labels.get("version")?.parse().ok()?,
        })
    }
}

impl Objects {
    async fn heads(&self, query: &Query) -> Result<Vec<Head>, StoreError> {
        let call =
            Call::get(self.collection(query.namespace.as_deref())).query("labelSelector", selector(query));
        let failed = match &query.name {
            Some(_) => StoreError::Query,
            None => StoreError::List,
        };
        let listed = list_metadata(&self.cluster, call).await.map_err(failed)?;
        Ok(listed.items.into_iter().filter_map(head).collect())
    }

    async fn get(&self, id: &RecordId) -> Result<Release, StoreError> {
        let (labels, data) = self.read(id).await?;
        let mut release = codec::decode(&data).map_err(|source| parts::error(id, source))?;
        let count = parts::count(&labels, &release);
        if count > 0 {
            let found = self.read_parts(id).await?;
            // Helm copies a record, as it sees it, when it rolls back: there are no parts then, and nothing is lost.
            if found.is_empty() {
                release.labels = labels::of_user(&labels);
                return Ok(release);
            }
            parts::join(&mut release, &found, count).map_err(|source| parts::error(id, source))?;
        }
        release.labels = labels::of_user(&labels);
        Ok(release)
    }

    async fn summaries(&self, heads: &[Head]) -> Result<Vec<Summary>, StoreError> {
        let reads = batches(heads).into_iter().map(|batch| self.read_batch(batch));
        let mut reads = futures::stream::iter(reads).buffer_unordered(CONNECTIONS);
        let mut found = BTreeMap::new();
        while let Some(summaries) = reads.next().await {
            found.extend(summaries?);
        }
        Ok(heads.iter().filter_map(|head| found.remove(&head.id)).collect())
    }

    /// Reads the records that a batch selects, among them those it was made for.
    async fn read_batch(&self, batch: Batch) -> Result<Vec<(RecordId, Summary)>, StoreError> {
        let call = Call::get(self.collection(batch.namespace.as_deref()))
            .query("labelSelector", format!("owner=helm,{}", batch.selector));
        let listed = list::<Stored>(&self.cluster, call)
            .await
            .map_err(StoreError::Query)?;
        let records = listed.items.into_iter().filter_map(|stored| {
            let id = stored.metadata.record_id()?;
            let data = self.unwrap(stored.packed()).ok()?;
            Some((id, codec::decode_summary(&data).ok()?))
        });
        Ok(records.collect())
    }

    async fn read(&self, id: &RecordId) -> Result<(BTreeMap<String, String>, Vec<u8>), StoreError> {
        let get_error = |source| StoreError::Get {
            key: id.key(),
            source,
        };
        let call = Call::get(self.object(id));
        let answer = match self.cluster.send(call).await {
            Ok(answer) => answer,
            Err(error) if error.is_not_found() => return Err(StoreError::NotFound),
            Err(error) => return Err(get_error(error)),
        };
        let stored: Stored = answer.json().map_err(get_error)?;
        let labels = stored.metadata.labels.clone();
        let data = self.unwrap(stored.packed());
        Ok((labels, data.map_err(|source| parts::error(id, source.into()))?))
    }

    async fn create(&self, release: &Release) -> Result<(), StoreError> {
        let (id, split) = (RecordId::of(release), pack(release)?);
        let made = match self.write_parts(&id, &split.parts).await {
            Ok(()) => self.create_whole(release, &split).await,
            Err(error) => Err(error),
        };
        if split.parts.is_empty() {
            return made.map(drop);
        }
        match made {
            Ok(record) => self.bind_parts(&id, split.parts.len(), &record).await,
            // The parts are those of the record that is there.
            Err(StoreError::AlreadyExists) => return Err(StoreError::AlreadyExists),
            Err(error) => {
                self.delete_parts(&id, split.parts.len()).await;
                return Err(error);
            }
        }
        Ok(())
    }

    /// Makes the object of a record whose parts are there; returns it.
    async fn create_whole(&self, release: &Release, split: &Split) -> Result<Value, StoreError> {
        let object = self.to_object(release, "createdAt", split);
        let call = Call::post(self.collection(Some(&release.namespace)), &object);
        let call = call.query("fieldManager", FIELD_MANAGER);
        let mut tries = 1;
        loop {
            match self.cluster.send(call.clone()).await {
                Err(error) if is_unclear(&error) && tries < CREATE_TRIES => {
                    if self.is_there(release).await? {
                        let path = self.object(&RecordId::of(release));
                        return Ok(self.cluster.get(&path).await.ok().flatten().unwrap_or_default());
                    }
                    tries += 1;
                }
                sent => return Ok(created(sent)?.json().unwrap_or_default()),
            }
        }
    }

    /// Nobody knows whether the server made the record. Says whether there is one, and it is ours.
    async fn is_there(&self, release: &Release) -> Result<bool, StoreError> {
        match self.get(&RecordId::of(release)).await {
            Ok(found) if found.info == release.info && found.manifest == release.manifest => Ok(true),
            Ok(_) => Err(StoreError::AlreadyExists),
            Err(StoreError::NotFound) => Ok(false),
            Err(error) => Err(error),
        }
    }

    async fn update(&self, release: &Release) -> Result<(), StoreError> {
        let (id, split) = (RecordId::of(release), pack(release)?);
        // What is written at the end of an action is longer than what was at its begin, perhaps too long to stay whole.
        let is_new = !split.parts.is_empty() && self.read_parts(&id).await?.len() != split.parts.len();
        if is_new {
            self.write_parts(&id, &split.parts).await?;
        }
        let object = self.to_object(release, "modifiedAt", &split);
        let call = Call::put(self.object(&id), &object);
        let sent = self.cluster.send(call.query("fieldManager", FIELD_MANAGER)).await;
        let record = sent.map_err(StoreError::Update)?;
        if is_new {
            let record = record.json().unwrap_or_default();
            self.bind_parts(&id, split.parts.len(), &record).await;
        }
        Ok(())
    }

    async fn delete(&self, id: &RecordId) -> Result<(), StoreError> {
        match self.cluster.send(Call::delete(self.object(id), &json!({}))).await {
            Ok(_) => Ok(()),
            Err(error) if error.is_not_found() => Err(StoreError::NotFound),
            Err(error) => Err(StoreError::Delete(error)),
        }
    }

    fn to_object(&self, release: &Release, stamp: &str, split: &Split) -> Value {
        let now = Timestamp::now().as_second();
        let mut labels = labels::of_record(release, (stamp, now));
        if !split.parts.is_empty() {
            labels.insert(labels::PARTS.to_owned(), split.parts.len().to_string());
        }
        let metadata = json!({
            "name": RecordId::of(release).key(),
            "namespace": release.namespace,
            "labels": labels,
        });
        let packed = &split.packed;
        match self.kind {
            Kind::Secret => json!({
                "apiVersion": "v1",
                "kind": "Secret",
                "type": "helm.sh/release.v1",
                "metadata": metadata,
                // Bytes are base64 in JSON, so the record is so twice.
                "data": {"release": STANDARD.encode(packed)},
            }),
            Kind::ConfigMap => json!({
                "apiVersion": "v1",
                "kind": "ConfigMap",
                "metadata": metadata,
                "data": {"release": packed},
            }),
        }
    }

    /// Returns the packed record out of the object's data.
    fn unwrap(&self, text: String) -> Result<Vec<u8>, base64::DecodeError> {
        match self.kind {
            Kind::Secret => STANDARD.decode(text),
            Kind::ConfigMap => Ok(text.into_bytes()),
        }
    }

    pub(super) fn collection(&self, namespace: Option<&str>) -> String {
        let plural = match self.kind {
            Kind::Secret => "secrets",
            Kind::ConfigMap => "configmaps",
        };
        match namespace {
            Some(namespace) => format!("/api/v1/namespaces/{namespace}/{plural}"),
            None => format!("/api/v1/{plural}"),
        }
    }

    pub(super) fn object(&self, id: &RecordId) -> String {
        format!("{}/{}", self.collection(Some(&id.namespace)), id.key())
    }
}

/// How often a record is made whose making got no clear answer.
const CREATE_TRIES: u32 = 4;

/// Says whether the server may have done what was asked although it did not say so.
fn is_unclear(error: &ApiError) -> bool {
    error.code == 0 || error.code >= 500
}

fn pack(release: &Release) -> Result<Split, StoreError> {
    Split::of(release).map_err(|source| StoreError::Encode {
        name: release.name.clone(),
        source,
    })
}

fn created<T>(sent: Result<T, ApiError>) -> Result<T, StoreError> {
    match sent {
        Ok(made) => Ok(made),
        Err(error) if error.is_already_exists() => Err(StoreError::AlreadyExists),
        Err(error) => Err(StoreError::Create(error)),
    }
}

fn selector(query: &Query) -> String {
    let mut terms = Vec::new();
    if let Some(name) = &query.name {
        terms.push(format!("name={name}"));
    }
    terms.push("owner=helm".to_owned());
    if let Some(status) = &query.status {
        terms.push(format!("status={status}"));
    }
    terms.extend(query.selector.clone().filter(|selector| !selector.is_empty()));
    terms.join(",")
}

/// Reads a head off an object's labels.
fn head(object: Stored) -> Option<Head> {
    Some(Head {
        id: object.metadata.record_id()?,
        status: Status::from(object.metadata.labels.get("status")?.as_str()),
        labels: object.metadata.labels,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn queries_become_selectors() {
        let query = Query {
            status: Some(Status::Deployed),
            selector: Some("team in (a,b)".to_owned()),
            ..Query::release("default", "web")
        };
        assert_eq!(
            selector(&query),
            "name=web,owner=helm,status=deployed,team in (a,b)"
        );
        assert_eq!(selector(&Query::default()), "owner=helm");
    }

    #[test]
    fn heads_are_read_off_labels() {
        let object = |version: &str| {
            json!({"metadata": {"namespace": "n", "labels": {
                "name": "web", "owner": "helm", "status": "superseded", "version": version, "team": "a",
            }}})
        };
        let head = |object| super::head(serde_json::from_value(object).unwrap());
        let web = head(object("12")).unwrap();
        assert_eq!((web.id.revision, web.status), (12, Status::Superseded));
        assert_eq!(web.id.key(), "sh.helm.release.v1.web.v12");
        assert_eq!(web.labels["team"], "a");
        assert!(head(object("x")).is_none());
    }
}
