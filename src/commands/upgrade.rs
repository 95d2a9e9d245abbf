//! `upgrade`.

use release::{History, InstallOptions, Release, Status, UpgradeOptions, ValuesPolicy, WaitOptions};

use super::install::{self, Target};
use crate::args::apply::{ApplyArgs, server_side};
use crate::args::dry_run::DryRunArgs;
use crate::args::install::InstallArgs;
use crate::args::labels;
use crate::args::name::NameArgs;
use crate::args::output::{Format, OutputArgs};
use crate::args::pflag::count;
use crate::args::post_render::PostRenderArgs;
use crate::args::source::SourceArgs;
use crate::args::values::ValuesArgs;
use crate::args::wait::WaitArgs;
use crate::context::{Context, Rendering};
use crate::error::{CommandError, Result};
use crate::output::release::Part;
use crate::output::unread;

/// upgrade a release
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Helm's")]
pub(crate) struct Upgrade {
    #[arg(value_name = "[RELEASE]")]
    name: String,
    #[arg(value_name = "[CHART]")]
    chart: String,
    /// if --install is set, create the release namespace if not present
    #[arg(long)]
    create_namespace: bool,
    /// if a release by this name doesn't already exist, run an install
    #[arg(short, long)]
    install: bool,
    /// hide Kubernetes Secrets when also using the --dry-run flag
    #[arg(long)]
    hide_secret: bool,
    /// must be "true", "false" or "auto". Object updates run in the server instead of the client ("auto" defaults the
    /// value from the previous chart release's method)
    #[arg(long, value_name = "string", default_value = "auto", value_parser = server_side)]
    server_side: release::ServerSide,
    /// go on although the release is pending, when nobody works on it any more: after a crash of Helm, say. Never takes
    /// a release from somebody who does
    #[arg(long)]
    take_over: bool,
    /// if set, no CRDs will be installed when an upgrade is performed with install flag enabled. By default, CRDs are
    /// installed if not already present, when an upgrade is performed with install flag enabled
    #[arg(long)]
    skip_crds: bool,
    /// when upgrading, reset the values to the ones built into the chart
    #[arg(long)]
    reset_values: bool,
    /// when upgrading, reuse the last release's values and merge in any overrides from the command line via --set and
    /// -f. If '--reset-values' is specified, this is ignored
    #[arg(long)]
    reuse_values: bool,
    /// when upgrading, reset the values to the ones built into the chart, apply the last release's values and merge in
    /// any overrides from the command line via --set and -f. If '--reset-values' or '--reuse-values' is specified, this
    /// is ignored
    #[arg(long)]
    reset_then_reuse_values: bool,
    /// if set and --wait enabled, will wait until all Jobs have been completed before marking the release as
    /// successful. It will wait for as long as --timeout
    #[arg(long)]
    wait_for_jobs: bool,
    /// if set, the upgrade will be rolled back to the last successful release upon failure. The --wait flag will be
    /// defaulted to "watcher" if --rollback-on-failure is set
    #[arg(long, alias = "atomic")]
    rollback_on_failure: bool,
    /// limit the maximum number of revisions saved per release. Use 0 for no limit
    #[arg(long, value_name = "int", value_parser = count)]
    history_max: Option<usize>,
    /// allow deletion of new resources created in this upgrade when upgrade fails
    #[arg(long)]
    cleanup_on_fail: bool,
    /// if set, render subchart notes along with the parent
    #[arg(long)]
    render_subchart_notes: bool,
    /// if set, do not show notes in upgrade output. Does not affect presence in chart metadata
    #[arg(long)]
    hide_notes: bool,
    /// if set, disables JSON schema validation
    #[arg(long)]
    skip_schema_validation: bool,
    /// Labels that would be added to release metadata. Should be separated by comma. Original release labels will be
    /// merged with upgrade labels. You can unset label using null.
    #[arg(short, long, value_name = "stringToString", value_parser = labels::pairs)]
    labels: Vec<String>,
    /// add a custom description
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    description: String,
    /// enable DNS lookups when rendering templates
    #[arg(long)]
    enable_dns: bool,
    /// update dependencies if they are missing before installing the chart
    #[arg(long)]
    dependency_update: bool,
    #[command(flatten)]
    dry_run: DryRunArgs,
    #[command(flatten)]
    apply: ApplyArgs,
    #[command(flatten)]
    values: ValuesArgs,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    wait: WaitArgs,
    #[command(flatten)]
    post_render: PostRenderArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Upgrade {
    pub(crate) fn run(self, cx: &Context) -> Result {
        self.wait.warn(cx);
        let is_absent = self.install && cx.block_on(self.is_absent(cx))?;
        if is_absent {
            return self.install_instead(cx);
        }
        let release = self.upgrade(cx)?;
        if self.output.output == Format::Table {
            cx.ui().line(&format!(
                "Release {:?} has been upgraded. Happy Helming!",
                self.name
            ))?;
        }
        install::print(
            cx,
            &release,
            &self.output,
            (!self.hide_notes).then_some(Part::Notes),
        )
    }

    /// Whether there is nothing to upgrade: no record, or one of a release that was uninstalled.
    async fn is_absent(&self, cx: &Context) -> Result<bool> {
        if release::validate_name(&self.name).is_err() {
            return Err(CommandError::new(format!(
                "release name is invalid: {}",
                self.name
            )));
        }
        let store = cx.store().await?;
        let history = History::of(store.as_ref(), cx.namespace(), &self.name).await?;
        Ok(history
            .newest()
            .is_none_or(|head| head.status == Status::Uninstalled))
    }

    fn upgrade(&self, cx: &Context) -> Result<Release> {
        let options = self.options(cx)?;
        let chart = self.source.locate(cx, &self.chart)?;
        let values = self.values.read(cx)?;
        let witness = cx.witness(&values);
        let rendering = Rendering {
            dns: self.enable_dns.into(),
            post_render: self.post_render.find(cx)?,
            witness: witness.clone(),
            ..Rendering::default()
        };
        let chart = self
            .source
            .read_complete(cx, &chart, self.dependency_update.into())?;
        let release = cx.block_on(async {
            let farewell = install::farewell(&self.name);
            let actions = cx.actions_saying(rendering, farewell).await?;
            let release = release::upgrade(&actions, &self.name, chart, values, &options).await;
            release.map_err(|error| CommandError::from(error).during("UPGRADE FAILED"))
        })?;
        unread::warn(cx.ui(), witness.as_deref());
        Ok(release)
    }

    fn options(&self, cx: &Context) -> Result<UpgradeOptions> {
        Ok(UpgradeOptions {
            description: self.description.clone(),
            labels: labels::parse(&self.labels)?,
            dry_run: self.dry_run.read(cx)?,
            hide_secrets: self.hide_secret,
            take_over: self.take_over,
            values: self.values_policy(),
            no_hooks: self.apply.no_hooks,
            rollback_on_failure: self.rollback_on_failure,
            cleanup_on_fail: self.cleanup_on_fail,
            history_max: self.history_max.unwrap_or(cx.settings().max_history),
            subchart_notes: self.render_subchart_notes,
            skip_schema_validation: self.skip_schema_validation,
            apply: self.apply.options(self.server_side),
            wait: WaitOptions {
                for_jobs: self.wait_for_jobs,
                ..self.wait.options()
            },
        })
    }

    /// The first of the three flags that is set counts, in this order.
    fn values_policy(&self) -> ValuesPolicy {
        match (self.reset_values, self.reuse_values, self.reset_then_reuse_values) {
            (true, _, _) => ValuesPolicy::Reset,
            (_, true, _) => ValuesPolicy::Reuse,
            (_, _, true) => ValuesPolicy::ResetThenReuse,
            _ => ValuesPolicy::ReuseIfNone,
        }
    }

    fn install_instead(self, cx: &Context) -> Result {
        if self.output.output == Format::Table {
            cx.ui().line(&format!(
                "Release {:?} does not exist. Installing it now.",
                self.name
            ))?;
        }
        let dry_run = self.dry_run.read(cx)?;
        let (hide_secrets, output) = (self.hide_secret, self.output);
        let args = InstallArgs {
            create_namespace: self.create_namespace,
            // `auto` is the server here: there is no last time.
            server_side: self.server_side != release::ServerSide::No,
            // A release that was uninstalled, but is remembered, gives its name away.
            replace: true,
            take_over: self.take_over,
            wait_for_jobs: self.wait_for_jobs,
            description: self.description,
            rollback_on_failure: self.rollback_on_failure,
            skip_crds: self.skip_crds,
            render_subchart_notes: self.render_subchart_notes,
            skip_schema_validation: self.skip_schema_validation,
            labels: self.labels,
            enable_dns: self.enable_dns,
            dependency_update: self.dependency_update,
            hide_notes: self.hide_notes,
            name: NameArgs::default(),
            apply: self.apply,
            values: self.values,
            source: self.source,
            wait: self.wait,
            post_render: self.post_render,
        };
        let options = InstallOptions {
            dry_run,
            hide_secrets,
            ..args.options()?
        };
        let target = Target {
            name: &self.name,
            reference: &self.chart,
        };
        let release = install::run(cx, &args, &target, &options)?;
        install::print(cx, &release, &output, (!args.hide_notes).then_some(Part::Notes))
    }
}
