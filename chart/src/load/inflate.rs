//! The bytes of a gzip stream, unpacked into one piece of memory.
//!
//! A chart's files are parts of that piece: they are neither copied nor given memory of their own. It comes straight from
//! the system, in large pages where there are such, because touching a page for the first time is dearer than filling it.
//!
//! Of most streams all is unpacked at once, by a library that is twice as fast as those that can stop on the way. What it
//! cannot unpack, and what it leaves out (a second stream behind the first), is unpacked step by step, as far as somebody
//! asks for it: so does Helm, and what is wrong behind the end of an archive is never seen.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

use bytes::Bytes;
use flate2::bufread::MultiGzDecoder;
use libdeflater::Decompressor;
use memmap2::{Advice, MmapMut};

/// How much is unpacked at once of what is unpacked step by step: an archive that is refused for its first header shall
/// not cost much.
const STEP: usize = 1 << 20;
/// Deflate makes nothing smaller than this part of it.
const BEST_RATIO: usize = 1032;
/// The least memory to ask for.
const LEAST: usize = 1 << 14;
/// The size of a large page, in bytes. Only what fills such pages gets them: one that is used in part is all in memory.
const LARGE_PAGE: usize = 2 << 20;

/// Reads all of a file that stands at its start.
pub(super) fn contents(mut file: File) -> io::Result<Bytes> {
    let length = file.metadata()?.len() as usize;
    let mut memory = memory(length.max(1))?;
    populate(&memory, 0, length);
    let mut filled = 0;
    while filled < length {
        match file.read(&mut memory[filled..length])? {
            0 => break,
            count => filled += count,
        }
    }
    Ok(Bytes::from_owner(memory).slice(..filled))
}

/// An unpacked stream, to be read at any place.
pub(super) struct Inflated<'a> {
    /// What unpacks step by step, from the start.
    decoder: MultiGzDecoder<&'a [u8]>,
    memory: MmapMut,
    /// How much of the memory is used: it may be larger, for large pages.
    size: usize,
    filled: usize,
    /// Whether what is there was unpacked at once, and the decoder has not begun.
    is_at_once: bool,
    /// Up to where there are pages.
    touched: usize,
    position: usize,
    most: usize,
}

impl<'a> Inflated<'a> {
    /// Unpacks a stream to no more than `most` bytes, or prepares to.
    pub(super) fn new(packed: &'a [u8], most: usize) -> io::Result<Self> {
        let size = expected_size(packed).clamp(LEAST, most) + LEAST;
        let mut inflated = Self {
            decoder: MultiGzDecoder::new(packed),
            memory: memory(size)?,
            size,
            filled: 0,
            is_at_once: false,
            touched: 0,
            position: 0,
            most,
        };
        inflated.fill_at_once(packed);
        Ok(inflated)
    }

    fn fill_at_once(&mut self, packed: &[u8]) {
        // Large pages come as they are needed: a stream that lies about its size gets few.
        let large = self.size / LARGE_PAGE * LARGE_PAGE;
        populate(&self.memory, large, self.size - large);
        let whole = Decompressor::new().gzip_decompress(packed, &mut self.memory[..self.size]);
        self.filled = whole.ok().filter(|count| *count <= self.most).unwrap_or(0);
        self.is_at_once = self.filled > 0;
    }

