//! A release as status text, as a row of a table, as data.

use jiff::tz::TimeZone;
use release::{Hook, HookEvent, Plan, Release, Summary};
use serde::Serialize;

use super::paint::Paint;
use super::server_table::ServerTables;
use super::table::Table;
use super::time::{ansic, go_string, in_layout};
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
pub(crate) fn status_text(release: &Release, parts: &[Part], paint: Paint) -> Result<Vec<u8>> {
    let info = &release.info;
    let mut text = format!("NAME: {}\n", release.name);
    if let Some(time) = info.last_deployed.filter(|time| !time.is_zero()) {
        text.push_str(&format!("LAST DEPLOYED: {}\n", ansic(Some(time))));
    }
    text.push_str(&format!(
        "NAMESPACE: {}\nSTATUS: {}\n",
        paint.namespace(&release.namespace),
        paint.status(info.status.as_str())
    ));
    text.push_str(&format!("REVISION: {}\n", release.revision));
    if parts.contains(&Part::Chart) {
        let metadata = &release.chart.metadata;
        let (name, version, app) = (&metadata.name, &metadata.version, &metadata.app_version);
        text.push_str(&format!(
            "CHART: {name}\nVERSION: {version}\nAPP_VERSION: {app}\n"
        ));
    }
    text.push_str(&format!("DESCRIPTION: {}\n", info.description));
    text.push_str(&resources_text(release));
    text.push_str(&tests_text(release));
    if parts.contains(&Part::Debug) {
        text.push_str(&values_text(release)?);
    }
    if parts.contains(&Part::Debug) || info.description.eq_ignore_ascii_case("Dry run complete") {
        text.push_str(&format!(
            "HOOKS:\n{}MANIFEST:\n{}\n",
            hooks_text(&release.hooks),
            release.manifest
        ));
    }
    let mut text = text.into_bytes();
    if parts.contains(&Part::Notes) && !info.notes.is_empty() {
        let notes = match &info.raw_notes {
            Some(raw) => raw.trim_ascii(),
            None => info.notes.trim().as_bytes(),
        };
        text.extend([b"NOTES:\n", notes, b"\n"].concat());
    }
    Ok(text)
}

/// Hooks in the frame that manifests have.
pub(crate) fn hooks_text(hooks: &[Hook]) -> String {
    Plan::hook_pieces(hooks).concat()
}

/// The live objects, kind by kind, as the tables that the API server makes of them.
fn resources_text(release: &Release) -> String {
    if release.info.resources.is_empty() {
        return String::new();
    }
    let mut printer = ServerTables::default();
    let mut text = String::new();
    for (kind, tables) in &release.info.resources {
        let rows: String = tables.iter().map(|table| printer.text(table)).collect();
        text.push_str(&format!("==> {kind}\n{rows}\n"));
    }
    format!("RESOURCES:\n{text}\n")
}

fn tests_text(release: &Release) -> String {
    let tests: Vec<&Hook> = release
        .hooks
        .iter()
        .filter(|hook| hook.runs_at(&HookEvent::Test))
        .collect();
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
    let user = to_yaml(&user_values(release))?;
    let computed = to_yaml(&release.computed_values()?)?;
    Ok(format!(
        "USER-SUPPLIED VALUES:\n{user}\nCOMPUTED VALUES:\n{computed}\n"
    ))
}

/// The values that the user gave. A release without any has none at all, which is null and not an empty map.
pub(crate) fn user_values(release: &Release) -> Option<&chart::Map> {
    Some(&release.config).filter(|config| !config.is_empty())
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
        let updated =
            release
                .info
                .last_deployed
                .filter(|time| !time.is_zero())
                .map(|time| match time_format {
                    Some(layout) => in_layout(time, zone, layout),
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
    format!(
        "{}-{}",
        release.chart.metadata.name, release.chart.metadata.version
    )
}

/// The table of `list`.
pub(crate) fn list_table(rows: &[ListRow], has_headers: Headers, paint: Paint) -> String {
    let mut table = Table::new();
    if has_headers == Headers::Shown {
        let headers = [
            "NAME",
            "NAMESPACE",
            "REVISION",
            "UPDATED",
            "STATUS",
            "CHART",
            "APP VERSION",
        ];
        table.row(
            headers
                .map(|header| paint.header(header))
                .each_ref()
                .map(String::as_str),
        );
    }
    for row in rows {
        let (name, revision) = (&row.name, &row.revision);
        table.row([
            name,
            &paint.namespace(&row.namespace),
            revision,
            &row.updated,
            &paint.status(&row.status),
            &row.chart,
            &row.app_version,
        ]);
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
    table.row([
        "REVISION",
        "UPDATED",
        "STATUS",
        "CHART",
        "APP VERSION",
        "DESCRIPTION",
    ]);
    for row in rows {
        let (revision, updated) = (row.revision.to_string(), ansic(row.updated));
        table.row([
            &revision,
            &updated,
            &row.status,
            &row.chart,
            &row.app_version,
            &row.description,
        ]);
    }
    table.render()
}
