//! Dependencies that are folders of this machine.

use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use chart::{Chart, Dependency, FileError};

use super::DependencyError;
use super::names::FILE;

/// Packs a dependency into a folder. Returns the archive's name and the version.
///
/// # Errors
/// When it is no chart, or the archive cannot be written.
pub(super) fn pack(
    dependency: &Dependency,
    folder: &Path,
    (packed, now): (&Path, SystemTime),
) -> Result<(String, String), DependencyError> {
    let chart = Chart::load_folder(source(dependency, folder)?)?;
    let range = super::choose::range(dependency)?;
    let version = chart::Version::parse(&chart.metadata.version);
    if !version.is_ok_and(|version| range.matches(&version)) {
        return Err(DependencyError::NoVersionHere(dependency.name.clone()));
    }
    let path = chart.save(packed, now)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
    Ok((name.unwrap_or_default(), chart.metadata.version))
}

/// The folder that a dependency is to be packed from.
pub(super) fn source(dependency: &Dependency, folder: &Path) -> Result<PathBuf, DependencyError> {
    let path = dependency
        .repository
        .strip_prefix(FILE)
        .unwrap_or(&dependency.repository);
    place(path, folder)
}

/// A path below the chart's folder, or from the root on, at which there is something.
pub(super) fn place(path: &str, folder: &Path) -> Result<PathBuf, DependencyError> {
    let path = clean(&folder.join(path));
    match std::fs::metadata(&path) {
        Ok(_) => Ok(path),
        Err(err) if err.kind() == ErrorKind::NotFound => {
            Err(DependencyError::NoFolder(path.display().to_string()))
        }
        Err(err) => Err(FileError::new("stat", &path, &err).into()),
    }
}

/// Takes `..` out of a path by its text alone.
fn clean(path: &Path) -> PathBuf {
    let mut cleaned = PathBuf::new();
    for component in path.components() {
        match component {
            Component::ParentDir => {
                cleaned.pop();
            }
            Component::CurDir => {}
            component => cleaned.push(component),
        }
    }
    cleaned
}
