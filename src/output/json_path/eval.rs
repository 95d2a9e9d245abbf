//! A template on data → text. `None` stands for every error: Helm drops them.

use std::cmp::Ordering;

use chart::Value;
use chart::values::go_plain;

use super::{Filter, Node, Part, Slice};

/// Everything that the template prints.
pub(super) fn render(parts: &[Part], data: &Value) -> Option<String> {
    let mut text = String::new();
    let end = block(parts, data, &mut text)?;
    // An end without a beginning.
    (end == parts.len()).then_some(text)
}

/// Prints to the block's end and returns where that is: the place of an `end`, or behind the last part.
fn block(parts: &[Part], data: &Value, text: &mut String) -> Option<usize> {
    let mut at = 0;
    while let Some(part) = parts.get(at) {
        let nodes = match part {
            Part::Text(plain) => {
                text.push_str(plain);
                at += 1;
                continue;
            }
            Part::Action(nodes) => nodes,
        };
        match nodes.split_first() {
            Some((Node::End, _)) => return Some(at),
            Some((Node::Range, path)) => {
                let inner = &parts[at + 1..];
                let items = walk(vec![data.clone()], path)?;
                let mut end = closing(inner);
                for item in items {
                    end = block(inner, &item, text)?;
                }
                at += end + 2;
            }
            _ => {
                print(&walk(vec![data.clone()], nodes)?, text)?;
                at += 1;
            }
        }
    }
    Some(at.min(parts.len()))
}

/// Where the block ends that nothing is printed of.
fn closing(parts: &[Part]) -> usize {
    let mut depth = 0;
    for (at, part) in parts.iter().enumerate() {
        match part {
            Part::Action(nodes) if matches!(nodes[..], [Node::Range, ..]) => depth += 1,
            Part::Action(nodes) if matches!(nodes[..], [Node::End, ..]) && depth == 0 => return at,
            Part::Action(nodes) if matches!(nodes[..], [Node::End, ..]) => depth -= 1,
            _ => {}
        }
    }
    parts.len()
}

fn print(values: &[Value], text: &mut String) -> Option<()> {
    for (n, value) in values.iter().enumerate() {
        if n > 0 {
            text.push(' ');
        }
        match value {
            Value::Null => text.push_str("null"),
            Value::List(_) | Value::Map(_) => text.push_str(&chart::json::to_string(value).ok()?),
            scalar => text.push_str(&go_plain(scalar)),
        }
    }
    Some(())
}

fn walk(values: Vec<Value>, nodes: &[Node]) -> Option<Vec<Value>> {
    nodes.iter().try_fold(values, step)
}

fn step(values: Vec<Value>, node: &Node) -> Option<Vec<Value>> {
    match node {
        Node::Constant(value) => Some(vec![value.clone(); values.len()]),
        Node::Field(name) => field(&values, name),
        Node::Slice(slice) => {
            let lists = values.iter().filter(|value| !value.is_null());
            let items = lists.map(|value| cut(value.as_list()?, *slice));
            Some(items.collect::<Option<Vec<_>>>()?.concat())
        }
        Node::Filter(filter) => {
            let items = values.iter().map(|value| kept(value.as_list()?, filter));
            Some(items.collect::<Option<Vec<_>>>()?.concat())
        }
        Node::Wildcard => Some(values.iter().flat_map(children).collect()),
        Node::Recursive => Some(values.iter().flat_map(descendants).collect()),
        Node::Union(lists) => {
            let parts = lists.iter().map(|nodes| walk(values.clone(), nodes));
            Some(parts.collect::<Option<Vec<_>>>()?.concat())
        }
        Node::Range | Node::End | Node::Unknown => None,
    }
}

/// A field has to be in one of the values, if there are any.
fn field(values: &[Value], name: &str) -> Option<Vec<Value>> {
    if name.is_empty() {
        return Some(values.to_vec());
    }
    let found: Vec<Value> = values
        .iter()
        .filter_map(|value| value.as_map()?.get(name))
        .cloned()
        .collect();
    (values.is_empty() || !found.is_empty()).then_some(found)
}

fn cut(list: &[Value], slice: Slice) -> Option<Vec<Value>> {
    let length = i64::try_from(list.len()).ok()?;
    let from_end = |place: i64| if place < 0 { place + length } else { place };
    let start = from_end(slice.start.unwrap_or(0));
    let end = match slice.end {
        _ if slice.is_index && slice.start.is_some() => start + 1,
        Some(end) => from_end(end),
        None => length,
    };
    if start == end {
        return Some(Vec::new());
    }
    let step = usize::try_from(slice.step.unwrap_or(1))
        .ok()
        .filter(|step| *step > 0)?;
    let (start, end) = (usize::try_from(start).ok()?, usize::try_from(end).ok()?);
    if start >= list.len() {
        return None;
    }
    Some(list.get(start..end)?.iter().step_by(step).cloned().collect())
}

fn kept(list: &[Value], filter: &Filter) -> Option<Vec<Value>> {
    let mut kept = Vec::new();
    for item in list {
        let left = walk(vec![item.clone()], &filter.left);
        let passes = match &filter.comparison {
            None => left.is_some_and(|left| !left.is_empty()),
            Some((operator, right)) => {
                let right = walk(vec![item.clone()], right)?;
                match (&left?[..], &right[..]) {
                    ([left], [right]) => compare(left, operator, right)?,
                    ([], _) | (_, []) => false,
                    _ => return None,
                }
            }
        };
        if passes {
            kept.push(item.clone());
        }
    }
    Some(kept)
}

/// Only equal types compare, and a whole number in the template is none of the data's floats.
fn compare(left: &Value, operator: &str, right: &Value) -> Option<bool> {
    let order = match (left, right) {
        (Value::String(left), Value::String(right)) => left.cmp(right),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right)?,
        (Value::Int(left), Value::Int(right)) => left.cmp(right),
        (Value::Bool(left), Value::Bool(right)) if matches!(operator, "==" | "!=") => left.cmp(right),
        _ => return None,
    };
    match operator {
        "==" => Some(order == Ordering::Equal),
        "!=" => Some(order != Ordering::Equal),
        "<" => Some(order == Ordering::Less),
        "<=" => Some(order != Ordering::Greater),
        ">" => Some(order == Ordering::Greater),
        ">=" => Some(order != Ordering::Less),
        _ => None,
    }
}

fn children(value: &Value) -> Vec<Value> {
    match value {
        Value::Map(map) => map.values().cloned().collect(),
        Value::List(list) => list.clone(),
        _ => Vec::new(),
    }
}

/// The value and all below it that has something below.
fn descendants(value: &Value) -> Vec<Value> {
    let children = children(value);
    if children.is_empty() {
        return Vec::new();
    }
    let below = children.iter().flat_map(descendants);
    std::iter::once(value.clone()).chain(below).collect()
}
