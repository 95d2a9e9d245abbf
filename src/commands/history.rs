//! `history`.

use crate::args::output::OutputArgs;
use crate::args::pflag::count;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::output::release::{HistoryRow, history_table};

/// fetch release history
#[derive(Debug, clap::Args)]
pub(crate) struct History {
    #[arg(value_name = "RELEASE_NAME")]
    name: String,
    /// maximum number of revision to include in history
    #[arg(long, value_name = "int", default_value_t = 256, value_parser = count)]
    max: usize,
    #[command(flatten)]
    output: OutputArgs,
}

impl History {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let rows = cx.block_on(self.rows(cx))?;
        cx.ui()
            .data(self.output.output.render(&rows, || Ok(history_table(&rows)))?)?;
        Ok(())
    }

    /// The newest revisions, oldest of them first.
    async fn rows(&self, cx: &Context) -> Result<Vec<HistoryRow>> {
        release::validate_name(&self.name)
            .map_err(|_| CommandError::new(format!("release name is invalid: {}", self.name)))?;
        let store = cx.store().await?;
        let history = release::History::of(store.as_ref(), cx.namespace(), &self.name).await?;
        if history.is_empty() {
            return Err(release::StoreError::NotFound.into());
        }
        let heads = history.heads();
        let newest = &heads[heads.len().saturating_sub(self.max)..];
        let summaries = store.summaries(newest).await?;
        Ok(summaries.iter().map(HistoryRow::new).collect())
    }
}
