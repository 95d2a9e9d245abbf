//! `crds/`: is everything there a custom resource definition?

use super::object::objects;
use super::{Finding, Kind, Severity, Subject};
use crate::{Crd, chain};

const FOLDER: &str = "crds/";

/// Checks the custom resource definitions of a chart. The first text that is not YAML ends it.
pub fn crds(subject: &Subject) -> Vec<Finding> {
    match subject.kind("crds") {
        Ok(Kind::Folder) => {}
        Ok(Kind::File) => return vec![Finding::new(Severity::Error, FOLDER, "not a directory")],
        Err(_) => return Vec::new(),
    }
    let chart = match subject.chart() {
        Ok(chart) => chart,
        Err(err) => return vec![Finding::new(Severity::Error, FOLDER, chain(err))],
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
