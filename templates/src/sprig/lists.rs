//! Lists: sprig's chapter "Lists and List Functions".
//!
//! Lists of any element type go in; what comes out is a list of anything, as in sprig.

use super::cast::to_int64;
use super::defaults::is_empty;
use super::{NIL_POINTER, Table};
use crate::gotmpl::{Function, List, Rest, Type, Value, deep_equal, function};

/// The functions of this chapter. sprig's `must` variants return what the others panic with: the same text to a template.
pub(super) fn table() -> Table {
    let mut table = vec![
        ("list", function(|Rest(items): Rest<Value>| items)),
        ("tuple", function(|Rest(items): Rest<Value>| items)),
        ("concat", function(concat)),
    ];
    table.extend(pairs());
    table
}

fn pairs() -> Table {
    let both = |names: [&'static str; 2], function: Function| names.map(|name| (name, function.clone()));
    [
        both(["append", "mustAppend"], function(append)),
        both(["push", "mustPush"], function(append)),
        both(["prepend", "mustPrepend"], function(prepend)),
        both(
            ["first", "mustFirst"],
            function(|list: Value| Ok::<_, String>(items(&list, "Cannot find first on")?.first().cloned())),
        ),
        both(
            ["last", "mustLast"],
            function(|list: Value| Ok::<_, String>(items(&list, "Cannot find last on")?.last().cloned())),
        ),
        both(["rest", "mustRest"], function(rest)),
        both(["initial", "mustInitial"], function(initial)),
        both(["reverse", "mustReverse"], function(reverse)),
        both(["uniq", "mustUniq"], function(uniq)),
        both(["without", "mustWithout"], function(without)),
        both(["has", "mustHas"], function(has)),
        both(["compact", "mustCompact"], function(compact)),
        both(["slice", "mustSlice"], function(slice)),
        both(["chunk", "mustChunk"], function(chunk)),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Returns the list, or says what was to be done with something else.
fn items(value: &Value, action: &str) -> Result<List, String> {
    match value {
        Value::List(list) => Ok(list.clone()),
        Value::Nil => Err(NIL_POINTER.into()),
        other => other
            .to_list()
            .ok_or_else(|| format!("{action} type {}", other.kind_name())),
    }
}

fn append(list: Value, item: Value) -> Result<List, String> {
    let list = items(&list, "Cannot push on")?;
    Ok(list.iter().cloned().chain([item]).collect())
}

fn prepend(list: Value, item: Value) -> Result<List, String> {
    let list = items(&list, "Cannot prepend on")?;
    Ok([item].into_iter().chain(list.iter().cloned()).collect())
}

fn rest(list: Value) -> Result<List, String> {
    let list = items(&list, "Cannot find rest on")?;
    Ok(list.split_first().map_or_else(
        || List::nil(Type::Any),
        |(_, rest)| rest.iter().cloned().collect(),
    ))
}

fn initial(list: Value) -> Result<List, String> {
    let list = items(&list, "Cannot find initial on")?;
    Ok(list.split_last().map_or_else(
        || List::nil(Type::Any),
        |(_, rest)| rest.iter().cloned().collect(),
    ))
}

fn reverse(list: Value) -> Result<List, String> {
    Ok(items(&list, "Cannot find reverse on")?
        .iter()
        .rev()
        .cloned()
        .collect())
}

fn contains(list: &[Value], item: &Value) -> bool {
    list.iter().any(|other| deep_equal(item, other))
}

fn uniq(list: Value) -> Result<Vec<Value>, String> {
    let mut seen = Vec::new();
    for item in items(&list, "Cannot find uniq on")?.iter() {
        if !contains(&seen, item) {
            seen.push(item.clone());
        }
    }
    Ok(seen)
}

fn without(list: Value, Rest(omitted): Rest<Value>) -> Result<List, String> {
    let list = items(&list, "Cannot find without on")?;
    Ok(list
        .iter()
        .filter(|item| !contains(&omitted, item))
        .cloned()
        .collect())
}

fn has(item: Value, list: Value) -> Result<bool, String> {
    match list {
        Value::Nil => Ok(false),
        list => Ok(contains(&items(&list, "Cannot find has on")?, &item)),
    }
}

fn compact(list: Value) -> Result<List, String> {
    let list = items(&list, "Cannot compact on")?;
    Ok(list.iter().filter(|item| !is_empty(item)).cloned().collect())
}

/// Cuts out a part and keeps the element type; nothing of an empty list is nil.
fn slice(list: Value, Rest(indices): Rest<Value>) -> Result<Value, String> {
    let list = items(&list, "list should be type of slice or array but")
        .map_err(|message| message.replacen("but type ", "but ", 1))?;
    if list.is_empty() {
        return Ok(Value::Nil);
    }
    let start = indices.first().map_or(0, to_int64);
    let end = indices.get(1).map_or(list.len() as i64, to_int64);
    let part = usize::try_from(start).ok().zip(usize::try_from(end).ok());
    let part = part.and_then(|(start, end)| list.get(start..end));
    let part = part.ok_or("reflect.Value.Slice: slice index out of bounds")?;
    Ok(List::typed(list.element_type(), part.to_vec()).into())
}

fn concat(Rest(lists): Rest<Value>) -> Result<List, String> {
    let mut all = Vec::new();
    for list in &lists {
        let list = items(list, "Cannot concat").map_err(|message| match message.as_str() {
            NIL_POINTER => message,
            _ => message + " as list",
        })?;
        all.extend(list.iter().cloned());
    }
    if all.is_empty() {
        Ok(List::nil(Type::Any))
    } else {
        Ok(all.into_iter().collect())
    }
}

/// Splits into lists of `size`; the counts of a size below one come from sprig's float arithmetic.
fn chunk(size: i64, list: Value) -> Result<List, String> {
    let list = items(&list, "Cannot chunk")?;
    let chunks = match size {
        1.. => list
            .chunks(size as usize)
            .map(|part| Value::from(part.to_vec()))
            .collect(),
        0 => return Err("runtime error: makeslice: len out of range".into()),
        _ if list.len() == 1 && size < -1 => vec![Value::from(list.to_vec())],
        _ => return negative_chunk(size, list.len()),
    };
    Ok(List::typed(Type::LIST, chunks))
}

/// The number of chunks is `floor((length - 1) / size) + 1`: for a negative size none, one, or too few to be a number.
fn negative_chunk(size: i64, length: usize) -> Result<List, String> {
    let count = ((length as f64 - 1.0) / size as f64).floor() + 1.0;
    if count == 0.0 {
        return Ok(List::typed(Type::LIST, Vec::new()));
    }
    Err("runtime error: makeslice: len out of range".into())
}
