//! `--dry-run`: how far an action goes.

use release::DryRun;

use crate::context::Context;
use crate::error::{CommandError, Result};

/// The flag; its old forms, alone or with a boolean, are taken with a warning (Helm's `pkg/cmd/helpers.go`).
#[derive(Debug, clap::Args)]
pub(crate) struct DryRunArgs {
    /// simulates the operation without persisting changes. Must be one of: "none" (default), "client", or "server".
    /// '--dry-run=none' executes the operation normally and persists changes (no simulation). '--dry-run=client'
    /// simulates the operation client-side only and avoids cluster connections. '--dry-run=server' simulates the
    /// operation on the server, requiring cluster connectivity.
    #[arg(long, value_name = "string", num_args = 0..=1, require_equals = true, default_missing_value = "unset")]
    dry_run: Option<String>,
}

impl DryRunArgs {
    /// The form of dry run of install, upgrade and rollback; none when the flag is not given.
    ///
    /// # Errors
    /// When the value is no form of dry run.
    pub(crate) fn read(&self, cx: &Context) -> Result<DryRun> {
        match self.dry_run.as_deref() {
            None | Some("none") => Ok(DryRun::None),
            Some("client") => Ok(DryRun::Client),
            Some("server") => Ok(DryRun::Server),
            Some("unset") => {
                cx.ui()
                    .warning("--dry-run is deprecated and should be replaced with '--dry-run=client'");
                Ok(DryRun::Client)
            }
            Some(text) => old_form(cx, text, "\"none\", \"server\", or \"client\""),
        }
    }

    /// The form of dry run of template, which always is one: client when the flag is not given.
    ///
    /// # Errors
    /// When the value is no form of dry run, or asks for none.
    pub(crate) fn read_for_template(&self, cx: &Context) -> Result<DryRun> {
        match self.dry_run.as_deref() {
            None => Ok(DryRun::Client),
            Some(text @ ("none" | "0" | "f" | "F" | "FALSE" | "false" | "False")) => {
                Err(invalid(text, "\"server\" or \"client\""))
            }
            Some(_) => self.read(cx),
        }
    }
}

fn old_form(cx: &Context, text: &str, allowed: &str) -> Result<DryRun> {
    let (form, name) = match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => (DryRun::Client, "client"),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => (DryRun::None, "none"),
        _ => return Err(invalid(text, allowed)),
    };
    cx.ui().warning(&format!(
        "boolean '--dry-run={text}' flag is deprecated and must be replaced with '--dry-run={name}'"
    ));
    Ok(form)
}

fn invalid(text: &str, allowed: &str) -> CommandError {
    CommandError::new(format!("invalid dry-run value ({text:?}). Must be {allowed}"))
}
