//! A stretch of odd numbers among which a prime is looked for, by several threads.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use num_bigint_dig::{BigUint, RandBigInt as _};

use super::super::super::entropy::Generator;
use super::{Arithmetic, EXPONENT};

/// The primes of the sieve end at so many times the bits: the dearer the test, the more is worth striking out.
const SIEVE: usize = 32;
/// How many odd numbers a window has. One in some hundred is a prime.
const LENGTH: usize = 1 << 12;

/// Odd numbers from a random one on, and how far the search is.
pub(super) struct Window<'a> {
    bits: usize,
    start: BigUint,
    small: &'a [u32],
    survivors: OnceLock<Vec<usize>>,
    /// Which of the survivors is looked at next.
    next: AtomicUsize,
    /// The first of the survivors that will do; too many until there is one.
    found: AtomicUsize,
}

impl<'a> Window<'a> {
    /// Begins with a random number of `bits`, the upper two of them set. `small` are the primes of the sieve.
    pub(super) fn new(generator: &mut Generator, bits: usize, small: &'a [u32]) -> Self {
        let start = generator.gen_biguint(bits) | (BigUint::from(3_u8) << (bits - 2)) | BigUint::from(1_u8);
        Self {
            bits,
            start,
            small,
            survivors: OnceLock::new(),
            next: AtomicUsize::new(0),
            found: AtomicUsize::new(usize::MAX),
        }
    }

    /// The numbers that have no small factor, by their places in the window. Whoever asks first finds them.
    pub(super) fn survivors(&self) -> &[usize] {
        self.survivors.get_or_init(|| survivors(&self.start, self.small))
    }

    /// Looks at one survivor after the other, until one will do or others have looked at all.
    pub(super) fn search(&self, arithmetic: &dyn Arithmetic) {
        let survivors = self.survivors();
        let some = arithmetic.at_once();
        loop {
            let from = self.next.fetch_add(some, Ordering::Relaxed);
            if from >= survivors.len().min(self.found.load(Ordering::Relaxed)) {
                return;
            }
            let candidates = survivors[from..].iter().take(some).map(|at| self.number(*at));
            let candidates: Vec<BigUint> = candidates.collect();
            let answers = arithmetic.may_be_primes(&candidates);
            let mut answers = answers.iter().zip(&candidates);
            if let Some(at) = answers.position(|(may_be, number)| *may_be && fits_exponent(number)) {
                self.found.fetch_min(from + at, Ordering::Relaxed);
            }
        }
    }

    /// What was found, when all have searched.
    pub(super) fn found(&self) -> Option<BigUint> {
        let at = self.survivors().get(self.found.load(Ordering::Relaxed))?;
        Some(self.number(*at)).filter(|number| number.bits() == self.bits)
    }

    fn number(&self, at: usize) -> BigUint {
        &self.start + 2 * at
    }
}

/// The number before the prime must share nothing with the exponent.
fn fits_exponent(prime: &BigUint) -> bool {
    prime % EXPONENT != BigUint::from(1_u8)
}

/// Returns which of the odd numbers from `start` on have no small factor.
fn survivors(start: &BigUint, small: &[u32]) -> Vec<usize> {
    let mut has_factor = vec![false; LENGTH];
    for (prime, rest) in rests(start, small) {
        // start + 2 · first is the first multiple; halving is multiplying with (prime + 1) / 2.
        let first = (prime - rest) % prime * prime.div_ceil(2) % prime;
        for has_factor in has_factor.iter_mut().skip(first as usize).step_by(prime as usize) {
            *has_factor = true;
        }
    }
    let survivors = has_factor.iter().enumerate();
    survivors
        .filter_map(|(at, has_factor)| (!has_factor).then_some(at))
        .collect()
}

/// Returns the primes, each with what it leaves of a number. Dividing the number takes the time, so it is divided by
/// products of primes.
fn rests(number: &BigUint, primes: &[u32]) -> impl Iterator<Item = (u64, u64)> {
    let digits = number.to_bytes_be();
    let (first, digits) = digits.as_rchunks::<4>();
    let first = first.iter().fold(0, |rest, byte| rest << 8 | u64::from(*byte));
    let digits: Vec<u64> = digits
        .iter()
        .map(|digit| u64::from(u32::from_be_bytes(*digit)))
        .collect();
    let mut primes = primes.iter().map(|prime| u64::from(*prime)).peekable();
    std::iter::from_fn(move || {
        let mut product = primes.next()?;
        let mut factors = vec![product];
        while let Some(prime) = primes.next_if(|prime| product * prime <= u64::from(u32::MAX)) {
            product *= prime;
            factors.push(prime);
        }
        let rest = digits
            .iter()
            .fold(first % product, |rest, digit| (rest << 32 | digit) % product);
        Some(factors.into_iter().map(move |prime| (prime, rest % prime)))
    })
    .flatten()
}

/// Returns the odd primes that a window of numbers of `bits` is sieved with.
pub(super) fn small_primes(bits: usize) -> Vec<u32> {
    let end = SIEVE * bits;
    let mut is_composite = vec![false; end];
    let mut primes = Vec::new();
    for number in (3..end).step_by(2) {
        if is_composite[number] {
            continue;
        }
        primes.push(number as u32);
        for multiple in (number * number..end).step_by(2 * number) {
            is_composite[multiple] = true;
        }
    }
    primes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sieve_keeps_what_has_no_small_factor() {
        let small = small_primes(1 << 10);
        assert_eq!(small[..4], [3, 5, 7, 11]);
        let start = BigUint::from(1_000_003_u32 * 4 + 1) + (BigUint::from(1_u8) << 70);
        let left = survivors(&start, &small);
        for at in 0..LENGTH {
            let number = (1_u128 << 70) + 4_000_013 + 2 * at as u128;
            let has_factor = small
                .iter()
                .any(|prime| number.is_multiple_of(u128::from(*prime)));
            assert_eq!(left.contains(&at), !has_factor, "{number}");
        }
    }
}
