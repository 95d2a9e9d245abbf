//! Helm's tables: made as Helm makes them, and noted where its migration library (`rubenv/sql-migrate`) looks.

use tokio_postgres::Client;

use super::SqlError;

/// The changes that Helm knows, in order, by the name in its list.
const MIGRATIONS: [(&str, &str); 2] = [
    (
        "init",
        "CREATE TABLE releases_v1 (
            key VARCHAR(90),
            type VARCHAR(64) NOT NULL,
            body TEXT NOT NULL,
            name VARCHAR(64) NOT NULL,
            namespace VARCHAR(64) NOT NULL,
            version INTEGER NOT NULL,
            status TEXT NOT NULL,
            owner TEXT NOT NULL,
            createdAt INTEGER NOT NULL,
            modifiedAt INTEGER NOT NULL DEFAULT 0,
            PRIMARY KEY(key, namespace)
        );
        CREATE INDEX ON releases_v1 (key, namespace);
        CREATE INDEX ON releases_v1 (version);
        CREATE INDEX ON releases_v1 (status);
        CREATE INDEX ON releases_v1 (owner);
        CREATE INDEX ON releases_v1 (createdAt);
        CREATE INDEX ON releases_v1 (modifiedAt);
        GRANT ALL ON releases_v1 TO PUBLIC;
        ALTER TABLE releases_v1 ENABLE ROW LEVEL SECURITY;",
    ),
    (
        "custom_labels",
        "CREATE TABLE custom_labels_v1 (
            releaseKey VARCHAR(64),
            releaseNamespace VARCHAR(67),
            key VARCHAR(317),
            value VARCHAR(63)
        );
        CREATE INDEX ON custom_labels_v1 (releaseKey, releaseNamespace);
        GRANT ALL ON custom_labels_v1 TO PUBLIC;
        ALTER TABLE custom_labels_v1 ENABLE ROW LEVEL SECURITY;",
    ),
];

/// A number of ours, for the lock that keeps two from making the tables at once.
const LOCK: i64 = 0x636f_7873;

/// Makes what is missing.
pub(super) async fn run(client: &mut Client) -> Result<(), SqlError> {
    if missing(client).await.is_ok_and(|missing| missing.is_empty()) {
        return Ok(());
    }
    let change = client.transaction().await?;
    change
        .execute("SELECT pg_advisory_xact_lock($1)", &[&LOCK])
        .await?;
    change
        .batch_execute(
            "CREATE TABLE IF NOT EXISTS gorp_migrations (id text NOT NULL PRIMARY KEY, applied_at timestamp with time zone)",
        )
        .await?;
    let applied = change.query("SELECT id FROM gorp_migrations", &[]).await?;
    let applied: Vec<String> = applied.iter().map(|row| row.get(0)).collect();
    for (id, statements) in MIGRATIONS {
        if applied.iter().any(|done| done == id) {
            continue;
        }
        change.batch_execute(statements).await?;
        change
            .execute(
                "INSERT INTO gorp_migrations (id, applied_at) VALUES ($1, now())",
                &[&id],
            )
            .await?;
    }
    Ok(change.commit().await?)
}

async fn missing(client: &Client) -> Result<Vec<&'static str>, SqlError> {
    let applied = client.query("SELECT id FROM gorp_migrations", &[]).await?;
    let applied: Vec<String> = applied.iter().map(|row| row.get(0)).collect();
    let ids = MIGRATIONS.iter().map(|(id, _)| *id);
    Ok(ids.filter(|id| !applied.iter().any(|done| done == id)).collect())
}
