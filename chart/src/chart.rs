//! `Chart`: everything that a chart's folder or archive holds.

use std::time::SystemTime;

use bytes::Bytes;

use crate::{File, Lock, Map, Metadata, Remark};

/// A chart as loaded. Plain data: there is no pointer to a parent, paths are made while walking down.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Chart {
    /// `Chart.yaml`.
    pub metadata: Metadata,
    /// `Chart.lock`, or `requirements.lock` of an old chart.
    pub lock: Option<Lock>,
    /// `values.yaml`, all its documents merged.
    pub values: Map,
    /// `values.schema.json`, as text.
    pub schema: Option<Bytes>,
    /// When the schema was last modified.
    pub schema_modified: Option<SystemTime>,
    /// The files under `templates/`.
    pub templates: Vec<File>,
    /// What templates see as `.Files`: all that is neither template, metadata, values, schema, lock nor subchart.
    pub files: Vec<File>,
    /// Every file exactly as it was loaded, in loading order, those of subcharts included. Empty for a chart that
    /// comes out of a release record.
    pub raw: Vec<File>,
    /// The charts under `charts/`.
    pub subcharts: Vec<Chart>,
    /// When `Chart.yaml` was last modified.
    pub modified: Option<SystemTime>,
    /// What was odd while it was loaded, its subcharts included.
    pub remarks: Vec<Remark>,
}

/// A manifest of a custom resource definition in a chart's `crds/` folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crd {
    /// The path inside its own chart: `crds/widget.yaml`.
    pub name: String,
    /// The path from the outermost chart: `web/charts/db/crds/widget.yaml`.
    pub filename: String,
    /// The file.
    pub file: File,
}

impl Chart {
    /// Returns the chart's name (its alias, once configured).
    pub fn name(&self) -> &str {
        &self.metadata.name
    }

    /// Says whether the chart only lends definitions to others and cannot be installed.
    pub fn is_library(&self) -> bool {
        self.metadata.kind == "library"
    }

    /// Returns the file with that name as it was loaded.
    pub fn raw_file(&self, name: &str) -> Option<&File> {
        self.raw.iter().find(|file| file.name == name)
    }

    /// Returns the custom resource definitions, the chart's own first, then those of its subcharts in their order.
    pub fn crds(&self) -> Vec<Crd> {
        let mut crds = Vec::new();
        self.collect_crds(self.name(), &mut crds);
        crds
    }

    fn collect_crds(&self, path: &str, crds: &mut Vec<Crd>) {
        let own = self
            .files
            .iter()
            .filter(|file| file.name.starts_with("crds/") && is_manifest(&file.name));
        crds.extend(own.map(|file| Crd {
            name: file.name.clone(),
            filename: format!("{path}/{}", file.name),
            file: file.clone(),
        }));
        for subchart in &self.subcharts {
            subchart.collect_crds(&format!("{path}/charts/{}", subchart.name()), crds);
        }
    }
}

fn is_manifest(name: &str) -> bool {
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    ["yaml", "yml", "json"]
        .iter()
        .any(|known| extension.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn crds_come_from_the_chart_then_from_its_subcharts() {
        let chart = |name: &str, files: &[&str], subcharts| Chart {
            metadata: Metadata {
                name: name.to_owned(),
                ..Metadata::default()
            },
            files: files.iter().map(|name| File::new(*name, &b""[..])).collect(),
            subcharts,
            ..Chart::default()
        };
        let db = chart("db", &["crds/b.YML", "crds/readme.md"], vec![]);
        let web = chart("web", &["README.md", "crds/x/a.yaml"], vec![db]);
        let names: Vec<_> = web.crds().into_iter().map(|crd| crd.filename).collect();
        assert_eq!(names, ["web/crds/x/a.yaml", "web/charts/db/crds/b.YML"]);
    }
}
