//! Eight large numbers at once, with the vector unit of the processor: each of its instructions does for eight numbers
//! what another does for one.
//!
//! The digits of a number are spread: a [`Lane`] has one of each number. Products are reduced in Montgomery's form, column
//! by column. The radix is 64 times the modulus or more, so that nothing grows past four times the modulus if products are
//! doubled at most, and nothing is ever taken off.

use num_bigint_dig::BigUint;
use pulp::NullaryFnOnce;

use super::Arithmetic;

/// How many numbers are worked on at once.
const LANES: usize = 8;
/// So many sums are gathered beside each other: a product waits for the one before it in the same sum.
const CHAINS: usize = 2;
/// The factor between a modulus and the radix, in bits.
const ROOM: usize = 6;

/// A digit of each number.
#[derive(Clone, Copy)]
#[repr(C, align(64))]
struct Lane([u64; LANES]);

const ZERO: Lane = Lane([0; LANES]);

impl Lane {
    #[inline(always)]
    fn of(digit: impl FnMut(usize) -> u64) -> Self {
        Self(std::array::from_fn(digit))
    }

    #[inline(always)]
    fn plus(&self, other: &Self) -> Self {
        Self::of(|lane| self.0[lane] + other.0[lane])
    }
}

/// The products of a column, and what goes over to the next one.
#[derive(Clone, Copy)]
struct Column {
    low: Lane,
    high: Lane,
}

const EMPTY: Column = Column {
    low: ZERO,
    high: ZERO,
};

impl Column {
    #[inline(always)]
    fn plus(&self, other: &Self) -> Self {
        Self {
            low: self.low.plus(&other.low),
            high: self.high.plus(&other.high),
        }
    }
}

/// What multiplies.
trait Unit: Copy + Sync {
    /// The size of a digit in bits. Sums of some hundred products have room.
    const BITS: usize;

    /// Has a task done with the instructions of the unit.
    fn run<T: NullaryFnOnce>(self, task: T) -> T::Output;

    /// Adds the product of two digits to a column.
    fn add_product(self, column: Column, one: &Lane, other: &Lane) -> Column;
}

pulp::simd_type! {
    /// Products of 52 bits, with AVX-512.
    struct Wide {
        avx512: "avx512f",
        ifma: "avx512ifma",
    }
}

impl Unit for Wide {
    const BITS: usize = 52;

    #[inline(always)]
    fn run<T: NullaryFnOnce>(self, task: T) -> T::Output {
        self.vectorize(task)
    }

    #[inline(always)]
    fn add_product(self, column: Column, one: &Lane, other: &Lane) -> Column {
        let (one, other) = (pulp::cast(one.0), pulp::cast(other.0));
        let low = self
            .ifma
            ._mm512_madd52lo_epu64(pulp::cast(column.low.0), one, other);
        let high = self
            .ifma
            ._mm512_madd52hi_epu64(pulp::cast(column.high.0), one, other);
        Column {
            low: Lane(pulp::cast(low)),
            high: Lane(pulp::cast(high)),
        }
    }
}

/// Products of 32 bits, with AVX2.
impl Unit for pulp::x86::V3 {
    const BITS: usize = 28;

    #[inline(always)]
    fn run<T: NullaryFnOnce>(self, task: T) -> T::Output {
        self.vectorize(task)
    }

    #[inline(always)]
    fn add_product(self, column: Column, one: &Lane, other: &Lane) -> Column {
        let sum: [_; 2] = pulp::cast(column.low.0);
        let (one, other): ([_; 2], [_; 2]) = (pulp::cast(one.0), pulp::cast(other.0));
        let half = |at: usize| {
            let product = self.avx2._mm256_mul_epu32(one[at], other[at]);
            self.avx2._mm256_add_epi64(sum[at], product)
        };
        Column {
            low: Lane(pulp::cast([half(0), half(1)])),
            ..column
        }
    }
}

/// Returns the best vector unit that the processor has.
pub(super) fn find() -> Option<Box<dyn Arithmetic>> {
    units().next()
}

/// Returns the vector units that the processor has, the best first.
fn units() -> impl Iterator<Item = Box<dyn Arithmetic>> {
    let units = [arithmetic(Wide::try_new()), arithmetic(pulp::x86::V3::try_new())];
    units.into_iter().flatten()
}

