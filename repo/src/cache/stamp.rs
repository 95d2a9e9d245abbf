//! `Stamp`: by which a file is known again, as long as nobody has written or replaced it.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

/// Size, times and number of a file. Writing changes the times, replacing changes the number as well.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stamp([u64; 6]);

/// How many bytes a stamp has.
pub(super) const LENGTH: usize = 48;

impl Stamp {
    /// The stamp of a file.
    pub(super) fn of(file: &Metadata) -> Self {
        Stamp([
            file.len(),
            file.ino(),
            file.mtime().cast_unsigned(),
            file.mtime_nsec().cast_unsigned(),
            file.ctime().cast_unsigned(),
            file.ctime_nsec().cast_unsigned(),
        ])
    }

    /// The stamp as bytes.
    pub(super) fn to_bytes(self) -> [u8; LENGTH] {
        let mut bytes = [0; LENGTH];
        for (place, number) in bytes.chunks_exact_mut(8).zip(self.0) {
            place.copy_from_slice(&number.to_le_bytes());
        }
        bytes
    }
}
