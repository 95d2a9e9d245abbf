//! `version`.

use templates::Data;

use crate::args::helm3;
use crate::context::Context;
use crate::error::Result;
use crate::settings::Program;

/// The Helm whose charts, records and command line this program speaks: scripts ask for it and check it.
const HELM: BuildInfo = BuildInfo {
    version: "v4.2.4",
    git_commit: "",
    git_tree_state: "",
    go_version: "go1.26.8",
    kube_client_version: "v1.36",
};

/// The name that servers know the program by: some let only Helm's clients in.
pub(crate) const USER_AGENT: &str = "Helm/4.2.4";

/// print the version information
///
/// Scripts see the version of Helm that this program stands in for; its own goes to standard error.
#[derive(Debug, clap::Args)]
pub(crate) struct Version {
    /// print the version number
    #[arg(long)]
    short: bool,
    /// template for version string format
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    template: String,
    /// Helm 3's: no server is asked, which is so without it
    #[arg(short, long, hide = true)]
    client: bool,
}

/// Helm's `version.BuildInfo`, whose fields `--template` can name.
#[derive(Debug)]
struct BuildInfo {
    version: &'static str,
    git_commit: &'static str,
    git_tree_state: &'static str,
    go_version: &'static str,
    kube_client_version: &'static str,
}

impl Version {
    pub(crate) fn run(self, cx: &Context) -> Result {
        helm3::hint(
            cx.ui(),
            &[(self.client, "--client", "no server is asked without it")],
        );
        if !self.template.is_empty() {
            return Ok(cx
                .ui()
                .data(templates::render_data(&self.template, &HELM.to_data())?)?);
        }
        if self.short {
            return Ok(cx.ui().line(HELM.version)?);
        }
        if cx.settings().program == Program::Cox && cx.ui().is_watched() {
            cx.ui().status(&format!(
                "cox {}, which stands in for Helm {}",
                env!("CARGO_PKG_VERSION"),
                HELM.version
            ));
        }
        Ok(cx.ui().line(&HELM.to_go_syntax())?)
    }
}

impl BuildInfo {
    /// What `--template` sees.
    fn to_data(&self) -> Data {
        Data::of(
            "version.BuildInfo",
            [
                ("Version", Data::text(self.version)),
                ("GitCommit", Data::text(self.git_commit)),
                ("GitTreeState", Data::text(self.git_tree_state)),
                ("GoVersion", Data::text(self.go_version)),
                ("KubeClientVersion", Data::text(self.kube_client_version)),
            ],
        )
    }

    /// Go's `%#v` of the struct, which is what `helm version` prints.
    fn to_go_syntax(&self) -> String {
        format!(
            "version.BuildInfo{{Version:{:?}, GitCommit:{:?}, GitTreeState:{:?}, GoVersion:{:?}, KubeClientVersion:{:?}}}",
            self.version, self.git_commit, self.git_tree_state, self.go_version, self.kube_client_version
        )
    }
}
