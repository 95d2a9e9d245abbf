//! Documents as nearly all are written, which are read line by line.
//!
//! Where every line is of a simple kind (a key, an item, a scalar on one line, a block of text, a comment) it can be seen
//! line by line what a document has, many times faster than by a parser. Whatever else there is, such as an anchor, a
//! tab, a scalar of several lines or a key that is no text, makes a document one for the parser, which also has the words
//! for what is wrong.

mod build;
mod cut;
mod lines;
mod scalars;

use std::borrow::Cow;

use self::build::Builder;
use self::cut::Cut;
use self::lines::{Block, Line, Lines};
use self::scalars::{Found, Key, Scalar, find_key, find_value, is_end, skip_spaces};
use super::read::{Duplicates, Numbers};
use crate::Value;

/// How deep an ordinary document nests at most. Each level takes memory, and more than a few are rare.
const DEEPEST: usize = 100;

/// Reads a document. Nothing is returned of one that is not ordinary.
pub(super) fn read(document: &[u8], numbers: Numbers, duplicates: Duplicates) -> Option<Value> {
    let mut builder = Builder::new(numbers, duplicates);
    walk(document, &mut builder)?;
    builder.finish()
}

/// Returns the lines of those entries of a table that are `wanted`, by key, and within them by both keys. To read them
/// gives what reading the whole document would give of these entries, and that would not fail. Nothing is returned of a
/// document that is not ordinary, or that has no such entry.
pub(super) fn entries<'a>(document: &'a [u8], wanted: impl Fn(&[&str]) -> bool) -> Option<Cow<'a, [u8]>> {
    let mut cut = Cut::new(wanted);
    walk(document, &mut cut)?;
    cut.of(document)
}

/// Gets the parts of a document in their order.
trait Sink<'a> {
    /// A table or list begins.
    fn open(&mut self, kind: Kind);

    /// The innermost of them ends.
    fn close(&mut self) -> Option<()>;

    /// An entry of a table begins, on a line that begins at a place of the document.
    fn key(&mut self, key: Key<'a>, line: usize) -> Option<()>;

    /// There is a value that is no table or list of several lines.
    fn value(&mut self, value: Part<'a>) -> Option<()>;
}

/// A value that is no table or list of several lines.
enum Part<'a> {
    /// There is none.
    Nothing,
    Scalar(Scalar<'a>),
    Block(Block<'a>),
}

/// Goes through a document. Nothing is returned of one that is not ordinary, or of which the sink refuses something.
fn walk<'a>(document: &'a [u8], sink: &mut impl Sink<'a>) -> Option<()> {
    let mut walk = Walk {
        lines: Lines::new(document)?,
        has_begun: false,
        open: Vec::new(),
        waiting: None,
        sink,
    };
    while let Some(line) = walk.lines.next() {
        let column = skip_spaces(line.text, 0);
        if !is_end(line.text, column) && !walk.begins_with(line.text) {
            walk.line(line, column)?;
        }
    }
    walk.end()
}

/// Says whether an item of a list begins at a place.
fn is_item(line: &str, at: usize) -> bool {
    let line = line.as_bytes();
    line.get(at) == Some(&b'-') && line.get(at + 1).is_none_or(|next| *next == b' ')
}

/// What there is on several lines.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Table,
    List,
}

/// A table or list that is not at its end.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Level {
    kind: Kind,
    /// Where its keys or dashes stand.
    column: usize,
}

/// What is on the way through a document.
struct Walk<'a, 's, S> {
    lines: Lines<'a>,
    /// There was something else than comments.
    has_begun: bool,
    /// The tables and lists around a place, the innermost last.
    open: Vec<Level>,
    /// The column of a key or dash whose value may stand on the lines below.
    waiting: Option<usize>,
    sink: &'s mut S,
}

