//! `docs`: the manual of every command, from the same tree that reads command lines and writes help.

mod man;
mod markdown;
mod page;

use std::path::Path;

use chart::FileError;
use page::Page;

use super::completion;
use crate::args::path;
use crate::cli;
use crate::context::Context;
use crate::error::{CommandError, Result};

/// generate documentation as markdown or man pages
///
/// Writes a file for each command: Markdown, or man pages. Can also write the completion script for bash.
///
/// Defaults that are paths are those of the environment that it runs in.
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub(crate) struct Docs {
    /// directory to which documentation is written
    #[arg(long, value_name = "string", default_value = "./")]
    dir: String,
    /// generate standard headers for markdown files
    #[arg(long)]
    generate_headers: bool,
    /// the type of documentation to generate (markdown, man, bash)
    #[arg(long = "type", value_name = "string", default_value = "markdown")]
    kind: String,
}

impl Docs {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let program = cx.settings().program;
        let pages = || Page::all(&cli::whole(program));
        let date = cx.settings().source_date_epoch.as_deref();
        match self.kind.as_str() {
            "markdown" | "mdown" | "md" => pages().iter().try_for_each(|page| {
                let header = self.generate_headers.then(|| markdown::header(page));
                let text = header.unwrap_or_default() + &markdown::write(page);
                self.write(&format!("{}.md", page.path.replace(' ', "_")), &text)
            }),
            "man" => pages().iter().try_for_each(|page| {
                let name = format!("{}.1", page.path.replace(' ', "-"));
                self.write(&name, &man::write(page, date))
            }),
            "bash" => self.write("completions.bash", &completion::bash(program)),
            other => Err(CommandError::new(format!(
                "unknown doc type {other:?}. Try 'markdown' or 'man'"
            ))),
        }
    }

    fn write(&self, name: &str, text: &str) -> Result {
        let file = path::join(&self.dir, name);
        let failed = |error| FileError::new("open", Path::new(&file), &error);
        Ok(std::fs::write(&file, text).map_err(failed)?)
    }
}
