//! A chart's folder → its files, in the order of their names.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::path::{Path, PathBuf};

use super::ignore::{Kind, Rules};
use super::watch::{Watch, show};
use super::{LoadError, MAX_FILE_SIZE, absolute};
use crate::error::FileError;
use crate::{File, Remark};

/// What is in a chart's folder.
pub(super) struct Contents {
    pub(super) files: Vec<File>,
    /// Which links were followed.
    pub(super) remarks: Vec<Remark>,
}

/// Reads the files below `path` that `.helmignore` leaves. Links are followed.
pub(super) fn read(path: &Path, watch: &dyn Watch) -> Result<Contents, LoadError> {
    let root = absolute(path)?;
    let rules = Rules::parse(&ignore_file(&root)?)?;
    let mut walk = Walk {
        rules,
        watch,
        found: Contents {
            files: Vec::new(),
            remarks: Vec::new(),
        },
    };
    walk.directory(&root, "")?;
    Ok(walk.found)
}

/// Returns those of `files` that would be read from a folder with all of them, in the same order.
pub(super) fn select(mut files: Vec<File>) -> Result<Vec<File>, LoadError> {
    let ignore_file = files.iter().find(|file| file.name == ".helmignore");
    let rules = Rules::parse(&ignore_file.map(File::text).unwrap_or_default())?;
    let mut folders = BTreeMap::new();
    files.retain(|file| {
        let ends = file.name.match_indices('/').map(|(end, _)| &file.name[..end]);
        let is_inside = ends.into_iter().any(|folder| {
            let is_ignored = || rules.ignores(folder, Kind::Directory);
            *folders.entry(folder.to_owned()).or_insert_with(is_ignored)
        });
        !is_inside && !rules.ignores(&file.name, Kind::File)
    });
    files.sort_by(|one, other| one.name.split('/').cmp(other.name.split('/')));
    Ok(files)
}

fn ignore_file(root: &Path) -> Result<String, FileError> {
    let path = root.join(".helmignore");
    if !path.exists() {
        return Ok(String::new());
    }
    let bytes = std::fs::read(&path).map_err(|err| FileError::new("open", &path, &err))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

struct Walk<'w> {
    rules: Rules,
    watch: &'w dyn Watch,
    found: Contents,
}

impl Walk<'_> {
    /// Takes what is in a folder. `name` is the folder seen from the chart, with a `/` at the end, or nothing.
    fn directory(&mut self, path: &Path, name: &str) -> Result<(), LoadError> {
        for entry in sorted_names(path)? {
            let (path, name) = (path.join(&entry), format!("{name}{entry}"));
            let found = self.find(&path)?;
            if found.is_dir() {
                if !self.rules.ignores(&name, Kind::Directory) {
                    self.directory(&path, &format!("{name}/"))?;
                }
            } else if !self.rules.ignores(&name, Kind::File) {
                let file = file(&path, name, &found)?;
                show(self.watch, &file);
                self.found.files.push(file);
            }
        }
        Ok(())
    }

    /// Looks at what is at `path`, or where a link there leads to in the end, which is remarked: a link can bring
    /// something into a chart that nobody meant to be in it (`internal/sympath/walk.go`).
    fn find(&mut self, path: &Path) -> Result<Metadata, LoadError> {
        let found = std::fs::symlink_metadata(path).map_err(|err| FileError::new("lstat", path, &err))?;
        if !found.is_symlink() {
            return Ok(found);
        }
        let resolved = std::fs::canonicalize(path).map_err(|err| LoadError::Link {
            path: path.display().to_string(),
            source: FileError::new("lstat", &target(path), &err),
        })?;
        let remark = Remark::info("found symbolic link in path. Contents of linked file included and used");
        self.found.remarks.push(
            remark
                .about("path", path.to_string_lossy())
                .about("resolved", resolved.to_string_lossy()),
        );
        std::fs::metadata(&resolved).map_err(|err| FileError::new("lstat", &resolved, &err).into())
    }
}

fn sorted_names(path: &Path) -> Result<Vec<String>, FileError> {
    let failed = |err| FileError::new("open", path, &err);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(path).map_err(failed)? {
        names.push(entry.map_err(failed)?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Returns where a broken link points.
fn target(path: &Path) -> PathBuf {
    let target = std::fs::read_link(path).unwrap_or_else(|_| path.to_owned());
    path.parent()
        .map_or_else(|| target.clone(), |parent| super::clean(&parent.join(&target)))
}

fn file(path: &Path, name: String, found: &Metadata) -> Result<File, LoadError> {
    if !found.is_file() {
        return Err(LoadError::Irregular(path.display().to_string()));
    }
    if found.len() > MAX_FILE_SIZE {
        // A link goes by the name of what it leads to.
        let real = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let name = real.file_name().unwrap_or_default();
        return Err(LoadError::LargeFile(name.to_string_lossy().into_owned()));
    }
    let bytes = std::fs::read(path).map_err(|err| LoadError::Read {
        name: name.clone(),
        source: FileError::new("open", path, &err),
    })?;
    Ok(File {
        name,
        data: super::archive::without_mark(&bytes.into()),
        modified: found.modified().ok(),
    })
}
