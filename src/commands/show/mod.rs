//! `show`: what is in a chart.

mod part;

use chart::{Chart, Value};

use crate::args::source::SourceArgs;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::output::json_path::Template;

use part::Parts;

/// show information of a chart
#[derive(Debug, clap::Subcommand)]
pub(crate) enum Show {
    /// show all information of the chart
    All(ShowArgs),
    /// show the chart's definition
    Chart(ShowArgs),
    /// show the chart's CRDs
    Crds(ShowArgs),
    /// show the chart's README
    Readme(ShowArgs),
    /// show the chart's values
    Values(ShowValues),
}

/// Which chart to show.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowArgs {
    #[arg(value_name = "[CHART]", required = true)]
    chart: String,
    #[command(flatten)]
    source: SourceArgs,
}

/// Which values to show.
#[derive(Debug, clap::Args)]
pub(crate) struct ShowValues {
    #[command(flatten)]
    show: ShowArgs,
    /// supply a JSONPath expression to filter the output
    #[arg(long, value_name = "string", default_value = "", hide_default_value = true)]
    jsonpath: String,
}

impl Show {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let text = match self {
            Show::All(args) => Parts(&args.chart(cx)?).all()?,
            Show::Chart(args) => Parts(&args.chart(cx)?).definition()?,
            Show::Crds(args) => Parts(&args.chart(cx)?).crds(),
            Show::Readme(args) => Parts(&args.chart(cx)?).readme().unwrap_or_default(),
            Show::Values(args) => args.text(cx)?,
        };
        Ok(cx.ui().data(text)?)
    }
}

impl ShowArgs {
    fn chart(&self, cx: &Context) -> Result<Chart> {
        // Helm's `show` does not ask which version of chart it is before it reads it.
        let chart = Chart::load_any_version(self.source.locate(cx, &self.chart)?.path())?;
        cx.ui().remarks(&chart.remarks);
        Ok(chart)
    }
}

impl ShowValues {
    /// `values.yaml`, or what the path picks from the values. A path that leads nowhere picks nothing, silently.
    fn text(&self, cx: &Context) -> Result<String> {
        let chart = self.show.chart(cx)?;
        let Some(text) = Parts(&chart).values() else {
            return Ok(String::new());
        };
        if self.jsonpath.is_empty() {
            return Ok(text);
        }
        let template = Template::parse(&self.jsonpath).map_err(|error| {
            CommandError::new(format!("error parsing jsonpath {}: {error}", self.jsonpath))
        })?;
        Ok(template.render(&Value::Map(chart.values)))
    }
}
