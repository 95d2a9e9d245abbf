//! What a set of templates may do before it is taken for one that never ends.

use super::value::Value;
use std::cell::Cell;

/// How much the executions of one set may do in all.
///
/// Go has no such limits: a template that never ends fills the memory or runs until somebody stops it. These are far
/// above what charts need: large ones take a few millions of steps, and a release holds one megabyte.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Steps: a node is one; a function call costs some more, and more still for large values that go in or come out.
    pub steps: u64,
    /// Bytes written. What an included template writes counts again where it is passed on.
    pub output_bytes: u64,
}

impl Default for Limits {
    /// Three hundred million steps, which take some seconds, and 256 MiB.
    fn default() -> Self {
        Self {
            steps: 300_000_000,
            output_bytes: 256 << 20,
        }
    }
}

/// The steps of a function call, which takes about that much longer than a node.
pub(super) const CALL: u64 = 20;

/// A value with more parts than this is not printed or handed to a function that walks it: lists that hold the same list
/// twice, again and again, are small in memory and endless on paper.
pub(super) const MOST_PARTS: usize = 50_000_000;

/// What is left of the limits.
#[derive(Debug)]
pub(super) struct Budget {
    limits: Limits,
    steps: Cell<u64>,
    output_bytes: Cell<u64>,
}

impl Budget {
    pub(super) fn new(limits: Limits) -> Self {
        Self {
            limits,
            steps: Cell::new(limits.steps),
            output_bytes: Cell::new(limits.output_bytes),
        }
    }

    /// Begins anew.
    pub(super) fn refill(&self) {
        self.steps.set(self.limits.steps);
        self.output_bytes.set(self.limits.output_bytes);
    }

    /// Says whether nothing is left of one of the limits.
    pub(super) fn is_exhausted(&self) -> bool {
        self.steps.get() == 0 || self.output_bytes.get() == 0
    }

    /// Takes steps; once they are used up, every further one fails as well.
    pub(super) fn step(&self, steps: u64) -> Result<(), String> {
        take(&self.steps, steps).ok_or_else(|| self.no_steps())
    }

    /// Takes bytes of output.
    pub(super) fn write(&self, bytes: usize) -> Result<(), String> {
        take(&self.output_bytes, bytes as u64).ok_or_else(|| {
            let limit = self.limits.output_bytes;
            format!("the templates write more than {limit} bytes: is there a loop that does not end?")
        })
    }

    fn no_steps(&self) -> String {
        let limit = self.limits.steps;
        format!("the templates take more than {limit} steps: is there a loop that does not end?")
    }
}

fn take(left: &Cell<u64>, amount: u64) -> Option<()> {
    let rest = left.get().checked_sub(amount);
    left.set(rest.unwrap_or(0));
    rest.map(|_| ())
}

/// What a call takes beside the steps of every call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cost {
    /// These steps.
    Steps(u64),
    /// As many as its arguments have parts: the function goes through all of them.
    Walk,
    /// As many as its arguments have items, squared: the function compares each with each.
    Square,
}

impl Cost {
    /// Returns the steps of a call with these arguments.
    pub(super) fn steps<'v>(self, arguments: impl Iterator<Item = &'v Value>) -> Result<u64, String> {
        match self {
            Cost::Steps(steps) => Ok(steps),
            Cost::Walk => {
                let mut left = MOST_PARTS;
                for argument in arguments {
                    check(argument, &mut left)?;
                }
                Ok((MOST_PARTS - left) as u64)
            }
            Cost::Square => {
                let items: u64 = arguments.map(|value| value.len().unwrap_or(0) as u64).sum();
                Ok(items.saturating_mul(items) / 4)
            }
        }
    }
}

/// Returns what it costs to hand a value to a function or get it back. Only its outermost level is looked at.
pub(super) fn weight(value: &Value) -> u64 {
    match value {
        Value::String(text) | Value::Bytes(text) => text.len() as u64 / BYTES_OF_A_STEP as u64,
        Value::List(list) => list.len() as u64,
        _ => 0,
    }
}

const BYTES_OF_A_STEP: usize = 8;

/// Checks that a value is not endless on paper, before something walks all of it, and takes its parts from `left`.
///
/// # Errors
///
/// Fails when it has more parts than that.
pub(super) fn check(value: &Value, left: &mut usize) -> Result<(), String> {
    if takes(value, left, &mut Vec::new()) {
        return Ok(());
    }
    Err(format!("a value of more than {MOST_PARTS} parts is too large"))
}

/// What nests deeper is left to those who walk it: they have limits of their own.
const DEEPEST: usize = 2_000;

/// A map that holds itself again within so many levels is passed over there: unrolled to the deepest level, the values
/// of a chart become millions.
const LONGEST_CIRCLE: usize = 32;

/// `around` has what the value is in, the innermost last: the address of each map, nothing for a list.
fn takes(value: &Value, left: &mut usize, around: &mut Vec<Option<usize>>) -> bool {
    let own = match value {
        Value::String(text) | Value::Bytes(text) => 1 + text.len() / BYTES_OF_A_STEP,
        _ => 1,
    };
    let Some(rest) = left.checked_sub(own) else {
        return false;
    };
    *left = rest;
    let address = match value {
        Value::Map(map) => Some(map.address()),
        Value::List(_) => None,
        _ => return true,
    };
    let is_again = || {
        around
            .iter()
            .rev()
            .take(LONGEST_CIRCLE)
            .any(|one| *one == address)
    };
    if around.len() == DEEPEST || address.is_some() && is_again() {
        return true;
    }
    around.push(address);
    let all = match value {
        Value::List(list) => list.iter().all(|item| takes(item, left, around)),
        Value::Map(map) => map.borrow().values().all(|item| takes(item, left, around)),
        _ => true,
    };
    around.pop();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gotmpl::{List, Map};

    fn steps(value: Value) -> u64 {
        Cost::Walk.steps([value].iter()).expect("not too large")
    }

    #[test]
    fn a_map_within_itself_is_passed_over() {
        let map: Map = [("a", "b"), ("c", "d")].into_iter().collect();
        assert_eq!(steps(map.clone().into()), 3);
        let again = List::new(vec![map.clone().into()]);
        map.insert("list", again).expect("there is room");
        assert_eq!(steps(map.clone().into()), 5);
        // Twice side by side is no circle.
        assert_eq!(steps(List::new(vec![map.clone().into(), map.into()]).into()), 11);
    }
}
