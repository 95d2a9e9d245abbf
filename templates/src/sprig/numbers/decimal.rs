//! Decimals: the exact arithmetic of the float functions, by the rules of `shopspring/decimal`.

use crate::gotmpl::{FloatKind, printf};
use num_bigint_dig::{BigInt, Sign};
use std::fmt;

/// An integer times a power of ten.
#[derive(Debug, Clone)]
pub(super) struct Decimal {
    digits: BigInt,
    exponent: i64,
}

/// What cannot be calculated.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum DecimalError {
    /// NaN or infinity is no decimal.
    NotFinite(f64),
    /// Division by zero.
    DivisionByZero,
}

impl fmt::Display for DecimalError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFinite(number) if number.is_nan() => {
                formatter.write_str("Cannot create a Decimal from NaN")
            }
            Self::NotFinite(number) => {
                let sign = if *number < 0.0 { '-' } else { '+' };
                write!(formatter, "Cannot create a Decimal from {sign}Inf")
            }
            Self::DivisionByZero => formatter.write_str("decimal division by 0"),
        }
    }
}

/// Digits after the point that a quotient gets.
const DIVISION_PRECISION: i64 = 16;

impl Decimal {
    /// Takes the shortest digits that stand for the float.
    pub(super) fn from_float(number: f64) -> Result<Self, DecimalError> {
        if !number.is_finite() {
            return Err(DecimalError::NotFinite(number));
        }
        let text = printf::format_float(number, 'e', None, FloatKind::Float64);
        let (mantissa, exponent) = text.split_once('e').expect("the format has an exponent");
        let exponent: i64 = exponent.parse().expect("the exponent is a number");
        let places = mantissa.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let digits = mantissa.replace('.', "").parse().expect("the rest are digits");
        Ok(Self {
            digits,
            exponent: exponent - i64::try_from(places).expect("a float has few digits"),
        })
    }

    /// Returns the nearest float.
    pub(super) fn to_float(&self) -> f64 {
        format!("{}e{}", self.digits, self.exponent)
            .parse()
            .expect("this is how numbers are written")
    }

    pub(super) fn add(self, other: Self) -> Result<Self, DecimalError> {
        let (left, right, exponent) = aligned(self, other);
        Ok(Self {
            digits: left + right,
            exponent,
        })
    }

    pub(super) fn subtract(self, other: Self) -> Result<Self, DecimalError> {
        let (left, right, exponent) = aligned(self, other);
        Ok(Self {
            digits: left - right,
            exponent,
        })
    }

    pub(super) fn multiply(self, other: Self) -> Result<Self, DecimalError> {
        Ok(Self {
            digits: self.digits * other.digits,
            exponent: self.exponent + other.exponent,
        })
    }

    /// Divides to 16 digits after the point, half away from zero.
    pub(super) fn divide(self, other: Self) -> Result<Self, DecimalError> {
        if other.digits.sign() == Sign::NoSign {
            return Err(DecimalError::DivisionByZero);
        }
        let scale = self.exponent - other.exponent + DIVISION_PRECISION;
        let (dividend, divisor) = if scale < 0 {
            (self.digits, other.digits * ten_to(-scale))
        } else {
            (self.digits * ten_to(scale), other.digits)
        };
        let mut quotient = &dividend / &divisor;
        let remainder = &dividend - &quotient * &divisor;
        if magnitude(&remainder) * BigInt::from(2) >= magnitude(&divisor) {
            quotient += if dividend.sign() == divisor.sign() { 1 } else { -1 };
        }
        Ok(Self {
            digits: quotient,
            exponent: -DIVISION_PRECISION,
        })
    }
}

fn magnitude(number: &BigInt) -> BigInt {
    match number.sign() {
        Sign::Minus => -number,
        _ => number.clone(),
    }
}

fn ten_to(exponent: i64) -> BigInt {
    let exponent = usize::try_from(exponent).expect("callers give no negative exponent");
    num_bigint_dig::BigInt::parse_bytes(&[b"1", b"0".repeat(exponent).as_slice()].concat(), 10)
        .expect("these are digits")
}

/// Brings both to the smaller exponent.
fn aligned(left: Decimal, right: Decimal) -> (BigInt, BigInt, i64) {
    let exponent = left.exponent.min(right.exponent);
    let scaled = |number: Decimal| {
        if number.exponent > exponent {
            number.digits * ten_to(number.exponent - exponent)
        } else {
            number.digits
        }
    };
    (scaled(left), scaled(right), exponent)
}