fn arithmetic<U: Unit + 'static>(unit: Option<U>) -> Option<Box<dyn Arithmetic>> {
    Some(Box::new(Vectors(unit?)))
}

/// Arithmetic with a vector unit.
struct Vectors<U>(U);

impl<U: Unit> Arithmetic for Vectors<U> {
    fn at_once(&self) -> usize {
        LANES
    }

    fn may_be_primes(&self, numbers: &[BigUint]) -> Vec<bool> {
        let parts = numbers.chunks(LANES).map(|numbers| Moduli::new(self.0, numbers));
        parts.flat_map(|moduli| moduli.may_be_primes()).collect()
    }

    fn powers(&self, bases: &[BigUint], exponent: &BigUint, modulus: &BigUint) -> Vec<BigUint> {
        let parts = bases.chunks(LANES).map(|bases| {
            let moduli = vec![modulus.clone(); bases.len()];
            Moduli::new(self.0, &moduli).powers(bases, exponent)
        });
        parts.flatten().collect()
    }
}

/// Eight odd numbers to reduce by.
struct Moduli<'a, U> {
    unit: U,
    numbers: &'a [BigUint],
    /// The size of the largest in bits.
    bits: usize,
    digits: Vec<Lane>,
    /// The negative inverses of the lowest digits.
    inverses: Lane,
}

impl<'a, U: Unit> Moduli<'a, U> {
    const MASK: u64 = (1 << U::BITS) - 1;

    /// Takes up to eight odd numbers; lanes that are left over reduce by 1.
    fn new(unit: U, numbers: &'a [BigUint]) -> Self {
        let bits = numbers.iter().map(BigUint::bits).max().unwrap_or(0);
        let length = (bits + ROOM).div_ceil(U::BITS);
        let mut digits = spread::<U>(numbers, length);
        for lane in numbers.len()..LANES {
            digits[0].0[lane] = 1;
        }
        let inverses = Lane(
            digits[0]
                .0
                .map(|lowest| super::negative_inverse(lowest) & Self::MASK),
        );
        Self {
            unit,
            numbers,
            bits,
            digits,
            inverses,
        }
    }

    /// Says of which numbers the rest of `2^(number - 1)` is 1.
    fn may_be_primes(&self) -> Vec<bool> {
        let one = BigUint::from(1_u8);
        let ones = self.in_form(&vec![one.clone(); self.numbers.len()]);
        let rests = self.out_of_form(&self.unit.run(PowersOfTwo(self, ones)));
        rests.iter().map(|rest| *rest == one).collect()
    }

    /// Raises a base for each lane.
    fn powers(&self, bases: &[BigUint], exponent: &BigUint) -> Vec<BigUint> {
        let bases = self.in_form(bases);
        self.out_of_form(&self.unit.run(Power(self, bases, exponent)))
    }

    /// Brings a number for each lane into Montgomery's form.
    fn in_form(&self, numbers: &[BigUint]) -> Vec<Lane> {
        let length = self.digits.len();
        let pairs = numbers.iter().zip(self.numbers);
        let numbers: Vec<_> = pairs
            .map(|(number, modulus)| (number << (U::BITS * length)) % modulus)
            .collect();
        spread::<U>(&numbers, length)
    }

    /// The rests that lanes in Montgomery's form stand for.
    fn out_of_form(&self, lanes: &[Lane]) -> Vec<BigUint> {
        let mut one = vec![ZERO; lanes.len()];
        one[0] = Lane([1; LANES]);
        let plain = self.unit.run(Times(self, Product(lanes, &one)));
        let number = |lane: usize| {
            let digits = plain.iter().rev();
            digits.fold(BigUint::from(0_u8), |sum, digit| (sum << U::BITS) + digit.0[lane])
        };
        let numbers = self.numbers.iter().enumerate();
        numbers.map(|(lane, modulus)| number(lane) % modulus).collect()
    }

