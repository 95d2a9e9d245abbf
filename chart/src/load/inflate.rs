//! The bytes of a gzip stream, unpacked as far as they are asked for, all into one piece of memory.
//!
//! A chart's files are parts of that piece: they are neither copied nor given memory of their own. It comes straight from
//! the system, in large pages where there are such, because touching a page for the first time is dearer than filling it.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use memmap2::{Advice, MmapMut};

/// How much is unpacked at once: an archive that is refused for its first header shall not cost much.
const STEP: usize = 1 << 20;
/// Deflate makes nothing smaller than this part of it.
const BEST_RATIO: usize = 1032;
/// The least memory to ask for.
const LEAST: usize = 1 << 14;
/// The size of a large page, in bytes. Only what fills such pages gets them: one that is used in part is all in memory.
const LARGE_PAGE: usize = 2 << 20;
/// How much of a file is read at once.
const BUFFER: usize = 1 << 16;
/// How many bytes at the end of a stream say how large it was.
const SIZE_BYTES: u64 = 4;

/// A gzip stream, and how large it may be.
pub(super) struct Packed<R> {
    stream: R,
    /// What it says it unpacks to, in bytes. It may lie, or tell of its last part only.
    expected: usize,
}

impl<'a> Packed<&'a [u8]> {
    pub(super) fn bytes(bytes: &'a [u8]) -> Self {
        Self {
            stream: bytes,
            expected: expected_size(bytes.last_chunk(), bytes.len()),
        }
    }
}

impl Packed<BufReader<File>> {
    /// Prepares to read a file from its start.
    pub(super) fn file(mut file: File) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        let mut said = [0; SIZE_BYTES as usize];
        let has_size = length >= SIZE_BYTES;
        if has_size {
            file.seek(SeekFrom::Start(length - SIZE_BYTES))?;
            file.read_exact(&mut said)?;
        }
        file.rewind()?;
        Ok(Self {
            stream: BufReader::with_capacity(BUFFER, file),
            expected: expected_size(has_size.then_some(&said), length as usize),
        })
    }
}

/// An unpacked stream, to be read at any place.
pub(super) struct Inflated<R> {
    decoder: MultiGzDecoder<R>,
    memory: MmapMut,
    /// How much of the memory is used: it may be larger, for large pages.
    size: usize,
    filled: usize,
    /// Up to where there are pages.
    touched: usize,
    position: usize,
    most: usize,
}

impl<R: BufRead> Inflated<R> {
    /// Prepares to unpack a stream to no more than `most` bytes.
    pub(super) fn new(packed: Packed<R>, most: usize) -> io::Result<Self> {
        let size = packed.expected.clamp(LEAST, most) + LEAST;
        Ok(Self {
            decoder: MultiGzDecoder::new(packed.stream),
            memory: memory(size)?,
            size,
            filled: 0,
            touched: 0,
            position: 0,
            most,
        })
    }

    /// Unpacks until there are `end` bytes, or no more.
    fn fill_to(&mut self, end: usize) -> io::Result<()> {
        while self.filled < end {
            if self.filled == self.size {
                self.grow()?;
            }
            self.touch();
            match self.decoder.read(&mut self.memory[self.filled..self.touched])? {
                0 => break,
                count => self.filled += count,
            }
            if self.filled > self.most {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
        }
        Ok(())
    }

    /// Has the system give the next pages all at once, which is cheaper than one by one.
    fn touch(&mut self) {
        if self.filled < self.touched {
            return;
        }
        let until = self.size.min(self.filled + STEP);
        // Of systems that cannot they come one by one.
        #[cfg(target_os = "linux")]
        let _ = self
            .memory
            .advise_range(Advice::PopulateWrite, self.filled, until - self.filled);
        self.touched = until;
    }

    fn grow(&mut self) -> io::Result<()> {
        self.size *= 2;
        let mut larger = memory(self.size)?;
        larger[..self.filled].copy_from_slice(&self.memory[..self.filled]);
        self.memory = larger;
        Ok(())
    }

    /// Returns all that was unpacked.
    pub(super) fn into_bytes(self) -> Bytes {
        Bytes::from_owner(self.memory).slice(..self.filled)
    }
}

/// Returns memory that is all zero.
fn memory(size: usize) -> io::Result<MmapMut> {
    let large = size / LARGE_PAGE * LARGE_PAGE;
    if large == 0 {
        return MmapMut::map_anon(size);
    }
    // Only a size that large pages fill begins where one does.
    let memory = MmapMut::map_anon(size.next_multiple_of(LARGE_PAGE))?;
    // Systems without large pages refuse, and give small ones.
    #[cfg(target_os = "linux")]
    let _ = memory.advise_range(Advice::HugePage, 0, large);
    Ok(memory)
}

/// Returns the size that a stream of a given length says it unpacks to.
fn expected_size(said: Option<&[u8; SIZE_BYTES as usize]>, length: usize) -> usize {
    let said = said.map_or(0, |size| u32::from_le_bytes(*size));
    (said as usize).min(length.saturating_mul(BEST_RATIO))
}

impl<R: BufRead> Read for Inflated<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.fill_to(self.position.saturating_add(buffer.len()))?;
        let there = self.memory[..self.filled]
            .get(self.position..)
            .unwrap_or_default();
        let count = there.len().min(buffer.len());
        buffer[..count].copy_from_slice(&there[..count]);
        self.position += count;
        Ok(count)
    }
}

impl<R> Seek for Inflated<R> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let position = match to {
            SeekFrom::Start(position) => usize::try_from(position).ok(),
            SeekFrom::Current(distance) => isize::try_from(distance)
                .ok()
                .and_then(|distance| self.position.checked_add_signed(distance)),
            SeekFrom::End(_) => None,
        };
        self.position = position.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.position as u64)
    }
}
