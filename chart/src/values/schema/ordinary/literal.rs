//! Values that a schema names.

use std::collections::BTreeSet;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, SeqAccess, Visitor};

use super::skim::Skim;
use super::{Text, Unsure};
use crate::Value;

/// The largest number from which on there are whole numbers that a float does not know.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A value that another one may be equal to.
#[derive(PartialEq)]
pub(super) enum Literal<'a> {
    Null,
    Bool(bool),
    Number(f64),
    String(Text<'a>),
    /// A list or a table.
    Compound,
}

impl Literal<'_> {
    /// Whether a value is this one.
    pub(super) fn is(&self, value: &Value) -> Result<bool, Unsure> {
        Ok(match (self, value) {
            (Literal::Null, Value::Null) => true,
            (Literal::Bool(one), Value::Bool(other)) => one == other,
            (Literal::Number(one), Value::Int(_) | Value::Float(_)) => *one == number(value)?,
            (Literal::String(one), Value::String(other)) => one.0.as_ref() == other,
            (Literal::Compound, Value::List(_) | Value::Map(_)) => return Err(Unsure),
            // This one is written as `null`.
            (_, Value::Float(float)) if !float.is_finite() => return Err(Unsure),
            _ => false,
        })
    }
}

/// Returns a number, if a float has it as it is.
pub(super) fn number(value: &Value) -> Result<f64, Unsure> {
    let number = match value {
        Value::Int(number) => *number as f64,
        Value::Float(number) => *number,
        _ => return Err(Unsure),
    };
    // What is not a number is not below either.
    if number.abs() < EXACT {
        Ok(number)
    } else {
        Err(Unsure)
    }
}

/// Whether the items of a list differ from each other.
pub(super) fn are_unique(items: &[Value]) -> Result<bool, Unsure> {
    if items.len() < 2 {
        return Ok(true);
    }
    let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
    let texts = texts.ok_or(Unsure)?;
    Ok(texts.iter().collect::<BTreeSet<_>>().len() == texts.len())
}

impl<'de> Deserialize<'de> for Literal<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Literal<'de>;

    fn expecting(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Literal::Null)
    }

    fn visit_bool<E>(self, flag: bool) -> Result<Self::Value, E> {
        Ok(Literal::Bool(flag))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
        self.visit_f64(number as f64)
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
        self.visit_f64(number as f64)
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
        if number.abs() < EXACT {
            Ok(Literal::Number(number))
        } else {
            Err(E::custom("a large number"))
        }
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Literal::String(Text(text.into())))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Literal::String(Text(text.to_owned().into())))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        while items.next_element::<Skim>()?.is_some() {}
        Ok(Literal::Compound)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        while entries.next_entry::<Skim, Skim>()?.is_some() {}
        Ok(Literal::Compound)
    }
}
