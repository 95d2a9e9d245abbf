//! Looking values up by a dotted path, as conditions and imports do.

use crate::{Map, Value};

/// Returns the table at the dotted `path`.
pub fn table<'a>(values: &'a Map, path: &str) -> Option<&'a Map> {
    path.split('.')
        .try_fold(values, |table, key| table.get(key)?.as_map())
}

/// Returns what is at the dotted `path`, if it is no table.
pub fn path_value<'a>(values: &'a Map, path: &str) -> Option<&'a Value> {
    let (table_path, key) = path
        .rsplit_once('.')
        .map_or((None, path), |(table, key)| (Some(table), key));
    let parent = match table_path {
        Some(path) => table(values, path)?,
        None => values,
    };
    parent.get(key).filter(|value| value.as_map().is_none())
}
