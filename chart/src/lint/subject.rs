//! `Subject`: what the linter looks at, a chart's folder or an archive of one.

use std::cell::OnceCell;
use std::collections::BTreeMap;
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::error::FileError;
use crate::{Chart, ExpandError, File, LoadError, Watch, expand};

/// A chart to be examined; it need not be a valid one. It is loaded once, for whichever rule asks first.
///
/// Helm writes an archive to a folder first. Here its files stay in memory, and are found as if they were in a folder.
pub struct Subject<'w> {
    /// What findings call it.
    path: PathBuf,
    place: Place,
    watch: &'w dyn Watch,
    chart: OnceCell<Result<Chart, LoadError>>,
}

enum Place {
    Folder,
    Archive(BTreeMap<String, File>),
}

/// What a name in the chart stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A file, or something else that is no folder.
    File,
    /// A folder.
    Folder,
}

impl<'w> Subject<'w> {
    /// The chart in the folder at `path`; `watch` is shown its files when they are read.
    pub fn folder(path: impl Into<PathBuf>, watch: &'w dyn Watch) -> Self {
        Self::new(path.into(), Place::Folder, watch)
    }

    /// The chart in an archive, whose bytes come from the file at `path`. Its files are shown to `watch`.
    ///
    /// # Errors
    ///
    /// When it is no archive, or the chart's name will not do for a folder.
    pub fn archive(
        bytes: &[u8],
        path: impl Into<PathBuf>,
        watch: &'w dyn Watch,
    ) -> Result<Self, ExpandError> {
        let files = expand::named_files(bytes, watch)?.files;
        let files = files.into_iter().map(|file| (file.name.clone(), file)).collect();
        Ok(Self::new(path.into(), Place::Archive(files), watch))
    }

    fn new(path: PathBuf, place: Place, watch: &'w dyn Watch) -> Self {
        Self {
            path,
            place,
            watch,
            chart: OnceCell::new(),
        }
    }

    /// Returns what findings call the chart.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Loads the chart, whatever its `apiVersion` is.
    ///
    /// # Errors
    ///
    /// See [`Chart::load_any_version`].
    pub fn chart(&self) -> Result<&Chart, &LoadError> {
        let load = || match &self.place {
            Place::Folder => Chart::load_any_folder(&self.path, self.watch),
            Place::Archive(files) => Chart::from_unpacked(files.values().cloned(), self.watch),
        };
        self.chart.get_or_init(load).as_ref()
    }

    /// Looks what is called `name`, a path inside the chart.
    ///
    /// # Errors
    ///
    /// When there is nothing of that name.
    pub fn kind(&self, name: &str) -> Result<Kind, FileError> {
        let found = match &self.place {
            Place::Folder => std::fs::metadata(self.path.join(name)).map(|found| found.is_dir()),
            Place::Archive(files) if files.contains_key(name) => Ok(false),
            Place::Archive(files) if is_folder(files, name) => Ok(true),
            Place::Archive(_) => Err(missing()),
        };
        match found {
            Ok(true) => Ok(Kind::Folder),
            Ok(false) => Ok(Kind::File),
            Err(error) => Err(self.error("stat", name, &error)),
        }
    }

    /// Reads the file called `name`, a path inside the chart.
    ///
    /// # Errors
    ///
    /// When there is no such file, or it cannot be read.
    pub fn read(&self, name: &str) -> Result<Bytes, FileError> {
        let read = match &self.place {
            Place::Folder => std::fs::read(self.path.join(name)).map(Bytes::from),
            Place::Archive(files) => match files.get(name) {
                Some(file) => Ok(file.data.clone()),
                None if is_folder(files, name) => Err(ErrorKind::IsADirectory.into()),
                None => Err(missing()),
            },
        };
        read.map_err(|error| {
            // Go opens a folder without complaint, and fails to read it.
            let is_folder = error.kind() == ErrorKind::IsADirectory;
            self.error(if is_folder { "read" } else { "open" }, name, &error)
        })
    }

    fn error(&self, operation: &'static str, name: &str, error: &io::Error) -> FileError {
        FileError::new(operation, &self.path.join(name), error)
    }
}

/// The system's own error for what is not there, so that the words are its words.
fn missing() -> io::Error {
    const ENOENT: i32 = 2;
    io::Error::from_raw_os_error(ENOENT)
}

fn is_folder(files: &BTreeMap<String, File>, name: &str) -> bool {
    let within = format!("{name}/");
    files
        .range(within.clone()..)
        .next()
        .is_some_and(|(file, _)| file.starts_with(&within))
}
