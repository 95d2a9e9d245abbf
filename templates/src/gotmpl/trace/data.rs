//! The data of a rendering, as the tracer knows it: which list or map in memory is which place.
//!
//! Templates share maps and lists, so a place is known by identity however it was reached. What is held here is never
//! freed while the tracer lives, so no address is used twice.

use super::flow::Flow;
use crate::gotmpl::text::Text;
use crate::gotmpl::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// An entry of a map, or a field.
    Key(Text),
    /// An item of a list.
    Item(usize),
}

/// The number of a place.
pub(super) type PlaceId = usize;

/// The place of all data: what `.` is in a file of the outermost chart.
pub(super) const ROOT: PlaceId = 0;

struct Place {
    outer: PlaceId,
    step: Step,
    flow: Flow,
}

/// A list or map.
struct Known {
    place: Option<PlaceId>,
    /// Where entries come from that templates put in.
    entries: BTreeMap<Step, Flow>,
    /// Keeps it alive.
    #[expect(dead_code, reason = "it is held, not used")]
    held: Value,
}

/// Places, lists and maps.
#[derive(Default)]
pub(super) struct Data {
    places: Vec<Place>,
    numbers: BTreeMap<(PlaceId, Step), PlaceId>,
    known: BTreeMap<usize, Known>,
    /// Places that were read, if only on the way to others.
    pub(super) read: BTreeSet<PlaceId>,
    /// Places that were read with all that is in them.
    pub(super) read_whole: BTreeSet<PlaceId>,
    /// Whether a template changed what it was given.
    pub(super) is_changed: bool,
}

/// Returns what a list or map is known by; nothing for other values.
pub(super) fn address(value: &Value) -> Option<usize> {
    match value {
        Value::Map(map) => Some(map.address()),
        Value::List(list) => Some(list.address()),
        _ => None,
    }
}

/// Returns the entries of a list or map.
pub(super) fn entries(value: &Value) -> Vec<(Step, Value)> {
    match value {
        Value::Map(map) => {
            let entries = map.entries().into_iter();
            entries.map(|(key, value)| (Step::Key(key), value)).collect()
        }
        Value::List(list) => {
            let items = list.iter().enumerate();
            items.map(|(at, value)| (Step::Item(at), value.clone())).collect()
        }
        _ => Vec::new(),
    }
}

/// Returns an entry of a list or map.
pub(super) fn entry(value: &Value, step: &Step) -> Option<Value> {
    match (value, step) {
        (Value::Map(map), Step::Key(key)) => map.get(key),
        (Value::List(list), Step::Item(at)) => list.get(*at).cloned(),
        _ => None,
    }
}

impl Data {
    /// Returns the place below another one; `flow` makes the flow of a new place.
    pub(super) fn below(
        &mut self,
        outer: PlaceId,
        step: Step,
        flow: impl FnOnce(PlaceId) -> Flow,
    ) -> PlaceId {
        let key = (outer, step);
        if let Some(known) = self.numbers.get(&key) {
            return *known;
        }
        // The root has no entry of its own: numbers begin at 1.
        let number = self.places.len() + 1;
        self.places.push(Place {
            outer,
            step: key.1.clone(),
            flow: flow(number),
        });
        self.numbers.insert(key, number);
        number
    }

    /// Says whether there is a place that was read, or that is in one that was read with all that is in it. A path that is
    /// empty is that of nothing.
    pub(super) fn has_read(&self, path: &[Step]) -> bool {
        let mut place = ROOT;
        for step in path {
            match self.numbers.get(&(place, step.clone())) {
                Some(inner) if self.read_whole.contains(inner) => return true,
                Some(inner) => place = *inner,
                None => return false,
            }
        }
        self.read.contains(&place)
    }

    pub(super) fn flow_of(&self, place: PlaceId) -> Flow {
        place
            .checked_sub(1)
            .and_then(|at| self.places.get(at))
            .map_or(Flow::NOWHERE, |place| place.flow)
    }

    /// Returns the steps that lead to a place.
    pub(super) fn path(&self, mut place: PlaceId) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some(inner) = place.checked_sub(1).and_then(|at| self.places.get(at)) {
            steps.push(inner.step.clone());
            place = inner.outer;
        }
        steps.reverse();
        steps
    }

    /// Notes where a list or map is; says whether that is new.
    pub(super) fn register(&mut self, value: &Value, place: PlaceId) -> bool {
        let Some(address) = address(value) else {
            return false;
        };
        let is_new = !self.known.contains_key(&address);
        self.known.entry(address).or_insert_with(|| Known {
            place: Some(place),
            entries: BTreeMap::new(),
            held: value.clone(),
        });
        is_new
    }

    /// Notes where an entry comes from that a template put into a list or map.
    pub(super) fn put(&mut self, container: &Value, step: Step, flow: Flow) {
        let Some(address) = address(container) else {
            return;
        };
        let known = self.known.entry(address).or_insert_with(|| Known {
            place: None,
            entries: BTreeMap::new(),
            held: container.clone(),
        });
        known.entries.insert(step, flow);
        self.is_changed |= known.place.is_some();
    }

    /// Returns where an entry comes from that a template put in.
    pub(super) fn given(&self, container: &Value, step: &Step) -> Option<Flow> {
        self.known.get(&address(container)?)?.entries.get(step).copied()
    }

    /// Returns the place of a list or map.
    pub(super) fn place(&self, value: &Value) -> Option<PlaceId> {
        self.known.get(&address(value)?)?.place
    }

    /// Says whether a list or map is one that the tracer knows.
    pub(super) fn knows(&self, value: &Value) -> bool {
        address(value).is_some_and(|address| self.known.contains_key(&address))
    }
}
