//! `Templates`: parsed templates that know each other by name.

use super::ast::{Parsed, SharedBytes, Tree};
use super::budget::{Budget, Limits};
use super::error::{ExecError, ParseError};
use super::exec::Run;
use super::function::{Function, FunctionError};
use super::functions::{Functions, Names};
use super::later::Later;
use super::map::Map;
use super::parser::parse;
use super::stack::StackGuard;
use super::text::Text;
use super::trace::Tracer;
use super::value::Value;
use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// What a key gives that a map does not have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MissingKey {
    /// Nothing, which prints as `<no value>`; fields of it are nothing as well.
    #[default]
    Invalid,
    /// The zero value of the map's element type. For maps of anything that is nil, which prints as `<no value>` and has
    /// no fields.
    Zero,
    /// An error.
    Error,
}

/// Finds a method of a map by its name.
pub type MapMethods = fn(&Map, &[u8]) -> Option<Function>;

/// How templates are executed.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// What a missing key gives.
    pub missing_key: MissingKey,
    /// How much stack parsing and executing may use, in bytes. What nests deeper fails instead.
    pub stack_bytes: usize,
    /// Finds the methods of maps whose type has a name.
    pub map_methods: Option<MapMethods>,
    /// How much all executions of the set may do together.
    pub limits: Limits,
}

impl Default for Options {
    /// Stays well within the two megabytes that a thread has by default.
    fn default() -> Self {
        Self {
            missing_key: MissingKey::default(),
            stack_bytes: 1 << 20,
            map_methods: None,
            limits: Limits::default(),
        }
    }
}

/// A set of templates in one namespace.
///
/// ```
/// use templates::gotmpl::{Functions, Options, Templates, Value};
///
/// let mut set = Templates::new(Functions::new(), Options::default());
/// set.parse("greeting", "{{define \"who\"}}{{.name}}{{end}}Hello, {{template \"who\" .}}!")?;
/// let text = set.execute("greeting", Value::from_iter([("name", "world")]))?;
/// assert_eq!(text, "Hello, world!");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Templates {
    scope: Rc<Scope>,
    functions: Rc<Functions>,
    options: Options,
    budget: Rc<Budget>,
    /// Where the stack of the outermost execution that is under way began; those within it share its limit.
    guard: Cell<Option<StackGuard>>,
    /// Memory that a text was written in, for the next one.
    out: Cell<Vec<u8>>,
}

impl Templates {
    /// Makes an empty set whose templates may call the given functions.
    pub fn new(functions: Functions, options: Options) -> Self {
        Self {
            scope: Rc::default(),
            functions: Rc::new(functions),
            budget: Rc::new(Budget::new(options.limits)),
            options,
            guard: Cell::new(None),
            out: Cell::default(),
        }
    }

    /// Parses a text and adds what it is and defines. A template of the same name is replaced, unless the new one is
    /// blank.
    ///
    /// # Errors
    ///
    /// Returns the first place where the text is not a template; nothing is added then.
    pub fn parse(&mut self, name: &str, text: impl Into<Text>) -> Result<(), ParseError> {
        let guard = StackGuard::new(self.options.stack_bytes);
        let names = self.functions.names_by_number();
        let parsed = parse(name.to_owned().into(), shared(&text.into()), names, guard)?;
        self.add(parsed);
        Ok(())
    }

    /// Returns what parses texts on other threads, for [`add`](Self::add). It knows the functions that there are now.
    pub fn parser(&self) -> TextParser {
        TextParser(Arc::clone(self.functions.names_by_number()))
    }

    /// Adds what a text is and defines, as [`parse`](Self::parse) does.
    pub fn add(&mut self, parsed: Parsed) {
        let scope = Rc::get_mut(&mut self.scope)
            .expect("no execution is under way while the set is borrowed mutably");
        for tree in parsed.into_trees() {
            scope.add(Rc::new(tree));
        }
    }

    /// Adds a template that is parsed when somebody wants it: nothing is there if `parse` returns nothing then. It must
    /// define no other one, and there must be no other one of its name.
    pub fn add_later(&mut self, name: &str, parse: impl FnOnce() -> Option<Parsed> + 'static) {
        let scope = Rc::get_mut(&mut self.scope)
            .expect("no execution is under way while the set is borrowed mutably");
        scope.later.add(Text::from(name), Box::new(parse));
    }

