//! `search hub`.

use chart::chain;
use repo::{HubChart, HubError};
use serde::Serialize;

use super::{NOTHING, none_found};
use crate::args::output::OutputArgs;
use crate::args::pflag;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::output::table::Table;

/// search for charts in the Artifact Hub or your own hub instance
///
/// The argument KEYWORD accepts either a keyword string, or quoted string of rich query options. An endpoint must
/// implement the search interface of Monocular, as Artifact Hub does.
#[derive(Debug, clap::Args)]
pub(crate) struct Hub {
    #[arg(value_name = "[KEYWORD]")]
    words: Vec<String>,
    /// Hub instance to query for charts
    #[arg(long, value_name = "string", default_value = "https://hub.helm.sh")]
    endpoint: String,
    /// maximum column width for output table
    #[arg(long, value_name = "uint", default_value = "50", value_parser = pflag::unsigned)]
    max_col_width: usize,
    /// print charts repository URL
    #[arg(long)]
    list_repo_url: bool,
    /// search fails if no results are found
    #[arg(long)]
    fail_on_no_result: bool,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Serialize)]
struct Row<'a> {
    url: &'a str,
    version: &'a str,
    app_version: &'a str,
    description: &'a str,
    repository: Place<'a>,
}

#[derive(Serialize)]
struct Place<'a> {
    url: &'a str,
    name: &'a str,
}

impl Hub {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let repositories = cx.repositories(None)?;
        let words = self.words.join(" ");
        let found = cx.block_on(async {
            let found = repositories.search_hub(&self.endpoint, &words).await;
            found.map_err(|error| explained(cx, &error))
        })?;
        if found.is_empty() && self.fail_on_no_result {
            return Err(none_found());
        }
        let rows: Vec<Row<'_>> = found.iter().map(row).collect();
        let text = self.output.output.render(&rows, || Ok(self.table(&rows)))?;
        Ok(cx.ui().data(text)?)
    }

    fn table(&self, rows: &[Row<'_>]) -> String {
        if rows.is_empty() {
            return NOTHING.to_owned();
        }
        let mut table = Table::new().with_widest_column(self.max_col_width);
        if self.list_repo_url {
            table.row(["URL", "CHART VERSION", "APP VERSION", "DESCRIPTION", "REPO URL"]);
        } else {
            table.row(["URL", "CHART VERSION", "APP VERSION", "DESCRIPTION"]);
        }
        for row in rows {
            let cells = [row.url, row.version, row.app_version, row.description];
            if self.list_repo_url {
                let [url, version, app_version, description] = cells;
                table.row([url, version, app_version, description, row.repository.url]);
            } else {
                table.row(cells);
            }
        }
        table.render()
    }
}

/// Helm's line does not say why; a person is told below it.
fn explained(cx: &Context, error: &HubError) -> CommandError {
    let line = CommandError::new(error.to_string());
    match std::error::Error::source(error) {
        Some(source) if !cx.ui().is_helm() => line.hint(chain(source)),
        _ => line,
    }
}

fn row(found: &HubChart) -> Row<'_> {
    Row {
        url: &found.url,
        version: &found.version,
        app_version: &found.app_version,
        description: &found.description,
        repository: Place {
            url: &found.repository_url,
            name: &found.repository_name,
        },
    }
}
