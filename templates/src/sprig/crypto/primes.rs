//! The primes of RSA keys.
//!
//! The library that we take keys from tries numbers at random and strikes out multiples of a few primes only, which
//! takes seconds for a key of 4096 bits. Here a sieve of many primes goes over a window of numbers first, then Fermat's
//! test; the library judges what is left.

use super::super::entropy::Generator;
use num_bigint_dig::prime::probably_prime_miller_rabin;
use num_bigint_dig::{BigUint, RandBigInt as _};

use super::fermat;

/// The exponent of all RSA keys.
pub(super) const EXPONENT: u32 = 65537;

/// The primes of the sieve end at so many times the bits: the dearer the test, the more is worth striking out.
const SIEVE: usize = 32;
/// How many odd numbers a window has. One in some hundred is a prime.
const WINDOW: usize = 1 << 12;

/// Returns two different primes of half of `bits` each, whose product has all of `bits`. They are looked for at once.
pub(super) fn pair(mut generator: Generator, bits: usize) -> (BigUint, BigUint) {
    loop {
        let (mut one, mut two) = (generator.fork(), generator.fork());
        let (p, q) = std::thread::scope(|scope| {
            let mut beside = two.fork();
            let other = std::thread::Builder::new().spawn_scoped(scope, move || prime(&mut beside, bits / 2));
            let p = prime(&mut one, bits - bits / 2);
            let q = match other {
                Ok(thread) => thread
                    .join()
                    .unwrap_or_else(|panic| std::panic::resume_unwind(panic)),
                // The system gives no thread: then it is found here.
                Err(_) => prime(&mut two, bits / 2),
            };
            (p, q)
        });
        if p != q {
            return (p, q);
        }
    }
}

/// Returns a random prime of `bits`, the upper two of them set, that an RSA key can be made of.
fn prime(generator: &mut Generator, bits: usize) -> BigUint {
    let small = small_primes(SIEVE * bits);
    loop {
        let start = generator.gen_biguint(bits) | (BigUint::from(3_u8) << (bits - 2)) | BigUint::from(1_u8);
        let found = survivors(&start, &small)
            .map(|offset| &start + 2 * offset)
            .find(|candidate| fits_exponent(candidate) && is_prime(candidate));
        match found {
            Some(prime) if prime.bits() == bits => return prime,
            _ => {}
        }
    }
}

/// Says whether an odd number is a prime, with a chance of error that nobody lives to see.
fn is_prime(candidate: &BigUint) -> bool {
    fermat::may_be_prime(candidate) && probably_prime_miller_rabin(candidate, rounds(candidate.bits()), false)
}

/// How many random bases to ask, as in Go's `crypto/internal/fips140/rsa`, which takes them from FIPS 186-5: the larger a
/// random number, the rarer is one that deceives.
fn rounds(bits: usize) -> usize {
    match bits {
        1345.. => 4,
        476.. => 5,
        400.. => 6,
        308.. => 8,
        55.. => 27,
        _ => 34,
    }
}

/// The number before the prime must share nothing with the exponent.
fn fits_exponent(prime: &BigUint) -> bool {
    prime % EXPONENT != BigUint::from(1_u8)
}

/// Returns which of the odd numbers from `start` on have no small factor.
fn survivors(start: &BigUint, small: &[u32]) -> impl Iterator<Item = usize> {
    let mut has_factor = vec![false; WINDOW];
    for &prime in small {
        let rest = (start % prime).to_bytes_be();
        let rest = rest.iter().fold(0, |rest, byte| rest << 8 | u64::from(*byte));
        // start + 2 · first is the first multiple; halving is multiplying with (prime + 1) / 2.
        let prime = u64::from(prime);
        let first = (prime - rest) % prime * prime.div_ceil(2) % prime;
        for offset in (first as usize..WINDOW).step_by(prime as usize) {
            has_factor[offset] = true;
        }
    }
    has_factor
        .into_iter()
        .enumerate()
        .filter_map(|(offset, has_factor)| (!has_factor).then_some(offset))
}

/// Returns the odd primes below `end`.
fn small_primes(end: usize) -> Vec<u32> {
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
    use super::super::super::entropy::Entropy;
    use super::*;

    #[test]
    fn the_sieve_keeps_what_has_no_small_factor() {
        let small = small_primes(1 << 15);
        assert_eq!(small[..4], [3, 5, 7, 11]);
        let start = BigUint::from(1_000_003_u32 * 4 + 1);
        let left: Vec<usize> = survivors(&start, &small).collect();
        for offset in 0..WINDOW {
            let number = 4_000_013_u64 + 2 * offset as u64;
            let has_factor = small.iter().any(|prime| number.is_multiple_of(u64::from(*prime)));
            assert_eq!(left.contains(&offset), !has_factor, "{number}");
        }
    }

    #[test]
    fn primes_are_of_the_size_asked_for() {
        let (p, q) = pair(Entropy::System.generator(), 512);
        assert_eq!((&p * &q).bits(), 512);
        assert!(is_prime(&p) && is_prime(&q));
    }
}
