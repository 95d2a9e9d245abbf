//! The tree of a parsed template.

use super::nodes::{Id, List, Nodes, Part, Target};
use super::number::Number;
use super::text::Text;
use super::value::Value;
use std::borrow::Cow;
use std::cell::OnceCell;
use std::fmt::{self, Formatter};
use std::ops::Index;
use std::rc::Rc;
use std::sync::{Arc, OnceLock};

/// The bytes of a template, which trees and places share with whoever loaded them.
pub type SharedBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// A text that templates were parsed from.
pub(super) struct Source {
    /// The name that it was parsed under.
    pub(super) name: Cow<'static, str>,
    text: SharedBytes,
    /// The text as errors carry it, made for the first of them.
    shared: OnceLock<Arc<str>>,
    /// What it was parsed to.
    pub(super) nodes: Nodes,
    /// The strings that stand in it.
    pub(super) constants: Constants,
    /// The trees by name: that of the text itself, which has none but the source's, and those of its definitions.
    pub(super) trees: Vec<(Option<Constant>, List<Node>)>,
}

impl fmt::Debug for Source {
    fn fmt(&self, out: &mut Formatter<'_>) -> fmt::Result {
        out.write_str(&self.name)
    }
}

impl Source {
    /// Begins with a text; what it is parsed to goes where memory is left of other texts.
    pub(super) fn new(
        name: Cow<'static, str>,
        text: SharedBytes,
        (nodes, constants): (Nodes, Constants),
    ) -> Self {
        Self {
            name,
            text,
            shared: OnceLock::new(),
            nodes,
            constants,
            trees: Vec::new(),
        }
    }

    /// Keeps no more memory than is needed; the other is for the next text.
    pub(super) fn fit(&mut self) -> (Nodes, Constants) {
        self.trees.shrink_to_fit();
        let exact = (self.nodes.clone(), self.constants.clone());
        let nodes = std::mem::replace(&mut self.nodes, exact.0);
        let constants = std::mem::replace(&mut self.constants, exact.1);
        (nodes, constants)
    }

    pub(super) fn text(&self) -> &[u8] {
        (*self.text).as_ref()
    }

    /// Returns the text in a form that may leave the thread.
    pub(super) fn shared_text(&self) -> Arc<str> {
        let make = || Arc::from(String::from_utf8_lossy(self.text()));
        Arc::clone(self.shared.get_or_init(make))
    }

    /// Returns the name of a tree: that of a definition, or the source's own.
    pub(super) fn tree_name(&self, defined: Option<Constant>) -> &[u8] {
        defined.map_or(self.name.as_bytes(), |name| self.constant(name))
    }

    /// Returns a string.
    pub(super) fn constant(&self, constant: Constant) -> &[u8] {
        match self.constants.places[constant.0 as usize] {
            Place::InText(span) => self.slice(span),
            Place::Apart(span) => &self.constants.bytes[span.start as usize..span.end as usize],
        }
    }

    /// Returns a part of the text.
    pub(super) fn slice(&self, span: Span) -> &[u8] {
        &self.text()[span.start as usize..span.end as usize]
    }

    /// Says whether a list of nodes is nothing but space and comments.
    pub(super) fn is_blank(&self, nodes: List<Node>) -> bool {
        self[nodes].iter().all(|node| match node {
            Node::Text(span) => is_blank(self.slice(*span)),
            _ => false,
        })
    }

    /// Returns the variables that a pipeline gives its value to.
    pub(super) fn targets(&self, pipe: &Pipe) -> &[Target] {
        pipe.naming.map_or(&[], |naming| &self[self[naming].variables])
    }

    /// Says whether the variables of a pipeline are assigned, not declared.
    pub(super) fn is_assignment(&self, pipe: &Pipe) -> bool {
        pipe.naming.is_some_and(|naming| self[naming].is_assignment)
    }

    /// Returns where Go says that a word is: behind the first of several fields, or of those of a variable.
    fn position(&self, word: &Expression) -> u32 {
        match word {
            Expression::Bool(_, position) | Expression::Dot(position) | Expression::Nil(position) => {
                *position
            }
            Expression::Field(Names(names)) => self.dot(*names).unwrap_or(names.start - 1),
            Expression::Chain(_, Names(names)) => names.start - 1,
            Expression::Function(span, _) | Expression::Number(span, _) | Expression::String(span, _) => {
                span.start
            }
            Expression::Variable(_, whole) => self.dot(*whole).unwrap_or(whole.start),
            Expression::Pipe(pipe) => self[*pipe].position,
        }
    }

