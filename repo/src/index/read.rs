//! Bytes → entries, in pieces where that is possible, by several threads.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};

use chart::{Remark, Value, yaml};
use serde::Deserialize;

use super::entry::{self, Entry, Wire};
use super::{IndexError, pieces};

/// The versions of charts as they are read; an empty item is one that says nothing.
type Charts = BTreeMap<String, Vec<Option<Wire>>>;

/// What an index says apart from its entries.
#[derive(Debug, Default)]
pub(crate) struct About {
    pub(crate) api_version: String,
    pub(crate) generated: String,
    pub(crate) public_keys: Vec<String>,
    pub(crate) annotations: BTreeMap<String, String>,
    /// What was left out.
    pub(crate) remarks: Vec<Remark>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase", rename = "repo.IndexFile")]
struct WireIndex {
    server_info: Value,
    api_version: String,
    generated: String,
    entries: Charts,
    public_keys: Vec<String>,
    annotations: BTreeMap<String, String>,
}

/// What becomes of a chart's versions, which are valid and in order. It is made where they were read: what one thread
/// has allocated, another one frees slowly.
pub(crate) struct Reading<'a, T> {
    /// The name of the index, for remarks.
    pub(crate) source: &'a str,
    /// Makes something of a chart.
    pub(crate) make: &'a (dyn Fn(&str, Vec<Entry>) -> T + Sync),
}

/// Who gets what was made.
type Sink<'a, T> = dyn FnMut(String, T) + 'a;

/// Reads an index and hands over what was made of each chart, so that they need not all be in memory at once. In the usual
/// form the charts come in the order of the text, otherwise by name.
///
/// # Errors
/// When it is no index; some charts may have been handed over by then.
pub(crate) fn read_each<T: Send>(
    bytes: &[u8],
    reading: &Reading<'_, T>,
    sink: &mut Sink<'_, T>,
) -> Result<About, IndexError> {
    if bytes.is_empty() {
        return Err(IndexError::Empty);
    }
    let about = match pieces::cut(bytes) {
        Some(pieces) => match read_pieces(&pieces, reading, sink) {
            Some(about) => about,
            // The whole text tells what is wrong, and where.
            None => take(read_whole(bytes)?, reading, sink),
        },
        None => take(read_whole(bytes)?, reading, sink),
    };
    if about.api_version.is_empty() {
        return Err(IndexError::NoApiVersion);
    }
    Ok(about)
}

/// JSON is read as it comes; YAML must not say anything twice, or anything unknown.
fn read_whole(bytes: &[u8]) -> Result<WireIndex, IndexError> {
    let is_json = bytes.trim_ascii_start().starts_with(b"{")
        && serde_json::from_slice::<serde::de::IgnoredAny>(bytes).is_ok();
    if !is_json {
        return Ok(yaml::from_slice_as_strict(bytes)?);
    }
    let value: Value = serde_json::from_slice(bytes).map_err(|err| IndexError::Json(err.to_string()))?;
    Ok(yaml::decode(value)?)
}

fn take<T>(index: WireIndex, reading: &Reading<'_, T>, sink: &mut Sink<'_, T>) -> About {
    let mut about = about(&index);
    for (name, versions) in index.entries {
        let (entries, remarks) = valid(&name, versions, reading.source);
        about.remarks.extend(remarks);
        let made = (reading.make)(&name, entries);
        sink(name, made);
    }
    about
}

fn about(index: &WireIndex) -> About {
    // Known, and of no use.
    let _ = &index.server_info;
    About {
        api_version: index.api_version.clone(),
        generated: chart::normal_time(&index.generated).unwrap_or_else(|| entry::ZERO_TIME.to_owned()),
        public_keys: index.public_keys.clone(),
        annotations: index.annotations.clone(),
        remarks: Vec::new(),
    }
}

