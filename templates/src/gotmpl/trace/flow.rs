//! `Flow`: where a value comes from, as the number of an entry in the tracer's table.

use super::data::PlaceId;
use crate::gotmpl::value::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Stands for where a value comes from; cheap to copy, because every operand has one. The default is nowhere: the text of
/// the template itself, or a run without a tracer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::gotmpl) struct Flow(u32);

impl Flow {
    /// The template itself.
    pub(in crate::gotmpl) const NOWHERE: Self = Self(0);
}

/// Where a value comes from.
#[derive(Clone)]
pub(super) enum Source {
    /// An entry of the data.
    Place(PlaceId),
    /// A text that templates made.
    Made(usize),
    /// A list or map of that moment, with all that is in it.
    Whole(Value),
    /// What decided that it was set: a condition and those around it.
    Control(usize),
    /// A call that gives something else each time.
    Chance(usize),
    /// Both.
    Pair(Flow, Flow),
}

/// All flows of a rendering.
#[derive(Default)]
pub(super) struct Flows {
    sources: Vec<Source>,
    /// What stands for all flows but those of places, when nobody asks for more than what was read.
    other: Option<Flow>,
    pairs: BTreeMap<(Flow, Flow), Flow>,
    controls: BTreeMap<usize, Flow>,
}

impl Flows {
    /// Tells places apart and nothing else.
    pub(super) fn of_places() -> Self {
        let mut flows = Self::default();
        flows.other = Some(flows.add(Source::Pair(Flow::NOWHERE, Flow::NOWHERE)));
        flows
    }

    /// What stands for all flows but those of places, if they are not told apart.
    pub(super) fn other(&self) -> Option<Flow> {
        self.other
    }

    pub(super) fn add(&mut self, source: Source) -> Flow {
        self.sources.push(source);
        Flow(u32::try_from(self.sources.len()).unwrap_or_default())
    }

    /// Returns what comes from both.
    pub(super) fn join(&mut self, one: Flow, other: Flow) -> Flow {
        if one == other || other == Flow::NOWHERE {
            return one;
        }
        if one == Flow::NOWHERE {
            return other;
        }
        if let Some(pair) = self.other {
            return pair;
        }
        let key = (one.min(other), one.max(other));
        if let Some(known) = self.pairs.get(&key) {
            return *known;
        }
        let flow = self.add(Source::Pair(key.0, key.1));
        self.pairs.insert(key, flow);
        flow
    }

    /// Returns what comes from all.
    pub(super) fn join_all(&mut self, flows: impl IntoIterator<Item = Flow>) -> Flow {
        flows
            .into_iter()
            .fold(Flow::NOWHERE, |all, flow| self.join(all, flow))
    }

    /// Returns what a condition decides.
    pub(super) fn of_control(&mut self, control: usize) -> Flow {
        if let Some(other) = self.other {
            return other;
        }
        if let Some(flow) = self.controls.get(&control) {
            return *flow;
        }
        let flow = self.add(Source::Control(control));
        self.controls.insert(control, flow);
        flow
    }

    pub(super) fn source(&self, flow: Flow) -> Option<&Source> {
        self.sources.get((flow.0 as usize).checked_sub(1)?)
    }

    /// Returns the flows that a flow is made of, which are no pairs.
    pub(super) fn parts(&self, flow: Flow) -> Vec<Flow> {
        let (mut seen, mut left, mut parts) = (BTreeSet::new(), vec![flow], Vec::new());
        while let Some(flow) = left.pop() {
            if !seen.insert(flow) {
                continue;
            }
            match self.source(flow) {
                Some(Source::Pair(one, other)) => left.extend([*other, *one]),
                Some(_) => parts.push(flow),
                None => {}
            }
        }
        parts
    }
}
