//! Archives of plugins: packed (`sign.go`), looked into, and unpacked (`installer/extractor.go`).

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Component, Path, PathBuf};

use chart::FileError;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use tar::{Archive, EntryType, Header};

use super::FILE;
use super::metadata::{Metadata, MetadataError};

/// What a plugin may hold unpacked.
const LARGEST: u64 = 1 << 30;

/// The largest `plugin.yaml` that is read.
const LARGEST_FILE: u64 = 5 << 20;

/// Why an archive of a plugin cannot be used or made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArchiveError {
    #[error("path contains ':', which is illegal")]
    Colon,
    #[error("path contains '..', which is illegal")]
    Parent,
    #[error("path is absolute, which is illegal")]
    Absolute,
    #[error("unknown type: {kind:b} in {name}")]
    Kind { kind: u8, name: String },
    #[error("it holds more than 1 GiB")]
    TooLarge,
    #[error("plugin.yaml not found in tarball")]
    NoFile,
    #[error(transparent)]
    Metadata(#[from] MetadataError),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Read(#[from] io::Error),
}

type Result<T, E = ArchiveError> = std::result::Result<T, E>;

/// Whether a name, or the path of a URL, is that of an archive.
pub(super) fn is_named_so(name: &str) -> bool {
    name.ends_with(".tar.gz") || name.ends_with(".tgz")
}

/// Reads the first `plugin.yaml` of an archive.
///
/// # Errors
/// When there is none, or it describes no plugin.
pub(super) fn metadata(bytes: &[u8]) -> Result<Metadata> {
    let mut archive = Archive::new(GzDecoder::new(bytes).take(LARGEST));
    for entry in archive.entries()? {
        let entry = entry?;
        if entry.path()?.file_name().is_some_and(|name| name == FILE) {
            let mut text = Vec::new();
            entry.take(LARGEST_FILE).read_to_end(&mut text)?;
            return Ok(Metadata::parse(&String::from_utf8_lossy(&text))?);
        }
    }
    Err(ArchiveError::NoFile)
}

/// Unpacks an archive into a folder. Paths that lead elsewhere, and links, are refused.
///
/// # Errors
/// When it is no archive, holds what is refused or too much, or a file cannot be written.
pub(super) fn unpack(bytes: &[u8], folder: &Path) -> Result<()> {
    make_folder(folder)?;
    let mut archive = Archive::new(GzDecoder::new(bytes));
    let mut left = LARGEST;
    for entry in archive.entries()? {
        let mut entry = entry?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let path = inside(folder, &name)?;
        match entry.header().entry_type() {
            EntryType::Directory => make_folder(&path)?,
            EntryType::Regular | EntryType::Continuous => {
                left = left.checked_sub(entry.size()).ok_or(ArchiveError::TooLarge)?;
                make_folder(path.parent().unwrap_or(folder))?;
                let mode = entry.header().mode()? & 0o777;
                let mut options = File::options();
                let file = options
                    .create(true)
                    .truncate(true)
                    .write(true)
                    .mode(mode)
                    .open(&path);
                let mut file = file.map_err(|error| FileError::new("open", &path, &error))?;
                io::copy(&mut entry, &mut file)?;
            }
            EntryType::XGlobalHeader | EntryType::XHeader => {}
            other => {
                let kind = other.as_byte();
                return Err(ArchiveError::Kind { kind, name });
            }
        }
    }
    Ok(())
}

fn make_folder(path: &Path) -> Result<(), FileError> {
    fs::create_dir_all(path).map_err(|error| FileError::new("mkdir", path, &error))
}

/// The place of a name in a folder.
fn inside(folder: &Path, name: &str) -> Result<PathBuf> {
    if name.contains(':') {
        return Err(ArchiveError::Colon);
    }
    let name = name.replace('\\', "/");
    if name.split('/').any(|part| part == "..") {
        return Err(ArchiveError::Parent);
    }
    if name.starts_with('/') {
        return Err(ArchiveError::Absolute);
    }
    let parts = Path::new(&name).components();
    Ok(folder.join(
        parts
            .filter(|part| matches!(part, Component::Normal(_)))
            .collect::<PathBuf>(),
    ))
}

/// Packs a folder, under the plugin's name. Files keep their times, owners and modes, links stay links.
///
/// # Errors
/// When a file cannot be read.
pub(crate) fn pack(folder: &Path, name: &str) -> Result<Vec<u8>> {
    let gzip = GzEncoder::new(Vec::new(), Compression::default());
    let mut builder = tar::Builder::new(gzip);
    add(&mut builder, folder, Path::new(name))?;
    Ok(builder.into_inner()?.finish()?)
}

/// Adds what is at a path, and all below it in the order of names.
fn add(builder: &mut tar::Builder<impl Write>, path: &Path, name: &Path) -> Result<()> {
    let found = fs::symlink_metadata(path).map_err(|error| FileError::new("lstat", path, &error))?;
    let mut header = Header::new_gnu();
    header.set_metadata(&found);
    header.set_mtime(u64::try_from(found.mtime()).unwrap_or_default());
    if found.is_symlink() {
        header.set_size(0);
        // As in Helm, where the link leads to is not kept.
        builder.append_link(&mut header, name, "")?;
    } else if found.is_file() {
        let file = File::open(path).map_err(|error| FileError::new("open", path, &error))?;
        builder.append_data(&mut header, name, file)?;
    } else {
        header.set_size(0);
        builder.append_data(&mut header, name, io::empty())?;
    }
    if found.is_dir() {
        let entries = fs::read_dir(path).map_err(|error| FileError::new("open", path, &error))?;
        let mut names: Vec<_> = entries
            .map(|entry| entry.map(|entry| entry.file_name()))
            .collect::<Result<_, _>>()?;
        names.sort();
        for below in names {
            add(builder, &path.join(&below), &name.join(&below))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_lead_elsewhere_are_refused() {
        let folder = Path::new("/f");
        assert_eq!(inside(folder, "./a/b").expect("a place"), Path::new("/f/a/b"));
        assert_eq!(inside(folder, r"a\b").expect("a place"), Path::new("/f/a/b"));
        for name in ["../a", "a/../../b", r"..\a", "/etc/passwd", "c:a"] {
            assert!(inside(folder, name).is_err(), "{name}");
        }
    }

    #[test]
    fn what_is_packed_comes_out_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let text = "name: a\nversion: 1.0.0\ncommand: x\n";
        fs::create_dir(folder.path().join("bin")).expect("a folder");
        fs::write(folder.path().join(FILE), text).expect("a file");
        fs::write(folder.path().join("bin/run"), "x").expect("a file");
        let bytes = pack(folder.path(), "a").expect("a plugin");
        assert_eq!(metadata(&bytes).expect("a plugin").name, "a");
        let other = tempfile::tempdir().expect("a folder");
        unpack(&bytes, other.path()).expect("an archive");
        assert_eq!(
            fs::read_to_string(other.path().join("a/bin/run")).expect("a file"),
            "x"
        );
    }
}
