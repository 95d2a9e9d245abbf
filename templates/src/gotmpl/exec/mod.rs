//! The executor: walks a tree over data and appends text.

mod assigned;
mod call;
mod control;
mod field;
mod pipeline;
mod print;

use super::ast::{Node, NodeRef, Source, Symbol, Tree};
use super::budget::Budget;
use super::error::{ExecError, ParseError};
use super::function::{Function, FunctionError, Operand};
use super::functions::Functions;
use super::printed::Printed;
use super::stack::StackGuard;
use super::templates::{MissingKey, Options, Scope};
use super::text::Text;
use super::trace::{Step, Tracer};
use super::value::Value;
use std::rc::Rc;

/// Go's limit for templates within templates.
const DEEPEST: usize = 100_000;

/// From which size, in bytes, a text is large.
const LARGE: usize = 1 << 20;

/// What goes wrong while a template runs; boxed, because it is large and seldom.
type Failure = Box<ExecError>;

/// What all templates of one execution share.
pub(super) struct Run {
    pub(super) scope: Rc<Scope>,
    pub(super) functions: Rc<Functions>,
    pub(super) options: Options,
    pub(super) guard: StackGuard,
    budget: Rc<Budget>,
    /// The text so far.
    pub(super) out: Vec<u8>,
    /// The variables of all templates that are running, those of the innermost last.
    variables: Vec<(Symbol, Operand)>,
    depth: usize,
    /// Who notes what writes what, when somebody wants to know.
    pub(super) tracer: Option<Box<Tracer>>,
}

impl Run {
    pub(super) fn new(
        scope: Rc<Scope>,
        functions: Rc<Functions>,
        options: Options,
        guard: StackGuard,
        budget: Rc<Budget>,
    ) -> Self {
        Self {
            scope,
            functions,
            options,
            guard,
            budget,
            out: Vec::new(),
            variables: Vec::new(),
            depth: 0,
            tracer: None,
        }
    }

    /// Executes a tree and gives its text.
    pub(super) fn execute(&mut self, tree: &Tree, data: Value) -> Result<Text, Failure> {
        let start = self.out.len();
        let around = self.tracer.as_mut().map(|tracer| tracer.begin());
        let flow = self.tracer.as_mut().map(|tracer| tracer.of_data(&data));
        let outcome = self.walk_tree(tree, Operand::concrete(data).with_flow(flow.unwrap_or_default()));
        let text = self.out[start..].into();
        if let (Some(tracer), Some(around)) = (&mut self.tracer, around) {
            tracer.end(&text, start, around);
        }
        self.out.truncate(start);
        outcome.map(|()| text)
    }

    /// As [`execute`](Self::execute), for who wants the bytes and nothing else; no tracer takes notes.
    pub(super) fn write(&mut self, tree: &Tree, data: Value) -> Result<Vec<u8>, Failure> {
        self.out.clear();
        self.walk_tree(tree, Operand::concrete(data))?;
        // A large text keeps its memory: it is not worth a copy.
        Ok(match self.out.len() {
            0..LARGE => self.out.clone(),
            _ => std::mem::take(&mut self.out),
        })
    }

    /// Returns how many texts the tracer has, if there is one.
    fn made(&self) -> usize {
        self.tracer.as_ref().map_or(0, |tracer| tracer.made())
    }

    /// Calls a function; `tree` is the template that it sees as the running one.
    pub(super) fn call(
        &mut self,
        tree: &Tree,
        (name, function): (&str, &Function),
        arguments: Vec<Value>,
    ) -> Result<Value, FunctionError> {
        if self.guard.is_exhausted() {
            return Err(format!("exceeded maximum template depth ({DEEPEST})").into());
        }
        let base = self.variables.len();
        let mut state = State {
            run: self,
            tree,
            node: None,
            base,
        };
        state.call_prepared(name, function, arguments)
    }

    fn walk_tree(&mut self, tree: &Tree, dot: Operand) -> Result<(), Failure> {
        let base = self.variables.len();
        self.variables.push((super::ast::ROOT, dot.clone()));
        let mut state = State {
            run: self,
            tree,
            node: None,
            base,
        };
        let outcome = state.walk_list(&dot, tree.root);
        self.variables.truncate(base);
        outcome.map(|_| ())
    }
}

/// A running template: what functions see that run templates themselves.
pub struct State<'t, 'e> {
    run: &'e mut Run,
    tree: &'t Tree,
    /// The node that errors are reported at.
    node: Option<NodeRef<'t>>,
    /// Where the variables of this template start.
    base: usize,
}

/// Functions of the host run templates through these.
impl State<'_, '_> {
    /// Executes a template by name and returns its text.
    ///
    /// # Errors
    ///
    /// Fails when there is no such template, with `owner` named in the message as the template that was asked, or when
    /// the template fails.
    pub fn execute(&mut self, name: &Text, data: Value, owner: &str) -> Result<Text, FunctionError> {
        let Some(tree) = self.run.scope.find(name) else {
            let name = super::printf::quote(name);
            let owner = super::printf::quote(owner.as_bytes());
            return Err(format!("template: no template {name} associated with template {owner}").into());
        };
        self.run_tree(&tree, data)
    }

