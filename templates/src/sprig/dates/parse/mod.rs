//! Reading a time by a layout.

mod fields;
mod reader;

use super::Time;
use super::duration::quote;
use super::layout::next_chunk;
use super::zone::Zone;
use fields::Fields;
use reader::{Fault, Reader};
use std::sync::Arc;

/// Reads a time; one without a zone is in the local one.
///
/// # Errors
///
/// Returns the text of Go's `time.ParseError`.
pub(super) fn parse(layout: &[u8], value: &[u8], local: &Arc<Zone>) -> Result<Time, String> {
    let whole = |message: &str| format!("parsing time {}{message}", quote(value));
    let cannot = |text: &[u8], element: &[u8]| {
        format!(
            "parsing time {} as {}: cannot parse {} as {}",
            quote(value),
            quote(layout),
            quote(text),
            quote(element)
        )
    };
    let mut fields = Fields::default();
    let mut reader = Reader {
        rest: value,
        following: layout,
    };
    loop {
        let chunk = next_chunk(reader.following);
        if !reader.skip(chunk.prefix) {
            return Err(cannot(reader.rest, chunk.prefix));
        }
        let Some((element, text)) = chunk.element else {
            break;
        };
        reader.following = chunk.rest;
        let hold = reader.rest;
        match reader.element(element, &mut fields) {
            Ok(()) => {}
            Err(Fault::OutOfRange(part)) => return Err(whole(&format!(": {part} out of range"))),
            Err(Fault::Malformed) => return Err(cannot(hold, text)),
        }
    }
    if !reader.rest.is_empty() {
        return Err(whole(&format!(": extra text: {}", quote(reader.rest))));
    }
    fields
        .finish(local)
        .map_err(|message| whole(&format!(": {message}")))
}
