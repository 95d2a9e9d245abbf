//! The bytes of a gzip stream, unpacked as far as they are asked for, all into one piece of memory.
//!
//! A chart's files are parts of that piece: they are neither copied nor given memory of their own. It comes straight from
//! the system, in large pages where there are such, because touching a page for the first time is dearer than filling it.

use std::io::{self, Read, Seek, SeekFrom};

use bytes::Bytes;
use flate2::read::MultiGzDecoder;
use memmap2::{Advice, MmapMut};

/// How much is unpacked at once: an archive that is refused for its first header shall not cost much.
const STEP: usize = 1 << 20;
/// Deflate makes nothing smaller than this part of it.
const BEST_RATIO: usize = 1032;
/// The least memory to ask for.
const LEAST: usize = 1 << 14;

/// An unpacked stream, to be read at any place.
pub(super) struct Inflated<'a> {
    decoder: MultiGzDecoder<&'a [u8]>,
    memory: MmapMut,
    filled: usize,
    position: usize,
    most: usize,
}

impl<'a> Inflated<'a> {
    /// Prepares to unpack `bytes` to no more than `most` bytes.
    pub(super) fn new(bytes: &'a [u8], most: usize) -> io::Result<Self> {
        Ok(Self {
            decoder: MultiGzDecoder::new(bytes),
            memory: memory(expected_size(bytes).clamp(LEAST, most) + LEAST)?,
            filled: 0,
            position: 0,
            most,
        })
    }

    /// Unpacks until there are `end` bytes, or no more.
    fn fill_to(&mut self, end: usize) -> io::Result<()> {
        while self.filled < end {
            if self.filled == self.memory.len() {
                self.grow()?;
            }
            let until = self.memory.len().min(self.filled + STEP);
            match self.decoder.read(&mut self.memory[self.filled..until])? {
                0 => break,
                count => self.filled += count,
            }
            if self.filled > self.most {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
        }
        Ok(())
    }

    fn grow(&mut self) -> io::Result<()> {
        let mut larger = memory(2 * self.memory.len())?;
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
    let memory = MmapMut::map_anon(size)?;
    // Systems without large pages refuse, and give small ones.
    #[cfg(target_os = "linux")]
    let _ = memory.advise(Advice::HugePage);
    Ok(memory)
}

/// Returns the size that the stream says it unpacks to. It may lie, or tell of its last part only.
fn expected_size(bytes: &[u8]) -> usize {
    let said = bytes.last_chunk().map_or(0, |size| u32::from_le_bytes(*size));
    (said as usize).min(bytes.len().saturating_mul(BEST_RATIO))
}

impl Read for Inflated<'_> {
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

impl Seek for Inflated<'_> {
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
