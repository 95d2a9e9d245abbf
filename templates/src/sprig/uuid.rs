//! Identifiers: sprig's chapter "UUID Functions".

use super::{Clock, Table};
use crate::gotmpl::function;
use rand::RngCore as _;
use uuid::Builder;

/// The function of this chapter.
pub(super) fn table(clock: &Clock) -> Table {
    let entropy = clock.entropy().clone();
    let uuid = move || {
        let mut bytes = [0; 16];
        entropy.generator().fill_bytes(&mut bytes);
        Builder::from_random_bytes(bytes).into_uuid().to_string()
    };
    vec![("uuidv4", function(uuid))]
}
