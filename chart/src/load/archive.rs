//! A chart archive → its files, with nothing taken on trust.

use std::io::{self, Cursor, Read, Seek, SeekFrom};
use std::ops::Range;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use tar::{Entry, EntryType};

use super::inflate::{Inflated, at_once, file_at_once};
use super::watch::Watch;
use super::{MAX_CHART_SIZE, MAX_FILE_SIZE};
use crate::File;
use crate::parallel::WORTH_A_THREAD;
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
pub(crate) fn read(bytes: &[u8], watch: &dyn Watch) -> Result<Vec<File>, ArchiveError> {
    check_header(bytes)?;
    let files = at_once(bytes, MOST_BYTES).and_then(|all| read_unpacked(all, watch));
    files.map_or_else(|| read_by_steps(bytes), Ok)
}

/// As [`read`], for what a file has. Its head was checked.
pub(super) fn read_file(mut file: std::fs::File, watch: &dyn Watch) -> Result<Vec<File>, ArchiveError> {
    let length = file.metadata().map_err(damaged)?.len();
    if length >= WORTH_A_THREAD as u64 {
        watch.expect_much();
    }
    if length <= MOST_PACKED {
        let all = file_at_once(&mut file, MOST_BYTES).map_err(damaged)?;
        if let Some(files) = all.and_then(|all| read_unpacked(all, watch)) {
            return Ok(files);
        }
        file.rewind().map_err(damaged)?;
    }
    let mut bytes = Vec::new();
    file.take(MOST_PACKED).read_to_end(&mut bytes).map_err(damaged)?;
    read_by_steps(&bytes)
}

/// Finds the files in an archive that was unpacked at once. Nothing is returned where something is wrong with it or it
/// does not end there.
fn read_unpacked(all: Bytes, watch: &dyn Watch) -> Option<Vec<File>> {
    let mut archive = tar::Archive::new(Unpacked {
        bytes: Cursor::new(all.clone()),
        is_over: false,
    });
    let files = each(archive.entries_with_seek().ok()?, |entry, head| {
        let wants = watch.wants(&head.name);
        let content = content(entry, head.size)?.of(&all)?;
        let file = head.file(content);
        if wants {
            watch.see(&file.data);
        }
        Ok(file)
    });
    let is_whole = !archive.into_inner().is_over;
    files.ok().filter(|_| is_whole)
}

/// Unpacks an archive as far as it goes. Nobody watches: such archives are rare, and what is not seen is parsed later.
fn read_by_steps(bytes: &[u8]) -> Result<Vec<File>, ArchiveError> {
    let mut archive = tar::Archive::new(Inflated::new(bytes, MOST_BYTES).map_err(damaged)?);
    let entries = archive.entries_with_seek().map_err(damaged)?;
    let found = each(entries, |entry, head| {
        let content = content(entry, head.size)?;
        Ok((head, content))
    })?;
    let all = archive.into_inner().into_bytes();
    let file = |(head, content): (Head, Content)| Ok(head.file(content.of(&all)?));
    found.into_iter().map(file).collect()
}

/// Reads bytes that are all there, and notes when somebody wants more.
struct Unpacked {
    bytes: Cursor<Bytes>,
    is_over: bool,
}

impl Read for Unpacked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        self.is_over |= count < buffer.len();
        Ok(count)
    }
}

impl Seek for Unpacked {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.bytes.seek(to)
    }
}

/// Looks whether bytes begin as an archive does.
pub(super) fn check_header(bytes: &[u8]) -> Result<(), ArchiveError> {
    if bytes.is_empty() {
        return Err(ArchiveError::Empty);
    }
    if bytes.len() < GZIP_HEADER {
        return Err(ArchiveError::Damaged("unexpected EOF".to_owned()));
    }
    if !bytes.starts_with(b"\x1f\x8b\x08") {
        return Err(ArchiveError::Header);
    }
    Ok(())
}

