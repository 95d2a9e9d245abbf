//! Changes for programs: one document, whose format has a version.

use release::diff::{ChangeSet, Summary};
use serde::Serialize;

/// What the document is. Fields may be added to it; others are changed only with the number.
const FORMAT: &str = "coxswain.diff/v1";

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    format: &'static str,
    #[serde(flatten)]
    set: &'a ChangeSet,
    summary: Summary,
    needs_attention: bool,
}

/// Returns changes as JSON.
///
/// # Errors
/// None that are known: all of it has a JSON form.
pub(crate) fn json(set: &ChangeSet) -> serde_json::Result<String> {
    let document = Document {
        format: FORMAT,
        set,
        summary: set.summary(),
        needs_attention: set.needs_attention(),
    };
    Ok(format!("{}\n", serde_json::to_string_pretty(&document)?))
}
