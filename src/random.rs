//! Random bytes for keys and seeds.

use rand::RngCore;
use rand::rngs::OsRng;

/// Returns bytes from the operating system's generator.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}
