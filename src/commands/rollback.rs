//! `rollback`.

use release::{ApplyOptions, RollbackOptions, ServerSide, WaitOptions};

use crate::args::apply::server_side;
use crate::args::dry_run::DryRunArgs;
use crate::args::pflag::count;
use crate::args::wait::WaitArgs;
use crate::context::{Context, Dns};
use crate::error::{CommandError, Result};

/// roll back a release to a previous revision
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Helm's")]
pub(crate) struct Rollback {
    #[arg(value_name = "<RELEASE>")]
    name: String,
    #[arg(value_name = "REVISION")]
    revision: Option<String>,
    /// What else is said is not looked at: Helm asks for one word, or more.
    #[arg(value_name = "")]
    rest: Vec<String>,
    /// force resource updates by replacement
    #[arg(long, alias = "force", conflicts_with = "force_conflicts")]
    force_replace: bool,
    /// if set server-side apply will force changes against conflicts
    #[arg(long)]
    force_conflicts: bool,
    /// must be "true", "false" or "auto". Object updates run in the server instead of the client ("auto" defaults the
    /// value from the previous chart release's method)
    #[arg(long, value_name = "string", default_value = "auto", value_parser = server_side)]
    server_side: ServerSide,
    /// prevent hooks from running during rollback
    #[arg(long)]
    no_hooks: bool,
    /// if set and --wait enabled, will wait until all Jobs have been completed before marking the release as
    /// successful. It will wait for as long as --timeout
    #[arg(long)]
    wait_for_jobs: bool,
    /// allow deletion of new resources created in this rollback when rollback fails
    #[arg(long)]
    cleanup_on_fail: bool,
    /// limit the maximum number of revisions saved per release. Use 0 for no limit
    #[arg(long, value_name = "int", value_parser = count)]
    history_max: Option<usize>,
    #[command(flatten)]
    dry_run: DryRunArgs,
    #[command(flatten)]
    wait: WaitArgs,
}

impl Rollback {
    pub(crate) fn run(self, cx: &Context) -> Result {
        self.wait.warn(cx);
        let options = self.options(cx)?;
        cx.block_on(async {
            let actions = cx.actions(Dns::Ignored).await?;
            Ok(release::rollback(&actions, &self.name, &options).await?)
        })?;
        cx.ui().line("Rollback was a success! Happy Helming!")?;
        Ok(())
    }

    fn options(&self, cx: &Context) -> Result<RollbackOptions> {
        Ok(RollbackOptions {
            revision: self.target()?,
            description: String::new(),
            dry_run: self.dry_run.read(cx)?,
            no_hooks: self.no_hooks,
            cleanup_on_fail: self.cleanup_on_fail,
            history_max: self.history_max.unwrap_or(cx.settings().max_history),
            apply: ApplyOptions {
                server_side: self.server_side,
                force_replace: self.force_replace,
                force_conflicts: self.force_conflicts,
                ..ApplyOptions::default()
            },
            wait: WaitOptions {
                for_jobs: self.wait_for_jobs,
                ..self.wait.options()
            },
        })
    }

    /// The revision to go back to; 0 is the one before.
    fn target(&self) -> Result<u64> {
        let Some(text) = &self.revision else { return Ok(0) };
        text.parse().map_err(|_| {
            let reason = format!("strconv.Atoi: parsing {text:?}: invalid syntax");
            CommandError::new(format!("could not convert revision to a number: {reason}"))
        })
    }
}