    /// Unpacks until there are `end` bytes, or no more.
    fn fill_to(&mut self, end: usize) -> io::Result<()> {
        if self.filled < end && self.is_at_once {
            // What is there comes again, and more behind it.
            self.is_at_once = false;
            self.filled = 0;
        }
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

    /// Prepares the next pages.
    fn touch(&mut self) {
        if self.filled < self.touched {
            return;
        }
        self.touched = self.size.min(self.filled + STEP);
        populate(&self.memory, self.filled, self.touched - self.filled);
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

/// Has the system give pages all at once, which is cheaper than one by one.
fn populate(memory: &MmapMut, start: usize, size: usize) {
    // Of systems that cannot they come one by one.
    #[cfg(target_os = "linux")]
    let _ = memory.advise_range(Advice::PopulateWrite, start, size);
}

/// Returns the size that a stream says it unpacks to. It may lie, or tell of its last part only.
fn expected_size(packed: &[u8]) -> usize {
    let said = packed.last_chunk().map_or(0, |size| u32::from_le_bytes(*size));
    (said as usize).min(packed.len().saturating_mul(BEST_RATIO))
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

#[cfg(test)]
mod tests {
    use std::io::Write;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn packed(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn noise(count: u32) -> Vec<u8> {
        (0..count)
            .flat_map(|number| number.wrapping_mul(number).to_le_bytes())
            .collect()
    }

    fn read_to_end(packed: &[u8], most: usize) -> (Vec<u8>, Option<io::ErrorKind>) {
        let mut bytes = Vec::new();
        let outcome = Inflated::new(packed, most).unwrap().read_to_end(&mut bytes);
        (bytes, outcome.err().map(|error| error.kind()))
    }

    #[test]
    fn all_of_a_stream_is_unpacked() {
        for bytes in [Vec::new(), b"short".to_vec(), noise(700_000)] {
            assert_eq!(read_to_end(&packed(&bytes), 1 << 30), (bytes, None));
        }
    }

    #[test]
    fn a_second_stream_is_read_on() {
        let (first, second) = (noise(300_000), noise(10));
        let both = [packed(&first), packed(&second)].concat();
        assert_eq!(read_to_end(&both, 1 << 30), ([first, second].concat(), None));
    }

    #[test]
    fn what_is_behind_a_stream_is_seen_by_who_asks_for_it() {
        let first = noise(300_000);
        let both = [packed(&first), b"something else".to_vec()].concat();
        let mut inflated = Inflated::new(&both, 1 << 30).unwrap();
        let mut bytes = vec![0; first.len()];
        inflated.read_exact(&mut bytes).unwrap();
        assert_eq!(bytes, first);
        assert_eq!(
            inflated.read(&mut [0]).unwrap_err().kind(),
            io::ErrorKind::InvalidInput
        );
    }

    #[test]
    fn what_is_damaged_is_unpacked_as_far_as_it_goes() {
        let first = noise(300_000);
        let mut damaged = packed(&first);
        let end = damaged.len() - 8;
        damaged[end] ^= 1;
        let mut inflated = Inflated::new(&damaged, 1 << 30).unwrap();
        let mut bytes = vec![0; first.len() / 2];
        inflated.read_exact(&mut bytes).unwrap();
        assert_eq!(bytes, first[..first.len() / 2]);
        assert_eq!(
            read_to_end(&damaged, 1 << 30).1,
            Some(io::ErrorKind::InvalidInput)
        );
        assert_eq!(
            read_to_end(&damaged[..end], 1 << 30).1,
            Some(io::ErrorKind::UnexpectedEof)
        );
    }

    #[test]
    fn a_size_that_is_a_lie_does_no_harm() {
        let first = noise(300_000);
        let mut lying = packed(&first);
        let end = lying.len() - 4;
        lying[end..].copy_from_slice(&10_u32.to_le_bytes());
        assert_eq!(read_to_end(&lying, 1 << 30).1, Some(io::ErrorKind::InvalidInput));
        let mut inflated = Inflated::new(&lying, 1 << 30).unwrap();
        let mut bytes = vec![0; first.len() / 2];
        inflated.read_exact(&mut bytes).unwrap();
        assert_eq!(bytes, first[..first.len() / 2]);
    }

    #[test]
    fn a_stream_that_is_too_large_is_refused() {
        let error = read_to_end(&packed(&noise(700_000)), 1 << 20).1;
        assert_eq!(error, Some(io::ErrorKind::FileTooLarge));
    }
}
