//! Whether a dependency is there, and the right one.
//!
//! The rules and words are those of Helm's `pkg/action/dependency.go`.

use std::path::{Path, PathBuf};

use chart::{Chart, Dependency, Version, VersionReq};

/// Looks for a dependency, first as an archive in the folder `charts`, then among the subcharts that were loaded.
pub(super) fn of(dependency: &Dependency, chart: &Chart, charts: &Path) -> &'static str {
    let mut archives = archives(&dependency.name, charts);
    if archives.len() > 1 {
        archives.retain(|(_, version)| Version::parse_strict(version).is_ok());
        if archives.len() > 1 {
            return "too many matches";
        }
    }
    if let Some((archive, _)) = archives.first() {
        return of_archive(archive, dependency);
    }
    let found = chart
        .subcharts
        .iter()
        .rfind(|chart| chart.name() == dependency.name);
    match found {
        None => "missing",
        Some(found) => wrong_version(found, dependency).unwrap_or("unpacked"),
    }
}

/// The archives that may hold the chart, with what may be its version.
fn archives(name: &str, charts: &Path) -> Vec<(PathBuf, String)> {
    let version = |file: &str| {
        let rest = file.strip_prefix(name)?.strip_prefix('-')?;
        rest.strip_suffix(".tgz").map(str::to_owned)
    };
    let names = names_in(charts).into_iter();
    names
        .filter_map(|file| Some((charts.join(&file), version(&file)?)))
        .collect()
}

/// The names in a folder, in order; none when there is no such folder.
pub(super) fn names_in(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect();
    names.sort();
    names
}

fn of_archive(archive: &Path, dependency: &Dependency) -> &'static str {
    match Chart::load_any_version(archive) {
        Err(_) => "corrupt",
        Ok(chart) if chart.name() != dependency.name => "misnamed",
        Ok(chart) => wrong_version(&chart, dependency).unwrap_or("ok"),
    }
}

fn wrong_version(chart: &Chart, dependency: &Dependency) -> Option<&'static str> {
    if chart.metadata.version == dependency.version {
        return None;
    }
    let range = VersionReq::parse(&dependency.version);
    let version = Version::parse(&chart.metadata.version);
    match (range, version) {
        (Ok(range), Ok(version)) if range.matches(&version) => None,
        (Ok(_), Ok(_)) => Some("wrong version"),
        _ => Some("invalid version"),
    }
}
