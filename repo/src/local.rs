//! The charts that a chart depends on, brought into its `charts/` from other folders of this machine.
//!
//! The rules are those of Helm's `pkg/downloader/manager.go`, without what asks repositories.

use std::collections::BTreeSet;
use std::io::ErrorKind;
use std::path::{Component, Path, PathBuf};
use std::time::SystemTime;

use chart::{Chart, Dependency, FileError, Lock, Version, VersionReq, provenance, yaml};

use crate::DependencyError;

/// How a repository that is a folder begins.
const FILE: &str = "file://";

/// Packs the dependencies that are folders (`file://…`) into `charts/` of the chart in `folder`, deletes archives there
/// that nothing asks for, and writes the lock file when something has changed. Dependencies without a repository must
/// be in `charts/` already.
///
/// # Errors
/// When a dependency is in a repository or a registry, is missing, or has another version; nothing is changed then.
pub fn update_local(folder: &Path, now: SystemTime) -> Result<(), DependencyError> {
    let found = std::fs::metadata(folder).map_err(|err| DependencyError::NoChart {
        path: folder.display().to_string(),
        source: FileError::new("stat", folder, &err),
    })?;
    if !found.is_dir() {
        return Err(DependencyError::Packed);
    }
    let chart = Chart::load_folder(folder)?;
    let wanted = &chart.metadata.dependencies;
    if wanted.is_empty() {
        return Ok(());
    }
    let locked = resolve(wanted, folder)?;
    save_all(&locked, folder, now)?;
    let digest = digest(wanted, &locked);
    if chart.lock.as_ref().is_some_and(|lock| lock.digest == digest) {
        return Ok(());
    }
    let lock = Lock {
        generated: jiff::Timestamp::try_from(now).unwrap_or_default().to_string(),
        digest,
        dependencies: locked,
    };
    write_lock(&chart, &lock, folder)
}

/// Chooses the versions: those that the folders have.
fn resolve(wanted: &[Dependency], folder: &Path) -> Result<Vec<Dependency>, DependencyError> {
    let mut locked = Vec::new();
    let mut missing = Vec::new();
    for dependency in wanted {
        let version = if dependency.repository.is_empty() {
            place(&format!("charts/{}", dependency.name), folder)?;
            range(dependency)?;
            dependency.version.clone()
        } else {
            let chart = Chart::load_folder(source(dependency, folder)?)?;
            let version = chart.metadata.version;
            if !fits(&version, &range(dependency)?) {
                missing.push(describe(dependency));
                continue;
            }
            version
        };
        locked.push(Dependency {
            name: dependency.name.clone(),
            version,
            repository: dependency.repository.clone(),
            ..Dependency::default()
        });
    }
    if missing.is_empty() {
        return Ok(locked);
    }
    Err(DependencyError::NoVersion(missing))
}

fn range(dependency: &Dependency) -> Result<VersionReq, DependencyError> {
    VersionReq::parse(&dependency.version).map_err(|source| DependencyError::Range {
        name: dependency.name.clone(),
        source,
    })
}

fn fits(version: &str, range: &VersionReq) -> bool {
    Version::parse(version).is_ok_and(|version| range.matches(&version))
}

fn describe(dependency: &Dependency) -> String {
    let quote = chart::quote::quote;
    format!(
        "{} (repository {}, version {})",
        quote(&dependency.name),
        quote(&dependency.repository),
        quote(&dependency.version)
    )
}

/// The folder that a dependency is to be packed from.
fn source(dependency: &Dependency, folder: &Path) -> Result<PathBuf, DependencyError> {
    let path = dependency
        .repository
        .strip_prefix(FILE)
        .ok_or_else(|| DependencyError::Remote {
            name: dependency.name.clone(),
            repository: dependency.repository.clone(),
        })?;
    place(path, folder)
}

