//! `repo update`.

use std::time::Duration;

use crate::args::duration;
use crate::context::Context;
use crate::error::Result;

/// update information of available charts locally from chart repositories
///
/// Information is cached locally, where it is used by commands like 'search'. You can optionally specify a list of
/// repositories you want to update. To update all the repositories, use 'repo update'.
#[derive(Debug, clap::Args)]
pub(crate) struct Update {
    #[arg(value_name = "[REPO1 [REPO2 ...]]")]
    names: Vec<String>,
    /// time to wait for the index file download to complete
    #[arg(long, value_name = "duration", default_value = "2m0s", value_parser = duration::parse)]
    timeout: Duration,
}

impl Update {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let repositories = cx.repositories(Some(self.timeout))?;
        cx.block_on(async { Ok(repositories.update(&self.names).await?) })
    }
}
