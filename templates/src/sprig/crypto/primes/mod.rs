//! The primes of RSA keys.
//!
//! The library that we take keys from tries numbers at random and strikes out multiples of a few primes only, which
//! takes seconds for a key of 4096 bits. Here a sieve of many primes goes over a window of numbers first, then Fermat's
//! test to the base 2, the cheapest question that tells most composite numbers from primes; what is left is asked Miller's
//! and Rabin's question.

#[cfg(target_arch = "x86_64")]
mod lanes;
mod plain;
mod window;

use chart::parallel;
use num_bigint_dig::{BigUint, RandBigInt as _};

use self::window::Window;
use super::super::entropy::Generator;

/// The exponent of all RSA keys.
pub(super) const EXPONENT: u32 = 65537;
/// More than so many threads find nothing sooner.
const THREADS: usize = 4;

/// What calculates with large odd numbers, each larger than 2.
trait Arithmetic: Sync {
    /// How many numbers are looked at as fast as one.
    fn at_once(&self) -> usize;

    /// Says for each number whether `2^(number - 1)` leaves the rest 1. That holds for every odd prime, and for hardly
    /// any other number.
    fn may_be_primes(&self, numbers: &[BigUint]) -> Vec<bool>;

    /// Returns the rests of the bases, which are smaller than `modulus`, raised to `exponent`, which is not zero.
    fn powers(&self, bases: &[BigUint], exponent: &BigUint, modulus: &BigUint) -> Vec<BigUint>;
}

/// Returns the fastest that this processor has.
fn arithmetic() -> Box<dyn Arithmetic> {
    #[cfg(target_arch = "x86_64")]
    if let Some(found) = lanes::find() {
        return found;
    }
    Box::new(plain::Plain)
}

/// Returns two different primes of half of `bits` each, whose product has all of `bits`. What a generator gives decides
/// which they are, and not how many threads look for them.
pub(super) fn pair(mut generator: Generator, bits: usize) -> (BigUint, BigUint) {
    let arithmetic = arithmetic();
    let small = window::small_primes(bits / 2);
    loop {
        let windows = [bits - bits / 2, bits / 2].map(|bits| Window::new(&mut generator, bits, &small));
        side_by_side(&threads(), |thread| {
            // Each begins with one: both have to be sieved before anything else can be done.
            windows[thread % 2].survivors();
            for window in &windows {
                window.search(arithmetic.as_ref());
            }
        });
        let [Some(p), Some(q)] = windows.each_ref().map(Window::found) else {
            continue;
        };
        let questions = [p, q].map(|candidate| (bases(&mut generator, &candidate), candidate));
        let answers = side_by_side(&questions, |(bases, candidate)| {
            is_prime(arithmetic.as_ref(), candidate, bases)
        });
        let [(_, p), (_, q)] = questions;
        if p != q && answers == [true, true] {
            return (p, q);
        }
    }
}

/// Does the same for each item, all at once if there are processors enough.
fn side_by_side<T: Sync, R: Send>(items: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    parallel::map(items, |_| parallel::WORTH_A_THREAD, work)
}

/// Numbers the threads that look for primes.
fn threads() -> Vec<usize> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    (0..processors.min(THREADS)).collect()
}

/// Asks Miller's and Rabin's question of an odd number with each base.
fn is_prime(arithmetic: &dyn Arithmetic, candidate: &BigUint, bases: &[BigUint]) -> bool {
    let one = BigUint::from(1_u8);
    let last = candidate - &one;
    let twos = last.trailing_zeros().unwrap_or(0);
    let powers = arithmetic.powers(bases, &(&last >> twos), candidate);
    powers.into_iter().all(|power| {
        let mut squares = std::iter::successors(Some(power.clone()), |power| Some(power * power % candidate));
        power == one || squares.by_ref().take(twos).any(|square| square == last)
    })
}

/// Draws bases for a candidate: neither 1 nor the last below it, which every odd number passes with.
fn bases(generator: &mut Generator, candidate: &BigUint) -> Vec<BigUint> {
    let (two, last) = (BigUint::from(2_u8), candidate - BigUint::from(1_u8));
    let draw = |_| generator.gen_biguint_range(&two, &last);
    (0..rounds(candidate.bits())).map(draw).collect()
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

/// Returns what times an odd number gives -1, in the ring of 64 bits.
fn negative_inverse(number: u64) -> u64 {
    // Newton's step doubles the number of right bits; an odd number is its own inverse in three.
    let inverse = (0..5).fold(number, |inverse, _| {
        inverse.wrapping_mul(2_u64.wrapping_sub(number.wrapping_mul(inverse)))
    });
    inverse.wrapping_neg()
}

#[cfg(test)]
mod tests {
    use super::super::super::entropy::Entropy;
    use super::*;

    #[test]
    fn primes_are_of_the_size_asked_for() {
        let mut generator = Entropy::System.generator();
        let (p, q) = pair(Entropy::System.generator(), 512);
        assert_eq!((&p * &q).bits(), 512);
        for prime in [p, q] {
            let bases = bases(&mut generator, &prime);
            assert!(is_prime(&plain::Plain, &prime, &bases));
            let multiple = prime * BigUint::from(3_u8);
            let bases = self::bases(&mut generator, &multiple);
            assert!(!is_prime(arithmetic().as_ref(), &multiple, &bases));
        }
    }

    #[test]
    fn a_generator_decides_which_they_are() {
        let entropy = || Entropy::of_seed("a").generator();
        assert_eq!(pair(entropy(), 512), pair(entropy(), 512));
        assert_ne!(pair(entropy(), 512), pair(Entropy::of_seed("b").generator(), 512));
    }

    #[test]
    fn what_deceives_fermat_is_found() {
        let mut generator = Entropy::System.generator();
        // 37 · 73 · 109, one of Carmichael's numbers.
        let carmichael = BigUint::from(294_409_u32);
        assert!(arithmetic().may_be_primes(std::slice::from_ref(&carmichael))[0]);
        let bases = bases(&mut generator, &carmichael);
        assert!(!is_prime(arithmetic().as_ref(), &carmichael, &bases));
    }
}
