//! What the archives in `charts/` hash to, in a file beside them: a lock file names versions, and a version may be
//! published twice.
//!
//! Helm passes over files in `charts/` whose names begin with a dot. `sha256sum -c` reads it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::DependencyError;
use crate::disk;

/// What is done about the digests.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Digests {
    /// Nothing: Helm knows none.
    Ignored,
    /// They are written down, whatever they were.
    Written,
    /// Those that are known must be as they were; the others are written down.
    Checked,
    /// All must be known, and as they were.
    Required,
}

fn path(charts: &Path) -> PathBuf {
    charts.join(".sha256")
}

/// The digests by archive; `None` is an archive that was packed here, and may differ each time.
type Names = BTreeMap<String, Option<String>>;

/// Compares the archives with what they were.
///
/// # Errors
/// When one is another than before, or it is not known what it was and must be.
pub(super) fn check(charts: &Path, names: &Names, mode: Digests) -> Result<(), DependencyError> {
    if matches!(mode, Digests::Ignored | Digests::Written) {
        return Ok(());
    }
    let known = known(charts, mode);
    for (name, digest) in names {
        let Some(found) = digest else { continue };
        match known.get(name) {
            Some(expected) if expected != found => {
                return Err(DependencyError::OtherDigest {
                    name: name.clone(),
                    expected: expected.clone(),
                    found: found.clone(),
                });
            }
            None if mode == Digests::Required => return Err(DependencyError::NoDigest(name.clone())),
            _ => {}
        }
    }
    Ok(())
}

/// What the archives hashed to the last time, if they must be the same.
pub(super) fn known(charts: &Path, mode: Digests) -> BTreeMap<String, String> {
    match mode {
        Digests::Ignored | Digests::Written => BTreeMap::new(),
        Digests::Checked | Digests::Required => read(charts),
    }
}

/// Writes the digests down, when there is something new.
///
/// # Errors
/// When the file cannot be written.
pub(super) fn write(charts: &Path, names: &Names, mode: Digests) -> Result<(), DependencyError> {
    let digests: BTreeMap<String, String> = names
        .iter()
        .filter_map(|(name, digest)| Some((name.clone(), digest.clone()?)))
        .collect();
    let is_known = read(charts) == digests;
    if matches!(mode, Digests::Ignored | Digests::Required) || is_known {
        return Ok(());
    }
    if digests.is_empty() {
        return Ok(disk::remove(&path(charts))?);
    }
    let text: String = digests
        .iter()
        .map(|(name, digest)| format!("{digest}  {name}\n"))
        .collect();
    Ok(disk::write_file(&path(charts), text.as_bytes())?)
}

fn read(charts: &Path) -> BTreeMap<String, String> {
    let text = std::fs::read_to_string(path(charts)).unwrap_or_default();
    let lines = text.lines().filter_map(|line| line.split_once("  "));
    lines
        .map(|(digest, name)| (name.to_owned(), digest.to_owned()))
        .collect()
}
