//! `Catalog`: an index in a form in which a chart is found without reading the others.
//!
//! ```text
//! mark (8 bytes) · stamp of the index (48) · sections: 3 × (place, length, check) · check of all this
//! about      JSON: where the index is from, what was left out of it
//! directory  per chart: name, place and length of its block, check
//! lines      per version of each chart: what a search looks at
//! blocks     per chart: its versions as JSON
//! ```
//!
//! Every part has a check of its own, so that one that is damaged is noticed when it is read. Numbers are little-endian.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::sync::Mutex;

use chart::Remark;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::indexes::Validators;
use super::search_lines::{self, Lines};
use super::stamp::{self, Stamp};
use crate::index::{Entry, IndexError, Reading, Wire, read_each};

/// The last byte is the version of the form.
const MARK: &[u8; 8] = b"coxindx\x01";
const SECTIONS: usize = 3;
const HEADER: usize = MARK.len() + stamp::LENGTH + SECTIONS * 24 + 8;

/// What a repository has, chart by chart.
#[derive(Debug)]
pub struct Catalog {
    store: Mutex<Store>,
    about: About,
    directory: BTreeMap<String, Place>,
    lines: Place,
}

/// Where the parts are.
#[derive(Debug)]
enum Store {
    Memory(Vec<u8>),
    File(File),
}

/// A part: where it is, how long, and what it hashes to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Place {
    start: u64,
    length: u64,
    check: u64,
}

/// About as much as an entry takes, in bytes.
const ENTRY: usize = 1024;

/// What is kept of a chart.
struct Block {
    /// Its versions as JSON.
    text: Vec<u8>,
    /// How long that is, and what it hashes to.
    place: Place,
    /// What a search looks at.
    lines: Vec<u8>,
}

impl Block {
    fn new(name: &str, entries: Vec<Entry>) -> Self {
        let mut text = Vec::with_capacity(entries.len() * ENTRY);
        serde_json::to_writer(&mut text, &entries).expect("entries are made of texts");
        Block {
            place: Place::of(0, &text),
            lines: search_lines::write(name, &entries),
            text,
        }
    }
}

/// What is known about the index itself.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
struct About {
    validators: Validators,
    /// What was left out; the messages have `\u{0}` where the index is to be named.
    remarks: Vec<String>,
}

/// The part is damaged, or the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the catalog is damaged")]
pub(crate) struct Damaged;

/// Stands for the name of the index in remarks.
const SOURCE: &str = "\u{0}";

impl Catalog {
    /// Reads an index.
    ///
    /// # Errors
    /// When it is none.
    pub(crate) fn read(bytes: &[u8], validators: Validators) -> Result<Self, IndexError> {
        // A little less than the index, and the lines of the search.
        let mut blocks = Vec::with_capacity(HEADER + bytes.len() + bytes.len() / 8);
        blocks.resize(HEADER, 0);
        let mut directory = BTreeMap::new();
        let mut lines: BTreeMap<String, Vec<u8>> = BTreeMap::new();
        let reading = Reading {
            source: SOURCE,
            make: &Block::new,
        };
        let about = read_each(bytes, &reading, &mut |name, block| {
            let start = blocks.len() as u64;
            blocks.extend_from_slice(&block.text);
            directory.insert(name.clone(), Place { start, ..block.place });
            lines.insert(name, block.lines);
        })?;
        let start = blocks.len();
        lines.values().for_each(|text| blocks.extend_from_slice(text));
        let lines = Place::of(start, &blocks[start..]);
        Ok(Catalog {
            store: Mutex::new(Store::Memory(blocks)),
            about: About {
                validators,
                remarks: about.remarks.into_iter().map(|remark| remark.message).collect(),
            },
            directory,
            lines,
        })
    }

    /// Hands over the catalog as a file for the index with this stamp, in parts. One that comes from a file has none.
    pub(super) fn parts(&self, stamp: Stamp, write: &mut dyn FnMut(&[&[u8]])) {
        let Ok(store) = self.store.lock() else { return };
        let (Store::Memory(blocks), Ok(about)) = (&*store, serde_json::to_vec(&self.about)) else {
            return;
        };
        let directory = self.directory_bytes();
        let end = blocks.len() + about.len();
        let sections = [
            Place::of(blocks.len(), &about),
            Place::of(end, &directory),
            self.lines,
        ];
        let mut header = MARK.to_vec();
        header.extend_from_slice(&stamp.to_bytes());
        sections.iter().for_each(|section| section.write(&mut header));
        let check = check(&header);
        header.extend_from_slice(&check.to_le_bytes());
        write(&[&header, &blocks[HEADER..], &about, &directory]);
    }

