//! Records in PostgreSQL, in Helm's tables (`pkg/storage/driver/sql.go`).

mod address;
mod connect;
mod setup;
mod tls;

use std::collections::BTreeMap;

use jiff::Timestamp;
use tokio::sync::{Mutex, OnceCell};
use tokio_postgres::types::ToSql;
use tokio_postgres::{Client, Row};

use super::codec::{self, Summary};
use super::memory::fits;
use super::{Answer, Head, Query, RecordId, Store, StoreError, labels};
use crate::record::{Release, Status};

pub use address::SqlDefaults;
pub use connect::SqlError;

/// Keeps records in a PostgreSQL database. The connection is made when it is first needed.
#[derive(Debug)]
pub struct Sql {
    address: String,
    defaults: SqlDefaults,
    client: OnceCell<Mutex<Client>>,
}

/// The labels of a record: none of Helm's own.
type UserLabels = BTreeMap<(String, String), BTreeMap<String, String>>;

impl Sql {
    /// Uses the database at `address`: a URL, or `key=value` pairs. What it leaves out is as `defaults` say.
    pub fn new(address: impl Into<String>, defaults: SqlDefaults) -> Self {
        Sql {
            address: address.into(),
            defaults,
            client: OnceCell::new(),
        }
    }

    /// Connects, and makes Helm's tables if they are not there.
    async fn client(&self) -> Result<&Mutex<Client>, StoreError> {
        let connected = self.client.get_or_try_init(|| async {
            let mut client = connect::connect(&self.address, &self.defaults).await?;
            setup::run(&mut client).await?;
            Ok::<_, SqlError>(Mutex::new(client))
        });
        Ok(connected.await?)
    }

    async fn rows(&self, query: &str, values: &[&(dyn ToSql + Sync)]) -> Result<Vec<Row>, StoreError> {
        let client = self.client().await?.lock().await;
        Ok(client.query(query, values).await.map_err(SqlError::from)?)
    }

    async fn heads_now(&self, query: &Query) -> Result<Vec<Head>, StoreError> {
        let found = self
            .rows(
                "SELECT key, name, namespace, version, status, createdAt, modifiedAt FROM releases_v1 \
                 WHERE owner = 'helm' AND ($1::text IS NULL OR namespace = $1) AND ($2::text IS NULL OR name = $2)",
                &[&query.namespace, &query.name],
            )
            .await?;
        let mut user = self.labels(query.namespace.as_deref(), None).await?;
        let heads = found.iter().map(|row| head(row, &mut user));
        Ok(heads.filter(|head| fits(query, head)).collect())
    }

    /// Reads the users' labels, of one namespace, of one record.
    async fn labels(&self, namespace: Option<&str>, key: Option<&str>) -> Result<UserLabels, StoreError> {
        let found = self
            .rows(
                "SELECT releaseKey, releaseNamespace, key, value FROM custom_labels_v1 \
                 WHERE ($1::text IS NULL OR releaseNamespace = $1) AND ($2::text IS NULL OR releaseKey = $2)",
                &[&namespace, &key],
            )
            .await?;
        let mut all = UserLabels::new();
        for row in found {
            let record: (String, String) = (row.get(0), row.get(1));
            all.entry(record).or_default().insert(row.get(2), row.get(3));
        }
        Ok(all)
    }

    async fn get_now(&self, id: &RecordId) -> Result<Release, StoreError> {
        let key = id.key();
        let found = self
            .rows(
                "SELECT body FROM releases_v1 WHERE key = $1 AND namespace = $2",
                &[&key, &id.namespace],
            )
            .await?;
        let row = found.first().ok_or(StoreError::NotFound)?;
        let body: &str = row.get(0);
        let mut release = codec::decode(body.as_bytes()).map_err(|source| StoreError::Decode {
            key: key.clone(),
            source,
        })?;
        let mut user = self.labels(Some(&id.namespace), Some(&key)).await?;
        let found = user.remove(&(key, id.namespace.clone())).unwrap_or_default();
        release.labels = labels::of_user(&found);
        Ok(release)
    }

    async fn summaries_now(&self, heads: &[Head]) -> Result<Vec<Summary>, StoreError> {
        let keys: Vec<String> = heads.iter().map(|head| head.id.key()).collect();
        let namespaces: Vec<String> = heads.iter().map(|head| head.id.namespace.clone()).collect();
        let found = self
            .rows(
                "SELECT r.key, r.namespace, r.body FROM releases_v1 r JOIN unnest($1::text[], $2::text[]) AS wanted(k, n) \
                 ON r.key = wanted.k AND r.namespace = wanted.n",
                &[&keys, &namespaces],
            )
            .await?;
        let mut summaries = BTreeMap::new();
        for row in found {
            let body: &str = row.get(2);
            if let Ok(summary) = codec::decode_summary(body.as_bytes()) {
                summaries.insert((row.get::<_, String>(0), row.get::<_, String>(1)), summary);
            }
        }
        let places = keys.into_iter().zip(namespaces);
        Ok(places.filter_map(|place| summaries.remove(&place)).collect())
    }

