//! Errors as one line, the way Go prints what it wraps.

use std::error::Error;

/// Returns the message of `error` and of all its causes, joined by `": "`.
///
/// A cause that the message already ends with is not repeated.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let text = error.to_string();
    let Some(source) = error.source() else { return text };
    let rest = chain(source);
    if text.ends_with(&rest) {
        return text;
    }
    format!("{text}: {rest}")
}

/// Returns several errors as one text.
pub(crate) fn joined<'a, E: Error + 'static>(
    errors: impl IntoIterator<Item = &'a E>,
    separator: &str,
) -> String {
    let texts: Vec<_> = errors.into_iter().map(|error| chain(error)).collect();
    texts.join(separator)
}
