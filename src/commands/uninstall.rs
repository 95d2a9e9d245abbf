//! `uninstall`.

use release::{Cascade, UninstallOptions};

use crate::args::wait::WaitArgs;
use crate::context::{Context, Dns};
use crate::error::{CommandError, Result};

/// uninstall a release
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Helm's")]
pub(crate) struct Uninstall {
    #[arg(value_name = "RELEASE_NAME [...]", required = true)]
    names: Vec<String>,
    /// simulate a uninstall
    #[arg(long)]
    dry_run: bool,
    /// prevent hooks from running during uninstallation
    #[arg(long)]
    no_hooks: bool,
    /// Treat "release not found" as a successful uninstall
    #[arg(long)]
    ignore_not_found: bool,
    /// remove all associated resources and mark the release as deleted, but retain the release history
    #[arg(long)]
    keep_history: bool,
    /// Must be "background", "orphan", or "foreground". Selects the deletion cascading strategy for the dependents.
    /// Defaults to background. Use "foreground" with --wait to ensure resources with finalizers are fully deleted
    /// before returning.
    #[arg(long, value_name = "string", default_value = "background")]
    cascade: String,
    /// add a custom description
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    description: String,
    #[command(flatten)]
    wait: WaitArgs,
}

impl Uninstall {
    pub(crate) fn run(self, cx: &Context) -> Result {
        self.wait.warn(cx);
        let cascade = self.cascade()?;
        cx.block_on(async {
            let actions = cx.actions(Dns::Ignored).await?;
            for name in &self.names {
                let outcome = release::uninstall(&actions, name, &self.options(cascade)).await?;
                if let Some(info) = outcome.and_then(|outcome| outcome.info()) {
                    cx.ui().line(&info)?;
                }
                cx.ui().line(&format!("release \"{name}\" uninstalled"))?;
            }
            Ok(())
        })
    }

    fn options(&self, cascade: Cascade) -> UninstallOptions {
        UninstallOptions {
            dry_run: self.dry_run,
            no_hooks: self.no_hooks,
            ignore_not_found: self.ignore_not_found,
            keep_history: self.keep_history,
            cascade,
            description: self.description.clone(),
            wait: self.wait.options(),
        }
    }

    fn cascade(&self) -> Result<Cascade> {
        match self.cascade.as_str() {
            "background" => Ok(Cascade::Background),
            "foreground" => Ok(Cascade::Foreground),
            "orphan" => Ok(Cascade::Orphan),
            other => Err(CommandError::new(format!(
                "invalid cascade value ({other}). Must be \"background\", \"foreground\", or \"orphan\""
            ))),
        }
    }
}