impl<'a, S: Sink<'a>> Walk<'a, '_, S> {
    /// Says whether a line is the one with which a document may begin.
    fn begins_with(&mut self, line: &str) -> bool {
        let is_first = !self.has_begun && line == "---";
        self.has_begun = true;
        is_first
    }

    /// Comes to a line whose text begins at a column.
    fn line(&mut self, line: Line<'a>, column: usize) -> Option<()> {
        if !self.lines.is_plain(line.text) {
            return None;
        }
        if is_item(line.text, column) {
            self.enter(Kind::List, column)?;
            return self.item(line, column);
        }
        match find_key(line.text, column) {
            Some((key, at)) => {
                self.enter(Kind::Table, column)?;
                self.entry((line, column), key, at)
            }
            None => self.value_below(line.text, column),
        }
    }

    /// Finds the table or list that goes on at a column.
    fn enter(&mut self, kind: Kind, column: usize) -> Option<()> {
        let own = Level { kind, column };
        let list = Level {
            kind: Kind::List,
            column,
        };
        if self.open.is_empty() {
            return if kind == Kind::List || column > 0 {
                None
            } else {
                self.open(own)
            };
        }
        if let Some(above) = self.waiting.take() {
            // The dashes of a list may stand under the key that it belongs to.
            let is_under_key = || self.open.last().is_some_and(|last| last.kind == Kind::Table);
            if column > above || column == above && own == list && is_under_key() {
                return self.open(own);
            }
            self.sink.value(Part::Nothing)?;
        }
        while self.open.last().is_some_and(|last| last.column > column) {
            self.close()?;
        }
        if own != list && self.open.last() == Some(&list) {
            self.close()?;
        }
        (self.open.last() == Some(&own)).then_some(())
    }

    fn open(&mut self, level: Level) -> Option<()> {
        self.open.push(level);
        self.sink.open(level.kind);
        (self.open.len() <= DEEPEST).then_some(())
    }

    fn close(&mut self) -> Option<()> {
        self.open.pop();
        self.sink.close()
    }

    /// Comes to an entry whose key stands in a column, and its value at a place.
    fn entry(&mut self, (line, column): (Line<'a>, usize), key: Key<'a>, at: usize) -> Option<()> {
        self.sink.key(key, line.start)?;
        self.value(line.text, at, column)
    }

    /// Looks at what stands behind a dash.
    fn item(&mut self, line: Line<'a>, mut column: usize) -> Option<()> {
        loop {
            let inner = skip_spaces(line.text, column + 1);
            let level = |kind| Level { kind, column: inner };
            if is_item(line.text, inner) {
                self.open(level(Kind::List))?;
                column = inner;
                continue;
            }
            let Some((key, at)) = find_key(line.text, inner) else {
                return self.value(line.text, inner, column);
            };
            self.open(level(Kind::Table))?;
            return self.entry((line, inner), key, at);
        }
    }

    /// Comes to the value, at a place, of a key or dash that stands in a column.
    fn value(&mut self, line: &'a str, at: usize, parent: usize) -> Option<()> {
        match find_value(line, at)? {
            Found::Below => {
                self.waiting = Some(parent);
                Some(())
            }
            Found::Scalar(scalar) => self.sink.value(Part::Scalar(scalar)),
            Found::Block(head) => {
                let block = self.lines.block(head, parent)?;
                self.sink.value(Part::Block(block))
            }
        }
    }

    /// Comes to a line that has nothing but the value of the key or dash above.
    fn value_below(&mut self, line: &'a str, column: usize) -> Option<()> {
        let is_below = self.waiting.take().is_some_and(|above| column > above);
        match find_value(line, column)? {
            Found::Scalar(scalar) if is_below => self.sink.value(Part::Scalar(scalar)),
            _ => None,
        }
    }

    fn end(mut self) -> Option<()> {
        if self.waiting.is_some() {
            self.sink.value(Part::Nothing)?;
        }
        while !self.open.is_empty() {
            self.close()?;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests;
