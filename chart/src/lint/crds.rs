//! `crds/`: is everything there a custom resource definition?

use std::path::Path;

use super::object::objects;
use super::{Finding, Severity};
use crate::{Chart, Crd, chain};

const FOLDER: &str = "crds/";

/// Checks the custom resource definitions of the chart in `folder`. The first text that is not YAML ends it.
pub fn crds(folder: &Path) -> Vec<Finding> {
    let path = folder.join("crds");
    if !path.exists() {
        return Vec::new();
    }
    if !path.is_dir() {
        return vec![Finding::new(Severity::Error, FOLDER, "not a directory")];
    }
    let chart = match Chart::load_any_version(folder) {
        Ok(chart) => chart,
        Err(err) => return vec![Finding::new(Severity::Error, FOLDER, chain(&err))],
    };
    let mut findings = Vec::new();
    for crd in chart.crds() {
        if let Err(message) = check(&crd, &mut findings) {
            findings.push(Finding::new(Severity::Error, crd.name, message));
            break;
        }
    }
    findings
}

fn check(crd: &Crd, findings: &mut Vec<Finding>) -> Result<(), String> {
    for object in objects(&crd.file.data) {
        let object = object.map_err(|error| format!("unable to parse YAML: {error}"))?;
        let Some(object) = object else { continue };
        let mut fail = |message| findings.push(Finding::new(Severity::Error, crd.name.as_str(), message));
        if !object.api_version.starts_with("apiextensions.k8s.io") {
            fail("apiVersion is not in 'apiextensions.k8s.io'");
        }
        if object.kind != "CustomResourceDefinition" {
            fail("object kind is not 'CustomResourceDefinition'");
        }
    }
    Ok(())
}
