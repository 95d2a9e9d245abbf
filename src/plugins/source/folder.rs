//! Folders, copied.

use std::fs;
use std::path::Path;

use chart::FileError;

use crate::error::Result;

/// Copies a folder to a place where nothing is. The place is filled at once: nobody sees half of it.
///
/// # Errors
/// When a file cannot be read or written; nothing is left at the place then.
pub(super) fn copy(from: &Path, place: &Path) -> Result {
    let around = place.parent().unwrap_or(place);
    let beside = tempfile::Builder::new().prefix(".plugin-").tempdir_in(around)?;
    let whole = beside.path().join("plugin");
    copy_all(from, &whole)?;
    Ok(fs::rename(&whole, place).map_err(|error| FileError::new("rename", place, &error))?)
}

fn copy_all(from: &Path, to: &Path) -> Result<(), FileError> {
    let found = fs::symlink_metadata(from).map_err(|error| FileError::new("lstat", from, &error))?;
    if found.is_symlink() {
        let target = fs::read_link(from).map_err(|error| FileError::new("readlink", from, &error))?;
        return std::os::unix::fs::symlink(target, to).map_err(|error| FileError::new("symlink", to, &error));
    }
    if !found.is_dir() {
        return fs::copy(from, to)
            .map(drop)
            .map_err(|error| FileError::new("open", from, &error));
    }
    fs::create_dir(to).map_err(|error| FileError::new("mkdir", to, &error))?;
    let entries = fs::read_dir(from).map_err(|error| FileError::new("open", from, &error))?;
    for entry in entries {
        let entry = entry.map_err(|error| FileError::new("readdir", from, &error))?;
        copy_all(&entry.path(), &to.join(entry.file_name()))?;
    }
    Ok(())
}