    /// Returns where the first dot is.
    fn dot(&self, span: Span) -> Option<u32> {
        let dot = self.slice(span).iter().position(|byte| *byte == b'.')?;
        Some(span.start + dot as u32)
    }

    /// Cuts a variable with fields apart, at the first dot.
    pub(super) fn variable(&self, whole: Span) -> (Span, Option<Names>) {
        let Some(end) = self.dot(whole) else {
            return (whole, None);
        };
        let fields = Span {
            start: end + 1,
            end: whole.end,
        };
        (Span { end, ..whole }, Some(Names(fields)))
    }

    /// Returns the names of a chain of fields.
    pub(super) fn names(&self, names: Names) -> impl Iterator<Item = &[u8]> {
        self.slice(names.0).split(|byte| *byte == b'.')
    }
}

impl<T: Part> Index<List<T>> for Source {
    type Output = [T];

    fn index(&self, list: List<T>) -> &[T] {
        &self.nodes[list]
    }
}

impl<T: Part> Index<Id<T>> for Source {
    type Output = T;

    fn index(&self, id: Id<T>) -> &T {
        &self.nodes[id]
    }
}

/// One template: what stands in the text outside of definitions, or in one definition.
#[derive(Debug)]
pub(super) struct Tree {
    pub(super) name: Text,
    pub(super) source: Arc<Source>,
    /// The strings that stand in the source, as values, made for whoever comes to one first: of most charts the greater
    /// part is switched off.
    constants: Rc<[OnceCell<Value>]>,
    pub(super) root: List<Node>,
}

impl Tree {
    /// Says whether there is nothing but space and comments.
    pub(super) fn is_empty(&self) -> bool {
        self.source.is_blank(self.root)
    }

    /// Returns a string that stands in the source.
    pub(super) fn constant(&self, constant: Constant) -> &Value {
        let make = || Value::String(self.source.constant(constant).into());
        self.constants[constant.0 as usize].get_or_init(make)
    }
}

/// What a text was parsed to, in a form that may leave the thread.
///
/// Whoever gets it from another thread keeps it as it is. With many allocators a piece that is freed on a thread is used
/// there again, and each time that it grows the thread it came from has to wait.
#[derive(Debug)]
pub struct Parsed(pub(super) Arc<Source>);

impl Parsed {
    /// Gives the text another name than it was parsed under. There is no result if something is defined under that name:
    /// then it has to be parsed again.
    pub fn renamed(mut self, name: &str) -> Option<Self> {
        if self.definitions().any(|defined| defined == name.as_bytes()) {
            return None;
        }
        Arc::get_mut(&mut self.0)?.name = name.to_owned().into();
        Some(self)
    }

    /// Returns the names of what the text defines.
    pub fn definitions(&self) -> impl Iterator<Item = &[u8]> {
        let names = self.0.trees.iter().filter_map(|(name, _)| *name);
        names.map(|name| self.0.constant(name))
    }

    /// Makes the trees, which all have different names.
    pub(super) fn into_trees(self) -> impl Iterator<Item = Tree> {
        let Self(source) = self;
        let places = source.constants.places.iter();
        let constants: Rc<[_]> = places.map(|_| OnceCell::new()).collect();
        (0..source.trees.len()).map(move |place| {
            let (name, root) = source.trees[place];
            Tree {
                name: source.tree_name(name).into(),
                source: Arc::clone(&source),
                constants: Rc::clone(&constants),
                root,
            }
        })
    }
}

/// The strings that stand in a source. Most of them are parts of its text as they are; the others are kept here.
#[derive(Debug, Clone, Default)]
pub(super) struct Constants {
    places: Vec<Place>,
    bytes: Vec<u8>,
}

/// Where a string is.
#[derive(Debug, Clone, Copy)]
enum Place {
    InText(Span),
    Apart(Span),
}

/// Stands for a string of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Constant(u32);