/// Unpacks what comes out of `packed`. Of files whose names (in the chart) are not wanted nothing but the name is kept,
/// but they are checked like the others.
pub(super) fn unpack(packed: impl Read, is_wanted: fn(&str) -> bool) -> Result<Vec<File>, ArchiveError> {
    let mut archive = tar::Archive::new(Bounded {
        inner: MultiGzDecoder::new(packed),
        left: MOST_BYTES as u64,
    });
    let entries = archive.entries().map_err(damaged)?;
    each(entries, |entry, head| {
        let mut bytes = Vec::new();
        let found = if is_wanted(&head.name) {
            io::copy(entry, &mut bytes)
        } else {
            io::copy(entry, &mut io::sink())
        };
        if found.map_err(damaged)? < head.size {
            return Err(ArchiveError::LargeChart);
        }
        Ok(head.file(bytes.into()))
    })
}

/// Does `work` for each file of an archive, after its head was looked at.
fn each<'a, R: Read + 'a, T>(
    entries: tar::Entries<'a, R>,
    mut work: impl FnMut(&mut Entry<'a, R>, Head) -> Result<T, ArchiveError>,
) -> Result<Vec<T>, ArchiveError> {
    let mut done = Vec::new();
    let mut remaining = MAX_CHART_SIZE;
    for entry in entries {
        let mut entry = entry.map_err(damaged)?;
        if !is_skipped(&entry) {
            let head = head(&entry, &mut remaining)?;
            done.push(work(&mut entry, head)?);
        }
    }
    if done.is_empty() {
        Err(ArchiveError::NoFiles)
    } else {
        Ok(done)
    }
}

/// All that an archive may unpack to: the files, and their headers with what is in those. Helm counts the files alone,
/// so a name or a folder of it may be endless.
const MOST_BYTES: usize = 2 * MAX_CHART_SIZE as usize;

/// All that is read of a file: what gzip cannot make smaller it makes hardly larger.
const MOST_PACKED: u64 = MOST_BYTES as u64 / 8 * 9;

/// A reader that fails where an archive is larger than any chart.
struct Bounded<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = self
            .left
            .checked_sub(count as u64)
            .ok_or(io::ErrorKind::FileTooLarge)?;
        Ok(count)
    }
}

/// What an archive says of a file.
struct Head {
    name: String,
    modified: Option<SystemTime>,
    size: u64,
}

impl Head {
    fn file(self, data: Bytes) -> File {
        File {
            name: self.name,
            data: without_mark(&data),
            modified: self.modified,
        }
    }
}

enum Content {
    /// A part of the archive.
    Part(Range<usize>),
    /// What the archive describes.
    Made(Bytes),
}

impl Content {
    fn of(self, archive: &Bytes) -> Result<Bytes, ArchiveError> {
        match self {
            // The archive breaks off: Helm blames the size.
            Content::Part(range) if range.end > archive.len() => Err(ArchiveError::LargeChart),
            Content::Part(range) => Ok(archive.slice(range)),
            Content::Made(bytes) => Ok(bytes),
        }
    }
}

fn damaged(err: io::Error) -> ArchiveError {
    match err.kind() {
        io::ErrorKind::FileTooLarge => ArchiveError::LargeChart,
        // The system could not read.
        _ if err.raw_os_error().is_some() => ArchiveError::Damaged(err.to_string()),
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

fn head<R: Read>(entry: &Entry<R>, remaining: &mut u64) -> Result<Head, ArchiveError> {
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
    Ok(Head {
        name,
        modified: SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds)),
        size,
    })
}

/// Unpacks all of a file.
fn whole<R: Read>(entry: &mut Entry<R>, size: u64) -> Result<Bytes, ArchiveError> {
    let mut bytes = Vec::with_capacity(size as usize);
    entry.read_to_end(&mut bytes).map_err(damaged)?;
    if (bytes.len() as u64) < size {
        return Err(ArchiveError::LargeChart);
    }
    Ok(bytes.into())
}

fn content<R: Read>(entry: &mut Entry<R>, size: u64) -> Result<Content, ArchiveError> {
    if entry.header().entry_type() == EntryType::GNUSparse {
        return Ok(Content::Made(whole(entry, size)?));
    }
    let start = entry.raw_file_position() as usize;
    Ok(Content::Part(start..start + size as usize))
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
