//! `--output-dir`: documents as files, each framed as in the stream.

use std::collections::BTreeSet;
use std::fs::{File, OpenOptions, create_dir_all};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::ui::Ui;
use crate::error::{CommandError, Result};

/// A folder that documents are written to; says each file on standard output.
pub(crate) struct Folder<'a> {
    ui: &'a Ui,
    written: BTreeSet<PathBuf>,
}

impl<'a> Folder<'a> {
    pub(crate) fn new(ui: &'a Ui) -> Self {
        Folder {
            ui,
            written: BTreeSet::new(),
        }
    }

    /// Writes a document; the first of a file replaces what was there.
    ///
    /// # Errors
    /// When the file cannot be written, or its path leads out of the folder.
    pub(crate) fn write(&mut self, folder: &Path, path: &str, text: &str) -> Result {
        let file = folder.join(path);
        let is_first = self.written.insert(file);
        if is_first {
            self.put(folder, path, text, |path| File::create(path))
        } else {
            self.put(folder, path, text, open_behind)
        }
    }

    /// Writes a document behind whatever the file holds: a hook may share the file of an object.
    ///
    /// # Errors
    /// As [`Folder::write`].
    pub(crate) fn append(&mut self, folder: &Path, path: &str, text: &str) -> Result {
        let open = if folder.join(path).exists() {
            open_behind
        } else {
            |path: &Path| File::create(path)
        };
        self.put(folder, path, text, open)
    }

    fn put(
        &self,
        folder: &Path,
        path: &str,
        text: &str,
        open: impl FnOnce(&Path) -> io::Result<File>,
    ) -> Result {
        if path.split('/').any(|part| part == "..") || path.starts_with('/') {
            return Err(CommandError::new(format!(
                "template {path:?} leads out of the output folder"
            )));
        }
        let file = folder.join(path);
        let failed =
            |error: io::Error| CommandError::from(error).during(&format!("cannot write {}", file.display()));
        if let Some(parent) = file.parent() {
            create_dir_all(parent).map_err(failed)?;
        }
        let framed = format!("---\n# Source: {path}\n{text}\n");
        open(&file)
            .and_then(|mut open| open.write_all(framed.as_bytes()))
            .map_err(failed)?;
        Ok(self.ui.line(&format!("wrote {}", file.display()))?)
    }
}

fn open_behind(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).open(path)
}
