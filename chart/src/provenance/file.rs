//! An archive on disk with its provenance beside it.

use std::ffi::OsStr;
use std::io::Read;
use std::path::Path;
use std::time::SystemTime;

use super::{Keyring, Verification, VerifyFileError, verify};
use crate::error::FileError;

/// Verifies the archive at `archive` by a provenance file and the keys in a keyring file, at the time `now`.
///
/// # Errors
/// When it is no file that ends in `.tgz`, a file is missing, or the archive is not what the provenance says.
pub fn verify_file(
    archive: &Path,
    provenance: &Path,
    keyring: &Path,
    now: SystemTime,
) -> Result<Verification, VerifyFileError> {
    let found = stat(archive).map_err(VerifyFileError::NoFile)?;
    if found.is_dir() {
        return Err(VerifyFileError::Folder);
    }
    let extension = archive.extension().unwrap_or_default();
    if !extension.eq_ignore_ascii_case("tgz") {
        return Err(VerifyFileError::NoArchive);
    }
    stat(provenance).map_err(|source| VerifyFileError::NoProvenance {
        path: provenance.display().to_string(),
        source,
    })?;
    let keyring = Keyring::open(keyring).map_err(VerifyFileError::Keyring)?;
    let bytes = read_file(archive).map_err(VerifyFileError::Archive)?;
    let provenance = read_file(provenance).map_err(VerifyFileError::Provenance)?;
    let name = archive.file_name().map_or("".into(), OsStr::to_string_lossy);
    Ok(verify(&bytes, &name, &provenance, &keyring, now)?)
}

fn stat(path: &Path) -> Result<std::fs::Metadata, FileError> {
    std::fs::metadata(path).map_err(|err| FileError::new("stat", path, &err))
}

/// Reads a file; a folder can be opened, but not read.
pub(super) fn read_file(path: &Path) -> Result<Vec<u8>, FileError> {
    let mut file = std::fs::File::open(path).map_err(|err| FileError::new("open", path, &err))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)
        .map_err(|err| FileError::new("read", path, &err))?;
    Ok(bytes)
}
