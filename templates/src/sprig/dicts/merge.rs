//! Merges of maps into a map, by the rules of `mergo` 1.0.1.

use super::super::defaults::is_empty;
use crate::gotmpl::{Kind, Map, Text, Type, Value};

/// Maps nested deeper than this are refused: mergo would go on until Go's stack is full.
const DEPTH: usize = 400;

/// Whether what is there gives way.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    /// Only what is empty does.
    Fill,
    /// All does, but for maps over maps, which are merged.
    Overwrite,
}

/// Puts what a map lacks, or has empty, into it: from the first source that has it.
pub(super) fn fill(map: Map, sources: &[Map]) -> Result<Map, String> {
    merge_all(map, sources, Mode::Fill)
}

/// Puts all that the sources have into a map, false and zero and nil included.
pub(super) fn overwrite(map: Map, sources: &[Map]) -> Result<Map, String> {
    merge_all(map, sources, Mode::Overwrite)
}

fn merge_all(map: Map, sources: &[Map], mode: Mode) -> Result<Map, String> {
    let mut map = map;
    for source in sources {
        if map.is_nil() && !source.is_nil() {
            map = Map::new();
        }
        merge(&map, source, mode, DEPTH)?;
    }
    Ok(map)
}

fn merge(map: &Map, source: &Map, mode: Mode, depth: usize) -> Result<(), String> {
    let depth = depth
        .checked_sub(1)
        .ok_or("maps are nested too deeply to be merged")?;
    for (key, value) in source.entries() {
        if matches!(value, Value::Nil) {
            if mode == Mode::Overwrite {
                put(map, key, value, source)?;
            }
            continue;
        }
        let existing = map.get(&key);
        if let (Some(Value::Map(inner)), Value::Map(value)) = (&existing, &value)
            && !inner.is_nil()
        {
            merge(inner, value, mode, depth)?;
        }
        if gives_way(existing.as_ref(), &value, mode) {
            put(map, key, value, source)?;
        }
    }
    Ok(())
}

/// Says whether a new value replaces the one that is there; maps have been merged before, and stay unless still empty.
fn gives_way(existing: Option<&Value>, new: &Value, mode: Mode) -> bool {
    match existing {
        None => true,
        Some(existing) if is_mergo_empty(existing) => true,
        Some(existing) => {
            mode == Mode::Overwrite && !(existing.kind() == Kind::Map && new.kind() == Kind::Map)
        }
    }
}

/// mergo's idea of empty is sprig's, but for values of the host, which are never.
fn is_mergo_empty(value: &Value) -> bool {
    match value {
        Value::Object(_) => false,
        other => is_empty(other),
    }
}

/// Sets a key, or says what Go's `reflect` says when the map holds only strings.
fn put(map: &Map, key: Text, value: Value, source: &Map) -> Result<(), String> {
    if map.element_type() == Type::Any || source.element_type() == map.element_type() {
        return map.insert(key, value);
    }
    // mergo takes slices out of their interface, and nothing else
    let found = match &value {
        Value::List(list) => list.list_type(),
        _ => source.element_type(),
    };
    Err(format!(
        "reflect.Value.SetMapIndex: value of type {} is not assignable to type {}",
        found.name(),
        map.element_type().name()
    ))
}