    fn directory_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for (name, place) in &self.directory {
            bytes.extend_from_slice(&u32::try_from(name.len()).unwrap_or(0).to_le_bytes());
            bytes.extend_from_slice(name.as_bytes());
            place.write(&mut bytes);
        }
        bytes
    }

    /// Opens a catalog that was written for the index with this stamp.
    ///
    /// # Errors
    /// When it was written for another one, or is damaged.
    pub(super) fn open(mut file: File, stamp: Stamp) -> Result<Self, Damaged> {
        let mut header = [0; HEADER];
        file.read_exact(&mut header).map_err(|_| Damaged)?;
        let (content, found) = header.split_at(HEADER - 8);
        let is_ours = content.starts_with(MARK)
            && content[MARK.len()..].starts_with(&stamp.to_bytes())
            && found == check(content).to_le_bytes();
        if !is_ours {
            return Err(Damaged);
        }
        let mut sections = &content[MARK.len() + stamp::LENGTH..];
        let mut places = [Place::default(); SECTIONS];
        for place in &mut places {
            *place = Place::read(&mut sections)?;
        }
        let mut store = Store::File(file);
        let about = serde_json::from_slice(&store.part(places[0])?).map_err(|_| Damaged)?;
        let directory = directory(&store.part(places[1])?)?;
        Ok(Catalog {
            store: Mutex::new(store),
            about,
            directory,
            lines: places[2],
        })
    }

    /// Where the index is from, and how to ask whether it is still the same.
    pub fn validators(&self) -> &Validators {
        &self.about.validators
    }

    /// What was left out of the index; `source` is what the remarks call it.
    pub fn remarks(&self, source: &str) -> Vec<Remark> {
        let messages = self.about.remarks.iter();
        messages
            .map(|message| Remark::warning(message.replace(SOURCE, source)))
            .collect()
    }

    /// The names of the charts.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.directory.keys().map(String::as_str)
    }

    /// The versions of a chart, the newest first; nothing when there is no such chart.
    ///
    /// # Errors
    /// When they cannot be read back.
    pub(crate) fn versions(&self, name: &str) -> Result<Option<Vec<Entry>>, Damaged> {
        let Some(place) = self.directory.get(name) else {
            return Ok(None);
        };
        let wires: Vec<Wire> = serde_json::from_slice(&self.part(*place)?).map_err(|_| Damaged)?;
        Ok(Some(wires.into_iter().map(Wire::trusted).collect()))
    }

    /// Whether a version of some chart is at a URL for which `is_it` holds, and which ends in this file name.
    ///
    /// # Errors
    /// When the catalog cannot be read back.
    pub(crate) fn has_url(&self, file: &str, is_it: &dyn Fn(&str) -> bool) -> Result<bool, Damaged> {
        for (name, place) in &self.directory {
            let block = self.part(*place)?;
            let text = std::str::from_utf8(&block).map_err(|_| Damaged)?;
            // Most charts are passed over without being taken apart.
            if !text.contains(file) {
                continue;
            }
            let entries = self.versions(name)?.unwrap_or_default();
            if entries.iter().flat_map(|entry| &entry.urls).any(|url| is_it(url)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// What a search looks at.
    ///
    /// # Errors
    /// When it cannot be read back.
    pub(crate) fn lines(&self) -> Result<Lines, Damaged> {
        Ok(Lines::new(self.part(self.lines)?))
    }

    fn part(&self, place: Place) -> Result<Vec<u8>, Damaged> {
        self.store.lock().map_err(|_| Damaged)?.part(place)
    }
}

impl Store {
    fn part(&mut self, place: Place) -> Result<Vec<u8>, Damaged> {
        let (start, length) = (place.start, usize::try_from(place.length).map_err(|_| Damaged)?);
        let bytes = match self {
            Store::Memory(bytes) => {
                let start = usize::try_from(start).map_err(|_| Damaged)?;
                bytes.get(start..start + length).ok_or(Damaged)?.to_vec()
            }
            Store::File(file) => {
                let size = file.metadata().map_err(|_| Damaged)?.len();
                if start.checked_add(place.length).is_none_or(|end| end > size) {
                    return Err(Damaged);
                }
                let mut bytes = vec![0; length];
                file.seek(SeekFrom::Start(start)).map_err(|_| Damaged)?;
                file.read_exact(&mut bytes).map_err(|_| Damaged)?;
                bytes
            }
        };
        if check(&bytes) == place.check {
            Ok(bytes)
        } else {
            Err(Damaged)
        }
    }
}

impl Place {
    fn of(start: usize, bytes: &[u8]) -> Self {
        Place {
            start: start as u64,
            length: bytes.len() as u64,
            check: check(bytes),
        }
    }

    fn write(self, bytes: &mut Vec<u8>) {
        for number in [self.start, self.length, self.check] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
    }

    /// Reads a place from the front of `bytes`.
    fn read(bytes: &mut &[u8]) -> Result<Self, Damaged> {
        let (numbers, rest) = bytes.split_at_checked(24).ok_or(Damaged)?;
        *bytes = rest;
        let number = |n: usize| {
            let mut number = [0; 8];
            number.copy_from_slice(&numbers[n * 8..n * 8 + 8]);
            u64::from_le_bytes(number)
        };
        Ok(Place {
            start: number(0),
            length: number(1),
            check: number(2),
        })
    }
}

fn directory(mut bytes: &[u8]) -> Result<BTreeMap<String, Place>, Damaged> {
    let mut directory = BTreeMap::new();
    while let Some((length, rest)) = bytes.split_first_chunk() {
        let length = u32::from_le_bytes(*length) as usize;
        let (name, rest) = rest.split_at_checked(length).ok_or(Damaged)?;
        bytes = rest;
        let name = String::from_utf8(name.to_vec()).map_err(|_| Damaged)?;
        directory.insert(name, Place::read(&mut bytes)?);
    }
    Ok(directory)
}

/// The first eight bytes of the SHA-256.
fn check(bytes: &[u8]) -> u64 {
    let digest = Sha256::digest(bytes);
    let mut first = [0; 8];
    first.copy_from_slice(&digest[..8]);
    u64::from_le_bytes(first)
}
