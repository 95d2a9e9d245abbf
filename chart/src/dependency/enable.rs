//! Which subcharts take part: version, alias, tags, condition (Helm's `pkg/chart/v2/util/dependencies.go`).

use std::collections::{BTreeMap, BTreeSet};

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
    let dependencies = &mut chart.metadata.dependencies;
    let loaded = std::mem::take(&mut chart.subcharts);
    let (loaded, mut chosen) = divide(loaded, dependencies);
    let picked = picked(&loaded, dependencies);
    let mut left = vec![0; loaded.len()];
    picked.iter().flatten().for_each(|at| left[*at] += 1);
    let mut loaded: Vec<Option<Chart>> = loaded.into_iter().map(Some).collect();
    for (dependency, picked) in dependencies.iter_mut().zip(picked) {
        let subchart = picked.and_then(|at| {
            left[at] -= 1;
            if left[at] == 0 {
                loaded[at].take()
            } else {
                loaded[at].clone()
            }
        });
        let known = chosen.len();
        chosen.extend(subchart);
        if !dependency.alias.is_empty() {
            let names = chosen[known..]
                .iter_mut()
                .map(|subchart| &mut subchart.metadata.name);
            names.for_each(|name| name.clone_from(&dependency.alias));
            dependency.name.clone_from(&dependency.alias);
        }
    }
    chart.subcharts = chosen;
}

/// Divides subcharts into those that a dependency could mean, and the others.
fn divide(loaded: Vec<Chart>, dependencies: &[Dependency]) -> (Vec<Chart>, Vec<Chart>) {
    let mut named: BTreeMap<&str, Vec<&Dependency>> = BTreeMap::new();
    for dependency in dependencies {
        named.entry(&dependency.name).or_default().push(dependency);
    }
    let is_meant = |subchart: &Chart| {
        let named = named.get(subchart.name()).into_iter().flatten();
        named.into_iter().any(|dependency| fits(dependency, subchart))
    };
    loaded.into_iter().partition(is_meant)
}

/// Returns which subchart each dependency means: the first that fits.
fn picked(loaded: &[Chart], dependencies: &[Dependency]) -> Vec<Option<usize>> {
    let mut named: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, subchart) in loaded.iter().enumerate() {
        named.entry(subchart.name()).or_default().push(at);
    }
    let pick = |dependency: &Dependency| {
        let named = named.get(dependency.name.as_str())?.iter().copied();
        named.into_iter().find(|at| fits(dependency, &loaded[*at]))
    };
    dependencies.iter().map(pick).collect()
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