    /// Parses what nobody wanted yet.
    pub fn parse_rest(&self) {
        self.scope.later.parse_rest();
    }

    /// Says whether a template that was [added](Self::add_later) for later turned out to be none.
    pub fn has_misparsed(&self) -> bool {
        self.scope.later.has_misparsed()
    }

    /// Says whether the limits are reached: whatever is executed from now on fails.
    pub fn is_exhausted(&self) -> bool {
        self.budget.is_exhausted()
    }

    /// Begins to count anew what was done, for the next execution.
    pub fn refill(&self) {
        self.budget.refill();
    }

    /// Says whether there is a template of that name.
    pub fn contains(&self, name: &str) -> bool {
        self.scope.find(name.as_bytes()).is_some()
    }

    /// Executes a template.
    ///
    /// # Errors
    ///
    /// Fails when there is no such template, or where it fails.
    pub fn execute(&self, name: &str, data: Value) -> Result<Text, Box<ExecError>> {
        let tree = self.find(name)?;
        self.guarded(|guard| self.run(guard).execute(&tree, data))
    }

    /// As [`execute`](Self::execute), for who wants the bytes and nothing else.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub fn write(&self, name: &str, data: Value) -> Result<Vec<u8>, Box<ExecError>> {
        let tree = self.find(name)?;
        self.guarded(|guard| {
            let mut run = self.run(guard);
            run.out = self.out.take();
            let outcome = run.write(&tree, data);
            self.out.set(run.out);
            outcome
        })
    }

    fn find(&self, name: &str) -> Result<Rc<Tree>, Box<ExecError>> {
        self.scope.find(name.as_bytes()).ok_or_else(|| {
            let message = format!("no template {} in the set", super::printf::quote(name.as_bytes()));
            Box::new(ExecError {
                template: name.to_owned(),
                location: None,
                message,
                cause: None,
                calls: Vec::new(),
            })
        })
    }

    /// Executes a template while a tracer takes notes.
    ///
    /// # Errors
    ///
    /// As [`execute`](Self::execute).
    pub fn trace(&self, name: &str, data: Value, tracer: &mut Box<Tracer>) -> Result<Text, Box<ExecError>> {
        let tree = self.find(name)?;
        self.guarded(|guard| {
            let mut run = self.run(guard);
            run.tracer = Some(std::mem::take(tracer));
            let outcome = run.execute(&tree, data);
            *tracer = run.tracer.take().unwrap_or_default();
            outcome
        })
    }

    /// Returns the names of the functions, sorted.
    pub fn function_names(&self) -> impl Iterator<Item = &str> {
        self.functions.names()
    }

    /// Calls one of the functions, as if from a template that is nothing but the call. Integers are converted to the
    /// kind that a parameter wants.
    ///
    /// # Errors
    ///
    /// Fails when there is no such function, when the arguments do not fit, or with what the function fails with.
    pub fn call(&self, name: &str, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let number = self.functions.find(name.as_bytes());
        let number = number
            .ok_or_else(|| format!("function {} not defined", super::printf::quote(name.as_bytes())))?;
        self.call_function((name, self.functions.get(number)), arguments)
    }

    /// Calls a function that a value gave, such as a method of an object; `name` is for messages.
    ///
    /// # Errors
    ///
    /// Fails when the arguments do not fit, or with what the function fails with.
    pub fn call_function(
        &self,
        (name, function): (&str, &Function),
        arguments: Vec<Value>,
    ) -> Result<Value, FunctionError> {
        self.guarded(|guard| {
            let names = self.functions.names_by_number();
            let blank = parse(name.to_owned().into(), shared(&Text::default()), names, guard);
            let mut blank = blank.map_err(|error| error.to_string())?.into_trees();
            let tree = blank.next().ok_or("no tree of a blank text")?;
            self.run(guard).call(&tree, (name, function), arguments)
        })
    }

    /// Returns all templates but those that are parsed later.
    pub(super) fn trees(&self) -> impl Iterator<Item = &Tree> {
        self.scope.trees.values().map(|tree| &**tree)
    }

    fn run(&self, guard: StackGuard) -> Run {
        Run::new(
            Rc::clone(&self.scope),
            Rc::clone(&self.functions),
            self.options,
            guard,
            Rc::clone(&self.budget),
        )
    }

    fn guarded<T>(&self, work: impl FnOnce(StackGuard) -> T) -> T {
        let outer = self.guard.get();
        let guard = outer.unwrap_or_else(|| StackGuard::new(self.options.stack_bytes));
        self.guard.set(Some(guard));
        let outcome = work(guard);
        self.guard.set(outer);
        outcome
    }
}