/// Leaves out what is no valid chart, from the last one on as Helm does, and puts the rest in order.
fn valid(name: &str, versions: Vec<Option<Wire>>, source: &str) -> (Vec<Entry>, Vec<Remark>) {
    let skipped = "skipping loading invalid entry for chart";
    let quote = chart::quote::quote;
    let mut entries = Vec::with_capacity(versions.len());
    let mut remarks = Vec::new();
    for version in versions.into_iter().rev() {
        match version.map(Wire::into_entry) {
            Some(Ok(entry)) => entries.push(entry),
            Some(Err((version, reason))) => remarks.push(Remark::warning(format!(
                "{skipped} {} {} from {source}: {reason}",
                quote(name),
                quote(&version)
            ))),
            None => remarks.push(Remark::warning(format!(
                "{skipped} {} from {source}: empty entry",
                quote(name)
            ))),
        }
    }
    entries.reverse();
    entry::sort(&mut entries);
    (entries, remarks)
}

/// A piece that was read.
type Read<T> = Vec<(String, T, Vec<Remark>)>;

/// Reads the pieces; nothing when one cannot be read, or a chart is in two of them.
fn read_pieces<T: Send>(
    pieces: &pieces::Pieces<'_>,
    reading: &Reading<'_, T>,
    sink: &mut Sink<'_, T>,
) -> Option<About> {
    let head: WireIndex = yaml::from_slice_as_strict(&pieces.head).ok()?;
    if !head.entries.is_empty() {
        return None;
    }
    let mut about = about(&head);
    let mut names = BTreeSet::new();
    let mut is_once = true;
    let is_whole = read_in_threads(&pieces.entries, reading, &mut |charts| {
        for (name, made, remarks) in charts {
            is_once &= names.insert(name.clone());
            about.remarks.extend(remarks);
            sink(name, made);
        }
    });
    (is_whole && is_once).then_some(about)
}

fn read_piece<T>(piece: &[u8], reading: &Reading<'_, T>) -> Option<Read<T>> {
    let charts: Charts = yaml::from_slice_as_strict(piece).ok()?;
    let read = charts.into_iter().map(|(name, versions)| {
        let (entries, remarks) = valid(&name, versions, reading.source);
        let made = (reading.make)(&name, entries);
        (name, made, remarks)
    });
    Some(read.collect())
}

/// Pieces that were read and not handed over yet, and how many were handed over.
struct Shelf<T> {
    read: BTreeMap<usize, Option<Read<T>>>,
    handed_over: usize,
}

/// How many pieces may be read ahead.
const AHEAD: usize = 8;

/// Reads pieces in as many threads as there are processors, and hands them over in their order. Returns whether all could
/// be read.
fn read_in_threads<T: Send>(
    pieces: &[&[u8]],
    reading: &Reading<'_, T>,
    sink: &mut dyn FnMut(Read<T>),
) -> bool {
    let threads = std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(pieces.len());
    if threads <= 1 {
        return pieces
            .iter()
            .all(|piece| read_piece(piece, reading).map(&mut *sink).is_some());
    }
    let next = AtomicUsize::new(0);
    let shelf = Mutex::new(Shelf {
        read: BTreeMap::new(),
        handed_over: 0,
    });
    let changed = Condvar::new();
    let work = || {
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(piece) = pieces.get(number) else { return };
            let read = read_piece(piece, reading);
            let Ok(mut shelf) = shelf.lock() else { return };
            while number >= shelf.handed_over + AHEAD {
                let Ok(woken) = changed.wait(shelf) else { return };
                shelf = woken;
            }
            shelf.read.insert(number, read);
            changed.notify_all();
        }
    };
    std::thread::scope(|scope| {
        (0..threads).for_each(|_| drop(scope.spawn(work)));
        let mut is_whole = true;
        for number in 0..pieces.len() {
            let Ok(mut shelf) = shelf.lock() else { return false };
            let read = loop {
                if let Some(read) = shelf.read.remove(&number) {
                    break read;
                }
                let Ok(woken) = changed.wait(shelf) else {
                    return false;
                };
                shelf = woken;
            };
            shelf.handed_over = number + 1;
            changed.notify_all();
            drop(shelf);
            match read {
                // What is left is read for nothing, but soon.
                None => is_whole = false,
                Some(read) if is_whole => sink(read),
                Some(_) => {}
            }
        }
        is_whole
    })
}
