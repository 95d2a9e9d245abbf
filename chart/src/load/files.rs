//! Files → `Chart`: which file is what.

use std::collections::BTreeMap;

use super::{LoadError, MAX_NESTING, Watch, archive, read_values};
use crate::metadata::{API_VERSION_V1, NullNodes, lists_no_dependency};
use crate::{Chart, File, Lock, Map, Metadata, Remark, Value, yaml};

/// Puts a chart together; `depth` says in how many charts it is. Who watches is shown what archives in it have.
pub(super) fn assemble(files: Vec<File>, depth: usize, watch: &dyn Watch) -> Result<Chart, LoadError> {
    if depth > MAX_NESTING {
        return Err(LoadError::TooDeep);
    }
    let mut parts = Parts::default();
    for file in files.iter().filter(|file| file.name == "Chart.yaml") {
        parts.read_chart_yaml(file)?;
    }
    for file in &files {
        parts.take(file)?;
    }
    let (mut chart, subcharts) = parts.finish()?;
    chart.raw = files;
    for (name, files) in subcharts {
        if let Some(mut subchart) = subchart((&chart, &name), files, (depth, watch))? {
            chart.remarks.append(&mut subchart.remarks);
            chart.subcharts.push(subchart);
        }
    }
    Ok(chart)
}

/// What Helm logs of `requirements.yaml` in a chart that is not of the first version.
const OLD_REQUIREMENTS: &str = "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We recommend \
                                migrating dependencies to Chart.yaml.";

/// The same of `requirements.lock`.
const OLD_LOCK: &str = "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". We recommend \
                        migrating to Chart.lock.";

/// A chart on the way.
#[derive(Default)]
struct Parts {
    chart: Chart,
    /// `Chart.yaml`, and `requirements.yaml` on top of it.
    metadata: Option<Map>,
    subcharts: BTreeMap<String, Vec<File>>,
}

impl Parts {
    fn read_chart_yaml(&mut self, file: &File) -> Result<(), LoadError> {
        self.merge_metadata("Chart.yaml", &file.data)?;
        let metadata = self.metadata.get_or_insert_default();
        let version = metadata
            .keys()
            .find(|key| key.eq_ignore_ascii_case("apiVersion"))
            .cloned();
        let is_empty = |value: &Value| value.is_null() || value.as_str() == Some("");
        if version.is_none_or(|key| metadata.get(&key).is_none_or(is_empty)) {
            // Helm 2 did without.
            metadata.retain(|key, _| !key.eq_ignore_ascii_case("apiVersion"));
            metadata.insert("apiVersion".to_owned(), API_VERSION_V1.into());
        }
        self.chart.modified = file.modified;
        Ok(())
    }

    /// Reads a file into the metadata, over what is there.
    fn merge_metadata(&mut self, name: &'static str, bytes: &[u8]) -> Result<(), LoadError> {
        let failed = |source| LoadError::Yaml { name, source };
        let value = yaml::typed_from_slice(bytes).map_err(failed)?;
        let _: Metadata = yaml::decode(value.clone()).map_err(failed)?;
        let metadata = self.metadata.get_or_insert_default();
        for (key, value) in value.into_map().unwrap_or_default() {
            if !value.is_null() {
                metadata.retain(|known, _| !known.eq_ignore_ascii_case(&key) || *known == key);
                metadata.insert(key, value);
            }
        }
        Ok(())
    }

    fn is_v1(&self) -> bool {
        let version = self.metadata.as_ref().and_then(|metadata| {
            metadata
                .iter()
                .find(|(key, _)| key.eq_ignore_ascii_case("apiVersion"))
                .map(|(_, value)| value)
        });
        version.and_then(Value::as_str) == Some(API_VERSION_V1)
    }

