//! `outdated`.

mod dependencies;
mod releases;

use crate::args::output::OutputArgs;
use crate::args::remote::RemoteArgs;
use crate::context::Context;
use crate::error::Result;

/// list releases, or dependencies of a chart, of which there are newer versions
///
/// A release does not say where its chart is from. Its source is the place in a registry that --source names; else the
/// repository that describes this very version as the release does, or the repository or registry that has this version;
/// else what has a chart of that name. Registries are looked at from which such a chart was fetched on this machine. Charts
/// are not fetched.
///
/// With the folder of a chart, its dependencies are looked at: what the lock file says, the newest version in the range,
/// and the newest one.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag")]
pub(crate) struct Outdated {
    #[arg(value_name = "[CHART]")]
    chart: Option<String>,
    /// look at releases in all namespaces
    #[arg(short = 'A', long)]
    all_namespaces: bool,
    /// show also what is up to date, and releases whose source is not known
    #[arg(short, long)]
    all: bool,
    /// use development versions, too. A release that is one is compared with them anyway
    #[arg(long)]
    devel: bool,
    /// a chart in a registry that releases are from: oci://HOST/PATH/CHART. Can be given several times
    #[arg(long, value_name = "string")]
    source: Vec<String>,
    /// do not fetch the indexes of the repositories first
    #[arg(long)]
    skip_refresh: bool,
    /// fail if something is outdated
    #[arg(long)]
    fail_on_outdated: bool,
    #[command(flatten)]
    output: OutputArgs,
    #[command(flatten)]
    remote: RemoteArgs,
}

impl Outdated {
    pub(crate) fn run(self, cx: &Context) -> Result {
        match &self.chart {
            Some(chart) => self.show_dependencies(cx, chart),
            None => self.show_releases(cx),
        }
    }
}
