//! Errors that wait for the end of the document.

use super::Error;
use crate::Value;

/// What went wrong in the steps after parsing, in Go's order.
#[derive(Default)]
pub(super) struct Later {
    pub(super) decode: Option<String>,
    pub(super) doubled: Vec<String>,
    pub(super) convert: Option<String>,
    pub(super) has_unsupported: bool,
}

impl Later {
    /// Returns the value, or the first error of the first step that has one.
    pub(super) fn finish(self, value: Value) -> Result<Value, Error> {
        if let Some(message) = self.decode {
            return Err(Error::converting(message));
        }
        if !self.doubled.is_empty() {
            return Err(Error::converting(format!(
                "yaml: unmarshal errors:\n{}",
                self.doubled.join("\n")
            )));
        }
        if let Some(message) = self.convert {
            return Err(Error::converting(message));
        }
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
