//! Random numbers: the operating system's, or those that a seed gives.

use num_bigint_dig::BigUint;
use rand::rngs::OsRng;
use rand::{CryptoRng, Error, RngCore};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Where functions get random numbers from. Clones of one with a seed go on together.
#[derive(Debug, Clone, Default)]
pub(crate) enum Entropy {
    /// The operating system.
    #[default]
    System,
    /// A text, which always gives the same numbers.
    Seeded(Arc<Mutex<Seeded>>),
}

/// What a seed has given so far.
#[derive(Debug, Default)]
pub(crate) struct Seeded {
    seed: String,
    /// The file that is rendered: each has numbers of its own, so that a change of one leaves the others alone.
    file: String,
    drawn: u64,
    /// The primes that were found: they take seconds, and a file may be rendered many times.
    primes: BTreeMap<([u8; 32], usize), (BigUint, BigUint)>,
}

/// So many bytes are asked for at a time.
const SOME: usize = 128;

/// A generator of random numbers, for one call of a function.
pub(crate) enum Generator {
    /// The operating system, which is asked for some bytes at a time.
    System { left: Vec<u8> },
    /// The digests of a key and a count.
    Seeded {
        key: [u8; 32],
        count: u64,
        left: Vec<u8>,
    },
}

impl Entropy {
    /// Makes numbers of a text.
    pub(crate) fn of_seed(seed: &str) -> Self {
        Self::Seeded(Arc::new(Mutex::new(Seeded {
            seed: seed.to_owned(),
            ..Seeded::default()
        })))
    }

    /// Begins with the numbers of a file.
    pub(crate) fn begin(&self, file: &str) {
        if let Self::Seeded(state) = self {
            let mut state = lock(state);
            file.clone_into(&mut state.file);
            state.drawn = 0;
        }
    }

    /// Returns a generator for one call.
    pub(super) fn generator(&self) -> Generator {
        let Self::Seeded(state) = self else {
            return Generator::System { left: Vec::new() };
        };
        let mut state = lock(state);
        state.drawn += 1;
        let parts = [
            state.seed.as_bytes(),
            state.file.as_bytes(),
            &state.drawn.to_be_bytes(),
        ];
        Generator::of(digest(&parts))
    }

    /// Returns the primes that a generator gives, found once.
    pub(super) fn primes(
        &self,
        (generator, bits): (Generator, usize),
        find: impl FnOnce(Generator) -> (BigUint, BigUint),
    ) -> (BigUint, BigUint) {
        let (Self::Seeded(state), Generator::Seeded { key, .. }) = (self, &generator) else {
            return find(generator);
        };
        let key = (*key, bits);
        if let Some(known) = lock(state).primes.get(&key) {
            return known.clone();
        }
        let found = find(generator);
        lock(state).primes.insert(key, found.clone());
        found
    }
}

fn lock(state: &Mutex<Seeded>) -> MutexGuard<'_, Seeded> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Digests texts so that where one ends counts.
fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update((part.len() as u64).to_be_bytes());
        digest.update(part);
    }
    digest.finalize().into()
}

impl Generator {
    fn of(key: [u8; 32]) -> Self {
        Self::Seeded {
            key,
            count: 0,
            left: Vec::new(),
        }
    }
}

impl RngCore for Generator {
    fn next_u32(&mut self) -> u32 {
        let mut bytes = [0; 4];
        self.fill_bytes(&mut bytes);
        u32::from_le_bytes(bytes)
    }

    fn next_u64(&mut self) -> u64 {
        let mut bytes = [0; 8];
        self.fill_bytes(&mut bytes);
        u64::from_le_bytes(bytes)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        match self {
            Self::System { .. } if bytes.len() > SOME => OsRng.fill_bytes(bytes),
            Self::System { left } => {
                if left.len() < bytes.len() {
                    left.resize(SOME, 0);
                    OsRng.fill_bytes(left);
                }
                let rest = left.split_off(left.len() - bytes.len());
                bytes.copy_from_slice(&rest);
            }
            Self::Seeded { key, count, left } => {
                for byte in bytes {
                    if left.is_empty() {
                        *count += 1;
                        *left = digest(&[key, &count.to_be_bytes()]).to_vec();
                    }
                    *byte = left.pop().unwrap_or_default();
                }
            }
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Generator {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seed_and_file_say_what_comes() {
        let draw = |seed: &str, file: &str| {
            let entropy = Entropy::of_seed(seed);
            entropy.begin(file);
            (entropy.generator().next_u64(), entropy.generator().next_u64())
        };
        assert_eq!(draw("a", "x"), draw("a", "x"));
        assert_ne!(draw("a", "x"), draw("a", "y"));
        assert_ne!(draw("a", "x"), draw("b", "x"));
        let (one, two) = draw("a", "x");
        assert_ne!(one, two);
    }
}
