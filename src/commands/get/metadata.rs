//! `get metadata`.

use std::collections::BTreeMap;

use chart::Dependency;
use release::Release;
use serde::Serialize;

use crate::args::output::OutputArgs;
use crate::args::revision::RevisionArgs;
use crate::context::Context;
use crate::error::Result;
use crate::output::time::rfc3339;

/// This command fetches metadata for a given release
#[derive(Debug, clap::Args)]
pub(crate) struct Metadata {
    #[arg(value_name = "RELEASE_NAME")]
    name: String,
    #[command(flatten)]
    revision: RevisionArgs,
    #[command(flatten)]
    output: OutputArgs,
}

impl Metadata {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let release = cx.block_on(self.revision.read(cx, &self.name))?;
        let data = Data::of(&release);
        cx.ui()
            .data(self.output.output.render(&data, || Ok(data.lines()))?)?;
        Ok(())
    }
}

/// What is shown, in Helm's names and order (`pkg/action/get_metadata.go`).
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Data<'a> {
    name: &'a str,
    chart: &'a str,
    version: &'a str,
    app_version: &'a str,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    labels: &'a BTreeMap<String, String>,
    #[serde(skip_serializing_if = "<[Dependency]>::is_empty")]
    dependencies: &'a [Dependency],
    namespace: &'a str,
    revision: u64,
    status: String,
    deployed_at: String,
    #[serde(skip_serializing_if = "str::is_empty")]
    apply_method: &'a str,
}

impl<'a> Data<'a> {
    fn of(release: &'a Release) -> Self {
        let metadata = &release.chart.metadata;
        Data {
            name: &release.name,
            chart: &metadata.name,
            version: &metadata.version,
            app_version: &metadata.app_version,
            annotations: &metadata.annotations,
            labels: &release.labels,
            dependencies: &metadata.dependencies,
            namespace: &release.namespace,
            revision: release.revision,
            status: release.info.status.to_string(),
            deployed_at: rfc3339(release.info.last_deployed),
            apply_method: &release.recorded_apply_method,
        }
    }

    fn lines(&self) -> String {
        let mut names: Vec<&str> = self
            .dependencies
            .iter()
            .map(|dependency| dependency.name.as_str())
            .collect();
        names.sort_unstable();
        let lines = [
            ("NAME", self.name.to_owned()),
            ("CHART", self.chart.to_owned()),
            ("VERSION", self.version.to_owned()),
            ("APP_VERSION", self.app_version.to_owned()),
            ("ANNOTATIONS", pairs(self.annotations)),
            ("LABELS", pairs(self.labels)),
            ("DEPENDENCIES", names.join(",")),
            ("NAMESPACE", self.namespace.to_owned()),
            ("REVISION", self.revision.to_string()),
            ("STATUS", self.status.clone()),
            ("DEPLOYED_AT", self.deployed_at.clone()),
            ("APPLY_METHOD", self.apply_method_words()),
        ];
        lines
            .into_iter()
            .map(|(name, value)| format!("{name}: {value}\n"))
            .collect()
    }

    fn apply_method_words(&self) -> String {
        match self.apply_method {
            "" => "client-side apply (defaulted)".to_owned(),
            "csa" => "client-side apply".to_owned(),
            "ssa" => "server-side apply".to_owned(),
            other => format!("unknown ({other:?})"),
        }
    }
}

fn pairs(map: &BTreeMap<String, String>) -> String {
    let pairs: Vec<String> = map.iter().map(|(key, value)| format!("{key}={value}")).collect();
    pairs.join(",")
}
