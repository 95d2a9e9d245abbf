//! Memory between a plugin and its host: blocks of bytes that either makes and the other reads (Extism's kernel).
//!
//! A block is named by where it begins; 0 is none. Nothing here trusts what a plugin says: what is outside of all blocks
//! reads as zeros and is not written.

use std::collections::BTreeMap;

/// Blocks begin at multiples of this; so do all of them together, so that none begins at 0.
const GRAIN: u64 = 16;
/// What a block costs beside its bytes: nobody gets memory for nothing by asking for many small ones.
const OVERHEAD: u64 = 96;

/// All blocks of one plugin.
#[derive(Debug)]
pub(super) struct Blocks {
    bytes: Vec<u8>,
    /// How many bytes each has that is in use, by where it begins.
    used: BTreeMap<u64, u64>,
    /// Those that are free, by size and where they begin.
    free: BTreeMap<(u64, u64), ()>,
    /// How large they may be together.
    limit: u64,
}

impl Blocks {
    /// None yet, and of `limit` bytes together at most.
    pub(super) fn new(limit: u64) -> Self {
        Blocks {
            bytes: vec![0; GRAIN as usize],
            used: BTreeMap::new(),
            free: BTreeMap::new(),
            limit,
        }
    }

    /// Makes a block of zeros; 0 when it is to have no bytes, or there is no room.
    pub(super) fn alloc(&mut self, length: u64) -> u64 {
        if length == 0 || length > self.limit {
            return 0;
        }
        let size = length.next_multiple_of(GRAIN);
        let reused = self.free.range((size, 0)..=(size.saturating_mul(2), u64::MAX));
        let reused = reused.map(|(&key, ())| key).next();
        let start = match reused {
            Some(key) => {
                self.free.remove(&key);
                let (size, start) = key;
                self.slice_mut(start, size).fill(0);
                start
            }
            None => match self.grow(size) {
                Some(start) => start,
                None => return 0,
            },
        };
        self.used.insert(start, length);
        start
    }

    /// Adds room at the end, if there may be more.
    fn grow(&mut self, size: u64) -> Option<u64> {
        let start = self.bytes.len() as u64;
        let blocks = (self.used.len() + self.free.len()) as u64;
        if start + size + blocks * OVERHEAD > self.limit {
            return None;
        }
        self.bytes.resize(usize::try_from(start + size).ok()?, 0);
        Some(start)
    }

    /// Makes a block that holds these bytes; 0 when there are none, or there is no room.
    pub(super) fn put(&mut self, bytes: &[u8]) -> u64 {
        let start = self.alloc(bytes.len() as u64);
        if start != 0 {
            self.slice_mut(start, bytes.len() as u64).copy_from_slice(bytes);
        }
        start
    }

    /// Gives a block back, if there is one.
    pub(super) fn free(&mut self, start: u64) {
        if let Some(length) = self.used.remove(&start) {
            self.free.insert((length.next_multiple_of(GRAIN), start), ());
        }
    }

    /// How many bytes a block has; 0 where none begins.
    pub(super) fn length(&self, start: u64) -> u64 {
        self.used.get(&start).copied().unwrap_or(0)
    }

    /// The bytes of a block; none where none begins.
    pub(super) fn get(&self, start: u64) -> &[u8] {
        self.slice(start, self.length(start)).unwrap_or_default()
    }

    /// Bytes anywhere; nothing when they are not all there.
    pub(super) fn slice(&self, start: u64, length: u64) -> Option<&[u8]> {
        let end = usize::try_from(start.checked_add(length)?).ok()?;
        self.bytes.get(usize::try_from(start).ok()?..end)
    }

    /// Reads up to eight bytes as a number, the lowest first.
    pub(super) fn load<const N: usize>(&self, start: u64) -> u64 {
        let mut number = [0; 8];
        if let Some(bytes) = self.slice(start, N as u64) {
            number[..N].copy_from_slice(bytes);
        }
        u64::from_le_bytes(number)
    }

    /// Writes the lowest bytes of a number.
    pub(super) fn store<const N: usize>(&mut self, start: u64, number: u64) {
        let slice = self.slice_mut(start, N as u64);
        if slice.len() == N {
            slice.copy_from_slice(&number.to_le_bytes()[..N]);
        }
    }

    /// How much memory there is.
    pub(super) fn size(&self) -> u64 {
        self.bytes.len() as u64
    }

    /// Bytes anywhere but before the first block; none when they are not all there.
    fn slice_mut(&mut self, start: u64, length: u64) -> &mut [u8] {
        let within = |start: u64| start.checked_add(length).filter(|_| start >= GRAIN);
        let range =
            within(start).and_then(|end| Some((usize::try_from(start).ok()?, usize::try_from(end).ok()?)));
        range
            .and_then(|(start, end)| self.bytes.get_mut(start..end))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_hold_what_is_put_into_them_and_are_used_again() {
        let mut blocks = Blocks::new(1 << 16);
        let (first, second) = (blocks.put(b"hello"), blocks.put(b"world!"));
        assert_ne!(first, second);
        assert_eq!((blocks.get(first), blocks.length(second)), (&b"hello"[..], 6));
        blocks.store::<1>(first, u64::from(b'j'));
        blocks.store::<8>(second, u64::from_le_bytes(*b"12345678"));
        assert_eq!(
            (blocks.get(first), blocks.get(second)),
            (&b"jello"[..], &b"123456"[..])
        );
        assert_eq!(blocks.load::<8>(second), u64::from_le_bytes(*b"12345678"));
        blocks.free(first);
        assert_eq!(blocks.length(first), 0);
        let size = blocks.size();
        assert_eq!(blocks.alloc(7), first);
        assert_eq!((blocks.get(first), blocks.size()), (&[0; 7][..], size));
    }

    #[test]
    fn what_is_outside_is_not_there() {
        let mut blocks = Blocks::new(1 << 16);
        for at in [0, 1, 15, 16, u64::MAX, u64::MAX - 4] {
            blocks.store::<8>(at, 7);
            assert_eq!(blocks.load::<8>(at), 0, "{at}");
            assert_eq!(blocks.get(at), b"", "{at}");
            blocks.free(at);
        }
        assert_eq!(blocks.slice(u64::MAX, u64::MAX), None);
        assert_eq!(
            (blocks.alloc(0), blocks.alloc(u64::MAX), blocks.alloc(1 << 17)),
            (0, 0, 0)
        );
    }

    #[test]
    fn many_small_ones_cost_as_much_as_few_large_ones() {
        let mut blocks = Blocks::new(1 << 20);
        let count = std::iter::repeat_with(|| blocks.alloc(1))
            .take_while(|&start| start != 0)
            .count();
        assert!((1_000..20_000).contains(&count), "{count}");
        assert!(blocks.size() <= 1 << 20);
    }
}
