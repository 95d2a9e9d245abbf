//! What `install` and `template` share.

use release::{InstallOptions, ServerSide, WaitOptions};

use super::apply::ApplyArgs;
use super::labels;
use super::name::NameArgs;
use super::post_render::PostRenderArgs;
use super::source::SourceArgs;
use super::values::ValuesArgs;
use super::wait::WaitArgs;
use crate::context::{Context, Rendering};
use crate::error::Result;

/// The flags of an installation, real or only rendered.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Helm's")]
pub(crate) struct InstallArgs {
    /// create the release namespace if not present
    #[arg(long)]
    pub(crate) create_namespace: bool,
    /// object updates run in the server instead of the client
    #[arg(long, value_name = "bool", num_args = 0..=1, require_equals = true, default_value = "true", default_missing_value = "true", action = clap::ArgAction::Set, value_parser = super::pflag::switch)]
    pub(crate) server_side: bool,
    /// reuse the given name, only if that name is a deleted release which remains in the history. This is unsafe in
    /// production
    #[arg(long)]
    pub(crate) replace: bool,
    /// if set and --wait enabled, will wait until all Jobs have been completed before marking the release as
    /// successful. It will wait for as long as --timeout
    #[arg(long)]
    pub(crate) wait_for_jobs: bool,
    /// add a custom description
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    pub(crate) description: String,
    /// if set, the installation is taken back upon failure. The --wait flag will be default to "watcher" if
    /// --rollback-on-failure is set
    #[arg(long, alias = "atomic")]
    pub(crate) rollback_on_failure: bool,
    /// go on although the release is pending, when nobody works on it any more: after a crash of Helm, say. Never takes
    /// a release from somebody who does
    #[arg(long)]
    pub(crate) take_over: bool,
    /// if set, no CRDs will be installed. By default, CRDs are installed if not already present
    #[arg(long)]
    pub(crate) skip_crds: bool,
    /// if set, render subchart notes along with the parent
    #[arg(long)]
    pub(crate) render_subchart_notes: bool,
    /// if set, disables JSON schema validation
    #[arg(long)]
    pub(crate) skip_schema_validation: bool,
    /// Labels that would be added to release metadata. Should be divided by comma.
    #[arg(short, long, value_name = "stringToString", value_parser = labels::pairs)]
    pub(crate) labels: Vec<String>,
    /// enable DNS lookups when rendering templates
    #[arg(long)]
    pub(crate) enable_dns: bool,
    /// update dependencies if they are missing before installing the chart
    #[arg(long)]
    pub(crate) dependency_update: bool,
    /// if set, do not show notes in install output. Does not affect presence in chart metadata
    #[arg(long)]
    pub(crate) hide_notes: bool,
    #[command(flatten)]
    pub(crate) name: NameArgs,
    #[command(flatten)]
    pub(crate) apply: ApplyArgs,
    #[command(flatten)]
    pub(crate) values: ValuesArgs,
    #[command(flatten)]
    pub(crate) source: SourceArgs,
    #[command(flatten)]
    pub(crate) wait: WaitArgs,
    #[command(flatten)]
    pub(crate) post_render: PostRenderArgs,
}

impl InstallArgs {
    /// How the chart is rendered.
    ///
    /// # Errors
    /// When there is no such post-renderer.
    pub(crate) fn rendering(&self, cx: &Context) -> Result<Rendering> {
        Ok(Rendering {
            dns: self.enable_dns.into(),
            post_render: self.post_render.find(cx)?,
            ..Rendering::default()
        })
    }

    /// The options of the installation, but for what only `install` knows.
    ///
    /// # Errors
    /// When the labels are none.
    pub(crate) fn options(&self) -> Result<InstallOptions> {
        let server_side = if self.server_side {
            ServerSide::Yes
        } else {
            ServerSide::No
        };
        Ok(InstallOptions {
            description: self.description.clone(),
            labels: labels::parse(&self.labels)?,
            create_namespace: self.create_namespace,
            replace: self.replace,
            take_over: self.take_over,
            skip_crds: self.skip_crds,
            no_hooks: self.apply.no_hooks,
            rollback_on_failure: self.rollback_on_failure,
            subchart_notes: self.render_subchart_notes,
            skip_schema_validation: self.skip_schema_validation,
            apply: self.apply.options(server_side),
            wait: WaitOptions {
                for_jobs: self.wait_for_jobs,
                ..self.wait.options()
            },
            ..InstallOptions::default()
        })
    }
}
