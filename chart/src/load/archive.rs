//! A chart archive → its files, with nothing taken on trust.

use std::io::{self, Read};
use std::ops::Range;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use tar::{Entry, EntryType};

use super::inflate::Inflated;
use super::{MAX_CHART_SIZE, MAX_FILE_SIZE};
use crate::File;
use crate::quote::quote;

/// Why an archive cannot be unpacked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The bytes are not gzip.
    #[error("gzip: invalid header")]
    Header,
    /// There are no bytes.
    #[error("EOF")]
    Empty,
    /// It breaks off, or is damaged.
    #[error("{0}")]
    Damaged(String),
    /// A path starts with `/`.
    #[error("chart illegally contains absolute paths")]
    AbsolutePath,
    /// A path has no folder around it.
    #[error("chart illegally contains content outside the base directory: {}", quote(.0))]
    OutsideBase(String),
    /// A path leads out of the chart.
    #[error("chart illegally references parent directory")]
    ParentDirectory,
    /// A path has a drive letter.
    #[error("chart contains illegally named files")]
    IllegalName,
    /// `Chart.yaml` is not in a folder.
    #[error("chart yaml not in base directory")]
    NoBase,
    /// More than [`MAX_CHART_SIZE`] in all.
    #[error("decompressed chart is larger than the maximum size {MAX_CHART_SIZE}")]
    LargeChart,
    /// A file above [`MAX_FILE_SIZE`].
    #[error("decompressed chart file {} is larger than the maximum file size {MAX_FILE_SIZE}", quote(.0))]
    LargeFile(String),
    /// There is nothing in it.
    #[error("no files in chart archive")]
    NoFiles,
}

/// What Go reads before it looks whether the bytes are gzip at all.
const GZIP_HEADER: usize = 10;

/// Unpacks `bytes`. The first part of every path, the chart's folder, is dropped.
pub(crate) fn read(bytes: &[u8]) -> Result<Vec<File>, ArchiveError> {
    if bytes.is_empty() {
        return Err(ArchiveError::Empty);
    }
    if bytes.len() < GZIP_HEADER {
        return Err(ArchiveError::Damaged("unexpected EOF".to_owned()));
    }
    if !bytes.starts_with(b"\x1f\x8b\x08") {
        return Err(ArchiveError::Header);
    }
    let inflated = Inflated::new(bytes, MOST_BYTES).map_err(damaged)?;
    let mut archive = tar::Archive::new(inflated);
    let found = files(&mut archive)?;
    if found.is_empty() {
        return Err(ArchiveError::NoFiles);
    }
    let bytes = archive.into_inner().into_bytes();
    found.into_iter().map(|file| file.with(&bytes)).collect()
}

/// All that an archive may unpack to: the files, and their headers with what is in those. Helm counts the files alone,
/// so a name or a folder of it may be endless.
const MOST_BYTES: usize = 2 * MAX_CHART_SIZE as usize;

/// A file, and where in the archive it is.
struct Found {
    name: String,
    modified: Option<SystemTime>,
    content: Content,
}

enum Content {
    /// A part of the archive.
    Part(Range<usize>),
    /// What the archive describes.
    Made(Vec<u8>),
}

impl Found {
    /// Makes the file, a part of `archive`.
    fn with(self, archive: &Bytes) -> Result<File, ArchiveError> {
        let data = match self.content {
            // The archive breaks off: Helm blames the size.
            Content::Part(range) if range.end > archive.len() => return Err(ArchiveError::LargeChart),
            Content::Part(range) => archive.slice(range),
            Content::Made(bytes) => bytes.into(),
        };
        Ok(File {
            name: self.name,
            data: without_mark(&data),
            modified: self.modified,
        })
    }
}

fn files(archive: &mut tar::Archive<Inflated>) -> Result<Vec<Found>, ArchiveError> {
    let mut found = Vec::new();
    let mut remaining = MAX_CHART_SIZE;
    for entry in archive.entries_with_seek().map_err(damaged)? {
        let mut entry = entry.map_err(damaged)?;
        if !is_skipped(&entry) {
            found.push(file(&mut entry, &mut remaining)?);
        }
    }
    Ok(found)
}

fn damaged(err: io::Error) -> ArchiveError {
    match err.kind() {
        io::ErrorKind::FileTooLarge => ArchiveError::LargeChart,
        io::ErrorKind::UnexpectedEof => ArchiveError::Damaged("unexpected EOF".to_owned()),
        _ => ArchiveError::Damaged("archive/tar: invalid tar header".to_owned()),
    }
}

fn is_skipped<R: Read>(entry: &Entry<R>) -> bool {
    let is_directory = entry.path_bytes().ends_with(b"/");
    is_directory
        || matches!(
            entry.header().entry_type(),
            EntryType::Directory | EntryType::XGlobalHeader | EntryType::XHeader
        )
}

fn file<R: Read>(entry: &mut Entry<R>, remaining: &mut u64) -> Result<Found, ArchiveError> {
    let full_name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
    let name = name_in_chart(&full_name)?;
    let size = entry.size();
    if size >= *remaining {
        return Err(ArchiveError::LargeChart);
    }
    if size > MAX_FILE_SIZE {
        return Err(ArchiveError::LargeFile(full_name));
    }
    *remaining -= size;
    let seconds = entry.header().mtime().unwrap_or(0);
    Ok(Found {
        name,
        modified: SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)),
        content: content(entry, size as usize)?,
    })
}

fn content<R: Read>(entry: &mut Entry<R>, size: usize) -> Result<Content, ArchiveError> {
    if entry.header().entry_type() == EntryType::GNUSparse {
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).map_err(damaged)?;
        return Ok(Content::Made(bytes));
    }
    let start = entry.raw_file_position() as usize;
    Ok(Content::Part(start..start + size))
}

/// Cuts a UTF-8 byte-order mark off.
pub(super) fn without_mark(bytes: &Bytes) -> Bytes {
    let mark = b"\xef\xbb\xbf";
    bytes.slice(if bytes.starts_with(mark) { mark.len() } else { 0 }..)
}

/// Checks a path and returns it without the chart's folder.
fn name_in_chart(full_name: &str) -> Result<String, ArchiveError> {
    // Archives made on Windows may have its separator.
    let delimiter = if full_name.contains('\\') { '\\' } else { '/' };
    let (base, rest) = full_name.split_once(delimiter).unwrap_or((full_name, ""));
    let rest = rest.replace(delimiter, "/");
    if rest.starts_with('/') {
        return Err(ArchiveError::AbsolutePath);
    }
    let name = clean(&rest);
    if name == "." {
        return Err(ArchiveError::OutsideBase(full_name.to_owned()));
    }
    if name.starts_with("..") {
        return Err(ArchiveError::ParentDirectory);
    }
    if has_drive(&name) {
        return Err(ArchiveError::IllegalName);
    }
    if base == "Chart.yaml" {
        return Err(ArchiveError::NoBase);
    }
    Ok(name)
}

fn has_drive(name: &str) -> bool {
    let bytes = name.as_bytes();
    bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && bytes[1] == b':' && bytes[2] == b'/'
}

/// Go's `path.Clean` for a relative path.
fn clean(path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    if parts.is_empty() {
        ".".to_owned()
    } else {
        parts.join("/")
    }
}
