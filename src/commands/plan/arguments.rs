//! What `plan` takes beside the arguments of the command.

use std::path::PathBuf;

use templates::KubeVersion;

use super::verdict::FailOn;
use crate::args::changes::ChangesArgs;

/// How a plan is shown, what it comes to, and where it is kept.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Plan flags")]
pub(crate) struct PlanArgs {
    #[command(flatten)]
    pub(super) changes: ChangesArgs,
    /// what makes the exit status 3: attention, a list of concerns such as dataLoss,replaced, or never; with changes, which is the
    /// default, plain changes make it 2 as well
    #[arg(long, value_name = "string", default_value = "changes", value_parser = FailOn::parse)]
    pub(super) fail_on: FailOn,
    /// note which objects this version of Kubernetes does not have any more
    #[arg(long, value_name = "string", value_parser = kube_version)]
    pub(super) target_kubernetes: Option<KubeVersion>,
    /// save the plan in this file, for apply; its key goes into a file beside it
    #[arg(long, value_name = "string")]
    pub(super) save: Option<PathBuf>,
}

fn kube_version(text: &str) -> Result<KubeVersion, String> {
    KubeVersion::parse(text).map_err(|error| error.to_string())
}
