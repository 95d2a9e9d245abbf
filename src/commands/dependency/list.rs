//! `dependency list`.

use std::path::Path;

use chart::Chart;
use chart::quote::quote;

use super::status;
use crate::args::path;
use crate::args::pflag;
use crate::context::Context;
use crate::error::Result;
use crate::output::table::Table;

/// list the dependencies for the given chart
///
/// Shows what is declared and whether it is there, then what is there without being declared.
#[derive(Debug, clap::Args)]
pub(crate) struct List {
    #[arg(value_name = "CHART", default_value = ".")]
    chart: String,
    /// maximum column width for output table
    #[arg(long, value_name = "uint", default_value = "80", value_parser = pflag::unsigned)]
    max_col_width: usize,
}

impl List {
    pub(crate) fn run(self, cx: &Context) -> Result {
        let folder = path::clean(&self.chart);
        let chart = Chart::load_any_version(&folder)?;
        cx.ui().remarks(&chart.remarks);
        let charts = path::join(&folder, "charts");
        if chart.metadata.dependencies.is_empty() && !chart.metadata.lists_no_dependency {
            return Ok(cx.ui().line(&format!("WARNING: no dependencies at {charts}"))?);
        }
        let mut table = Table::new().with_widest_column(self.max_col_width);
        table.row(["NAME", "VERSION", "REPOSITORY", "STATUS"]);
        for dependency in &chart.metadata.dependencies {
            let status = status::of(dependency, &chart, Path::new(&charts));
            table.row([
                &dependency.name,
                &dependency.version,
                &dependency.repository,
                status,
            ]);
        }
        let text = format!("{}\n{}", table.render(), undeclared(cx, &chart, &charts));
        Ok(cx.ui().data(text)?)
    }
}

/// A warning for everything in `charts/` that the chart does not declare.
fn undeclared(cx: &Context, chart: &Chart, charts: &str) -> String {
    let mut text = String::new();
    for name in status::names_in(Path::new(charts)) {
        let path = path::join(charts, &name);
        let is_folder = Path::new(&path).is_dir();
        if !is_folder && !name.ends_with(".tgz") {
            continue;
        }
        let found = Chart::load_any_version(&path);
        if let Ok(found) = &found {
            cx.ui().remarks(&found.remarks);
        }
        let problem = match found {
            Err(_) => "is not a chart",
            Ok(found) if is_declared(chart, found.name()) => continue,
            Ok(_) => "is not in Chart.yaml",
        };
        text.push_str(&format!("WARNING: {} {problem}.\n", quote(&path)));
    }
    text
}

fn is_declared(chart: &Chart, name: &str) -> bool {
    let mut declared = chart.metadata.dependencies.iter();
    declared.any(|dependency| dependency.name == name)
}
