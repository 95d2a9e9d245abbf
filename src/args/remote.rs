//! How to reach a repository or a registry.

use std::path::{Path, PathBuf};

use repo::Repositories;
use repo::http::{HttpClient, HttpOptions, Reach, TlsOptions};
use repo::oci::{Beside, Credential, Fetched, Identity, Protocol, Reference, Registry, Wanted};

use super::tls::TlsArgs;
use crate::context::Context;
use crate::error::Result;

/// Flags of the connection. A chart on disk needs none of them.
#[derive(Debug, clap::Args)]
pub(crate) struct RemoteArgs {
    /// chart repository username where to locate the requested chart
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) username: String,
    /// chart repository password where to locate the requested chart
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) password: String,
    #[command(flatten)]
    pub(crate) tls: TlsArgs,
    /// skip tls certificate checks for the chart download
    #[arg(long)]
    pub(crate) insecure_skip_tls_verify: bool,
    /// use insecure HTTP connections for the chart download
    #[arg(long)]
    pub(crate) plain_http: bool,
    /// ask no repository and no registry: what was fetched before must do
    #[arg(long)]
    pub(crate) offline: bool,
}

impl RemoteArgs {
    /// How servers are reached.
    pub(crate) fn http_options(&self, cx: &Context) -> HttpOptions {
        HttpOptions {
            tls: self.tls(),
            ..cx.http_options(self.reach())
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
        let registry = Registry::new(HttpClient::new(&http)?, protocol, identity);
        let mirrors = cx.mirrors()?;
        Ok(registry
            .remembering(Path::new(&cx.settings().homes.content_cache))
            .with_mirrors(mirrors, http, cx.settings().credentials()))
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
        let wanted = Wanted {
            reference: &reference,
            version,
            pinned: None,
        };
        let client = self.registry(cx)?;
        let cache = PathBuf::from(&cx.settings().homes.content_cache);
        cx.block_on(async { Ok(client.fetch(wanted, beside, &cache).await?) })
    }

    /// How TLS is spoken.
    pub(crate) fn tls(&self) -> TlsOptions {
        self.tls.options(self.insecure_skip_tls_verify.into())
    }

    /// How far requests may go.
    pub(crate) fn reach(&self) -> Reach {
        if self.offline {
            Reach::ThisMachine
        } else {
            Reach::Network
        }
    }

    /// The repositories of this machine.
    ///
    /// # Errors
    /// When the mirrors cannot be read.
    pub(crate) fn repositories(&self, cx: &Context) -> Result<Repositories> {
        cx.repositories_within(self.reach())
    }
}