/// Parses texts, on any thread. Two are equal when the functions have the same names and numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextParser(Arc<Names>);

impl TextParser {
    /// Parses a text with no more than `stack_bytes` of the thread's stack.
    ///
    /// # Errors
    ///
    /// Returns the first place where the text is not a template.
    pub fn parse(
        &self,
        name: impl Into<Cow<'static, str>>,
        text: SharedBytes,
        stack_bytes: usize,
    ) -> Result<Parsed, ParseError> {
        parse(name.into(), text, &self.0, StackGuard::new(stack_bytes))
    }
}

fn shared(text: &Text) -> SharedBytes {
    Arc::new(text.to_vec())
}

/// Definitions by name: those of a set, or those of a text that is executed within one.
#[derive(Default)]
pub(super) struct Scope {
    trees: BTreeMap<Text, Rc<Tree>>,
    later: Later,
    outer: Option<Rc<Scope>>,
    /// Texts that were parsed while the set ran. Charts give the same small text to `tpl` over and over.
    parsed: RefCell<BTreeMap<(Text, Text), Definitions>>,
}

/// A text's own tree and its definitions.
type Definitions = (Rc<Tree>, BTreeMap<Text, Rc<Tree>>);

impl Scope {
    /// Makes a scope within another one.
    pub(super) fn within(outer: &Rc<Self>, trees: BTreeMap<Text, Rc<Tree>>) -> Self {
        Self {
            trees,
            later: Later::default(),
            outer: Some(Rc::clone(outer)),
            parsed: RefCell::default(),
        }
    }

    pub(super) fn find(&self, name: &[u8]) -> Option<Rc<Tree>> {
        match self.trees.get(name) {
            Some(tree) => Some(Rc::clone(tree)),
            None => match &self.outer {
                Some(outer) => outer.find(name),
                None => self.later.find(name),
            },
        }
    }

    /// Adds a tree, unless it is blank and there is one of its name.
    fn add(&mut self, tree: Rc<Tree>) {
        if self.trees.contains_key(&tree.name) && tree.is_empty() {
            return;
        }
        self.trees.insert(tree.name.clone(), tree);
    }

    fn outermost(&self) -> &Self {
        self.outer.as_ref().map_or(self, |outer| outer.outermost())
    }

    /// Parses a text for one execution: gives its own tree, and the definitions that hide those of the scope.
    pub(super) fn parse_text(
        &self,
        name: &Text,
        text: &Text,
        functions: &Functions,
        guard: StackGuard,
    ) -> Result<Definitions, ParseError> {
        let cache = &self.outermost().parsed;
        let key = (name.clone(), text.clone());
        if let Some(parsed) = cache.borrow().get(&key) {
            return Ok(self.without_blanks(parsed.clone()));
        }
        let own_name = name.to_str().into_owned().into();
        let parsed = parse(own_name, shared(text), functions.names_by_number(), guard)?;
        let trees: BTreeMap<_, _> = parsed
            .into_trees()
            .map(|tree| (tree.name.clone(), Rc::new(tree)))
            .collect();
        let own = trees
            .get(name)
            .map(Rc::clone)
            .expect("the parser always gives the tree of the text itself");
        cache.borrow_mut().insert(key, (Rc::clone(&own), trees.clone()));
        Ok(self.without_blanks((own, trees)))
    }

    /// Takes out the blank definitions, which hide nothing.
    fn without_blanks(&self, (own, mut trees): Definitions) -> Definitions {
        trees.retain(|name, tree| !tree.is_empty() || self.find(name).is_none());
        (own, trees)
    }
}
