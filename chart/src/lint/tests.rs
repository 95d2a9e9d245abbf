use std::fs;

use super::*;
use crate::{ConfigureOptions, Map, Starter, create};

fn lint(subject: &Subject) -> Vec<String> {
    let options = ConfigureOptions::default();
    let mut findings = chart_file(subject);
    findings.extend(values(subject, &Map::new(), &options).0);
    findings.extend(dependencies(subject).0);
    findings.extend(crds(subject).0);
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn the_starter_lacks_only_an_icon() {
    let folder = tempfile::tempdir().unwrap();
    let chart = create("web", folder.path(), Starter::Go).unwrap().path;
    assert_eq!(
        lint(&Subject::folder(chart, &())),
        ["[INFO] Chart.yaml: icon is recommended"]
    );
}

#[test]
fn every_rule_speaks() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write(
        "Chart.yaml",
        "apiVersion: v1\nname: web\nversion: 1\nappVersion: 1.0\nfoo: x\ntype: application\nicon: x\nsources: [z]\nmaintainers: [{name: a, email: b}]\ndependencies: [{name: db, version: '1'}]\n",
    );
    write("values.yaml", "a: 1\n");
    write(
        "values.schema.json",
        "{\"properties\":{\"a\":{\"type\":\"string\"}}}",
    );
    write("crds/a.yaml", "kind: Deployment\napiVersion: apps/v1\n");
    write("charts/x/Chart.yaml", "apiVersion: v2\nname: x\nversion: 1.0.0\n");
    let path = folder.path().display();
    assert_eq!(
        lint(&Subject::folder(folder.path(), &())),
        [
            "[WARNING] Chart.yaml: failed to strictly parse chart metadata file\n\terror unmarshaling JSON: while decoding JSON: json: unknown field \"foo\"",
            "[ERROR] Chart.yaml: version should be of type string but it's of type float64",
            "[ERROR] Chart.yaml: appVersion should be of type string but it's of type float64",
            "[ERROR] Chart.yaml: invalid email 'b' for maintainer 'a'",
            "[ERROR] Chart.yaml: invalid source URL 'z'",
            "[ERROR] Chart.yaml: invalid icon URL 'x'",
            "[ERROR] Chart.yaml: chart type is not valid in apiVersion 'v1'. It is valid in apiVersion 'v2'",
            "[ERROR] Chart.yaml: dependencies are not valid in the Chart file with apiVersion 'v1'. They are valid in apiVersion 'v2'",
            "[WARNING] Chart.yaml: version '1' is not a valid SemVerV2",
            "[ERROR] values.yaml: - at '/a': got number, want string\n",
            &format!("[ERROR] {path}: chart metadata is missing these dependencies: x"),
            &format!("[WARNING] {path}: chart directory is missing these dependencies: db"),
            "[ERROR] crds/a.yaml: apiVersion is not in 'apiextensions.k8s.io'",
            "[ERROR] crds/a.yaml: object kind is not 'CustomResourceDefinition'",
        ]
    );
}
