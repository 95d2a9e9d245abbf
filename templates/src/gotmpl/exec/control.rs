//! Lists of nodes: text, actions, `if`, `with`, `range`, `template`.

use super::{DEEPEST, Failure, State, assigned};
use crate::gotmpl::ast::{Branch, Node, NodeRef, Pipe};
use crate::gotmpl::error::Call;
use crate::gotmpl::function::Operand;
use crate::gotmpl::nodes::List;
use crate::gotmpl::printf::{quote, sprint_held};
use crate::gotmpl::text::Text;
use crate::gotmpl::trace::{Decided, Step};
use crate::gotmpl::types::{IntKind, Kind};
use crate::gotmpl::value::Value;

/// How a list was left.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Flow {
    Next,
    Break,
    Continue,
}

impl<'t> State<'t, '_> {
    pub(super) fn walk_list(&mut self, dot: &Operand, nodes: List<Node>) -> Result<Flow, Failure> {
        for node in &self.source()[nodes] {
            match self.walk(dot, node)? {
                Flow::Next => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    fn walk(&mut self, dot: &Operand, node: &'t Node) -> Result<Flow, Failure> {
        self.step(1)?;
        match node {
            Node::Text(span) => {
                let start = self.run.out.len();
                self.run.out.extend_from_slice(self.tree.source.slice(*span));
                self.wrote(start)?;
                self.trace(start, node, (0, &Operand::default()));
            }
            Node::Action(pipe) => {
                let made = self.run.made();
                // Variables that an action declares live until the list around it ends, and such an action prints nothing.
                let value = self.eval_pipeline(dot, pipe)?;
                if pipe.naming.is_none() {
                    self.at(NodeRef::Node(node));
                    let start = self.run.out.len();
                    self.print(&value)?;
                    self.wrote(start)?;
                    self.trace(start, node, (made, &value));
                }
            }
            Node::If(branch) => return self.walk_if(dot, &self.source()[*branch]),
            Node::With(branch) => return self.walk_with(dot, &self.source()[*branch]),
            Node::Range(branch) => {
                let branch = &self.source()[*branch];
                let mark = self.run.variables.len();
                let over = self.eval_pipeline(dot, &branch.pipe)?;
                let decided = self.decide("range", branch, &over);
                let outcome = self.walk_range(dot, branch, over);
                self.run.variables.truncate(mark);
                self.decided(decided, branch);
                outcome?;
            }
            Node::Template(_, name, pipe) => {
                self.at(NodeRef::Node(node));
                let source = self.source();
                let given = pipe.map(|pipe| &source[pipe]);
                self.walk_template(dot, node, (source.constant(*name), given))?;
            }
            Node::Break(_) => return Ok(Flow::Break),
            Node::Continue(_) => return Ok(Flow::Continue),
        }
        Ok(Flow::Next)
    }

    fn walk_if(&mut self, dot: &Operand, branch: &'t Branch) -> Result<Flow, Failure> {
        let mark = self.run.variables.len();
        let condition = self.eval_pipeline(dot, &branch.pipe)?;
        let decided = self.decide("if", branch, &condition);
        let flow = if condition.value.is_true() {
            self.walk_list(dot, branch.list)
        } else {
            self.walk_otherwise(dot, branch)
        };
        self.run.variables.truncate(mark);
        self.decided(decided, branch);
        flow
    }

    fn walk_with(&mut self, dot: &Operand, branch: &'t Branch) -> Result<Flow, Failure> {
        let mark = self.run.variables.len();
        let value = self.eval_pipeline(dot, &branch.pipe)?;
        let decided = self.decide("with", branch, &value);
        let flow = if value.value.is_true() {
            self.walk_list(&value, branch.list)
        } else {
            self.walk_otherwise(dot, branch)
        };
        self.run.variables.truncate(mark);
        self.decided(decided, branch);
        flow
    }

    fn walk_otherwise(&mut self, dot: &Operand, branch: &'t Branch) -> Result<Flow, Failure> {
        match branch.otherwise {
            Some(otherwise) => self.walk_list(dot, otherwise),
            None => Ok(Flow::Next),
        }
    }

    fn walk_range(&mut self, dot: &Operand, branch: &'t Branch, over: Operand) -> Result<(), Failure> {
        let from = self.run.tracer.is_some().then(|| over.clone());
        let over = over.value;
        let from = from.as_ref();
        let has_run = match &over {
            Value::Nil => false,
            Value::Int(count, kind) => {
                self.check_one_variable(branch, &over)?;
                let kind = *kind;
                self.iterate(
                    (branch, from),
                    (0..*count).map(|number| (Operand::default(), counted(number, kind))),
                )?
            }
            Value::Uint(count, kind) => {
                self.check_one_variable(branch, &over)?;
                let numbers = (0..*count).map(|number| Operand::concrete(Value::Uint(number, *kind)));
                self.iterate((branch, from), numbers.map(|number| (Operand::default(), number)))?
            }
            Value::List(list) => {
                let element = list.element_type();
                let items = list.iter().enumerate();
                self.iterate(
                    (branch, from),
                    items.map(|(at, item)| (position(at), Operand::element(item.clone(), element))),
                )?
            }
            Value::Bytes(bytes) => {
                let items = bytes.iter().enumerate();
                self.iterate(
                    (branch, from),
                    items.map(|(at, byte)| (position(at), Operand::concrete((*byte).into()))),
                )?
            }
            Value::Map(map) => {
                let element = map.element_type();
                // A copy, because the body may change the map.
                let entries = map.entries().into_iter();
                self.iterate(
                    (branch, from),
                    entries.map(|(key, item)| (key_of(key), Operand::element(item, element))),
                )?
            }
            Value::Object(object) if matches!(over.kind(), Kind::Map | Kind::Slice) => {
                let entries = object.entries().unwrap_or_default().into_iter();
                let operands = entries.map(|(key, item)| (Operand::concrete(key), Operand::concrete(item)));
                self.iterate((branch, from), operands)?
            }
            other => return self.fail(format!("range can't iterate over {}", sprint_held(other))),
        };
        match branch.otherwise {
            Some(otherwise) if !has_run => self.walk_list(dot, otherwise).map(|_| ()),
            _ => Ok(()),
        }
    }

    /// Says where an element and its key come from; only a tracer asks.
    fn traced_range(&mut self, over: &Operand, index: Operand, element: Operand) -> (Operand, Operand) {
        let Some(tracer) = &mut self.run.tracer else {
            return (index, element);
        };
        let step = match &index.value {
            Value::String(key) => Step::Key(key.clone()),
            Value::Int(at, _) => Step::Item(usize::try_from(*at).unwrap_or_default()),
            _ => return (index, element.with_flow(over.flow)),
        };
        let flow = tracer.element(over, step, &element.value);
        (index.with_flow(over.flow), element.with_flow(flow))
    }

    /// Tells the tracer, if there is one, that a condition decides what follows.
    fn decide(
        &mut self,
        kind: &'static str,
        branch: &'t Branch,
        value: &Operand,
    ) -> Option<(Decided, usize)> {
        let tracer = self.run.tracer.as_mut()?;
        let span = NodeRef::Pipe(&branch.pipe).span(&self.tree.source);
        let decided = tracer.decide(&self.tree.source, (kind, span), value);
        Some((decided, self.run.out.len()))
    }

    /// Tells the tracer that what a condition decides is over. What might have been assigned under it depends on it, were
    /// it only because it was not.
    fn decided(&mut self, decided: Option<(Decided, usize)>, branch: &'t Branch) {
        let Some((decided, start)) = decided else { return };
        let end = self.run.out.len();
        let mut symbols = Vec::new();
        if self
            .run
            .tracer
            .as_ref()
            .is_some_and(|tracer| !tracer.is_of_reads())
        {
            assigned::in_branch(&self.tree.source, branch, &mut symbols);
        }
        for symbol in symbols {
            let Some(slot) = self.slot(symbol) else { continue };
            if let Some(tracer) = &mut self.run.tracer {
                let decision = tracer.decision(&decided);
                let variable = &mut self.run.variables[slot].1;
                variable.flow = tracer.join(variable.flow, decision);
            }
        }
        if let Some(tracer) = &mut self.run.tracer {
            tracer.decided(&decided, start..end);
        }
    }

    fn check_one_variable(&self, branch: &Branch, over: &Value) -> Result<(), Failure> {
        if self.source().targets(&branch.pipe).len() > 1 {
            let over = sprint_held(over);
            return self.fail(format!("can't use {over} to iterate over more than one variable"));
        }
        Ok(())
    }

    /// Walks the body once for each element; says whether there was any.
    fn iterate(
        &mut self,
        (branch, from): (&'t Branch, Option<&Operand>),
        elements: impl Iterator<Item = (Operand, Operand)>,
    ) -> Result<bool, Failure> {
        let mark = self.run.variables.len();
        let mut has_run = false;
        for (index, element) in elements {
            has_run = true;
            self.step(1)?;
            let (index, element) = match from {
                None => (index, element),
                Some(over) => self.traced_range(over, index, element),
            };
            self.set_loop_variables(&branch.pipe, index, &element)?;
            let flow = self.walk_list(&element, branch.list)?;
            self.run.variables.truncate(mark);
            if flow == Flow::Break {
                break;
            }
        }
        Ok(has_run)
    }

    /// Gives the variables of a range their values: one variable gets the element, two get index and element.
    fn set_loop_variables(
        &mut self,
        pipe: &'t Pipe,
        index: Operand,
        element: &Operand,
    ) -> Result<(), Failure> {
        let targets = match self.source().targets(pipe) {
            [] => return Ok(()),
            [only] => [None, Some(only)],
            [first, second, ..] => [Some(first), Some(second)],
        };
        for (back, (target, value)) in targets.into_iter().zip([index, element.clone()]).enumerate() {
            let Some((symbol, name)) = target else { continue };
            if self.source().is_assignment(pipe) {
                self.set_variable(*symbol, *name, value)?;
            } else {
                let slot = self.run.variables.len() - 2 + back;
                self.run.variables[slot].1 = value;
            }
        }
        Ok(())
    }

    fn walk_template(
        &mut self,
        dot: &Operand,
        node: &'t Node,
        (name, pipe): (&[u8], Option<&'t Pipe>),
    ) -> Result<(), Failure> {
        let Some(tree) = self.run.scope.find(name) else {
            return self.fail(format!("template {} not defined", quote(name)));
        };
        if self.run.depth == DEEPEST || self.run.guard.is_exhausted() {
            return self.fail(format!("exceeded maximum template depth ({DEEPEST})"));
        }
        let data = match pipe {
            Some(pipe) => self.eval_pipeline(dot, pipe)?,
            None => Operand::default(),
        };
        self.run.depth += 1;
        let around = self.enter(&tree.name, Some(NodeRef::Node(node)));
        let outcome = self.run.walk_tree(&tree, data);
        self.leave(around);
        self.run.depth -= 1;
        outcome.map_err(|mut failure| {
            failure.pass(|| Call {
                from: self.tree.name.to_string(),
                template: tree.name.to_string(),
                at: Some(self.tree.source.locate(NodeRef::Node(node))),
            });
            failure
        })
    }
}

fn counted(number: i64, kind: IntKind) -> Operand {
    Operand::concrete(Value::Int(number, kind))
}

fn position(at: usize) -> Operand {
    Operand::concrete(Value::from(at as i64))
}

fn key_of(key: Text) -> Operand {
    Operand::concrete(Value::String(key))
}
