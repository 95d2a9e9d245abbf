//! Dependencies are fetched before something else is done with a chart.

use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use repo::{DependencyOptions, Digests, Proof, Refresh};

use super::remote::RemoteArgs;
use crate::context::Context;
use crate::error::Result;

/// How dependencies are fetched on the way. Called as Helm nothing is written that Helm does not write.
fn options(cx: &Context, remote: &RemoteArgs) -> Result<DependencyOptions> {
    Ok(DependencyOptions {
        refresh: Refresh::Fetched,
        proof: Proof::Ignored,
        digests: if cx.ui().is_helm() {
            Digests::Ignored
        } else {
            Digests::Written
        },
        now: SystemTime::now(),
        registry: Arc::new(remote.registry(cx)?),
    })
}

/// Updates the dependencies of the chart in a folder, and tells about it.
///
/// # Errors
/// When one is not to be had.
pub(crate) fn update(cx: &Context, folder: &Path, remote: &RemoteArgs) -> Result {
    let repositories = remote.repositories(cx)?;
    let options = options(cx, remote)?;
    cx.block_on(async { Ok(repositories.update_dependencies(folder, &options).await?) })
}

/// As [`update`], without a word.
///
/// # Errors
/// As [`update`].
pub(crate) fn update_quietly(cx: &Context, folder: &Path, remote: &RemoteArgs) -> Result {
    let repositories = cx.repositories_telling_pulls(remote.reach())?;
    let options = options(cx, remote)?;
    cx.block_on(async { Ok(repositories.update_dependencies(folder, &options).await?) })
}
