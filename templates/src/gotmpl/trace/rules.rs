//! What values come from that functions return: by rule for those that hand on parts of their arguments, else from all
//! arguments.

use super::data::{Step, address, entries, entry};
use super::entries::DEEPEST;
use super::flow::{Flow, Source as FlowSource};
use super::functions::{LOOKING, OF_NO_TIME, PASSING, RANDOM, is_merge, is_one_of};
use super::{Calling, Random, Tracer};
use crate::gotmpl::ast::{NodeRef, Source};
use crate::gotmpl::function::Operand;
use crate::gotmpl::value::Value;
use std::sync::Arc;

impl Tracer {
    /// Takes notes before a function is called.
    pub(in crate::gotmpl) fn calling(&mut self, name: &[u8], arguments: &[Operand]) -> Calling {
        let mut had = Vec::new();
        if let Some(first) = arguments.first().filter(|_| is_merge(name)) {
            collect_keys(&first.value, &mut had, DEEPEST);
        }
        if name == b"tpl" {
            self.next_literal = arguments.first().map_or(Flow::NOWHERE, |text| text.flow);
        }
        if matches!(name, b"include" | b"tpl") {
            self.next_data = arguments.get(1).map_or(Flow::NOWHERE, |data| data.flow);
        }
        Calling {
            arguments: arguments.to_vec(),
            made: self.made(),
            had,
        }
    }