    /// Adds the products of digits, the first with the last and so on.
    #[inline(always)]
    fn add_products(&self, column: Column, one: &[Lane], other: &[Lane]) -> Column {
        let (ones, last) = one.as_chunks::<CHAINS>();
        let (first, others) = other.as_rchunks::<CHAINS>();
        let mut sums = [EMPTY; CHAINS];
        for (one, other) in ones.iter().zip(others.iter().rev()) {
            for (at, sum) in sums.iter_mut().enumerate() {
                *sum = self.unit.add_product(*sum, &one[at], &other[CHAINS - 1 - at]);
            }
        }
        let sum = sums.iter().fold(column, |sum, part| sum.plus(part));
        let rest = last.iter().zip(first.iter().rev());
        rest.fold(sum, |sum, (one, other)| self.unit.add_product(sum, one, other))
    }

    /// Reduces a product, and writes what is left to `factors`, whose first use is for what the moduli are multiplied
    /// with.
    #[inline(always)]
    fn reduce(&self, product: impl Columns, factors: &mut [Lane]) {
        let length = self.digits.len();
        let mut carry = ZERO;
        for at in 0..2 * length - 1 {
            let (first, last) = ((at + 1).saturating_sub(length), at.min(length));
            let mut column = product.column(self, at);
            column.low = column.low.plus(&carry);
            let digits = &self.digits[at + 1 - last..=at - first];
            column = self.add_products(column, &factors[first..last], digits);
            if at < length {
                let factor = self.unit.add_product(EMPTY, &column.low, &self.inverses);
                factors[at] = Lane::of(|lane| factor.low.0[lane] & Self::MASK);
                column = self.unit.add_product(column, &factors[at], &self.digits[0]);
            } else {
                factors[at - length] = Lane::of(|lane| column.low.0[lane] & Self::MASK);
            }
            carry = Lane::of(|lane| (column.low.0[lane] >> U::BITS) + column.high.0[lane]);
        }
        factors[length - 1] = carry;
    }

    /// Doubles the numbers whose modulus has that bit.
    #[inline(always)]
    fn double(&self, number: &mut [Lane], bit: usize) {
        let digit = &self.digits[bit / U::BITS];
        let shift = Lane::of(|lane| digit.0[lane] >> (bit % U::BITS) & 1);
        let mut carry = ZERO;
        for digit in number {
            let sum = Lane::of(|lane| (digit.0[lane] << shift.0[lane]) + carry.0[lane]);
            *digit = Lane::of(|lane| sum.0[lane] & Self::MASK);
            carry = Lane::of(|lane| sum.0[lane] >> U::BITS);
        }
    }
}

/// A product that is not reduced yet. All of it has to be inlined into what runs on the unit.
trait Columns {
    /// Adds up one of its columns.
    fn column<U: Unit>(&self, moduli: &Moduli<'_, U>, at: usize) -> Column;
}

/// The product of two numbers.
struct Product<'a>(&'a [Lane], &'a [Lane]);

impl Columns for Product<'_> {
    #[inline(always)]
    fn column<U: Unit>(&self, moduli: &Moduli<'_, U>, at: usize) -> Column {
        let Self(one, other) = self;
        let (first, last) = ((at + 1).saturating_sub(one.len()), (at + 1).min(one.len()));
        moduli.add_products(EMPTY, &one[first..last], &other[at + 1 - last..=at - first])
    }
}

/// The square of a number: the products of different digits are taken once, and doubled.
struct Square<'a>(&'a [Lane]);

impl Columns for Square<'_> {
    #[inline(always)]
    fn column<U: Unit>(&self, moduli: &Moduli<'_, U>, at: usize) -> Column {
        let Self(number) = self;
        let (first, half) = ((at + 1).saturating_sub(number.len()), at.div_ceil(2));
        let column = moduli.add_products(EMPTY, &number[first..half], &number[at + 1 - half..=at - first]);
        let column = column.plus(&column);
        if at % 2 == 1 {
            return column;
        }
        moduli.unit.add_product(column, &number[at / 2], &number[at / 2])
    }
}

/// Raises 2 to each modulus less one; begins with ones.
struct PowersOfTwo<'a, U>(&'a Moduli<'a, U>, Vec<Lane>);

