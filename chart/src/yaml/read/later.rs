//! Errors that wait for the end of the document.

use crate::Value;
use crate::yaml::error::{Error, Position};

/// What went wrong in the steps after parsing, in Go's order.
#[derive(Default)]
pub(super) struct Later {
    pub(super) decode: Option<(String, Position)>,
    pub(super) doubled: Vec<String>,
    /// Where the first doubled key is.
    pub(super) doubled_at: Option<Position>,
    pub(super) convert: Option<(String, Position)>,
    pub(super) has_unsupported: bool,
}

impl Later {
    /// Returns the first error of the first step that has one, and its place.
    pub(super) fn first(&self) -> Option<(String, Position)> {
        let doubled = || {
            let message = format!("yaml: unmarshal errors:\n{}", self.doubled.join("\n"));
            self.doubled_at.map(|at| (message, at))
        };
        self.decode
            .clone()
            .or_else(doubled)
            .or_else(|| self.convert.clone())
    }

    /// Refuses a value that JSON cannot hold.
    pub(super) fn checked(&self, value: Value) -> Result<Value, Error> {
        if self.has_unsupported
            && let Some(name) = unsupported(&value)
        {
            return Err(Error::converting(format!("json: unsupported value: {name}")));
        }
        Ok(value)
    }
}

/// Returns the first infinity or not-a-number, in the order Go writes JSON.
fn unsupported(value: &Value) -> Option<&'static str> {
    match value {
        Value::Float(number) if number.is_nan() => Some("NaN"),
        Value::Float(number) if *number == f64::INFINITY => Some("+Inf"),
        Value::Float(number) if *number == f64::NEG_INFINITY => Some("-Inf"),
        Value::List(list) => list.iter().find_map(unsupported),
        Value::Map(map) => map.values().find_map(unsupported),
        _ => None,
    }
}
