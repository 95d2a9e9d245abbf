//! How objects are sent: who owns fields, what may be overwritten, what is checked.

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

/// Whether the server or the client merges objects; `auto` does what the last revision did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ServerSide {
    Yes,
    No,
    Auto,
}

impl ServerSide {
    /// Reads the flag of upgrade and rollback.
    ///
    /// # Errors
    /// When the text is none of the three words.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text {
            "true" => Ok(ServerSide::Yes),
            "false" => Ok(ServerSide::No),
            "auto" => Ok(ServerSide::Auto),
            _ => Err("must be \"true\", \"false\" or \"auto\"".to_owned()),
        }
    }
}
