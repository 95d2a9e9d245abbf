//! Dependencies: does `Chart.yaml` say what is in `charts/`?

use std::collections::BTreeSet;

use super::{Finding, Severity, Subject};
use crate::{Chart, Remark, chain};

/// Checks the dependencies of a chart; it is loaded for that, and what is odd about it comes as well.
pub fn dependencies(subject: &Subject) -> (Vec<Finding>, Vec<Remark>) {
    let chart = match subject.chart() {
        Ok(chart) => chart,
        Err(err) => {
            let message = format!("unable to load chart\n\t{}", chain(err));
            return (vec![Finding::new(Severity::Error, "", message)], Vec::new());
        }
    };
    (check(chart, subject), chart.remarks.clone())
}

fn check(chart: &Chart, subject: &Subject) -> Vec<Finding> {
    let declared: Vec<&str> = chart
        .metadata
        .dependencies
        .iter()
        .map(|dependency| dependency.name.as_str())
        .collect();
    let present: Vec<&str> = chart.subcharts.iter().map(Chart::name).collect();
    let mut seen = BTreeSet::new();
    let local_names = chart
        .metadata
        .dependencies
        .iter()
        .map(|dependency| dependency.local_name());
    let doubled: Vec<&str> = local_names.filter(|name| !seen.insert(*name)).collect();
    let results = [
        (
            Severity::Error,
            "chart metadata is missing these dependencies",
            lacking(&present, &declared),
        ),
        (
            Severity::Error,
            "multiple dependencies with name or alias",
            doubled,
        ),
        (
            Severity::Warning,
            "chart directory is missing these dependencies",
            lacking(&declared, &present),
        ),
    ];
    let path = subject.path().display().to_string();
    let found = results.into_iter().filter(|(_, _, names)| !names.is_empty());
    found
        .map(|(severity, message, names)| {
            Finding::new(severity, path.as_str(), format!("{message}: {}", names.join(",")))
        })
        .collect()
}

fn lacking<'a>(names: &[&'a str], known: &[&str]) -> Vec<&'a str> {
    names
        .iter()
        .filter(|name| !known.contains(name))
        .copied()
        .collect()
}
