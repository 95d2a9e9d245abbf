//! `push`.

use std::path::Path;

use repo::oci::Package;

use crate::args::remote::RemoteArgs;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::output::registry;
use crate::zone;

/// push a chart to remote
///
/// 'push web-1.0.0.tgz oci://ghcr.io/team/charts' puts it at ghcr.io/team/charts/web:1.0.0. A provenance file beside the
/// archive goes with it. Log in first with 'registry login'.
#[derive(Debug, clap::Args)]
#[command(mut_arg("offline", |flag| flag.hide(true)))]
pub(crate) struct Push {
    #[arg(value_name = "[chart]", required = true)]
    chart: String,
    #[arg(value_name = "[remote]", required = true)]
    remote: String,
    /// Helm takes more arguments, and does nothing with them.
    #[arg(value_name = "")]
    more: Vec<String>,
    #[command(flatten)]
    access: RemoteArgs,
}

impl Push {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let client = self
            .access
            .registry(cx)
            .map_err(|error| error.during("missing registry client"))?;
        check_remote(&self.remote)?;
        let package = Package::read(Path::new(&self.chart), &zone::local())?;
        let pushed = cx.block_on(async { Ok(client.push(&package, &self.remote).await?) })?;
        Ok(cx.ui().data(registry::pushed(&pushed))?)
    }
}

/// The words are those of Helm's `pkg/uploader` and `pkg/pusher`.
fn check_remote(remote: &str) -> Result {
    let Some((scheme, _)) = remote.split_once(':') else {
        return Err(CommandError::new(
            "scheme prefix missing from remote (e.g. \"oci://\")",
        ));
    };
    let is_letter = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
    let is_scheme = scheme.starts_with(|c: char| c.is_ascii_alphabetic()) && scheme.chars().all(is_letter);
    match scheme {
        "oci" => Ok(()),
        _ if is_scheme => Err(CommandError::new(format!("scheme {scheme:?} not supported"))),
        _ => Err(CommandError::new(format!("invalid chart URL format: {remote}"))),
    }
}
