//! Dictionaries: sprig's chapter "Dictionaries and Dict Functions".
//!
//! Dictionaries are Go maps: `set`, `unset` and the merges change the one that they are given.

mod copy;
mod merge;

use super::Table;
use super::cast::to_text;
use crate::gotmpl::{List, Map, MapType, Rest, Text, Type, Value, function};
use std::collections::BTreeMap;

/// The functions of this chapter.
pub(super) fn table() -> Table {
    vec![
        ("dict", function(dict)),
        (
            "get",
            function(|map: Map, key: Text| map.get(key).unwrap_or_else(|| "".into())),
        ),
        ("set", function(set)),
        ("unset", function(unset)),
        ("hasKey", function(|map: Map, key: Text| map.contains_key(key))),
        ("pluck", function(pluck)),
        ("keys", function(keys)),
        (
            "values",
            function(|map: Map| map.borrow().values().cloned().collect::<List>()),
        ),
        ("pick", function(pick)),
        ("omit", function(omit)),
        ("dig", function(dig)),
        // the lenient forms swallow errors that cannot come up between two maps
        ("merge", function(fill)),
        ("mustMerge", function(fill)),
        ("mergeOverwrite", function(overwrite)),
        ("mustMergeOverwrite", function(overwrite)),
        ("deepCopy", function(copy::deep_copy)),
        ("mustDeepCopy", function(copy::deep_copy)),
    ]
}

fn fill(map: Map, Rest(sources): Rest<Map>) -> Result<Map, String> {
    merge::fill(map, &sources)
}

fn overwrite(map: Map, Rest(sources): Rest<Map>) -> Result<Map, String> {
    merge::overwrite(map, &sources)
}

fn dict(Rest(arguments): Rest<Value>) -> Map {
    let mut entries = BTreeMap::new();
    let mut arguments = arguments.into_iter();
    while let Some(key) = arguments.next() {
        entries.insert(to_text(&key), arguments.next().unwrap_or_else(|| "".into()));
    }
    Map::typed(MapType::ANY, entries)
}

fn set(map: Map, key: Text, value: Value) -> Result<Map, String> {
    map.insert(key, value)?;
    Ok(map)
}

fn unset(map: Map, key: Text) -> Map {
    map.remove(key);
    map
}

fn pluck(key: Text, Rest(maps): Rest<Map>) -> Vec<Value> {
    maps.iter().filter_map(|map| map.get(&key)).collect()
}

/// Returns the keys of all maps, those of each sorted: Go gives them in random order, so nobody relies on another.
fn keys(Rest(maps): Rest<Map>) -> Vec<Text> {
    maps.iter().flat_map(Map::keys).collect()
}

fn pick(map: Map, Rest(keys): Rest<Text>) -> Map {
    keys.into_iter()
        .filter_map(|key| map.get(&key).map(|value| (key, value)))
        .collect()
}

fn omit(map: Map, Rest(keys): Rest<Text>) -> Map {
    let kept = map.borrow();
    kept.iter()
        .filter(|(key, _)| !keys.contains(key))
        .map(|(key, value)| (key.clone(), value.clone()))
        .collect()
}

/// Walks down a path of keys; the last two arguments are the default and the map.
fn dig(Rest(mut arguments): Rest<Value>) -> Result<Value, String> {
    if arguments.len() < 3 {
        return Err("dig needs at least three arguments".into());
    }
    let map = arguments.pop().unwrap_or_default();
    let default = arguments.pop().unwrap_or_default();
    let mut current = to_map(&map)?;
    let keys = arguments
        .iter()
        .map(|key| key.as_text().ok_or_else(|| not_a(key, Type::String)));
    let keys = keys.collect::<Result<Vec<_>, _>>()?;
    let (last, path) = keys.split_last().ok_or("dig needs at least three arguments")?;
    for key in path {
        match current.get(key) {
            Some(next) => current = to_map(&next)?,
            None => return Ok(default),
        }
    }
    Ok(current.get(last).unwrap_or(default))
}

/// Takes a plain `map[string]interface {}`; a named type such as that of `.Values` is none, as in Go.
fn to_map(value: &Value) -> Result<Map, String> {
    match value {
        Value::Map(map) if map.map_type() == MapType::ANY => Ok(map.clone()),
        other => Err(not_a(other, Type::MAP)),
    }
}

fn not_a(value: &Value, wanted: Type) -> String {
    let found = match value {
        Value::Nil => "nil".into(),
        other => other.type_name(),
    };
    format!(
        "interface conversion: interface {{}} is {found}, not {}",
        wanted.name()
    )
}
