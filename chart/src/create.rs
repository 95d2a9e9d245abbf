//! `create`: writes the starter chart, or one made from another chart.

use std::path::{Path, PathBuf};

use crate::error::FileError;
use crate::load::LoadError;
use crate::package::{self, PackageError};
use crate::quote::quote;
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
const PLACEHOLDER: &str = "<CHARTNAME>";

/// The starter chart, in the order Helm writes it.
const STARTER: [(&str, &str); 12] = [
    ("Chart.yaml", include_str!("../starter/Chart.yaml")),
    ("values.yaml", include_str!("../starter/values.yaml")),
    (".helmignore", include_str!("../starter/.helmignore")),
    (
        "templates/ingress.yaml",
        include_str!("../starter/templates/ingress.yaml"),
    ),
    (
        "templates/httproute.yaml",
        include_str!("../starter/templates/httproute.yaml"),
    ),
    (
        "templates/deployment.yaml",
        include_str!("../starter/templates/deployment.yaml"),
    ),
    (
        "templates/service.yaml",
        include_str!("../starter/templates/service.yaml"),
    ),
    (
        "templates/serviceaccount.yaml",
        include_str!("../starter/templates/serviceaccount.yaml"),
    ),
    (
        "templates/hpa.yaml",
        include_str!("../starter/templates/hpa.yaml"),
    ),
    (
        "templates/NOTES.txt",
        include_str!("../starter/templates/NOTES.txt"),
    ),
    (
        "templates/_helpers.tpl",
        include_str!("../starter/templates/_helpers.tpl"),
    ),
    (
        "templates/tests/test-connection.yaml",
        include_str!("../starter/templates/tests/test-connection.yaml"),
    ),
];

/// Writes a chart called `name` into a new folder in `directory`: the one that Helm writes, or a copy of `starter` with
/// the name in place of `<CHARTNAME>`.
///
/// # Errors
///
/// When the name will not do, the starter is no chart, or the system refuses.
pub fn create(name: &str, directory: &Path, starter: Option<&Path>) -> Result<Created, CreateError> {
    match starter {
        Some(starter) => create_from(name, directory, starter),
        None => create_default(name, directory),
    }
}

fn create_default(name: &str, directory: &Path) -> Result<Created, CreateError> {
    check_name(name)?;
    let directory = std::path::absolute(directory).map_err(|err| FileError::new("getwd", directory, &err))?;
    let found = std::fs::metadata(&directory).map_err(|err| FileError::new("stat", &directory, &err))?;
    if !found.is_dir() {
        return Err(CreateError::NoDirectory(directory.display().to_string()));
    }
    let path = directory.join(name);
    refuse_file(&path)?;
    let mut overwritten = Vec::new();
    for (file, text) in STARTER {
        let file = path.join(file);
        if file.exists() {
            overwritten.push(file.clone());
        }
        write(&file, text.replace(PLACEHOLDER, name).as_bytes())?;
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
        yaml::map_from_slice(values.replace(PLACEHOLDER, name).as_bytes()).map_err(CreateError::Values)?;
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
    let text = file.text().replace(PLACEHOLDER, name);
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
        let created = create("web", folder.path(), None).unwrap();
        assert!(created.overwritten.is_empty());
        let chart = Chart::load(&created.path).unwrap();
        assert_eq!((chart.name(), chart.templates.len()), ("web", 9));
        assert!(created.path.join("charts").is_dir());
        assert!(!chart.raw.iter().any(|file| file.text().contains(PLACEHOLDER)));
        assert_eq!(create("web", folder.path(), None).unwrap().overwritten.len(), 12);
    }

    #[test]
    fn names_are_checked() {
        let folder = tempfile::tempdir().unwrap();
        let message = |name: &str| create(name, folder.path(), None).unwrap_err().to_string();
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
        let created = create("web", folder.path(), Some(&starter)).unwrap();
        let text = |name: &str| std::fs::read_to_string(created.path.join(name)).unwrap();
        assert_eq!(text("values.yaml"), "# kept\nname: web\n");
        assert_eq!(text("templates/a.yaml"), "n: web");
        assert_eq!(
            text("Chart.yaml"),
            "apiVersion: v2\nappVersion: 0.1.0\ndescription: A Helm chart for Kubernetes\nname: web\ntype: application\nversion: 0.1.0\n"
        );
    }
}
