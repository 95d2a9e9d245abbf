//! Which subcharts take part: version, alias, tags, condition (Helm's `pkg/chart/v2/util/dependencies.go`).

use std::collections::BTreeSet;

use crate::values::{CoalesceError, coalesce_noting, path_value, table};
use crate::{Chart, Dependency, Map, Remark, Value, Version, VersionReq};

/// Removes the subcharts of `chart` that `values` switch off, all the way down, and renames those with an alias.
///
/// Subcharts that `Chart.yaml` does not mention stay. What is odd goes to `remarks`.
///
/// # Errors
///
/// When a subchart's values are not a table.
pub(crate) fn enable(
    chart: &mut Chart,
    values: &Map,
    remarks: &mut Vec<Remark>,
) -> Result<(), CoalesceError> {
    enable_below(chart, values, "", remarks)
}

fn enable_below(
    chart: &mut Chart,
    values: &Map,
    path: &str,
    remarks: &mut Vec<Remark>,
) -> Result<(), CoalesceError> {
    if chart.metadata.dependencies.is_empty() && !chart.metadata.lists_no_dependency {
        return Ok(());
    }
    choose(chart);
    let values = coalesce_noting(chart, values.clone(), remarks)?;
    for dependency in &mut chart.metadata.dependencies {
        dependency.enabled = is_enabled_by_tags(dependency, &values, remarks);
        apply_condition(dependency, &values, path, remarks);
    }
    drop_disabled(chart);
    for subchart in &mut chart.subcharts {
        let path = format!("{path}{}.", subchart.name());
        enable_below(subchart, &values, &path, remarks)?;
    }
    Ok(())
}

/// Picks the subchart that each dependency means; one chart may be picked several times under different aliases.
fn choose(chart: &mut Chart) {
    let loaded = std::mem::take(&mut chart.subcharts);
    let dependencies = &mut chart.metadata.dependencies;
    let is_mentioned = |subchart: &Chart| dependencies.iter().any(|dependency| fits(dependency, subchart));
    let mut chosen: Vec<Chart> = loaded
        .iter()
        .filter(|subchart| !is_mentioned(subchart))
        .cloned()
        .collect();
    for dependency in dependencies {
        if let Some(subchart) = loaded.iter().find(|subchart| fits(dependency, subchart)) {
            let mut subchart = subchart.clone();
            if !dependency.alias.is_empty() {
                subchart.metadata.name.clone_from(&dependency.alias);
            }
            chosen.push(subchart);
        }
        if !dependency.alias.is_empty() {
            dependency.name.clone_from(&dependency.alias);
        }
    }
    chart.subcharts = chosen;
}

fn fits(dependency: &Dependency, subchart: &Chart) -> bool {
    subchart.name() == dependency.name && is_compatible(&dependency.version, &subchart.metadata.version)
}

/// Says whether `version` is in the range `requirement`; a text that is no range or no version fits nothing.
pub fn is_compatible(requirement: &str, version: &str) -> bool {
    match (VersionReq::parse(requirement), Version::parse(version)) {
        (Ok(requirement), Ok(version)) => requirement.matches(&version),
        _ => false,
    }
}

/// One tag that is on outweighs all that are off; without any the dependency is on.
fn is_enabled_by_tags(dependency: &Dependency, values: &Map, remarks: &mut Vec<Remark>) -> bool {
    let Some(tags) = table(values, "tags") else {
        return true;
    };
    let (mut any_on, mut any_off) = (false, false);
    for tag in &dependency.tags {
        match tags.get(tag) {
            Some(Value::Bool(true)) => any_on = true,
            Some(Value::Bool(false)) => any_off = true,
            Some(_) => remarks.push(not_bool("tag", tag, dependency)),
            None => {}
        }
    }
    any_on || !any_off
}

fn not_bool(kind: &'static str, name: &str, dependency: &Dependency) -> Remark {
    Remark::warning("returned non-bool value")
        .about(kind, name)
        .about("chart", dependency.name.as_str())
}

/// The first path of the condition that holds a boolean decides, whatever the tags say.
fn apply_condition(dependency: &mut Dependency, values: &Map, path: &str, remarks: &mut Vec<Remark>) {
    let condition = dependency.condition.trim().to_owned();
    for part in condition.split(',').filter(|part| !part.is_empty()) {
        match path_value(values, &format!("{path}{part}")) {
            Some(Value::Bool(flag)) => {
                dependency.enabled = *flag;
                return;
            }
            Some(_) => remarks.push(not_bool("path", part, dependency)),
            None => {}
        }
    }
}

fn drop_disabled(chart: &mut Chart) {
    let dependencies = &mut chart.metadata.dependencies;
    let disabled: BTreeSet<String> = dependencies
        .iter()
        .filter(|dependency| !dependency.enabled)
        .map(|dependency| dependency.name.clone())
        .collect();
    dependencies.retain(|dependency| !disabled.contains(&dependency.name));
    chart
        .subcharts
        .retain(|subchart| !disabled.contains(subchart.name()));
}
