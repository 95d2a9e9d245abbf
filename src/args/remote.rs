//! How to reach a repository or a registry.

use std::path::PathBuf;

use repo::http::{HttpClient, HttpOptions, TlsOptions};
use repo::oci::{Beside, Credential, Fetched, Identity, Protocol, Reference, Registry};

use crate::commands::version::USER_AGENT;
use crate::context::Context;
use crate::error::Result;
use crate::output::transfer;

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
    /// How servers are reached.
    pub(crate) fn http_options(&self, cx: &Context) -> HttpOptions {
        HttpOptions {
            tls: self.tls(),
            proxy: cx.settings().proxy(),
            user_agent: USER_AGENT.to_owned(),
            ..HttpOptions::default()
        }
    }

    /// A client of registries; nothing is sent yet.
    ///
    /// As in Helm, who says anything about TLS gets TLS, whatever `--plain-http` says, and name and password count only
    /// together.
    ///
    /// # Errors
    /// When a file for TLS cannot be read or used.
    pub(crate) fn registry(&self, cx: &Context) -> Result<Registry> {
        let http = HttpOptions {
            // A large chart may take its time, as long as something comes.
            timeout: None,
            ..self.http_options(cx)
        };
        let says_tls = http.tls != TlsOptions::default();
        let protocol = if self.plain_http && !says_tls {
            Protocol::Http
        } else {
            Protocol::Https
        };
        let identity = if self.username.is_empty() || self.password.is_empty() {
            Identity::Stored(cx.settings().credentials())
        } else {
            Identity::Fixed(Credential::new(&self.username, &self.password))
        };
        Ok(Registry::new(HttpClient::new(&http)?, protocol, identity))
    }

    /// Brings a chart of a registry into the content cache.
    ///
    /// # Errors
    /// When there is no such chart, or it cannot be had.
    pub(crate) fn fetch(
        &self,
        cx: &Context,
        (url, version): (&str, &str),
        beside: Beside,
    ) -> Result<Fetched> {
        let reference = Reference::parse(url)?;
        let client = self.registry(cx)?;
        let cache = PathBuf::from(&cx.settings().homes.content_cache);
        let transfer = transfer::growing(cx.ui());
        let counter = transfer.counter();
        let fetched = cx.block_on(async {
            let fetched = client
                .fetch((&reference, version), beside, &cache, &*counter)
                .await;
            Ok(fetched?)
        });
        transfer.end();
        fetched
    }

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
