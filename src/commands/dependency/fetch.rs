//! What `dependency update` and `dependency build` have in common.

use std::sync::Arc;
use std::time::SystemTime;

use repo::{DependencyOptions, Digests, Proof, Refresh};

use crate::args::keyring::KeyringArgs;
use crate::args::path;
use crate::args::remote::RemoteArgs;
use crate::context::Context;
use crate::error::Result;

/// Which chart, and how its dependencies are fetched.
#[derive(Debug, clap::Args)]
pub(super) struct FetchArgs {
    #[arg(value_name = "CHART", default_value = ".")]
    chart: String,
    /// verify the packages against signatures
    #[arg(long)]
    verify: bool,
    /// do not refresh the local repository cache
    #[arg(long)]
    skip_refresh: bool,
    #[command(flatten)]
    keyring: KeyringArgs,
    #[command(flatten)]
    remote: RemoteArgs,
}

/// What is done with the dependencies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verb {
    /// Versions are chosen anew.
    Update,
    /// The lock file says which.
    Build,
    /// The lock file says which, and the digests that were written down say what.
    BuildFrozen,
}

impl FetchArgs {
    /// Fetches the dependencies.
    ///
    /// # Errors
    /// When one is not to be had.
    pub(super) fn run(&self, cx: &Context, verb: Verb) -> Result {
        let folder = path::clean(&self.chart);
        let folder = std::path::Path::new(&folder);
        let keyring = self.keyring.path(cx);
        let options = DependencyOptions {
            refresh: if self.skip_refresh {
                Refresh::Skipped
            } else {
                Refresh::Fetched
            },
            proof: match (self.verify, verb) {
                (false, _) => Proof::Ignored,
                (true, Verb::Update) => Proof::Required(keyring),
                (true, _) => Proof::IfPossible(keyring),
            },
            digests: match verb {
                Verb::BuildFrozen => Digests::Required,
                _ if cx.ui().is_helm() => Digests::Ignored,
                Verb::Update => Digests::Written,
                Verb::Build => Digests::Checked,
            },
            now: SystemTime::now(),
            registry: Arc::new(self.remote.registry(cx)?),
        };
        let repositories = self.remote.repositories(cx)?;
        cx.block_on(async {
            match verb {
                Verb::Update => repositories.update_dependencies(folder, &options).await?,
                _ => repositories.build_dependencies(folder, &options).await?,
            }
            Ok(())
        })
    }
}
