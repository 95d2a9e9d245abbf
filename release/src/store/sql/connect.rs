//! Connecting to PostgreSQL by the addresses that Helm's library (`lib/pq`) takes.

use std::error::Error;

use rustls::ClientConfig;
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::tls::{MakeTlsConnect, TlsConnect};
use tokio_postgres::{Client, Config, NoTls, Socket};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::address::{Address, SqlDefaults};

/// The database cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SqlError {
    /// It refused, or did not answer.
    #[error("{}", line(.0))]
    Database(#[from] tokio_postgres::Error),
    /// `sslmode` is none of the words.
    #[error("unsupported sslmode {}; only \"require\" (default), \"verify-full\", \"verify-ca\", \"prefer\", \"allow\", and \"disable\" supported", chart::quote::quote(.0))]
    Mode(String),
    /// A certificate or key is not named, or cannot be read.
    #[error("certificate for sslmode: {0}")]
    Certificate(String),
    /// A key lies open.
    #[error(
        "pq: private key has world access; permissions should be u=rw,g=r (0640) if owned by root, or u=rw (0600), or less: {0}"
    )]
    KeyPermissions(String),
    /// TLS cannot be set up.
    #[error(transparent)]
    Tls(#[from] rustls::Error),
}

/// Returns what the database says; its library hides that behind "db error".
fn line(error: &tokio_postgres::Error) -> String {
    if let Some(said) = error.as_db_error() {
        return format!("pq: {}", said.message());
    }
    match error.source() {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}

/// Connects. Without `sslmode` the connection is encrypted, and nobody's certificate is verified, as in Helm.
pub(super) async fn connect(address: &str, defaults: &SqlDefaults) -> Result<Client, SqlError> {
    let address = Address::read(address);
    let mut config: Config = address.rest.parse()?;
    defaults.complete(&mut config);
    // A socket of this machine is never encrypted.
    let is_local = config
        .get_hosts()
        .iter()
        .all(|host| matches!(host, Host::Unix(_)));
    let mode = address.setting("sslmode", defaults).unwrap_or("require");
    if is_local || mode == "disable" {
        return plain(config).await;
    }
    let tls = address.files(defaults).config(mode)?;
    match mode {
        "allow" => match plain(config.clone()).await {
            Err(_) => encrypted(config, tls).await,
            client => client,
        },
        "prefer" => match encrypted(config.clone(), tls).await {
            Err(_) => plain(config).await,
            client => client,
        },
        _ => encrypted(config, tls).await,
    }
}

async fn plain(mut config: Config) -> Result<Client, SqlError> {
    config.ssl_mode(SslMode::Disable);
    open(&config, NoTls).await
}

async fn encrypted(mut config: Config, tls: ClientConfig) -> Result<Client, SqlError> {
    config.ssl_mode(SslMode::Require);
    open(&config, MakeRustlsConnect::new(tls)).await
}

async fn open<T>(config: &Config, tls: T) -> Result<Client, SqlError>
where
    T: MakeTlsConnect<Socket>,
    T::Stream: Send + 'static,
    <T::TlsConnect as TlsConnect<Socket>>::Future: Send,
{
    let (client, connection) = config.connect(tls).await?;
    // It ends with the client; what goes wrong is told to whoever asks something.
    tokio::spawn(async move {
        let _ = connection.await;
    });
    Ok(client)
}
