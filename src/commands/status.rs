//! `status`.

use serde::Serialize;

use crate::args::helm3;
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
    /// Helm 3's: the description is shown without it
    #[arg(long, hide = true)]
    show_desc: bool,
    /// Helm 3's: the objects are shown without it
    #[arg(long, hide = true)]
    show_resources: bool,
}

impl Status {
    pub(crate) fn run(self, cx: &Context) -> Result {
        helm3::hint(
            cx.ui(),
            &[
                (
                    self.show_desc,
                    "--show-desc",
                    "the description is shown without it",
                ),
                (
                    self.show_resources,
                    "--show-resources",
                    "the objects are shown without it",
                ),
            ],
        );
        let release = cx.block_on(async {
            let mut release = self.revision.read(cx, &self.name).await?;
            let cluster = cx.cluster().await?;
            let form = match self.output.output {
                Format::Table => release::ResourceForm::Table,
                Format::Json | Format::Yaml => release::ResourceForm::Object,
            };
            let live = release::live_resources(&cluster, &release, form).await?;
            cx.ui().remarks(&live.remarks);
            release.info.resources = live.objects;
            Ok(release)
        })?;
        let table = || status_text(&release, &[Part::Notes], cx.ui().paint());
        let text = self.output.output.render(&Data::of(&release), table)?;
        cx.ui().data(text)?;
        Ok(())
    }
}

/// The record as data. The chart is not shown (Helm's `pkg/cmd/status.go`); the fields keep the record's order.
#[derive(Serialize)]
struct Data<'a> {
    name: &'a str,
    info: &'a release::Info,
    #[serde(skip_serializing_if = "chart::Map::is_empty")]
    config: &'a chart::Map,
    #[serde(skip_serializing_if = "str::is_empty")]
    manifest: &'a str,
    #[serde(skip_serializing_if = "<[release::Hook]>::is_empty")]
    hooks: &'a [release::Hook],
    version: u64,
    namespace: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    apply_method: &'a str,
}

impl<'a> Data<'a> {
    fn of(release: &'a release::Release) -> Self {
        Data {
            name: &release.name,
            info: &release.info,
            config: &release.config,
            manifest: &release.manifest,
            hooks: &release.hooks,
            version: release.revision,
            namespace: &release.namespace,
            apply_method: &release.recorded_apply_method,
        }
    }
}
