//! `repo list`.

use repo::config::RepoFile;
use serde::Serialize;

use crate::args::output::{Format, OutputArgs};
use crate::context::Context;
use crate::error::Result;
use crate::output::table::Table;

/// list chart repositories
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    /// suppress headers in the output
    #[arg(long)]
    no_headers: bool,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    url: &'a str,
}

impl List {
    pub(crate) fn run(self, cx: &Context) -> Result {
        // A file that cannot be read lists nothing, as with Helm; whatever needs it says why.
        let file = RepoFile::load(cx.settings().homes.repository_config.as_ref()).unwrap_or_default();
        if file.repositories.is_empty() && self.output.output == Format::Table {
            cx.ui().status("no repositories to show");
            return Ok(());
        }
        let rows: Vec<Row<'_>> = file
            .repositories
            .iter()
            .map(|repository| Row {
                name: &repository.name,
                url: &repository.url,
            })
            .collect();
        let text = self.output.output.render(&rows, || {
            let mut table = Table::new();
            if !self.no_headers {
                table.row(["NAME", "URL"]);
            }
            rows.iter().for_each(|row| table.row([row.name, row.url]));
            Ok(table.render())
        })?;
        Ok(cx.ui().data(text)?)
    }
}
