//! One template's text: does it look like objects of Kubernetes?

use std::collections::BTreeMap;

use chart::lint::{Finding, Object, Severity, objects};
use chart::quote::quote;
use chart::yaml::{self, ObjectError};

use super::checks::Template;
use super::{deprecation, name};
use crate::capabilities::KubeVersion;

/// What a template was rendered to.
pub(super) struct Output<'a> {
    pub(super) template: &'a Template,
    pub(super) text: &'a str,
    /// The same before what is not UTF-8 in it was repaired.
    pub(super) bytes: &'a [u8],
}

/// What is to be said of a file, and the error of an object that cannot be read: the linter stops there.
pub(super) type Checked = (Vec<Finding>, Option<ObjectError>);

/// Checks what a template was rendered to.
pub(super) fn check(output: &Output<'_>, version: &KubeVersion) -> Checked {
    let mut findings = Vec::new();
    let mut say =
        |severity, message| findings.push(Finding::new(severity, output.template.name.as_str(), message));
    let text = output.text;
    let extension = extension(&output.template.output);
    if ![".yaml", ".yml", ".tpl", ".txt"].contains(&extension) {
        say(
            Severity::Error,
            format!(
                "file extension '{extension}' not valid. Valid extensions are .yaml, .yml, .tpl, or .txt"
            ),
        );
    }
    let is_yaml = [".yaml", ".yml"].contains(&extension.to_lowercase().as_str());
    if !is_yaml || text.trim().is_empty() {
        return (findings, None);
    }
    if let Some(message) = indent(text) {
        say(Severity::Warning, message);
    }
    for object in objects(output.bytes) {
        let object = match object {
            Ok(Some(object)) => object,
            Ok(None) => continue,
            Err(error) => {
                say(Severity::Error, format!("unable to parse YAML: {error}"));
                return (findings, Some(error));
            }
        };
        for (severity, message) in problems(&object, text, version) {
            say(severity, message);
        }
    }
    (findings, None)
}

/// What Go's `filepath.Ext` returns.
fn extension(file: &str) -> &str {
    let base = file.rsplit('/').next().unwrap_or(file);
    base.rfind('.').map_or("", |dot| &base[dot..])
}

/// The longest line that Go's scanner takes.
const LONGEST_LINE: usize = 64 * 1024;

/// The first line that is not blank must not be indented.
fn indent(text: &str) -> Option<String> {
    for line in text.split('\n') {
        if line.len() >= LONGEST_LINE {
            return Some("bufio.Scanner: token too long".to_owned());
        }
        let line = line.strip_suffix('\r').unwrap_or(line);
        if line.trim().is_empty() {
            continue;
        }
        return line.starts_with([' ', '\t']).then(|| {
            format!(
                "document starts with an illegal indent: {}, which may cause parsing problems",
                quote(line)
            )
        });
    }
    None
}

fn problems(object: &Object, text: &str, version: &KubeVersion) -> Vec<(Severity, String)> {
    let warnings = [
        name::check(&object.kind, &object.metadata.name),
        deprecation::warning(&object.api_version, &object.kind, version),
    ];
    let errors = [selector(object, text), list(object, text)];
    let with = |severity| move |message: Option<String>| message.map(|message| (severity, message));
    let warnings = warnings.into_iter().filter_map(with(Severity::Warning));
    warnings
        .chain(errors.into_iter().filter_map(with(Severity::Error)))
        .collect()
}

/// A workload must select its pods; Helm looks for the word anywhere in the file.
fn selector(object: &Object, text: &str) -> Option<String> {
    let kind = object.kind.as_str();
    let needs = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].contains(&kind);
    let has = text.contains("matchLabels") || text.contains("matchExpressions");
    (needs && !has).then(|| {
        format!(
            "a {kind} must contain matchLabels or matchExpressions, and {} does not",
            quote(&object.metadata.name)
        )
    })
}

/// The items of a list, as far as we look.
#[derive(Default, serde::Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct List {
    items: Vec<Item>,
}

#[derive(Default, serde::Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Item {
    metadata: ItemMetadata,
}

#[derive(Default, serde::Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct ItemMetadata {
    annotations: BTreeMap<String, String>,
}

/// An item of a list cannot be kept. Helm reads the file's first document here, whichever the list is.
fn list(object: &Object, text: &str) -> Option<String> {
    if object.kind != "List" {
        return None;
    }
    let list: Option<List> = match yaml::from_slice_as(text.as_bytes()) {
        Ok(list) => list,
        Err(err) => return Some(format!("unable to parse YAML: {err}")),
    };
    let is_kept = |item: &Item| item.metadata.annotations.contains_key("helm.sh/resource-policy");
    list.unwrap_or_default()
        .items
        .iter()
        .any(is_kept)
        .then(|| "annotation 'helm.sh/resource-policy' within List objects are ignored".to_owned())
}