impl Constants {
    /// Adds a part of the text.
    pub(super) fn add_part(&mut self, part: Span) -> Constant {
        self.place(Place::InText(part))
    }

    /// Adds what does not stand in the text like this.
    pub(super) fn add(&mut self, text: &[u8]) -> Constant {
        let start = self.bytes.len() as u32;
        self.bytes.extend_from_slice(text);
        let end = self.bytes.len() as u32;
        self.place(Place::Apart(Span { start, end }))
    }

    /// Drops all strings and keeps their memory.
    pub(super) fn clear(&mut self) {
        self.places.clear();
        self.bytes.clear();
    }

    fn place(&mut self, place: Place) -> Constant {
        self.places.push(place);
        Constant(self.places.len() as u32 - 1)
    }
}

/// Says whether a text is nothing but space.
pub(super) fn is_blank(text: &[u8]) -> bool {
    // Texts may be large, and few of them begin with a character beyond ASCII.
    match text.trim_ascii_start().first() {
        None => true,
        Some(b'!'..=b'~') => false,
        Some(_) => String::from_utf8_lossy(text).trim().is_empty(),
    }
}

/// A part of the source, in bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    pub(super) start: u32,
    pub(super) end: u32,
}

/// One or more names of fields, with dots between them. They stand in the source as they are, so that a tree needs no
/// memory for them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Names(pub(super) Span);

/// What a template is a list of. The span starts where Go says that the node is.
#[derive(Debug, Clone, Copy)]
pub(super) enum Node {
    Text(Span),
    Action(Pipe),
    If(Id<Branch>),
    With(Id<Branch>),
    Range(Id<Branch>),
    /// The name of the template, and what it gets.
    Template(Span, Constant, Option<Id<Pipe>>),
    Break(Span),
    Continue(Span),
}

/// `if`, `with` and `range`: a pipeline, what to do with it, what to do otherwise.
#[derive(Debug, Clone, Copy)]
pub(super) struct Branch {
    pub(super) pipe: Pipe,
    pub(super) list: List<Node>,
    pub(super) otherwise: Option<List<Node>>,
}

/// A pipeline: commands that hand on their value, and the variables that get it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pipe {
    pub(super) position: u32,
    pub(super) commands: List<Command>,
    /// The variables, if there are any.
    pub(super) naming: Option<Id<Naming>>,
}

/// What a pipeline does with its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Naming {
    /// The variables are assigned, not declared.
    pub(super) is_assignment: bool,
    pub(super) variables: List<Target>,
}

/// A word with arguments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Command {
    pub(super) position: u32,
    pub(super) words: List<Expression>,
}

/// Stands for the name of a variable within one source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Symbol(pub(super) u32);

/// The variable `$`.
pub(super) const ROOT: Symbol = Symbol(0);

/// A word of a command. Some say where they start, the others need not.
#[derive(Debug, Clone, Copy)]
pub(super) enum Expression {
    Bool(bool, u32),
    Dot(u32),
    Nil(u32),
    Field(Names),
    Chain(Id<Expression>, Names),
    /// A function by its name and its number in the table.
    Function(Span, u32),
    Number(Span, Id<Number>),
    /// A string as written and as a value.
    String(Span, Constant),
    /// A variable with the fields of it, if there are any.
    Variable(Symbol, Span),
    Pipe(Id<Pipe>),
}

/// Some node, for an error to say where it happened.
#[derive(Debug, Clone, Copy)]
pub(super) enum NodeRef<'t> {
    Node(&'t Node),
    Pipe(&'t Pipe),
    Command(&'t Command),
    Expression(&'t Expression),
}

impl NodeRef<'_> {
    pub(super) fn position(self, source: &Source) -> usize {
        let position = match self {
            Self::Node(Node::If(branch) | Node::With(branch) | Node::Range(branch)) => {
                source[*branch].pipe.position
            }
            Self::Node(Node::Action(pipe)) => pipe.position,
            Self::Node(
                Node::Text(span) | Node::Template(span, ..) | Node::Break(span) | Node::Continue(span),
            ) => span.start,
            Self::Pipe(pipe) => pipe.position,
            Self::Command(command) => command.position,
            Self::Expression(expression) => source.position(expression),
        };
        position as usize
    }
}