    /// Returns where the result of a function comes from.
    pub(in crate::gotmpl) fn called(
        &mut self,
        calling: &Calling,
        (name, source, node): (&[u8], &Arc<Source>, NodeRef<'_>),
        result: &Value,
    ) -> Flow {
        (self.next_literal, self.next_data) = (Flow::NOWHERE, Flow::NOWHERE);
        let flow = match name {
            b"include" | b"tpl" => return self.of_template(calling),
            b"dict" => self.of_dict(calling, result),
            b"list" | b"tuple" => self.of_list(calling, result),
            b"get" | b"index" | b"dig" | b"first" | b"last" | b"mustFirst" | b"mustLast" => {
                self.of_entry(name, calling)
            }
            b"set" | b"unset" => self.of_set(calling),
            b"deepCopy" | b"mustDeepCopy" => self.of_copy(calling, result),
            b"pick" | b"omit" => self.of_part(calling, result),
            _ if is_merge(name) => self.of_merge(calling, result),
            _ if is_one_of(&LOOKING, name) => self.of_shapes(calling),
            _ => self.of_all(name, calling, result),
        };
        match self.chance(calling, (name, source, node)) {
            Some(chance) => self.flows.join(flow, chance),
            None => flow,
        }
    }

    fn chance(
        &mut self,
        calling: &Calling,
        (name, source, node): (&[u8], &Arc<Source>, NodeRef<'_>),
    ) -> Option<Flow> {
        let is_of_time = is_one_of(&OF_NO_TIME, name)
            && calling.arguments.iter().any(|argument| {
                matches!(
                    argument.value,
                    Value::Object(_) | Value::Int(..) | Value::Float(..)
                )
            });
        if !is_one_of(&RANDOM, name) || is_of_time {
            return None;
        }
        if self.flows.other().is_some() {
            return self.flows.other();
        }
        self.chances.push(Random {
            function: name.into(),
            source: Arc::clone(source),
            span: node.span(source),
            step: self.step,
        });
        Some(self.flows.add(FlowSource::Chance(self.chances.len() - 1)))
    }

    fn flows_of(&mut self, arguments: &[Operand]) -> Flow {
        self.flows
            .join_all(arguments.iter().map(|argument| argument.flow))
    }

    /// The text that was made, and the name of the template or what the template was parsed of.
    fn of_template(&mut self, calling: &Calling) -> Flow {
        if let Some(other) = self.flows.other() {
            return other;
        }
        let named = calling.arguments.first().map_or(Flow::NOWHERE, |name| name.flow);
        if self.made() == calling.made {
            return self.flows_of(&calling.arguments);
        }
        let made = self.flows.add(FlowSource::Made(self.made() - 1));
        self.flows.join(made, named)
    }

    fn of_dict(&mut self, calling: &Calling, result: &Value) -> Flow {
        for pair in calling.arguments.chunks(2) {
            let [key, value] = pair else { continue };
            let Some(name) = key.value.as_text() else {
                continue;
            };
            let flow = self.flows.join(value.flow, key.flow);
            self.data.put(result, Step::Key(name.clone()), flow);
        }
        Flow::NOWHERE
    }

    fn of_list(&mut self, calling: &Calling, result: &Value) -> Flow {
        for (at, argument) in calling.arguments.iter().enumerate() {
            self.data.put(result, Step::Item(at), argument.flow);
        }
        Flow::NOWHERE
    }

    /// `get`, `index`, `dig`, `first`, `last`: an entry of an entry, and whatever chose it.
    fn of_entry(&mut self, name: &[u8], calling: &Calling) -> Flow {
        let arguments = calling.arguments.as_slice();
        let (holder, keys, default) = match (name, arguments) {
            (b"dig", [keys @ .., default, map]) => (map, keys, Some(default)),
            (_, [holder, keys @ ..]) => (holder, keys, None),
            _ => return Flow::NOWHERE,
        };
        let mut steps: Vec<Step> = keys.iter().filter_map(|key| step_of(&key.value)).collect();
        match (name, &holder.value) {
            (b"first" | b"mustFirst", _) => steps.push(Step::Item(0)),
            (b"last" | b"mustLast", Value::List(list)) => {
                steps.push(Step::Item(list.len().saturating_sub(1)))
            }
            _ => {}
        }
        let mut at = holder.clone();
        for step in steps {
            let value = entry(&at.value, &step);
            let flow = self.entry(&at.value, step, (at.flow, value.as_ref()));
            at = Operand::concrete(value.unwrap_or_default()).with_flow(flow);
        }
        let chosen = self.flows_of(keys);
        let chosen = self
            .flows
            .join(chosen, default.map_or(Flow::NOWHERE, |default| default.flow));
        self.flows.join(at.flow, chosen)
    }

    fn of_set(&mut self, calling: &Calling) -> Flow {
        let [map, key, rest @ ..] = calling.arguments.as_slice() else {
            return Flow::NOWHERE;
        };
        if let Some(name) = key.value.as_text() {
            let value = rest.first().map_or(Flow::NOWHERE, |value| value.flow);
            let flow = self.flows.join(value, key.flow);
            let flow = self.assigned(flow);
            self.data.put(&map.value, Step::Key(name.clone()), flow);
        }
        map.flow
    }

    fn of_copy(&mut self, calling: &Calling, result: &Value) -> Flow {
        let Some(original) = calling.arguments.first() else {
            return Flow::NOWHERE;
        };
        self.copy(original, result, DEEPEST);
        original.flow
    }

    /// Says of all that is in a copy that it comes from where the original does.
    fn copy(&mut self, original: &Operand, copy: &Value, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        if self.data.knows(copy) {
            return;
        }
        for (step, inner) in entries(copy) {
            let value = entry(&original.value, &step);
            let flow = self.place_of_entry(&original.value, &step, original.flow, value.as_ref());
            self.data.put(copy, step, flow);
            let original = Operand::concrete(value.unwrap_or_default()).with_flow(flow);
            self.copy(&original, &inner, depth);
        }
    }

    /// `pick` and `omit`: some of the entries.
    fn of_part(&mut self, calling: &Calling, result: &Value) -> Flow {
        let [map, keys @ ..] = calling.arguments.as_slice() else {
            return Flow::NOWHERE;
        };
        for (step, value) in entries(result) {
            let flow = self.place_of_entry(&map.value, &step, map.flow, Some(&value));
            self.data.put(result, step, flow);
        }
        self.flows_of(keys)
    }

    fn of_merge(&mut self, calling: &Calling, result: &Value) -> Flow {
        let [target, sources @ ..] = calling.arguments.as_slice() else {
            return Flow::NOWHERE;
        };
        self.merged((target, result), sources, &calling.had, DEEPEST);
        self.flows_of(&calling.arguments)
    }

    fn merged(
        &mut self,
        (target, result): (&Operand, &Value),
        sources: &[Operand],
        had: &[(Value, Vec<crate::gotmpl::text::Text>)],
        depth: usize,
    ) {
        let Some(depth) = depth.checked_sub(1) else { return };
        let before = address(&target.value).and_then(|wanted| {
            let known = had.iter().find(|(map, _)| address(map) == Some(wanted));
            known.map(|(_, keys)| keys)
        });
        for (step, value) in entries(result) {
            let Step::Key(key) = &step else { continue };
            let is_old = before.is_some_and(|keys| keys.contains(key));
            let old = is_old.then(|| self.place_of_entry(&target.value, &step, target.flow, Some(&value)));
            let given: Vec<Operand> = sources
                .iter()
                .filter_map(|source| {
                    let value = entry(&source.value, &step)?;
                    let flow = self.place_of_entry(&source.value, &step, source.flow, Some(&value));
                    Some(Operand::concrete(value).with_flow(flow))
                })
                .collect();
            if given.is_empty() {
                continue;
            }
            let flow = self
                .flows
                .join_all(given.iter().map(|value| value.flow).chain(old));
            self.data.put(result, step.clone(), flow);
            if address(&value).is_some() && is_old {
                let target = Operand::concrete(value.clone()).with_flow(old.unwrap_or_default());
                self.merged((&target, &value), &given, had, depth);
            }
        }
    }

    fn of_shapes(&mut self, calling: &Calling) -> Flow {
        for argument in &calling.arguments {
            self.note_shape(argument);
        }
        if let [map, key] = calling.arguments.as_slice()
            && let (Value::Map(_), Some(name)) = (&map.value, key.value.as_text())
        {
            let step = Step::Key(name.clone());
            let value = entry(&map.value, &step);
            let flow = self.entry(&map.value, step, (map.flow, value.as_ref()));
            return self.flows.join(flow, key.flow);
        }
        self.flows_of(&calling.arguments)
    }

    /// All arguments, with what is in them, unless the function hands them on as they are.
    fn of_all(&mut self, name: &[u8], calling: &Calling, result: &Value) -> Flow {
        if !is_one_of(&PASSING, name) {
            let flows: Vec<Flow> = calling
                .arguments
                .iter()
                .map(|argument| self.whole(argument))
                .collect();
            let flow = self.flows.join_all(flows);
            self.put_all(result, flow, DEEPEST);
            return flow;
        }
        let flow = self.flows_of(&calling.arguments);
        if let Value::List(list) = result
            && !self.data.knows(result)
        {
            for (at, item) in list.iter().enumerate() {
                let found = self.find(item, &calling.arguments).unwrap_or(flow);
                self.data.put(result, Step::Item(at), found);
            }
        }
        flow
    }

    /// Says of all that is in a new list or map that it comes from the same: `split` makes entries that its text has not.
    fn put_all(&mut self, result: &Value, flow: Flow, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else { return };
        if self.data.knows(result) || self.data.place(result).is_some() {
            return;
        }
        for (step, inner) in entries(result) {
            self.data.put(result, step, flow);
            self.put_all(&inner, flow, depth);
        }
    }

    /// Finds an item of a new list among what the list was made of.
    fn find(&mut self, item: &Value, arguments: &[Operand]) -> Option<Flow> {
        for argument in arguments {
            if is_same(&argument.value, item) {
                return Some(argument.flow);
            }
            let inner = entries(&argument.value);
            if let Some((step, value)) = inner.into_iter().find(|(_, value)| is_same(value, item)) {
                return Some(self.place_of_entry(&argument.value, &step, argument.flow, Some(&value)));
            }
        }
        None
    }
}

fn step_of(key: &Value) -> Option<Step> {
    match key {
        Value::String(name) => Some(Step::Key(name.clone())),
        Value::Int(number, _) => usize::try_from(*number).ok().map(Step::Item),
        _ => None,
    }
}

fn is_same(one: &Value, other: &Value) -> bool {
    match (address(one), address(other)) {
        (Some(one), Some(other)) => one == other,
        (None, None) => crate::gotmpl::deep_equal(one, other),
        _ => false,
    }
}

/// Notes the keys of a map and of the maps in it.
fn collect_keys(value: &Value, had: &mut Vec<(Value, Vec<crate::gotmpl::text::Text>)>, depth: usize) {
    let (Value::Map(map), Some(depth)) = (value, depth.checked_sub(1)) else {
        return;
    };
    had.push((value.clone(), map.keys()));
    for (_, inner) in map.entries() {
        collect_keys(&inner, had, depth);
    }
}
