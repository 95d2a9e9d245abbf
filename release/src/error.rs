//! Errors as one line, the way Go prints what it wraps.

use std::error::Error;

pub(crate) use chart::chain;

/// Returns several errors as one text.
pub(crate) fn joined<'a, E: Error + 'static>(
    errors: impl IntoIterator<Item = &'a E>,
    separator: &str,
) -> String {
    let texts: Vec<_> = errors.into_iter().map(|error| chain(error)).collect();
    texts.join(separator)
}
