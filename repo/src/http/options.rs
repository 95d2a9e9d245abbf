//! `HttpOptions`: how servers are to be reached.

use std::path::PathBuf;
use std::time::Duration;

use super::{Progress, ProxyRules};

/// Everything that a client is made from.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// Who the server is, and who we are.
    pub tls: TlsOptions,
    /// How long a request may take, its body included; none is no limit.
    pub timeout: Option<Duration>,
    /// Which requests go through a proxy.
    pub proxy: ProxyRules,
    /// The name that the program goes by.
    pub user_agent: String,
    /// How far requests may go.
    pub reach: Reach,
    /// Whom to tell of transfers.
    pub progress: Progress,
}

/// How far requests may go.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Reach {
    /// To any server.
    #[default]
    Network,
    /// Nowhere: what is on this machine must do (`--offline`).
    ThisMachine,
}

/// How TLS is spoken.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct TlsOptions {
    /// The authorities that are trusted, instead of the system's.
    pub ca_file: Option<PathBuf>,
    /// Our certificate; it counts only together with its key.
    pub cert_file: Option<PathBuf>,
    /// The key of our certificate.
    pub key_file: Option<PathBuf>,
    /// Takes any certificate for the server's.
    pub insecure_skip_tls_verify: bool,
}

impl Default for HttpOptions {
    /// Helm's: two minutes (`pkg/getter/getter.go`), no proxy.
    fn default() -> Self {
        HttpOptions {
            tls: TlsOptions::default(),
            timeout: Some(Duration::from_secs(120)),
            proxy: ProxyRules::default(),
            user_agent: "Helm".to_owned(),
            reach: Reach::Network,
            progress: Progress::default(),
        }
    }
}
