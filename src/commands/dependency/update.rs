//! `dependency update`.

use super::fetch::{FetchArgs, Verb};
use crate::context::Context;
use crate::error::Result;

/// update charts/ based on the contents of Chart.yaml
///
/// Verify that the required charts, as expressed in 'Chart.yaml', are present in 'charts/' and are at an acceptable version.
/// It will pull down the latest charts that satisfy the dependencies, and clean up old dependencies.
///
/// On successful update, this will generate a lock file that can be used to rebuild the dependencies to an exact version.
/// Dependencies are not required to be represented in 'Chart.yaml'. For that reason, an update command will not remove
/// charts unless they are (a) present in the Chart.yaml file, but (b) at the wrong version.
#[derive(Debug, clap::Args)]
pub(crate) struct Update {
    #[command(flatten)]
    fetch: FetchArgs,
}

impl Update {
    pub(crate) fn run(self, cx: &Context) -> Result {
        self.fetch.run(cx, Verb::Update)
    }
}
