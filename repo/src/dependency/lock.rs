//! The lock file: what was chosen, and a hash by which it is known to be up to date.

use std::path::Path;

use chart::{Chart, Dependency, Lock, Version, VersionReq, provenance, yaml};
use serde::Serialize;

use super::DependencyError;
use crate::disk;
use crate::location::is_equal;

/// The hash over the wishes and the choices (Helm's `HashReq`).
pub(super) fn digest(wanted: &[Dependency], locked: &[Dependency]) -> String {
    hash(&[wanted, locked])
}

fn hash(data: &impl Serialize) -> String {
    provenance::digest(chart::json::to_string(data).unwrap_or_default().as_bytes())
}

/// What Helm 2 hashed: the wishes alone.
#[derive(Serialize)]
struct Wishes<'a> {
    dependencies: &'a [Dependency],
}

/// Checks that a lock file fits the chart. Charts of the first form may have one of Helm 2, which hashed the wishes as they
/// were written.
///
/// # Errors
/// When it does not.
pub(super) fn check(
    chart: &Chart,
    lock: &Lock,
    (written, wanted): (&[Dependency], &[Dependency]),
) -> Result<(), DependencyError> {
    if lock.digest == digest(wanted, &lock.dependencies) {
        return Ok(());
    }
    match chart.metadata.api_version.as_str() {
        "v1" if lock.digest
            == hash(&Wishes {
                dependencies: written,
            }) =>
        {
            Ok(())
        }
        "v1" => Err(DependencyError::OutOfSyncV1),
        _ => Err(DependencyError::OutOfSync),
    }
}

/// What a chart asks for that a lock file does not say, and the reverse.
pub(super) fn differences(wanted: &[Dependency], lock: &Lock) -> Vec<String> {
    let mut locked: Vec<&Dependency> = lock.dependencies.iter().collect();
    let mut differences = Vec::new();
    for dependency in wanted {
        let Dependency { name, version, .. } = dependency;
        let is_it = |locked: &&Dependency| {
            locked.name == *name && is_equal(&locked.repository, &dependency.repository)
        };
        let Some(place) = locked.iter().position(is_it) else {
            differences.push(format!("{name} of {:?} is not in it", dependency.repository));
            continue;
        };
        let found = &locked.remove(place).version;
        let fits = |range: &VersionReq| Version::parse(found).is_ok_and(|found| range.matches(&found));
        if found != version && !VersionReq::parse(version).is_ok_and(|range| fits(&range)) {
            differences.push(format!("it has {name} {found}, and {version} is asked for"));
        }
    }
    for left in locked {
        let Dependency { name, repository, .. } = left;
        differences.push(format!("nothing asks for its {name} of {repository:?}"));
    }
    if differences.is_empty() {
        differences.push("it was written for other ranges, conditions, tags or aliases".to_owned());
    }
    differences
}

/// Writes the lock file; one that is a link is left alone.
///
/// # Errors
/// When it cannot be written; the old one is intact then.
pub(super) fn write(chart: &Chart, lock: &Lock, folder: &Path) -> Result<(), DependencyError> {
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
    Ok(disk::write_file(&path, text.as_bytes())?)
}
