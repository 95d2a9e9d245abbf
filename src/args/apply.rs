//! How objects are sent: who owns fields, what may be overwritten, what is checked.

use release::{ApplyOptions, ServerSide};

/// Flags about sending objects that install, template and upgrade share.
#[derive(Debug, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of Helm's")]
pub(crate) struct ApplyArgs {
    /// force resource updates by replacement
    #[arg(long, alias = "force", conflicts_with = "force_conflicts")]
    pub(crate) force_replace: bool,
    /// if set server-side apply will force changes against conflicts
    #[arg(long)]
    pub(crate) force_conflicts: bool,
    /// prevent hooks from running
    #[arg(long)]
    pub(crate) no_hooks: bool,
    /// if set, the objects will not be validated against the Kubernetes OpenAPI Schema
    #[arg(long)]
    pub(crate) disable_openapi_validation: bool,
    /// if set, ignore the check for helm annotations and take ownership of the existing resources
    #[arg(long)]
    pub(crate) take_ownership: bool,
}

impl ApplyArgs {
    /// The options of the engine.
    pub(crate) fn options(&self, server_side: ServerSide) -> ApplyOptions {
        ApplyOptions {
            server_side,
            force_replace: self.force_replace,
            force_conflicts: self.force_conflicts,
            take_ownership: self.take_ownership,
            disable_validation: self.disable_openapi_validation,
        }
    }
}

/// Reads `--server-side` of upgrade and rollback; `auto` does what the last revision did.
///
/// # Errors
/// When the text is none of the three words.
pub(crate) fn server_side(text: &str) -> Result<ServerSide, String> {
    match text {
        "true" => Ok(ServerSide::Yes),
        "false" => Ok(ServerSide::No),
        "auto" => Ok(ServerSide::Auto),
        _ => Err("must be \"true\", \"false\" or \"auto\"".to_owned()),
    }
}
