//! `--labels`: `key=value` pairs, separated by commas.

use std::collections::BTreeMap;

use super::csv;
use crate::error::{CommandError, Result};

/// Reads the pairs; a later one wins (pflag's StringToString).
///
/// # Errors
/// When a part has no `=`.
pub(crate) fn parse(values: &[String]) -> Result<BTreeMap<String, String>> {
    let pair = |part: String| match part.split_once('=') {
        Some((key, value)) => Ok((key.to_owned(), value.to_owned())),
        None => Err(CommandError::new(format!(
            "invalid argument {part:?} for \"-l, --labels\" flag: {part} must be formatted as key=value"
        ))),
    };
    csv::split(values).into_iter().map(pair).collect()
}
