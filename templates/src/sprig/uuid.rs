//! Identifiers: sprig's chapter "UUID Functions".

use super::Table;
use crate::gotmpl::function;
use uuid::Uuid;

/// The function of this chapter.
pub(super) fn table() -> Table {
    vec![("uuidv4", function(|| Uuid::new_v4().to_string()))]
}