impl<U: Unit> NullaryFnOnce for PowersOfTwo<'_, U> {
    type Output = Vec<Lane>;

    #[inline(always)]
    fn call(self) -> Vec<Lane> {
        let Self(moduli, mut power) = self;
        let mut product = power.clone();
        for bit in (0..moduli.bits).rev() {
            moduli.reduce(Square(&power), &mut product);
            std::mem::swap(&mut power, &mut product);
            // The moduli are odd, and one less is not.
            if bit > 0 {
                moduli.double(&mut power, bit);
            }
        }
        power
    }
}

/// Raises bases to an exponent, the same for all.
struct Power<'a, U>(&'a Moduli<'a, U>, Vec<Lane>, &'a BigUint);

impl<U: Unit> NullaryFnOnce for Power<'_, U> {
    type Output = Vec<Lane>;

    #[inline(always)]
    fn call(self) -> Vec<Lane> {
        let Self(moduli, bases, exponent) = self;
        let bytes = exponent.to_bytes_le();
        let (mut power, mut product) = (bases.clone(), bases.clone());
        for bit in (0..exponent.bits() - 1).rev() {
            moduli.reduce(Square(&power), &mut product);
            std::mem::swap(&mut power, &mut product);
            if bytes[bit / 8] >> (bit % 8) & 1 == 1 {
                moduli.reduce(Product(&power, &bases), &mut product);
                std::mem::swap(&mut power, &mut product);
            }
        }
        power
    }
}

/// Multiplies numbers.
struct Times<'a, U>(&'a Moduli<'a, U>, Product<'a>);

impl<U: Unit> NullaryFnOnce for Times<'_, U> {
    type Output = Vec<Lane>;

    #[inline(always)]
    fn call(self) -> Vec<Lane> {
        let mut product = vec![ZERO; self.0.digits.len()];
        self.0.reduce(self.1, &mut product);
        product
    }
}

/// Writes numbers in digits, each in its lane.
fn spread<U: Unit>(numbers: &[BigUint], length: usize) -> Vec<Lane> {
    let mut lanes = vec![ZERO; length];
    for (lane, number) in numbers.iter().enumerate() {
        let mut bytes = number.to_bytes_le();
        bytes.resize((length * U::BITS).div_ceil(8) + 8, 0);
        for (at, digits) in lanes.iter_mut().enumerate() {
            let (byte, shift) = (at * U::BITS / 8, at * U::BITS % 8);
            let limb = bytes[byte..]
                .first_chunk()
                .map_or(0, |limb| u64::from_le_bytes(*limb));
            digits.0[lane] = limb >> shift & ((1 << U::BITS) - 1);
        }
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::super::plain::Plain;
    use super::*;
    use num_bigint_dig::RandBigInt as _;
    use rand::rngs::OsRng;

    // A processor may have none of the units: then there is nothing to compare.
    #[test]
    fn they_answer_as_plain_arithmetic_does() {
        let one = BigUint::from(1_u8);
        for bits in [3, 8, 46, 52, 63, 127, 128, 521, 1000, 1024, 2048] {
            let numbers: Vec<_> = (0..11)
                .map(|_| OsRng.gen_biguint(bits) | &one | (&one << (bits - 1)))
                .collect();
            let exponent = OsRng.gen_biguint(bits) | &one;
            for unit in units() {
                assert_eq!(
                    unit.may_be_primes(&numbers),
                    Plain.may_be_primes(&numbers),
                    "{numbers:?}"
                );
                for modulus in &numbers[..2] {
                    let ours = unit.powers(&numbers[2..], &exponent, modulus);
                    assert_eq!(ours, Plain.powers(&numbers[2..], &exponent, modulus), "{modulus}");
                }
            }
        }
    }

    #[test]
    fn the_largest_digits_have_room() {
        for bits in [1024, 2048] {
            let all: BigUint = (BigUint::from(1_u8) << bits) - BigUint::from(1_u8);
            let numbers = vec![all.clone(); 8];
            let base = vec![&all - BigUint::from(1_u8)];
            for unit in units() {
                assert_eq!(unit.may_be_primes(&numbers), Plain.may_be_primes(&numbers));
                assert_eq!(unit.powers(&base, &all, &all), Plain.powers(&base, &all, &all));
            }
        }
    }
}
