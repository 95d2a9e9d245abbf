//! DSA keys, which only `genPrivateKey` makes: nobody signs with them here.

use super::super::entropy::Generator;
use super::der;
use num_bigint_dig::prime::probably_prime;
use num_bigint_dig::{BigUint, RandBigInt as _};

/// A DSA key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DsaKey {
    pub(super) p: BigUint,
    pub(super) q: BigUint,
    pub(super) g: BigUint,
    pub(super) y: BigUint,
    pub(super) x: BigUint,
}

/// How often a candidate is tested: an error of 2^-80 and less.
const TESTS: usize = 40;

fn one() -> BigUint {
    BigUint::from(1_u8)
}

/// Draws an odd number of exactly so many bits.
fn candidate(generator: &mut Generator, bits: usize) -> BigUint {
    generator.gen_biguint(bits) | one() | (one() << (bits - 1))
}

impl DsaKey {
    /// Generates parameters and a key, by the steps of FIPS 186: a prime `q` of `order_bits`, a prime `p` of `bits` with
    /// `q` in `p - 1`, and a generator.
    pub(super) fn generate(generator: &mut Generator, bits: usize, order_bits: usize) -> Self {
        let (p, q) = Self::primes(generator, bits, order_bits);
        let exponent = (&p - one()) / &q;
        let powers = (2_u8..).map(|base| BigUint::from(base).modpow(&exponent, &p));
        let g = powers
            .into_iter()
            .find(|power| *power != one())
            .expect("few bases have the order one");
        let x = generator.gen_biguint_range(&one(), &q);
        let y = g.modpow(&x, &p);
        Self { p, q, g, y, x }
    }

    fn primes(generator: &mut Generator, bits: usize, order_bits: usize) -> (BigUint, BigUint) {
        loop {
            let q = candidate(generator, order_bits);
            if !probably_prime(&q, TESTS) {
                continue;
            }
            for _ in 0..4 * bits {
                let p = candidate(generator, bits);
                let remainder = &p % &q;
                let p = p + one() - remainder;
                if p.bits() == bits && probably_prime(&p, TESTS) {
                    return (p, q);
                }
            }
        }
    }

    /// Writes the key as OpenSSL does.
    pub(super) fn to_der(&self) -> Vec<u8> {
        let numbers = [&self.p, &self.q, &self.g, &self.y, &self.x];
        let mut parts = vec![der::integer(&[])];
        parts.extend(numbers.map(|number| der::integer(&number.to_bytes_be())));
        der::sequence(&parts)
    }

    /// Reads what [`to_der`](Self::to_der) writes.
    pub(super) fn from_der(bytes: &[u8]) -> Option<Self> {
        let mut reader = der::Reader(bytes).enter(der::tag::SEQUENCE)?;
        reader.integer()?;
        let mut number = || reader.integer().map(BigUint::from_bytes_be);
        Some(Self {
            p: number()?,
            q: number()?,
            g: number()?,
            y: number()?,
            x: number()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::entropy::Entropy;
    use super::*;

    #[test]
    fn keys_are_sound() {
        let key = DsaKey::generate(&mut Entropy::System.generator(), 512, 160);
        assert_eq!((&key.p - one()) % &key.q, BigUint::from(0_u8));
        assert_eq!(key.g.modpow(&key.q, &key.p), one());
        assert_eq!(key.g.modpow(&key.x, &key.p), key.y);
        assert_eq!(DsaKey::from_der(&key.to_der()), Some(key));
    }
}
