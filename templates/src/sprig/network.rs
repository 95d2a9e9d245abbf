//! The network: sprig's chapter "Network Functions".

use super::Table;
use crate::gotmpl::{Text, function};

/// The function of this chapter: `getHostByName`, which asks nobody.
///
/// Helm lets it ask only under `--enable-dns`, with a function of its own in place of this one.
pub(super) fn table() -> Table {
    vec![("getHostByName", function(|_name: Text| Text::default()))]
}
