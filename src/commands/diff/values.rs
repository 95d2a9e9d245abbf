//! Two values files beside each other.

use release::diff::{ChangeSet, Secrecy, compare_values};

use crate::args::values;
use crate::context::Context;
use crate::error::Result;

/// Returns the values in which two files differ.
///
/// # Errors
/// When one cannot be read.
pub(super) fn files(cx: &Context, places: [&str; 2], secrecy: &Secrecy) -> Result<ChangeSet> {
    let read =
        |place: &str| -> Result<serde_json::Value> { Ok(serde_json::to_value(values::file(cx, place)?)?) };
    let (before, after) = (read(places[0])?, read(places[1])?);
    Ok(ChangeSet {
        action: "diff".to_owned(),
        from: Some(places[0].to_owned()),
        to: Some(places[1].to_owned()),
        values: compare_values(&before, &after, secrecy),
        ..ChangeSet::default()
    })
}
