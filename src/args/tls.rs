//! The files that TLS is set up from.

use std::path::PathBuf;

use repo::http::TlsOptions;

/// Flags for who the server is, and who we are.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct TlsArgs {
    /// identify HTTPS client using this SSL certificate file
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) cert_file: String,
    /// identify HTTPS client using this SSL key file
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) key_file: String,
    /// verify certificates of HTTPS-enabled servers using this CA bundle
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) ca_file: String,
}

impl TlsArgs {
    /// How TLS is spoken. A certificate without its key, and the reverse, does not count. The flag that takes any
    /// certificate for the server's goes by several names.
    pub(crate) fn options(&self, flag: ServerCheck) -> TlsOptions {
        let named = |file: &str| (!file.is_empty()).then(|| PathBuf::from(file));
        let pair = named(&self.cert_file).zip(named(&self.key_file));
        let (cert_file, key_file) = pair.unzip();
        TlsOptions {
            ca_file: named(&self.ca_file),
            cert_file,
            key_file,
            insecure_skip_tls_verify: flag == ServerCheck::Skipped,
        }
    }
}

/// Whether the server's certificate is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerCheck {
    Made,
    Skipped,
}

impl From<bool> for ServerCheck {
    /// Reads a flag that skips it.
    fn from(is_skipped: bool) -> Self {
        if is_skipped {
            ServerCheck::Skipped
        } else {
            ServerCheck::Made
        }
    }
}