    fn take(&mut self, file: &File) -> Result<(), LoadError> {
        match file.name.as_str() {
            "Chart.yaml" => {}
            "Chart.lock" => self.chart.lock = lock("Chart.lock", &file.data)?,
            "values.yaml" => self.chart.values = read_values(&file.data).map_err(LoadError::Values)?,
            "values.schema.json" => {
                self.chart.schema = Some(file.data.clone());
                self.chart.schema_modified = file.modified;
            }
            "requirements.yaml" => {
                self.remark_unless_v1(OLD_REQUIREMENTS);
                self.merge_metadata("requirements.yaml", &file.data)?;
                self.keep_requirements(file);
            }
            "requirements.lock" => {
                self.chart.lock = lock("requirements.lock", &file.data)?;
                self.metadata.get_or_insert_default();
                self.remark_unless_v1(OLD_LOCK);
                self.keep_requirements(file);
            }
            name if name.starts_with("templates/") => self.chart.templates.push(file.clone()),
            name => match name.strip_prefix("charts/") {
                Some(name) if !is_provenance(name) => self.take_of_subchart(name, file),
                _ => self.chart.files.push(file.clone()),
            },
        }
        Ok(())
    }

    /// Says that a file belongs to charts of another time; it is read all the same.
    fn remark_unless_v1(&mut self, message: &str) {
        if !self.is_v1() {
            self.chart.remarks.push(Remark::info(message));
        }
    }

    /// Templates of old charts see their requirements among the files.
    fn keep_requirements(&mut self, file: &File) {
        if self.is_v1() {
            self.chart.files.push(file.clone());
        }
    }

    fn take_of_subchart(&mut self, name: &str, file: &File) {
        let folder = name.split('/').next().unwrap_or(name);
        let file = File {
            name: name.to_owned(),
            ..file.clone()
        };
        self.subcharts.entry(folder.to_owned()).or_default().push(file);
    }

    fn finish(mut self) -> Result<(Chart, BTreeMap<String, Vec<File>>), LoadError> {
        let metadata = Value::Map(self.metadata.ok_or(LoadError::MissingChartYaml)?);
        let nulls = NullNodes::of(&metadata);
        let lists_none = lists_no_dependency(&metadata);
        self.chart.metadata = yaml::decode(metadata).map_err(|source| LoadError::Yaml {
            name: "Chart.yaml",
            source,
        })?;
        self.chart.metadata.lists_no_dependency = lists_none;
        self.chart.metadata.validate_nodes(nulls)?;
        Ok((self.chart, self.subcharts))
    }
}

fn is_provenance(name: &str) -> bool {
    name.rsplit('/').next().unwrap_or(name).ends_with(".prov")
}

fn lock(name: &'static str, bytes: &[u8]) -> Result<Option<Lock>, LoadError> {
    yaml::from_slice_as(bytes).map_err(|source| LoadError::Yaml { name, source })
}

/// Loads what is at `charts/NAME`; hidden things and those with an underscore are no charts.
fn subchart(
    (parent, name): (&Chart, &str),
    files: Vec<File>,
    (depth, watch): (usize, &dyn Watch),
) -> Result<Option<Chart>, LoadError> {
    if name.starts_with(['_', '.']) {
        return Ok(None);
    }
    let loaded = if name.ends_with(".tgz") {
        let file = &files[0];
        if file.name != name {
            return Err(LoadError::SubchartTar {
                parent: parent.name().to_owned(),
                expected: name.to_owned(),
                found: file.name.clone(),
            });
        }
        archive::read(&file.data, watch)
            .map_err(LoadError::Archive)
            .and_then(|files| assemble(files, depth + 1, watch))
    } else {
        let files = files.into_iter().filter_map(without_folder);
        assemble(files.collect(), depth + 1, watch)
    };
    loaded.map(Some).map_err(|source| LoadError::Subchart {
        name: name.to_owned(),
        parent: parent.name().to_owned(),
        source: Box::new(source),
    })
}

fn without_folder(file: File) -> Option<File> {
    let (_, name) = file.name.split_once('/')?;
    Some(File {
        name: name.to_owned(),
        ..file
    })
}
