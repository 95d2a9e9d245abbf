//! `create`: writes the starter chart, or one made from another chart.

use std::path::{Path, PathBuf};

use crate::error::FileError;
use crate::load::LoadError;
use crate::package::{self, PackageError};
use crate::quote::quote;
use crate::starter::{self, Starter, StarterFile};
use crate::yaml;
use crate::{Chart, File, Map, Metadata, Value};

/// What was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Created {
    /// The new chart's folder.
    pub path: PathBuf,
    /// The files that were there before and are no more what they were.
    pub overwritten: Vec<PathBuf>,
}

/// Why a chart could not be created.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CreateError {
    /// The name is empty or too long.
    #[error("chart name must be between 1 and {LONGEST_NAME} characters")]
    NameLength,
    /// The name has other characters.
    #[error("chart name must match the regular expression {}", quote("^[a-zA-Z0-9._-]+$"))]
    NameCharacters,
    /// The folder around is none.
    #[error("no such directory {0}")]
    NoDirectory(String),
    /// A file is in the way.
    #[error("file {0} already exists and is not a directory")]
    FileInTheWay(String),
    /// The starter is no chart.
    #[error("could not load {path}")]
    Starter {
        /// Where it should be.
        path: String,
        /// What is wrong.
        #[source]
        source: Box<LoadError>,
    },
    /// The starter's values are none once the name is in them.
    #[error("transforming values file")]
    Values(#[source] yaml::Error),
    /// A subchart of the starter cannot be packed.
    #[error("saving {name}")]
    Subchart {
        /// Its path in the new chart.
        name: String,
        /// Why.
        #[source]
        source: PackageError,
    },
    /// The new `Chart.yaml` cannot be written.
    #[error(transparent)]
    Yaml(#[from] yaml::WriteError),
    /// The system refused something.
    #[error(transparent)]
    File(#[from] FileError),
}

const LONGEST_NAME: usize = 250;

/// Writes a chart called `name` into a new folder in `directory`, made from `starter`.
///
/// # Errors
///
/// When the name will not do, the starter is no chart, or the system refuses.
pub fn create(name: &str, directory: &Path, starter: Starter<'_>) -> Result<Created, CreateError> {
    match starter {
        Starter::Go => create_default(name, directory, starter::GO),
        Starter::Tera => create_default(name, directory, starter::TERA),
        Starter::Chart(chart) => create_from(name, directory, chart),
    }
}

fn create_default(name: &str, directory: &Path, files: &[StarterFile]) -> Result<Created, CreateError> {
    check_name(name)?;
    let directory = std::path::absolute(directory).map_err(|err| FileError::new("getwd", directory, &err))?;
    let found = std::fs::metadata(&directory).map_err(|err| FileError::new("stat", &directory, &err))?;
    if !found.is_dir() {
        return Err(CreateError::NoDirectory(directory.display().to_string()));
    }
    let path = directory.join(name);
    refuse_file(&path)?;
    let mut overwritten = Vec::new();
    for (file, text) in files {
        let file = path.join(file);
        if file.exists() {
            overwritten.push(file.clone());
        }
        write(&file, starter::named(text, name).as_bytes())?;
    }
    make_folder(&path.join("charts"))?;
    Ok(Created { path, overwritten })
}

fn check_name(name: &str) -> Result<(), CreateError> {
    if name.is_empty() || name.len() > LONGEST_NAME {
        return Err(CreateError::NameLength);
    }
    let is_legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if name.chars().all(is_legal) {
        Ok(())
    } else {
        Err(CreateError::NameCharacters)
    }
}

fn create_from(name: &str, directory: &Path, starter: &Path) -> Result<Created, CreateError> {
    let mut chart = Chart::load_any_version(starter).map_err(|source| CreateError::Starter {
        path: starter.display().to_string(),
        source: Box::new(source),
    })?;
    chart.metadata = Metadata {
        name: name.to_owned(),
        description: "A Helm chart for Kubernetes".to_owned(),
        kind: "application".to_owned(),
        version: "0.1.0".to_owned(),
        app_version: "0.1.0".to_owned(),
        api_version: "v2".to_owned(),
        ..Metadata::default()
    };
    for template in &mut chart.templates {
        named(template, name);
    }
    let values = yaml::to_string(&Value::Map(std::mem::take(&mut chart.values)))?;
    let _: Map =
        yaml::map_from_slice(values.replace(starter::CHART, name).as_bytes()).map_err(CreateError::Values)?;
    if let Some(values) = chart.raw.iter_mut().find(|file| file.name == "values.yaml") {
        named(values, name);
    }
    let path = directory.join(name);
    save_directory(&chart, &path)?;
    Ok(Created {
        path,
        overwritten: Vec::new(),
    })
}

fn named(file: &mut File, name: &str) {
    let text = file.text().replace(starter::CHART, name);
    file.data = text.into_bytes().into();
}

/// Writes a chart as a folder; its subcharts are packed.
fn save_directory(chart: &Chart, path: &Path) -> Result<(), CreateError> {
    refuse_file(path)?;
    make_folder(path)?;
    write(&path.join("Chart.yaml"), package::chart_yaml(chart)?.as_bytes())?;
    if let Some(values) = chart.raw_file("values.yaml") {
        write(&path.join("values.yaml"), &values.data)?;
    }
    if let Some(schema) = &chart.schema {
        write(&path.join("values.schema.json"), schema)?;
    }
    for file in chart.templates.iter().chain(&chart.files) {
        write(&path.join(&file.name), &file.data)?;
    }
    for subchart in &chart.subcharts {
        let modified = chart.modified.unwrap_or(std::time::SystemTime::UNIX_EPOCH);
        subchart
            .save(&path.join("charts"), modified)
            .map_err(|source| CreateError::Subchart {
                name: format!("{}/charts/{}", chart.name(), subchart.name()),
                source,
            })?;
    }
    Ok(())
}

fn refuse_file(path: &Path) -> Result<(), CreateError> {
    match std::fs::metadata(path) {
        Ok(found) if !found.is_dir() => Err(CreateError::FileInTheWay(path.display().to_string())),
        _ => Ok(()),
    }
}

fn make_folder(path: &Path) -> Result<(), FileError> {
    std::fs::create_dir_all(path).map_err(|err| FileError::new("mkdir", path, &err))
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    if let Some(folder) = path.parent() {
        make_folder(folder)?;
    }
    std::fs::write(path, bytes).map_err(|err| FileError::new("open", path, &err))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_starter_is_a_chart() {
        let folder = tempfile::tempdir().unwrap();
        let created = create("web", folder.path(), Starter::Go).unwrap();
        assert!(created.overwritten.is_empty());
        let chart = Chart::load(&created.path).unwrap();
        assert_eq!((chart.name(), chart.templates.len()), ("web", 9));
        assert!(created.path.join("charts").is_dir());
        assert!(!chart.raw.iter().any(|file| file.text().contains(starter::CHART)));
        assert_eq!(
            create("web", folder.path(), Starter::Go)
                .unwrap()
                .overwritten
                .len(),
            12
        );
    }

    #[test]
    fn both_starters_have_the_same_files() {
        let names = |files: &[StarterFile]| -> Vec<String> {
            let plain = |(name, _): &StarterFile| name.trim_end_matches(".tera").replace(".tpl", "");
            files.iter().map(plain).collect()
        };
        assert_eq!(names(starter::TERA), names(starter::GO));
        let folder = tempfile::tempdir().unwrap();
        let created = create("my-web", folder.path(), Starter::Tera).unwrap();
        let chart = Chart::load(&created.path).unwrap();
        let texts: Vec<_> = chart.raw.iter().map(File::text).collect();
        assert!(!texts.iter().any(|text| text.contains("<CHART")));
        assert!(
            texts
                .iter()
                .any(|text| text.contains("component my_web.fullname("))
        );
    }

    #[test]
    fn names_are_checked() {
        let folder = tempfile::tempdir().unwrap();
        let message = |name: &str| create(name, folder.path(), Starter::Go).unwrap_err().to_string();
        assert_eq!(message(""), "chart name must be between 1 and 250 characters");
        assert_eq!(
            message("a/b"),
            "chart name must match the regular expression \"^[a-zA-Z0-9._-]+$\""
        );
    }

    #[test]
    fn another_chart_may_be_the_starter() {
        let folder = tempfile::tempdir().unwrap();
        let starter = folder.path().join("starter");
        write(
            &starter.join("Chart.yaml"),
            b"apiVersion: v2\nname: s\nversion: 1.0.0\n",
        )
        .unwrap();
        write(&starter.join("values.yaml"), b"# kept\nname: <CHARTNAME>\n").unwrap();
        write(&starter.join("templates/a.yaml"), b"n: <CHARTNAME>").unwrap();
        let created = create("web", folder.path(), Starter::Chart(&starter)).unwrap();
        let text = |name: &str| std::fs::read_to_string(created.path.join(name)).unwrap();
        assert_eq!(text("values.yaml"), "# kept\nname: web\n");
        assert_eq!(text("templates/a.yaml"), "n: web");
        assert_eq!(
            text("Chart.yaml"),
            "apiVersion: v2\nappVersion: 0.1.0\ndescription: A Helm chart for Kubernetes\nname: web\ntype: application\nversion: 0.1.0\n"
        );
    }
}