    /// Parses a text and executes it; what it defines is seen by what it runs, and gone afterwards.
    ///
    /// # Errors
    ///
    /// Fails when the text does not parse, with `describe` asked for the message, or when it fails.
    pub fn execute_text(
        &mut self,
        name: &Text,
        text: &Text,
        data: Value,
        describe: impl Fn(&ParseError) -> String,
    ) -> Result<Text, FunctionError> {
        self.run.budget.step(text.len() as u64)?;
        let (tree, definitions) = self
            .run
            .scope
            .parse_text(name, text, &self.run.functions, self.run.guard)
            .map_err(|error| FunctionError {
                message: describe(&error),
                cause: None,
                text: Some(Box::new(error)),
            })?;
        let inner = Rc::new(Scope::within(&self.run.scope, definitions));
        let outer = std::mem::replace(&mut self.run.scope, inner);
        let outcome = self.run_tree(&tree, data);
        self.run.scope = outer;
        outcome
    }

    fn run_tree(&mut self, tree: &Tree, data: Value) -> Result<Text, FunctionError> {
        let depth = std::mem::take(&mut self.run.depth);
        let around = self.enter(&tree.name, self.node);
        let outcome = if self.run.guard.is_exhausted() {
            Err(format!("exceeded maximum template depth ({DEEPEST})").into())
        } else {
            self.run
                .execute(tree, data)
                .map_err(|failure| FunctionError::from(*failure))
        };
        self.run.depth = depth;
        self.leave(around);
        outcome
    }

    /// Says whether there is a template of that name.
    pub fn knows(&self, name: &Text) -> bool {
        self.run.scope.find(name).is_some()
    }

    /// Returns the name of the template that is running.
    pub fn template_name(&self) -> &Text {
        &self.tree.name
    }
}

impl<'t> State<'t, '_> {
    /// Returns a node in a form that prints.
    fn printed<T>(&self, node: T) -> Printed<'t, T> {
        Printed(&self.tree.source, node)
    }

    /// Returns what the running template was parsed from.
    fn source(&self) -> &'t Source {
        &self.tree.source
    }

    /// Notes the node that is being worked on.
    fn at(&mut self, node: NodeRef<'t>) {
        self.node = Some(node);
    }

    /// Tells the tracer, if there is one, that another template is called.
    fn enter(&mut self, template: &Text, node: Option<NodeRef<'_>>) -> Option<usize> {
        let (from, source) = (&self.tree.name, &self.tree.source);
        let tracer = self.run.tracer.as_mut()?;
        tracer.enter((from, template), source, node)
    }

    /// Tells the tracer that the call is over.
    fn leave(&mut self, around: Option<usize>) {
        if let Some(tracer) = &mut self.run.tracer {
            tracer.leave(around);
        }
    }

    /// Tells the tracer what a node wrote since a place of the output, and where that comes from.
    fn trace(&mut self, since: usize, node: &Node, (made, value): (usize, &Operand)) {
        let output = since..self.run.out.len();
        if let Some(tracer) = &mut self.run.tracer {
            let flow = tracer.whole(value);
            tracer.wrote(output, &self.tree.source, (node, made, flow));
        }
    }

    /// Says where an entry of a list or map comes from, if there is a tracer.
    #[inline]
    fn traced_entry(&mut self, holder: &Operand, key: &[u8], entry: Operand) -> Operand {
        match &mut self.run.tracer {
            None => entry,
            Some(tracer) => {
                let step = Step::Key(key.into());
                let flow = tracer.entry(&holder.value, step, (holder.flow, Some(&entry.value)));
                entry.with_flow(flow)
            }
        }
    }

    /// Says where the result of a method comes from, if there is a tracer: its object, and the arguments.
    fn traced_method(&mut self, holder: &Operand, name: &[u8], result: Operand) -> Operand {
        let arguments = result.flow;
        let mut result = self.traced_entry(holder, name, result);
        if let Some(tracer) = &mut self.run.tracer {
            result.flow = tracer.join(result.flow, arguments);
        }
        result
    }

    /// Says what a variable comes from that is assigned, if there is a tracer.
    fn assigned(&mut self, value: Operand) -> Operand {
        match &mut self.run.tracer {
            None => value,
            Some(tracer) => {
                let flow = tracer.assigned(value.flow);
                value.with_flow(flow)
            }
        }
    }

    fn step(&self, steps: u64) -> Result<(), Failure> {
        match self.run.budget.step(steps) {
            Ok(()) => Ok(()),
            Err(message) => self.fail(message),
        }
    }

    /// Accounts for what was written behind a place of the output.
    fn wrote(&self, since: usize) -> Result<(), Failure> {
        match self.run.budget.write(self.run.out.len() - since) {
            Ok(()) => Ok(()),
            Err(message) => self.fail(message),
        }
    }

    fn fail<T>(&self, message: impl Into<String>) -> Result<T, Failure> {
        Err(Box::new(self.error(message.into())))
    }

    fn error(&self, message: String) -> ExecError {
        let location = self.node.map(|node| self.tree.source.locate(node));
        ExecError {
            template: self.tree.name.to_string(),
            location,
            message,
            cause: None,
            calls: Vec::new(),
        }
    }

    fn missing_key(&self) -> MissingKey {
        self.run.options.missing_key
    }
}
