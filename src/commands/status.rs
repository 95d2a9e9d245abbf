//! `status`.

use crate::args::output::{Format, OutputArgs};
use crate::args::revision::RevisionArgs;
use crate::context::Context;
use crate::error::Result;
use crate::output::release::{Part, status_text};

/// display the status of the named release
#[derive(Debug, clap::Args)]
pub(crate) struct Status {
    #[arg(value_name = "RELEASE_NAME")]
    name: String,
    #[command(flatten)]
    revision: RevisionArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Status {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let release = cx.block_on(async {
            let mut release = self.revision.read(cx, &self.name).await?;
            let cluster = cx.cluster().await?;
            let form = match self.output.output {
                Format::Table => release::ResourceForm::Table,
                Format::Json | Format::Yaml => release::ResourceForm::Object,
            };
            release.info.resources = release::live_resources(&cluster, &release, form).await?;
            Ok(release)
        })?;
        let table = || status_text(&release, &[Part::Notes]);
        let text = self.output.output.render(&without_chart(&release)?, table)?;
        cx.ui().data(text)?;
        Ok(())
    }
}

/// The record as data; the chart is not shown (Helm's `pkg/cmd/status.go`).
fn without_chart(release: &release::Release) -> Result<serde_json::Value> {
    let mut json = serde_json::to_value(release)?;
    if let Some(object) = json.as_object_mut() {
        object.remove("chart");
    }
    Ok(json)
}