/// A path below the chart's folder, or from the root on, at which there is something.
fn place(path: &str, folder: &Path) -> Result<PathBuf, DependencyError> {
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

/// Packs everything beside `charts/` first, so that an error leaves what is there alone.
fn save_all(locked: &[Dependency], folder: &Path, now: SystemTime) -> Result<(), DependencyError> {
    let charts = folder.join("charts");
    match std::fs::metadata(&charts) {
        Ok(found) if !found.is_dir() => {
            return Err(DependencyError::NoDirectory(charts.display().to_string()));
        }
        Ok(_) => {}
        Err(_) => std::fs::create_dir_all(&charts).map_err(|err| FileError::new("mkdir", &charts, &err))?,
    }
    let packed = folder.join(format!("tmpcharts-{}", std::process::id()));
    let outcome = pack_all(locked, folder, &packed, now).and_then(|names| {
        for name in &names {
            let (from, to) = (packed.join(name), charts.join(name));
            std::fs::rename(&from, &to).map_err(|err| FileError::new("rename", &from, &err))?;
        }
        delete_outdated(locked, &charts, &names)
    });
    // What cannot be removed is empty or incomplete, and in nobody's way.
    let _ = std::fs::remove_dir_all(&packed);
    outcome
}

/// Packs the folders and looks at what is to be in `charts/` already. Returns the names of the archives.
fn pack_all(
    locked: &[Dependency],
    folder: &Path,
    packed: &Path,
    now: SystemTime,
) -> Result<BTreeSet<String>, DependencyError> {
    let mut names = BTreeSet::new();
    for dependency in locked {
        if dependency.repository.is_empty() {
            check_unpacked(dependency, folder)?;
            continue;
        }
        let path = Chart::load_folder(source(dependency, folder)?)?.save(packed, now)?;
        names.extend(path.file_name().map(|name| name.to_string_lossy().into_owned()));
    }
    Ok(names)
}

fn check_unpacked(dependency: &Dependency, folder: &Path) -> Result<(), DependencyError> {
    let path = folder.join("charts").join(&dependency.name);
    let chart = Chart::load_folder(&path).map_err(|source| DependencyError::Unpacked {
        path: path.display().to_string(),
        source: Box::new(source),
    })?;
    let range = range(dependency)?;
    let found = chart.metadata.version;
    let version = Version::parse(&found).map_err(|source| DependencyError::UnpackedVersion {
        name: dependency.name.clone(),
        wanted: dependency.version.clone(),
        source,
    })?;
    if range.matches(&version) {
        return Ok(());
    }
    Err(DependencyError::OtherVersion {
        name: dependency.name.clone(),
        found,
        wanted: dependency.version.clone(),
    })
}

/// Deletes archives that were not just packed, unless a dependency without a repository may be in them. What is no chart
/// stays.
fn delete_outdated(
    locked: &[Dependency],
    charts: &Path,
    packed: &BTreeSet<String>,
) -> Result<(), DependencyError> {
    let entries = std::fs::read_dir(charts).map_err(|err| FileError::new("open", charts, &err))?;
    for entry in entries.flatten() {
        let path = entry.path();
        if packed.contains(&*entry.file_name().to_string_lossy()) || !path.is_file() {
            continue;
        }
        let Ok(chart) = Chart::load(&path) else { continue };
        let is_kept = |dependency: &Dependency| {
            dependency.repository.is_empty() && dependency.name == chart.metadata.name
        };
        if !locked.iter().any(is_kept) {
            std::fs::remove_file(&path).map_err(|err| FileError::new("remove", &path, &err))?;
        }
    }
    Ok(())
}

/// The hash over the wishes and the choices, by which a lock file is known to be up to date (Helm's `HashReq`).
fn digest(wanted: &[Dependency], locked: &[Dependency]) -> String {
    let json = chart::json::to_string(&[wanted, locked]).unwrap_or_default();
    provenance::digest(json.as_bytes())
}

fn write_lock(chart: &Chart, lock: &Lock, folder: &Path) -> Result<(), DependencyError> {
    let name = match chart.metadata.api_version.as_str() {
        "v1" => "requirements.lock",
        _ => "Chart.lock",
    };
    let path = folder.join(name);
    if let Ok(target) = std::fs::read_link(&path) {
        return Err(DependencyError::Link {
            name: name.to_owned(),
            target: target.display().to_string(),
        });
    }
    let text = yaml::serialize(lock).map_err(DependencyError::Lock)?;
    std::fs::write(&path, text).map_err(|err| FileError::new("open", &path, &err).into())
}
