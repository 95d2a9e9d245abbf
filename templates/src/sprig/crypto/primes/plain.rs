//! One large number after the other, on any processor.
//!
//! Squares are reduced in Montgomery's form; doubling takes the place of multiplying.

use num_bigint_dig::BigUint;

use super::{Arithmetic, negative_inverse};

/// Arithmetic without a vector unit.
pub(super) struct Plain;

impl Arithmetic for Plain {
    fn at_once(&self) -> usize {
        1
    }

    fn may_be_primes(&self, numbers: &[BigUint]) -> Vec<bool> {
        numbers.iter().map(may_be_prime).collect()
    }

    fn powers(&self, bases: &[BigUint], exponent: &BigUint, modulus: &BigUint) -> Vec<BigUint> {
        bases.iter().map(|base| base.modpow(exponent, modulus)).collect()
    }
}

/// Says whether `2^(number - 1)` leaves the rest 1. `number` is odd and larger than 2.
fn may_be_prime(number: &BigUint) -> bool {
    let modulus = Modulus::new(number);
    let one = modulus.one();
    // All bits of number - 1, the highest first; 2 to the power of 0 is where it begins.
    let mut power = one.clone();
    let mut wide = vec![0; 2 * one.len()];
    for bit in (0..number.bits()).rev() {
        modulus.square(&mut power, &mut wide);
        if bit > 0 && modulus.has_bit(bit) {
            modulus.double(&mut power);
        }
    }
    power == one
}

/// An odd number to reduce by; limbs of 64 bits, the lowest first.
struct Modulus {
    limbs: Vec<u64>,
    /// The negative inverse of the lowest limb.
    inverse: u64,
}

impl Modulus {
    fn new(number: &BigUint) -> Self {
        let bytes = number.to_bytes_le();
        let limbs = bytes.chunks(8).map(limb).collect::<Vec<_>>();
        let inverse = negative_inverse(limbs[0]);
        Self { limbs, inverse }
    }

    /// The number 1 in Montgomery's form: what 2^(64 · limbs) leaves.
    fn one(&self) -> Vec<u64> {
        let radix = BigUint::from(1_u8) << (64 * self.limbs.len());
        let bytes: Vec<u8> = self.limbs.iter().flat_map(|limb| limb.to_le_bytes()).collect();
        let rest = (radix % BigUint::from_bytes_le(&bytes)).to_bytes_le();
        let mut limbs: Vec<u64> = rest.chunks(8).map(limb).collect();
        limbs.resize(self.limbs.len(), 0);
        limbs
    }

    fn has_bit(&self, bit: usize) -> bool {
        self.limbs[bit / 64] >> (bit % 64) & 1 == 1
    }

    /// Squares `number`; `wide` is room for twice its length.
    fn square(&self, number: &mut [u64], wide: &mut [u64]) {
        square(number, wide);
        let length = self.limbs.len();
        let mut carry = 0;
        for at in 0..length {
            let factor = wide[at].wrapping_mul(self.inverse);
            let rest = add_product(&mut wide[at..at + length], &self.limbs, factor);
            let sum = u128::from(wide[at + length]) + u128::from(rest) + u128::from(carry);
            wide[at + length] = sum as u64;
            carry = (sum >> 64) as u64;
        }
        number.copy_from_slice(&wide[length..]);
        self.reduce(number, carry);
    }

    fn double(&self, number: &mut [u64]) {
        let carry = shift_left(number);
        self.reduce(number, carry);
    }

    /// Takes the modulus off once, if the number with its carry reaches it.
    fn reduce(&self, number: &mut [u64], carry: u64) {
        if carry == 0 && number.iter().rev().lt(self.limbs.iter().rev()) {
            return;
        }
        let mut borrow = false;
        for (digit, limb) in number.iter_mut().zip(&self.limbs) {
            let (rest, first) = digit.overflowing_sub(*limb);
            let (rest, second) = rest.overflowing_sub(u64::from(borrow));
            *digit = rest;
            borrow = first | second;
        }
    }
}

fn limb(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .rev()
        .fold(0, |limb, byte| limb << 8 | u64::from(*byte))
}

/// Writes the square of `number` to `wide`: the products of different limbs once, doubled, then the squares.
fn square(number: &[u64], wide: &mut [u64]) {
    let length = number.len();
    wide.fill(0);
    for at in 0..length - 1 {
        let (low, high) = wide.split_at_mut(at + length);
        high[0] = add_product(&mut low[2 * at + 1..], &number[at + 1..], number[at]);
    }
    shift_left(wide);
    let mut carry = 0;
    for (pair, limb) in wide.chunks_exact_mut(2).zip(number) {
        let product = u128::from(*limb) * u128::from(*limb);
        let low = u128::from(pair[0]) + u128::from(product as u64) + u128::from(carry);
        let high = u128::from(pair[1]) + (product >> 64) + (low >> 64);
        (pair[0], pair[1]) = (low as u64, high as u64);
        carry = (high >> 64) as u64;
    }
}

/// Doubles a number; returns the bit that has no room.
fn shift_left(number: &mut [u64]) -> u64 {
    number.iter_mut().fold(0, |carry, limb| {
        let next = *limb >> 63;
        *limb = *limb << 1 | carry;
        next
    })
}

/// Adds `factor · number` to `sum`, which is as long; returns the limb that has no room. All the time is spent here: four
/// limbs at once are a third faster than one.
fn add_product(sum: &mut [u64], number: &[u64], factor: u64) -> u64 {
    let add = |carry: u64, (digit, limb): (&mut u64, &u64)| {
        let product = u128::from(*limb) * u128::from(factor) + u128::from(*digit) + u128::from(carry);
        *digit = product as u64;
        (product >> 64) as u64
    };
    let (digits, last_digits) = sum.as_chunks_mut::<4>();
    let (limbs, last_limbs) = number.as_chunks::<4>();
    let carry = digits.iter_mut().zip(limbs).fold(0, |carry, (digits, limbs)| {
        let [a, b, c, d] = digits;
        let carry = add(add(carry, (a, &limbs[0])), (b, &limbs[1]));
        add(add(carry, (c, &limbs[2])), (d, &limbs[3]))
    });
    last_digits.iter_mut().zip(last_limbs).fold(carry, add)
}

#[cfg(test)]
mod tests {
    use super::*;
    use num_bigint_dig::RandBigInt as _;
    use rand::rngs::OsRng;

    #[test]
    fn answers_as_plain_arithmetic_does() {
        let one = BigUint::from(1_u8);
        for bits in [3, 8, 63, 64, 65, 127, 128, 192, 512, 1000] {
            for _ in 0..20 {
                let number = OsRng.gen_biguint(bits) | &one | (&one << (bits - 1));
                let plain = BigUint::from(2_u8).modpow(&(&number - &one), &number) == one;
                assert_eq!(may_be_prime(&number), plain, "{number}");
            }
        }
    }

    #[test]
    fn knows_a_large_prime() {
        let prime = (BigUint::from(1_u8) << 521) - BigUint::from(1_u8);
        assert!(may_be_prime(&prime));
        assert!(!may_be_prime(&(prime - BigUint::from(2_u8))));
    }
}
