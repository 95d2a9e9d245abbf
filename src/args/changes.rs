//! `-o`, `--html`, `--full`: the form in which changes are shown.

use std::path::PathBuf;

use release::diff::ChangeSet;

use crate::context::Context;
use crate::error::Result;
use crate::output::changes::{self, Detail};

/// The flags.
#[derive(Debug, Clone, clap::Args)]
pub(crate) struct ChangesArgs {
    /// prints the changes in this form. Allowed values: text, json, markdown
    #[arg(id = "form", short = 'o', long = "output", value_name = "format", default_value = "text", value_parser = form)]
    form: Form,
    /// write the changes as a page for browsers to this file, too
    #[arg(long, value_name = "string")]
    html: Option<PathBuf>,
    /// show all fields of objects that are new or gone, and long texts to their end
    #[arg(long)]
    full: bool,
}

/// How changes are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    Text,
    Json,
    Markdown,
}

fn form(text: &str) -> Result<Form, String> {
    match text {
        "text" => Ok(Form::Text),
        "json" => Ok(Form::Json),
        "markdown" => Ok(Form::Markdown),
        _ => Err("invalid format type".to_owned()),
    }
}

impl ChangesArgs {
    /// Prints changes, and writes the page if one is wanted.
    ///
    /// # Errors
    /// When something cannot be written.
    pub(crate) fn show(&self, cx: &Context, set: &ChangeSet) -> Result {
        if let Some(path) = &self.html {
            repo::write_file(path, changes::html(set).as_bytes())?;
        }
        let detail = if self.full { Detail::Full } else { Detail::Short };
        let text = match self.form {
            Form::Text => changes::text(set, detail, cx.ui().paint()),
            Form::Json => changes::json(set)?,
            Form::Markdown => changes::markdown(set, detail),
        };
        Ok(cx.ui().data(text)?)
    }
}
