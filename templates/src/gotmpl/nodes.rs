//! `Nodes`: what the trees of a source are made of, kind by kind, one behind the other.
//!
//! A tree refers to its parts by number. However large a source is, its trees take a handful of pieces of memory, which
//! matters where thousands are made on a thread that helps: there each little piece is dear.

use super::ast::{Branch, Command, Expression, Naming, Node, Pipe, Span, Symbol};
use super::number::Number;
use std::fmt;
use std::marker::PhantomData;
use std::num::NonZeroU32;
use std::ops::Index;

/// Things of one kind that stand one behind the other.
pub(super) struct List<T> {
    start: u32,
    end: u32,
    kind: PhantomData<fn() -> T>,
}

/// One thing.
pub(super) struct Id<T> {
    /// Counted from 1, so that no thing takes no more memory than one.
    number: NonZeroU32,
    kind: PhantomData<fn() -> T>,
}

impl<T> List<T> {
    pub(super) const EMPTY: Self = Self {
        start: 0,
        end: 0,
        kind: PhantomData,
    };

    pub(super) fn is_empty(self) -> bool {
        self.start == self.end
    }
}

impl<T> Clone for List<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for List<T> {}

impl<T> fmt::Debug for List<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}..{}", self.start, self.end)
    }
}

impl<T> Id<T> {
    fn of(at: usize) -> Self {
        Self {
            number: NonZeroU32::MIN.saturating_add(at as u32),
            kind: PhantomData,
        }
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "#{}", self.number)
    }
}

/// A variable that gets a value, and where its name stands.
pub(super) type Target = (Symbol, Span);

/// How many numbers a number is compared with.
const LOOKED_BACK: usize = 8;

/// The parts of all trees of a source.
#[derive(Debug, Clone, Default)]
pub(super) struct Nodes {
    nodes: Vec<Node>,
    branches: Vec<Branch>,
    pipes: Vec<Pipe>,
    namings: Vec<Naming>,
    targets: Vec<Target>,
    commands: Vec<Command>,
    words: Vec<Expression>,
    numbers: Vec<Number>,
}

/// A kind of part.
pub(super) trait Part: Copy {
    fn among(nodes: &Nodes) -> &[Self];
    fn among_mut(nodes: &mut Nodes) -> &mut Vec<Self>;
}

macro_rules! parts {
    ($($kind:ty: $list:ident),* $(,)?) => {$(
        impl Part for $kind {
            fn among(nodes: &Nodes) -> &[Self] {
                &nodes.$list
            }

            fn among_mut(nodes: &mut Nodes) -> &mut Vec<Self> {
                &mut nodes.$list
            }
        }
    )*};
}

parts! {
    Node: nodes,
    Branch: branches,
    Pipe: pipes,
    Naming: namings,
    Target: targets,
    Command: commands,
    Expression: words,
    Number: numbers,
}

impl Nodes {
    /// Adds one thing.
    pub(super) fn add<T: Part>(&mut self, part: T) -> Id<T> {
        let list = T::among_mut(self);
        list.push(part);
        Id::of(list.len() - 1)
    }

    /// Adds a number, or finds it among the last ones: most texts have a few, over and over.
    pub(super) fn number(&mut self, number: Number) -> Id<Number> {
        let last = self.numbers.iter().enumerate().rev().take(LOOKED_BACK);
        let known = last.filter(|(_, other)| other.is_same(&number)).map(|(at, _)| at);
        match known.max() {
            Some(at) => Id::of(at),
            None => self.add(number),
        }
    }

    /// Adds what came after a mark, and takes it from there.
    pub(super) fn take<T: Part>(&mut self, unfinished: &mut Vec<T>, mark: usize) -> List<T> {
        let list = T::among_mut(self);
        let start = list.len() as u32;
        list.extend_from_slice(&unfinished[mark..]);
        unfinished.truncate(mark);
        List {
            start,
            end: list.len() as u32,
            kind: PhantomData,
        }
    }

    /// Drops all parts and keeps their memory.
    pub(super) fn clear(&mut self) {
        self.nodes.clear();
        self.branches.clear();
        self.pipes.clear();
        self.namings.clear();
        self.targets.clear();
        self.commands.clear();
        self.words.clear();
        self.numbers.clear();
    }
}

impl<T: Part> Index<List<T>> for Nodes {
    type Output = [T];

    fn index(&self, list: List<T>) -> &[T] {
        &T::among(self)[list.start as usize..list.end as usize]
    }
}

impl<T: Part> Index<Id<T>> for Nodes {
    type Output = T;

    fn index(&self, id: Id<T>) -> &T {
        &T::among(self)[id.number.get() as usize - 1]
    }
}
