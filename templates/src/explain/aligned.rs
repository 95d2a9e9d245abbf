//! The same value in two renderings of an object.
//!
//! Items of a list that have names of their own are known by them, others by their neighbours: an item that only moved has not
//! changed.

use chart::Value;
use chart::yaml::tree::Step;
use std::collections::BTreeMap;

/// What became of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Leaf<'v> {
    /// It is there.
    Here(&'v Value),
    /// It is not there any more.
    Gone,
}

/// Finds in `new` what is at `path` in `old`.
pub fn same_leaf<'v>(old: &Value, new: &'v Value, path: &[Step]) -> Leaf<'v> {
    let Some((step, rest)) = path.split_first() else {
        return Leaf::Here(new);
    };
    let pair = match (step, old, new) {
        (Step::Key(key), Value::Map(old), Value::Map(new)) => old.get(key).zip(new.get(key)),
        (Step::Item(number), Value::List(old), Value::List(new)) => old
            .get(*number)
            .zip(partner(old, new, *number).and_then(|at| new.get(at))),
        _ => None,
    };
    match pair {
        Some((old, new)) => same_leaf(old, new, rest),
        None => Leaf::Gone,
    }
}

/// Returns which item of the new list is the old one.
fn partner(old: &[Value], new: &[Value], number: usize) -> Option<usize> {
    let (old, new) = (Items::of(old), Items::of(new));
    if let Some(name) = old.names[number]
        && let Some(at) = new.names.iter().position(|other| *other == Some(name))
    {
        return Some(at);
    }
    let pairs = common(&old, &new);
    if let Some((_, at)) = pairs.iter().find(|(at, _)| *at == number) {
        return Some(*at);
    }
    let before = pairs.iter().rev().find(|(at, _)| *at < number);
    let after = pairs.iter().find(|(at, _)| *at > number);
    let (old_start, new_start) = before.map_or((0, 0), |(old, new)| (old + 1, new + 1));
    let (old_end, new_end) = after.copied().unwrap_or((old.len(), new.len()));
    let at = new_start + number - old_start;
    (old_end - old_start == new_end - new_start).then_some(at)
}

/// The items of a list, and what they are known by: their names, but for those that several have.
struct Items<'v> {
    values: &'v [Value],
    names: Vec<Option<&'v str>>,
}

impl<'v> Items<'v> {
    fn of(values: &'v [Value]) -> Self {
        let name = |item: &'v Value| item.get("name").and_then(Value::as_str);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for name in values.iter().filter_map(name) {
            *counts.entry(name).or_default() += 1;
        }
        let is_alone = |name: &&str| counts[name] == 1;
        Items {
            values,
            names: values.iter().map(|item| name(item).filter(is_alone)).collect(),
        }
    }

    fn len(&self) -> usize {
        self.values.len()
    }

    /// Says whether an item and one of another list are one: by their names, if they have any.
    fn is_one(&self, at: usize, other: &Items<'_>, place: usize) -> bool {
        match (self.names[at], other.names[place]) {
            (Some(old), Some(new)) => old == new,
            _ => self.values[at] == other.values[place],
        }
    }
}

/// Lists longer than this are compared item by item.
const LONGEST: usize = 400;

/// Returns a longest common part of two lists, as pairs of positions.
fn common(old: &Items<'_>, new: &Items<'_>) -> Vec<(usize, usize)> {
    if old.len() > LONGEST || new.len() > LONGEST {
        let both = 0..old.len().min(new.len());
        return both
            .filter(|at| old.is_one(*at, new, *at))
            .map(|at| (at, at))
            .collect();
    }
    let mut lengths = vec![vec![0_usize; new.len() + 1]; old.len() + 1];
    for at in (0..old.len()).rev() {
        for other in (0..new.len()).rev() {
            lengths[at][other] = match old.is_one(at, new, other) {
                true => lengths[at + 1][other + 1] + 1,
                false => lengths[at + 1][other].max(lengths[at][other + 1]),
            };
        }
    }
    let (mut at, mut other, mut pairs) = (0, 0, Vec::new());
    while at < old.len() && other < new.len() {
        if old.is_one(at, new, other) {
            pairs.push((at, other));
            (at, other) = (at + 1, other + 1);
        } else if lengths[at + 1][other] >= lengths[at][other + 1] {
            at += 1;
        } else {
            other += 1;
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(text: &str) -> Value {
        chart::yaml::from_str(text).unwrap()
    }

    #[test]
    fn what_only_moved_is_the_same() {
        let (old, new) = (value("[a, b, c]"), value("[x, a, d, c]"));
        let at = |number| same_leaf(&old, &new, &[Step::Item(number)]);
        assert_eq!(at(0), Leaf::Here(&value("a")));
        assert_eq!(at(1), Leaf::Here(&value("d")));
        assert_eq!(at(2), Leaf::Here(&value("c")));
        let new = value("[a]");
        assert_eq!(same_leaf(&old, &new, &[Step::Item(1)]), Leaf::Gone);
    }

    #[test]
    fn a_name_that_several_have_is_none() {
        let old = value("[{name: a, in: x}, {name: a, in: y}]");
        let new = value("[{name: b, in: x}, {name: b, in: y}]");
        let path = [Step::Item(1), Step::Key("in".to_owned())];
        assert_eq!(same_leaf(&old, &old, &path), Leaf::Here(&value("y")));
        assert_eq!(same_leaf(&old, &new, &path), Leaf::Here(&value("y")));
    }

    #[test]
    fn items_with_names_are_known_by_them() {
        let old = value("[{name: a, value: 1}, {name: b, value: 2}]");
        let new = value("[{name: b, value: 3}, {name: a, value: 1}]");
        let path = |number| [Step::Item(number), Step::Key("value".to_owned())];
        assert_eq!(same_leaf(&old, &new, &path(0)), Leaf::Here(&value("1")));
        assert_eq!(same_leaf(&old, &new, &path(1)), Leaf::Here(&value("3")));
    }
}
