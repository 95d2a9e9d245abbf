//! `FileLock`: one process at a time changes `repositories.yaml`, by the lock that Helm takes as well.

use std::fs::{File, OpenOptions, TryLockError};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chart::FileError;

use super::RepoFileError;
use crate::disk;

/// As long as Helm waits.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(50);

/// A lock that is held until it is dropped. The file stays, as Helm's does.
#[derive(Debug)]
pub(crate) struct FileLock {
    _file: File,
}

impl FileLock {
    /// Waits until nobody else holds the lock of `file`.
    ///
    /// # Errors
    /// When that takes more than 30 seconds, or the system refuses.
    pub(crate) fn take(file: &Path) -> Result<Self, RepoFileError> {
        let path = path_beside(file);
        if let Some(folder) = path.parent() {
            disk::make_folder(folder)?;
        }
        let failed = |err: &std::io::Error| FileError::new("open", &path, err);
        let lock = OpenOptions::new()
            .create(true)
            .append(true)
            .mode(0o600)
            .open(&path)
            .map_err(|err| failed(&err))?;
        let end = Instant::now() + PATIENCE;
        loop {
            match lock.try_lock() {
                Ok(()) => return Ok(FileLock { _file: lock }),
                Err(TryLockError::Error(err)) => return Err(failed(&err).into()),
                Err(TryLockError::WouldBlock) if Instant::now() < end => std::thread::sleep(PAUSE),
                Err(TryLockError::WouldBlock) => {
                    return Err(RepoFileError::Locked(path.display().to_string()));
                }
            }
        }
    }
}

/// `repositories.lock` beside `repositories.yaml`.
fn path_beside(file: &Path) -> PathBuf {
    let is_all_extension = file
        .file_name()
        .is_some_and(|name| name.to_string_lossy().starts_with('.'));
    match file.extension() {
        Some(_) if !is_all_extension => file.with_extension("lock"),
        _ => {
            let mut name = file.as_os_str().to_owned();
            name.push(".lock");
            PathBuf::from(name)
        }
    }
}