    async fn create_now(&self, release: &Release) -> Result<(), StoreError> {
        let (id, body) = (RecordId::of(release), encode(release)?);
        let key = id.key();
        let mut client = self.client().await?.lock().await;
        let change = client.transaction().await.map_err(SqlError::from)?;
        let made = change
            .execute(
                "INSERT INTO releases_v1 (key, type, body, name, namespace, version, status, owner, createdAt) \
                 VALUES ($1, 'helm.sh/release.v1', $2, $3, $4, $5, $6, 'helm', $7) ON CONFLICT (key, namespace) DO NOTHING",
                &[
                    &key,
                    &body,
                    &release.name,
                    &release.namespace,
                    &version(release),
                    &release.info.status.to_string(),
                    &now(),
                ],
            )
            .await
            .map_err(SqlError::from)?;
        if made == 0 {
            return Err(StoreError::AlreadyExists);
        }
        for (label, value) in labels::of_user(&release.labels) {
            change
                .execute(
                    "INSERT INTO custom_labels_v1 (releaseKey, releaseNamespace, key, value) VALUES ($1, $2, $3, $4)",
                    &[&key, &release.namespace, &label, &value],
                )
                .await
                .map_err(SqlError::from)?;
        }
        Ok(change.commit().await.map_err(SqlError::from)?)
    }

    /// Labels stay as they were made: Helm never changes them.
    async fn update_now(&self, release: &Release) -> Result<(), StoreError> {
        let body = encode(release)?;
        self.rows(
            "UPDATE releases_v1 SET body = $1, name = $2, version = $3, status = $4, owner = 'helm', modifiedAt = $5 \
             WHERE key = $6 AND namespace = $7",
            &[
                &body,
                &release.name,
                &version(release),
                &release.info.status.to_string(),
                &now(),
                &RecordId::of(release).key(),
                &release.namespace,
            ],
        )
        .await
        .map(drop)
    }

    async fn delete_now(&self, id: &RecordId) -> Result<(), StoreError> {
        let key = id.key();
        let gone = self
            .rows(
                "WITH gone AS (DELETE FROM releases_v1 WHERE key = $1 AND namespace = $2 RETURNING key), labels AS \
                 (DELETE FROM custom_labels_v1 WHERE releaseKey = $1 AND releaseNamespace = $2) SELECT key FROM gone",
                &[&key, &id.namespace],
            )
            .await?;
        if gone.is_empty() {
            Err(StoreError::NotFound)
        } else {
            Ok(())
        }
    }
}

impl Store for Sql {
    fn heads<'a>(&'a self, query: &'a Query) -> Answer<'a, Vec<Head>> {
        Box::pin(self.heads_now(query))
    }

    fn get<'a>(&'a self, id: &'a RecordId) -> Answer<'a, Release> {
        Box::pin(self.get_now(id))
    }

    fn summaries<'a>(&'a self, heads: &'a [Head]) -> Answer<'a, Vec<Summary>> {
        Box::pin(self.summaries_now(heads))
    }

    fn create<'a>(&'a self, release: &'a Release) -> Answer<'a, ()> {
        Box::pin(self.create_now(release))
    }

    fn update<'a>(&'a self, release: &'a Release) -> Answer<'a, ()> {
        Box::pin(self.update_now(release))
    }

    fn delete<'a>(&'a self, id: &'a RecordId) -> Answer<'a, ()> {
        Box::pin(self.delete_now(id))
    }
}

/// Makes a head out of a row, with the labels that other stores keep beside a record.
fn head(row: &Row, user: &mut UserLabels) -> Head {
    let (key, name, namespace): (String, String, String) = (row.get(0), row.get(1), row.get(2));
    let (version, status): (i32, String) = (row.get(3), row.get(4));
    let (created, modified): (i32, i32) = (row.get(5), row.get(6));
    let mut labels = user.remove(&(key, namespace.clone())).unwrap_or_default();
    let own = [
        ("name", name.clone()),
        ("owner", "helm".to_owned()),
        ("status", status.clone()),
        ("version", version.to_string()),
        ("createdAt", created.to_string()),
        ("modifiedAt", modified.to_string()),
    ];
    labels.extend(own.map(|(label, value)| (label.to_owned(), value)));
    Head {
        id: RecordId {
            namespace,
            name,
            revision: u64::try_from(version).unwrap_or_default(),
        },
        status: Status::from(status.as_str()),
        labels,
    }
}

fn encode(release: &Release) -> Result<String, StoreError> {
    codec::encode(release).map_err(|source| StoreError::Encode {
        name: release.name.clone(),
        source,
    })
}

fn version(release: &Release) -> i32 {
    i32::try_from(release.revision).unwrap_or(i32::MAX)
}

/// Unix seconds, in the column's size.
fn now() -> i32 {
    i32::try_from(Timestamp::now().as_second()).unwrap_or(i32::MAX)
}
