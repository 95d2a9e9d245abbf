//! `crds/`: is everything there a custom resource definition?

use super::object::objects;
use super::{Finding, Kind, Severity, Subject};
use crate::{Crd, Remark, chain};

const FOLDER: &str = "crds/";

/// Checks the custom resource definitions of a chart. The first text that is not YAML ends it.
///
/// If there are any, the chart is loaded, and what is odd about it comes as well.
pub fn crds(subject: &Subject) -> (Vec<Finding>, Vec<Remark>) {
    let error = |message: String| Finding::new(Severity::Error, FOLDER, message);
    match subject.kind("crds") {
        Ok(Kind::Folder) => {}
        Ok(Kind::File) => return (vec![error("not a directory".to_owned())], Vec::new()),
        Err(_) => return Default::default(),
    }
    let chart = match subject.chart() {
        Ok(chart) => chart,
        Err(err) => return (vec![error(chain(err))], Vec::new()),
    };
    let mut findings = Vec::new();
    for crd in chart.crds() {
        if let Err(message) = check(&crd, &mut findings) {
            findings.push(Finding::new(Severity::Error, crd.name, message));
            break;
        }
    }
    (findings, chart.remarks.clone())
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
