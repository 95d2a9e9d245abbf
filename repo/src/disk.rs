//! Files that appear whole or not at all.

use std::fs::{File, Permissions};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use chart::FileError;

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Everybody.
    All,
    /// Its owner only: there are passwords in it.
    Owner,
}

impl Readers {
    fn mode(self) -> u32 {
        match self {
            Readers::All => 0o644,
            Readers::Owner => 0o600,
        }
    }
}

/// Writes a file beside its place and moves it there. Returns the open file, which is the one that was written even when
/// somebody else has replaced it since.
///
/// # Errors
/// When the system refuses something; what was there is still there then, and nothing else.
pub(crate) fn write(path: &Path, bytes: &[u8], readers: Readers) -> Result<File, FileError> {
    write_parts(path, &[bytes], readers)
}

/// As [`write`], one part after the other.
///
/// # Errors
/// As [`write`].
pub(crate) fn write_parts(path: &Path, parts: &[&[u8]], readers: Readers) -> Result<File, FileError> {
    write_with(path, readers, |file| {
        parts.iter().try_for_each(|part| file.write_all(part))
    })
}

fn write_with(
    path: &Path,
    readers: Readers,
    fill: impl FnOnce(&mut File) -> std::io::Result<()>,
) -> Result<File, FileError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    make_folder(folder)?;
    let failed = |operation, err: &std::io::Error| FileError::new(operation, path, err);
    let mut file = tempfile::Builder::new()
        .prefix(".cox-")
        .permissions(Permissions::from_mode(readers.mode()))
        .tempfile_in(folder)
        .map_err(|err| failed("open", &err))?;
    fill(file.as_file_mut()).map_err(|err| failed("write", &err))?;
    // The mask of the process took bits away that Helm's `chmod` sets.
    file.as_file()
        .set_permissions(Permissions::from_mode(readers.mode()))
        .map_err(|err| failed("chmod", &err))?;
    file.persist(path).map_err(|err| failed("rename", &err.error))
}

/// Makes a folder and those above it.
///
/// # Errors
/// When the system refuses.
pub(crate) fn make_folder(folder: &Path) -> Result<(), FileError> {
    std::fs::create_dir_all(folder).map_err(|err| FileError::new("mkdir", folder, &err))
}

/// Removes a file; one that is not there is fine.
///
/// # Errors
/// When the system refuses.
pub(crate) fn remove(path: &Path) -> Result<(), FileError> {
    match std::fs::remove_file(path) {
        Err(err) if err.kind() != std::io::ErrorKind::NotFound => Err(FileError::new("remove", path, &err)),
        _ => Ok(()),
    }
}

/// Writes a file that everybody may read, whole or not at all.
///
/// # Errors
/// When the system refuses something; what was there is still there then.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    write(path, bytes, Readers::All).map(drop)
}

/// Writes a file that only its owner may read, whole or not at all.
///
/// # Errors
/// As [`write_file`].
pub fn write_private_file(path: &Path, bytes: &[u8]) -> Result<(), FileError> {
    write(path, bytes, Readers::Owner).map(drop)
}

/// The names of what is in a folder, sorted; none where there is no folder. Names that are no text are left out.
pub(crate) fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    names.sort();
    names
}

/// Copies a file, of whatever size, whole or not at all.
///
/// # Errors
/// As [`write_file`].
pub fn copy_file(from: &Path, to: &Path) -> Result<(), FileError> {
    let mut source = File::open(from).map_err(|err| FileError::new("open", from, &err))?;
    write_with(to, Readers::All, |file| {
        std::io::copy(&mut source, file).map(drop)
    })
    .map(drop)
}
