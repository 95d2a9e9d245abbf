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
/// The size of a large page, in bytes.
const LARGE_PAGE: usize = 2 << 20;
/// How much of a large page has to be of use: all of it is in memory.
const WORTH_A_LARGE_PAGE: usize = LARGE_PAGE / 2;
/// How many bytes at the end of a stream say how large it was.
const SIZE_BYTES: usize = 4;

/// Unpacks the first stream in `packed`, to no more than `most` bytes. Nothing is returned where it is damaged, too large,
/// or lies about its size.
pub(super) fn at_once(packed: &[u8], most: usize) -> Option<Bytes> {
    let room = room(packed.last_chunk(), packed.len(), most);
    let mut memory = memory(room).ok()?;
    let count = unpack(packed, &mut memory[..room])?;
    Some(Bytes::from_owner(memory).slice(..count))
}

/// As [`at_once`], for what a file has.
///
/// # Errors
///
/// When the file cannot be read.
pub(super) fn file_at_once(file: &mut File, most: usize) -> io::Result<Option<Bytes>> {
    let length = file.seek(SeekFrom::End(0))? as usize;
    let mut said = [0; SIZE_BYTES];
    if length < said.len() {
        return Ok(None);
    }
    file.seek(SeekFrom::End(-(SIZE_BYTES as i64)))?;
    file.read_exact(&mut said)?;
    file.rewind()?;
    let room = room(Some(&said), length, most);
    // The stream itself is behind what comes of it, in the same pages.
    let mut memory = memory(room + length)?;
    let (unpacked, packed) = memory.split_at_mut(room);
    file.read_exact(&mut packed[..length])?;
    let count = unpack(&packed[..length], unpacked);
    Ok(count.map(|count| Bytes::from_owner(memory).slice(..count)))
}

fn unpack(packed: &[u8], unpacked: &mut [u8]) -> Option<usize> {
    Decompressor::new().gzip_decompress(packed, unpacked).ok()
}

/// Returns how much memory a stream of a given length needs that says it unpacks to so much. It may lie, or tell of its
/// last part only.
fn room(said: Option<&[u8; SIZE_BYTES]>, length: usize, most: usize) -> usize {
    let said = said.map_or(0, |size| u32::from_le_bytes(*size) as usize);
    said.min(length.saturating_mul(BEST_RATIO)).clamp(LEAST, most)
}

/// A stream that is unpacked step by step, to be read at any place.
pub(super) struct Inflated<'a> {
    decoder: MultiGzDecoder<&'a [u8]>,
    memory: MmapMut,
    /// How much of the memory is used: it may be larger, for large pages.
    size: usize,
    filled: usize,
    /// Up to where there are pages.
    touched: usize,
    position: usize,
    most: usize,
}

impl<'a> Inflated<'a> {
    /// Prepares to unpack a stream to no more than `most` bytes.
    pub(super) fn new(packed: &'a [u8], most: usize) -> io::Result<Self> {
        let size = room(packed.last_chunk(), packed.len(), most) + LEAST;
        Ok(Self {
            decoder: MultiGzDecoder::new(packed),
            memory: map(size)?,
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
        let mut larger = map(self.size)?;
        larger[..self.filled].copy_from_slice(&self.memory[..self.filled]);
        self.memory = larger;
        Ok(())
    }

    /// Returns all that was unpacked.
    pub(super) fn into_bytes(self) -> Bytes {
        Bytes::from_owner(self.memory).slice(..self.filled)
    }
}

/// Returns memory that is about to be used, all of it zero.
fn memory(size: usize) -> io::Result<MmapMut> {
    let memory = map(size)?;
    // Large pages come as they are touched: a stream that lies about its size gets few.
    let large = in_large_pages(size);
    populate(&memory, large, size.saturating_sub(large));
    Ok(memory)
}

/// Returns memory that is all zero.
fn map(size: usize) -> io::Result<MmapMut> {
    let large = in_large_pages(size);
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

/// Returns how much of so many bytes is worth large pages.
fn in_large_pages(size: usize) -> usize {
    (size + WORTH_A_LARGE_PAGE) / LARGE_PAGE * LARGE_PAGE
}

/// Has the system give pages all at once, which is cheaper than one by one.
fn populate(memory: &MmapMut, start: usize, size: usize) {
    // Of systems that cannot they come one by one.
    #[cfg(target_os = "linux")]
    let _ = memory.advise_range(Advice::PopulateWrite, start, size);
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

    fn steps(packed: &[u8]) -> Inflated<'_> {
        Inflated::new(packed, 1 << 30).unwrap()
    }

    fn read_to_end(packed: &[u8], most: usize) -> (Vec<u8>, Option<io::ErrorKind>) {
        let mut bytes = Vec::new();
        let outcome = Inflated::new(packed, most).unwrap().read_to_end(&mut bytes);
        (bytes, outcome.err().map(|error| error.kind()))
    }

    #[test]
    fn all_of_a_stream_is_unpacked() {
        for bytes in [Vec::new(), b"short".to_vec(), noise(700_000)] {
            let packed = packed(&bytes);
            assert_eq!(at_once(&packed, 1 << 30).unwrap(), bytes);
            let mut file = tempfile::tempfile().unwrap();
            file.write_all(&packed).unwrap();
            assert_eq!(file_at_once(&mut file, 1 << 30).unwrap().unwrap(), bytes);
            assert_eq!(read_to_end(&packed, 1 << 30), (bytes, None));
        }
        assert!(
            file_at_once(&mut tempfile::tempfile().unwrap(), 1 << 30)
                .unwrap()
                .is_none()
        );
    }

    #[test]
    fn a_second_stream_is_read_on() {
        let (first, second) = (noise(300_000), noise(10));
        let both = [packed(&first), packed(&second)].concat();
        assert!(at_once(&both, 1 << 30).is_none_or(|unpacked| unpacked == first));
        assert_eq!(read_to_end(&both, 1 << 30), ([first, second].concat(), None));
    }

    #[test]
    fn what_is_behind_a_stream_is_seen_by_who_asks_for_it() {
        let first = noise(300_000);
        let both = [packed(&first), b"something else".to_vec()].concat();
        let mut inflated = steps(&both);
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
        assert_eq!(at_once(&damaged, 1 << 30), None);
        let mut inflated = steps(&damaged);
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
        assert_eq!(at_once(&lying, 1 << 30), None);
        let mut inflated = steps(&lying);
        let mut bytes = vec![0; first.len() / 2];
        inflated.read_exact(&mut bytes).unwrap();
        assert_eq!(bytes, first[..first.len() / 2]);
    }

    #[test]
    fn a_stream_that_is_too_large_is_refused() {
        let large = packed(&noise(700_000));
        assert_eq!(at_once(&large, 1 << 20), None);
        let error = read_to_end(&large, 1 << 20).1;
        assert_eq!(error, Some(io::ErrorKind::FileTooLarge));
    }
}
