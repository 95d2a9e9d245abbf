//! A release as status text, as a row of a table, as data.

use jiff::tz::TimeZone;
use release::{Hook, HookEvent, Release, Summary};
use serde::Serialize;

use super::table::Table;
use super::time::{ansic, go_string};
use crate::args::output::to_yaml;
use crate::error::Result;

/// Parts of the status text that only some commands show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    /// Chart, version and app version.
    Chart,
    /// Values, hooks and manifest.
    Debug,
    /// The notes.
    Notes,
}

/// The text that `status`, `install` and `upgrade` print (Helm's `pkg/cmd/status.go`).
///
/// # Errors
/// When values have no YAML form.
pub(crate) fn status_text(release: &Release, parts: &[Part]) -> Result<String> {
    let info = &release.info;
    let mut text = format!("NAME: {}\n", release.name);
    if let Some(time) = info.last_deployed.filter(|time| !time.is_zero()) {
        text.push_str(&format!("LAST DEPLOYED: {}\n", ansic(Some(time))));
    }
    text.push_str(&format!("NAMESPACE: {}\nSTATUS: {}\n", release.namespace, info.status));
    text.push_str(&format!("REVISION: {}\n", release.revision));
    if parts.contains(&Part::Chart) {
        let metadata = &release.chart.metadata;
        let (name, version, app) = (&metadata.name, &metadata.version, &metadata.app_version);
        text.push_str(&format!("CHART: {name}\nVERSION: {version}\nAPP_VERSION: {app}\n"));
    }
    text.push_str(&format!("DESCRIPTION: {}\n", info.description));
    text.push_str(&resources_text(release));
    text.push_str(&tests_text(release));
    if parts.contains(&Part::Debug) {
        text.push_str(&values_text(release)?);
    }
    if parts.contains(&Part::Debug) || info.description.eq_ignore_ascii_case("Dry run complete") {
        text.push_str(&format!("HOOKS:\n{}MANIFEST:\n{}\n", hooks_text(&release.hooks), release.manifest));
    }
    if parts.contains(&Part::Notes) && !info.notes.is_empty() {
        text.push_str(&format!("NOTES:\n{}\n", info.notes.trim()));
    }
    Ok(text)
}

/// Hooks in the frame that manifests have.
pub(crate) fn hooks_text(hooks: &[Hook]) -> String {
    hooks.iter().map(|hook| format!("---\n# Source: {}\n{}\n", hook.path, hook.manifest)).collect()
}

/// The live objects, kind by kind, as the tables that the API server makes of them.
fn resources_text(release: &Release) -> String {
    if release.info.resources.is_empty() {
        return String::new();
    }
    let tables = release.info.resources.iter().map(|(kind, tables)| {
        let rows: String = tables.iter().map(server_table_text).collect();
        format!("==> {kind}\n{rows}\n")
    });
    format!("RESOURCES:\n{}\n", tables.collect::<String>())
}

/// A `Table` of the API server, its always-shown columns, three blanks apart.
fn server_table_text(table: &serde_json::Value) -> String {
    let columns: Vec<&serde_json::Value> = table["columnDefinitions"].as_array().into_iter().flatten().collect();
    let is_shown = |n: usize| columns.get(n).is_some_and(|column| column["priority"].as_i64().unwrap_or(0) == 0);
    let mut rows = vec![columns.iter().map(|column| column["name"].as_str().unwrap_or_default().to_uppercase()).collect()];
    for row in table["rows"].as_array().into_iter().flatten() {
        rows.push(row["cells"].as_array().into_iter().flatten().map(cell_text).collect::<Vec<String>>());
    }
    let shown: Vec<Vec<String>> = rows
        .into_iter()
        .map(|row| row.into_iter().enumerate().filter(|(n, _)| is_shown(*n)).map(|(_, cell)| cell).collect())
        .collect();
    aligned(&shown)
}

fn cell_text(cell: &serde_json::Value) -> String {
    match cell {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Null => "<none>".to_owned(),
        other => other.to_string(),
    }
}

