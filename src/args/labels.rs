//! `--labels`: `key=value` pairs, separated by commas.

use std::collections::BTreeMap;

use super::csv;
use crate::error::{CommandError, Result};

/// Takes what is written at one flag, if it is pairs.
///
/// # Errors
/// When a part has no `=`.
pub(crate) fn pairs(text: &str) -> std::result::Result<String, String> {
    let text = text.to_owned();
    match csv::split(std::slice::from_ref(&text))
        .into_iter()
        .find(|part| !part.contains('='))
    {
        Some(part) => Err(format!("{part} must be formatted as key=value")),
        None => Ok(text),
    }
}

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
