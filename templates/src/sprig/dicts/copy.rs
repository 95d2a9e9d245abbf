//! Deep copies.

use crate::gotmpl::{List, Map, Value};
use std::collections::BTreeMap;

/// Values nested deeper than this are refused: Go would go on until its stack is full.
const DEPTH: usize = 400;

/// Copies maps and lists all the way down; what the host put in is shared.
pub(super) fn deep_copy(value: Value) -> Result<Value, String> {
    match value {
        Value::Nil => Err("reflect: call of reflect.Value.Type on zero Value".into()),
        value => copy(&value, DEPTH),
    }
}

fn copy(value: &Value, depth: usize) -> Result<Value, String> {
    let depth = depth
        .checked_sub(1)
        .ok_or("value is nested too deeply to be copied")?;
    Ok(match value {
        Value::List(list) if list.is_nil() => value.clone(),
        Value::List(list) => {
            let items = list
                .iter()
                .map(|item| copy(item, depth))
                .collect::<Result<_, _>>()?;
            List::typed(list.element_type(), items).into()
        }
        Value::Map(map) if map.is_nil() => value.clone(),
        Value::Map(map) => {
            let mut copied = BTreeMap::new();
            for (key, value) in map.borrow().iter() {
                copied.insert(key.clone(), copy(value, depth)?);
            }
            Map::typed(map.map_type(), copied).into()
        }
        other => other.clone(),
    })
}