/// Columns as wide as their widest cell and three blanks (Kubernetes' printers); the last one is not padded.
fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |n: usize| rows.iter().filter_map(|row| row.get(n)).map(|cell| cell.chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let last = row.len().saturating_sub(1);
        let cell = |(n, text): (usize, &String)| {
            let gap = if n == last { 0 } else { widths[n] - text.chars().count() + 3 };
            format!("{text}{}", " ".repeat(gap))
        };
        format!("{}\n", row.iter().enumerate().map(cell).collect::<String>())
    };
    rows.iter().map(line).collect()
}

fn tests_text(release: &Release) -> String {
    let tests: Vec<&Hook> = release.hooks.iter().filter(|hook| hook.runs_at(&HookEvent::Test)).collect();
    if tests.is_empty() {
        return "TEST SUITE: None\n".to_owned();
    }
    let has_run = |hook: &&&Hook| hook.last_run.started_at.is_some_and(|time| !time.is_zero());
    let lines = tests.iter().filter(has_run).map(|hook| {
        format!(
            "TEST SUITE:     {}\nLast Started:   {}\nLast Completed: {}\nPhase:          {}\n",
            hook.name,
            ansic(hook.last_run.started_at),
            ansic(hook.last_run.completed_at),
            hook.last_run.phase
        )
    });
    lines.collect()
}

fn values_text(release: &Release) -> Result<String> {
    let user = to_yaml(&release.config)?;
    let computed = to_yaml(&release.computed_values())?;
    Ok(format!("USER-SUPPLIED VALUES:\n{user}\nCOMPUTED VALUES:\n{computed}\n"))
}

/// A row of `list`.
#[derive(Debug, Serialize)]
pub(crate) struct ListRow {
    name: String,
    namespace: String,
    revision: String,
    updated: String,
    status: String,
    chart: String,
    app_version: String,
}

impl ListRow {
    /// The row of a release; its time in Go's own format, or the given one.
    pub(crate) fn new(release: &Summary, zone: &TimeZone, time_format: Option<&str>) -> Self {
        let updated = release.info.last_deployed.filter(|time| !time.is_zero()).map(|time| match time_format {
            Some(layout) => templates::format_time(time.timestamp(), time.offset(), layout),
            None => go_string(time, zone),
        });
        ListRow {
            name: release.name.clone(),
            namespace: release.namespace.clone(),
            revision: release.revision.to_string(),
            updated: updated.unwrap_or_else(|| "-".to_owned()),
            status: release.info.status.to_string(),
            chart: chart_and_version(release),
            app_version: release.chart.metadata.app_version.clone(),
        }
    }
}

fn chart_and_version(release: &Summary) -> String {
    format!("{}-{}", release.chart.metadata.name, release.chart.metadata.version)
}

/// The table of `list`.
pub(crate) fn list_table(rows: &[ListRow], has_headers: Headers) -> String {
    let mut table = Table::new();
    if has_headers == Headers::Shown {
        table.row(["NAME", "NAMESPACE", "REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION"]);
    }
    for row in rows {
        let (name, namespace, revision) = (&row.name, &row.namespace, &row.revision);
        table.row([name, namespace, revision, &row.updated, &row.status, &row.chart, &row.app_version]);
    }
    table.render()
}

/// Whether a table has a line of headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Headers {
    Shown,
    Hidden,
}

/// A row of `history`.
#[derive(Debug, Serialize)]
pub(crate) struct HistoryRow {
    revision: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<release::Time>,
    status: String,
    chart: String,
    app_version: String,
    description: String,
}

impl HistoryRow {
    /// The row of a revision.
    pub(crate) fn new(release: &Summary) -> Self {
        HistoryRow {
            revision: release.revision,
            updated: release.info.last_deployed.filter(|time| !time.is_zero()),
            status: release.info.status.to_string(),
            chart: chart_and_version(release),
            app_version: release.chart.metadata.app_version.clone(),
            description: release.info.description.clone(),
        }
    }
}

/// The table of `history`.
pub(crate) fn history_table(rows: &[HistoryRow]) -> String {
    let mut table = Table::new();
    table.row(["REVISION", "UPDATED", "STATUS", "CHART", "APP VERSION", "DESCRIPTION"]);
    for row in rows {
        let (revision, updated) = (row.revision.to_string(), ansic(row.updated));
        table.row([&revision, &updated, &row.status, &row.chart, &row.app_version, &row.description]);
    }
    table.render()
}
