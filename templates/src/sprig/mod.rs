//! The functions of sprig 3.3.0, one file per chapter of its manual.
//!
//! What Helm puts in their place (`toJson`, `fromJson`, `fail`, `getHostByName` …) is in the Helm dialect.
//!
//! Messages are those of sprig, of the Go library below it, or of Go's runtime where a function panics: charts and
//! their authors know them by those words.

mod cast;
mod clock;
mod crypto;
mod dates;
mod defaults;
mod dicts;
mod encoding;
mod entropy;
mod json;
mod lists;
mod network;
mod numbers;
mod paths;
mod random;
mod reflection;
mod regex;
mod runes;
mod semver;
mod strings;
mod urls;
mod uuid;

#[cfg(test)]
mod tests;

use crate::gotmpl::Function;

pub use clock::Clock;
pub use dates::format_time;
pub(crate) use dates::{as_toml, parse_time};
pub(crate) use json::{Escape, from_json, to_json};
pub use regex::Pattern;
pub(crate) use runes::to_utf8;

/// Functions under the names that templates call them by.
pub type Table = Vec<(&'static str, Function)>;

/// Returns all functions of sprig, `env` and `expandenv` excepted: a chart must not see the environment.
///
/// `clock` says what time it is and which zone is the local one.
pub fn functions(clock: &Clock) -> Table {
    let chapters = [
        strings::table(clock),
        numbers::table(clock),
        dates::table(clock),
        lists::table(),
        dicts::table(),
        defaults::table(),
        encoding::table(),
        crypto::table(clock),
        paths::table(),
        reflection::table(),
        regex::table(),
        semver::table(),
        urls::table(),
        uuid::table(clock),
        network::table(),
    ];
    let mut all = Table::with_capacity(chapters.iter().map(Vec::len).sum());
    chapters.into_iter().for_each(|chapter| all.extend(chapter));
    all
}

/// What Go says when a nil value is asked for its type, which most functions do not check before.
const NIL_POINTER: &str = "runtime error: invalid memory address or nil pointer dereference";
