//! Where what is in lists and maps comes from, and that it was read.

use super::Tracer;
use super::data::{Step, address, entries};
use super::flow::{Flow, Source as FlowSource};
use crate::gotmpl::function::Operand;
use crate::gotmpl::value::Value;
use std::collections::BTreeSet;

/// Deeper maps are not walked.
pub(super) const DEEPEST: usize = 60;

impl Tracer {
    /// Returns where the entry of a list or map comes from that came from `holder` itself.
    pub(in crate::gotmpl) fn entry(
        &mut self,
        container: &Value,
        step: Step,
        (holder, value): (Flow, Option<&Value>),
    ) -> Flow {
        let own = self.place_of_entry(container, &step, holder, value);
        if let Some(FlowSource::Place(place)) = self.flows.source(own) {
            self.data.read.insert(*place);
        }
        match self.data.place(container) {
            // The way there says no more than the place does.
            Some(place) if self.data.flow_of(place) == holder => own,
            _ if matches!(self.flows.source(holder), Some(FlowSource::Place(_)) | None) => own,
            _ => self.flows.join(own, holder),
        }
    }

    pub(super) fn place_of_entry(
        &mut self,
        container: &Value,
        step: &Step,
        holder: Flow,
        value: Option<&Value>,
    ) -> Flow {
        if let Some(given) = self.data.given(container, step) {
            return given;
        }
        if let Some(place) = value.and_then(|value| self.data.place(value)) {
            return self.data.flow_of(place);
        }
        let outer = match (self.data.place(container), self.flows.source(holder)) {
            (Some(place), _) => place,
            (None, Some(FlowSource::Place(place))) => *place,
            _ => return holder,
        };
        let place = self.below(outer, step.clone());
        self.data.flow_of(place)
    }

    /// Returns where an element comes from that a range is at.
    pub(in crate::gotmpl) fn element(&mut self, over: &Operand, step: Step, value: &Value) -> Flow {
        match &over.value {
            Value::Map(_) | Value::List(_) => self.entry(&over.value, step, (over.flow, Some(value))),
            _ => over.flow,
        }
    }

    /// Notes that somebody asked whether there is anything in a value.
    pub(super) fn note_shape(&mut self, value: &Operand) {
        if let Some(place) = self.data.place(&value.value) {
            self.data.read.insert(place);
        }
    }

    /// Notes that a value was read with all that is in it, and returns where that comes from.
    pub(in crate::gotmpl) fn whole(&mut self, operand: &Operand) -> Flow {
        if address(&operand.value).is_none() {
            return operand.flow;
        }
        self.mark(&operand.value, DEEPEST);
        if let Some(other) = self.flows.other() {
            return other;
        }
        let whole = self.flows.add(FlowSource::Whole(operand.value.clone()));
        self.flows.join(operand.flow, whole)
    }

    /// Returns where an argument of `and` and `or` comes from, behind others that were passed over.
    pub(in crate::gotmpl) fn passed(&mut self, before: Flow, value: &Operand) -> Flow {
        self.note_shape(value);
        self.flows.join(before, value.flow)
    }

    fn mark(&mut self, value: &Value, depth: usize) {
        if let Some(place) = self.data.place(value) {
            self.data.read_whole.insert(place);
            return;
        }
        let Some(depth) = depth.checked_sub(1) else { return };
        for (_, inner) in entries(value) {
            self.mark(&inner, depth);
        }
    }

    /// Returns the flows of all that is in a list or map.
    pub(super) fn leaves(&mut self, value: &Value, holder: Flow) -> BTreeSet<Flow> {
        let mut found = BTreeSet::new();
        let root = Operand::concrete(value.clone()).with_flow(holder);
        self.collect(&root, &mut found, DEEPEST);
        found
    }

    fn collect(&mut self, value: &Operand, found: &mut BTreeSet<Flow>, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        for (step, inner) in entries(&value.value) {
            let flow = self.place_of_entry(&value.value, &step, value.flow, Some(&inner));
            if address(&inner).is_some() {
                self.collect(&Operand::concrete(inner).with_flow(flow), found, depth);
            } else {
                found.insert(flow);
            }
        }
    }
}
