//! How to reach a repository or a registry.

use std::path::PathBuf;

use repo::http::TlsOptions;

/// Flags of the connection. A chart on disk needs none of them.
#[derive(Debug, clap::Args)]
pub(crate) struct RemoteArgs {
    /// chart repository username where to locate the requested chart
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) username: String,
    /// chart repository password where to locate the requested chart
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) password: String,
    /// identify HTTPS client using this SSL certificate file
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) cert_file: String,
    /// identify HTTPS client using this SSL key file
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) key_file: String,
    /// verify certificates of HTTPS-enabled servers using this CA bundle
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) ca_file: String,
    /// skip tls certificate checks for the chart download
    #[arg(long)]
    pub(crate) insecure_skip_tls_verify: bool,
    /// use insecure HTTP connections for the chart download
    #[arg(long)]
    pub(crate) plain_http: bool,
}

impl RemoteArgs {
    /// A certificate without its key, and the reverse, does not count.
    pub(crate) fn tls(&self) -> TlsOptions {
        let named = |file: &str| (!file.is_empty()).then(|| PathBuf::from(file));
        let pair = named(&self.cert_file).zip(named(&self.key_file));
        let (cert_file, key_file) = pair.unzip();
        TlsOptions {
            ca_file: named(&self.ca_file),
            cert_file,
            key_file,
            insecure_skip_tls_verify: self.insecure_skip_tls_verify,
        }
    }
}
