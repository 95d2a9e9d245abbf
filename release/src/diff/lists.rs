//! Which items of two lists belong together.

use std::collections::BTreeSet;

use serde_json::Value;

use super::sequence::{Step, align};
use crate::apply::{ListMerge, Schema};

/// Fields that name the items of a list of which nothing is known, if each item has another one.
const NAMES: [&str; 3] = ["name", "key", "id"];

/// How many pairs of items are compared to find out which ones are alike.
const LOOKED_AT: usize = 10_000;

/// How the items of two lists are told from each other.
#[derive(Debug, PartialEq)]
pub(super) enum Likeness<'a> {
    /// By the values under these keys.
    Keys(Vec<&'a str>),
    /// They are plain values, each there once.
    Members,
    /// By where they are.
    Place,
}

impl Likeness<'static> {
    /// Says how: as the kind merges the list, if the items allow it, else by what names them.
    pub(super) fn of(schema: Schema, before: &[Value], after: &[Value]) -> Self {
        let fits = |keys: &[&str]| is_keyed(before, keys) && is_keyed(after, keys);
        match schema.list_merge() {
            ListMerge::ByKey(keys) if fits(keys) => return Likeness::Keys(keys.to_vec()),
            ListMerge::Values if is_set(before) && is_set(after) => return Likeness::Members,
            _ => {}
        }
        let name = NAMES.into_iter().find(|name| fits(&[name]));
        name.map_or(Likeness::Place, |name| Likeness::Keys(vec![name]))
    }
}

/// Returns the values under the keys. A port without a protocol is one for TCP.
pub(super) fn key_values(item: &Value, keys: &[&str]) -> Option<Vec<Value>> {
    let of = |key: &&str| match item.get(key) {
        Some(value) if !value.is_object() && !value.is_array() => Some(value.clone()),
        None if *key == "protocol" && item.is_object() => Some(Value::from("TCP")),
        _ => None,
    };
    keys.iter().map(of).collect()
}

fn is_keyed(items: &[Value], keys: &[&str]) -> bool {
    let mut known = BTreeSet::new();
    items.iter().all(|item| {
        let values = key_values(item, keys);
        values.is_some_and(|values| known.insert(Value::from(values).to_string()))
    })
}

fn is_set(items: &[Value]) -> bool {
    let mut known = BTreeSet::new();
    let is_plain = |item: &Value| !item.is_object() && !item.is_array();
    items
        .iter()
        .all(|item| is_plain(item) && known.insert(item.to_string()))
}

/// Items of two lists without keys: the same, changed, gone, new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pair {
    Changed(usize, usize),
    Removed(usize),
    Added(usize),
}

/// Pairs the items of lists without keys. Between items that stayed, those that are most alike belong together.
pub(super) fn pairs(before: &[Value], after: &[Value]) -> Vec<Pair> {
    let text = |items: &[Value]| items.iter().map(Value::to_string).collect::<Vec<_>>();
    let mut pairs = Vec::new();
    let (mut removed, mut added) = (Vec::new(), Vec::new());
    let mut close = |removed: &mut Vec<usize>, added: &mut Vec<usize>| {
        pairs.extend(pair_up((before, removed), (after, added)));
        removed.clear();
        added.clear();
    };
    for step in align(&text(before), &text(after)) {
        match step {
            Step::Keep(..) => close(&mut removed, &mut added),
            Step::Remove(at) => removed.push(at),
            Step::Insert(at) => added.push(at),
        }
    }
    close(&mut removed, &mut added);
    pairs
}

/// Pairs what went with what came, in order, so that as much as possible is alike.
fn pair_up((before, gone): (&[Value], &[usize]), (after, new): (&[Value], &[usize])) -> Vec<Pair> {
    let is_even = gone.len() == new.len();
    if is_even || gone.len().saturating_mul(new.len()) > LOOKED_AT {
        return pair_in_order(gone, new);
    }
    let width = new.len() + 1;
    let mut best = vec![0; (gone.len() + 1) * width];
    for x in (0..gone.len()).rev() {
        for y in (0..new.len()).rev() {
            let at = x * width + y;
            let together = best[at + width + 1] + alike(&before[gone[x]], &after[new[y]]);
            best[at] = together.max(best[at + width]).max(best[at + 1]);
        }
    }
    let mut pairs = Vec::new();
    let (mut x, mut y) = (0, 0);
    while x < gone.len() && y < new.len() {
        let at = x * width + y;
        if best[at] == best[at + width + 1] + alike(&before[gone[x]], &after[new[y]]) {
            pairs.push(Pair::Changed(gone[x], new[y]));
            (x, y) = (x + 1, y + 1);
        } else if best[at] == best[at + width] {
            pairs.push(Pair::Removed(gone[x]));
            x += 1;
        } else {
            pairs.push(Pair::Added(new[y]));
            y += 1;
        }
    }
    pairs.extend(pair_in_order(&gone[x..], &new[y..]));
    pairs
}

fn pair_in_order(gone: &[usize], new: &[usize]) -> Vec<Pair> {
    let both = gone.len().min(new.len());
    let changed = gone.iter().zip(new).map(|(x, y)| Pair::Changed(*x, *y));
    let removed = gone[both..].iter().map(|x| Pair::Removed(*x));
    let added = new[both..].iter().map(|y| Pair::Added(*y));
    changed.chain(removed).chain(added).collect()
}

/// Says how much two items have in common; items of the same form have a little.
fn alike(a: &Value, b: &Value) -> usize {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) => {
            1 + 2 * a.iter().filter(|(key, value)| b.get(*key) == Some(value)).count()
        }
        (Value::Array(_), _) | (_, Value::Array(_)) | (Value::Object(_), _) | (_, Value::Object(_)) => 0,
        _ => 1,
    }
}
