//! The lines of some entries of a document.

use std::borrow::Cow;
use std::ops::Range;

use super::scalars::Key;
use super::{Kind, Part, Sink};

/// Parts of a document, of the outer table and those right in it.
pub(super) struct Cut<'a, W> {
    wanted: W,
    depth: usize,
    /// The key of the outer table that we are behind, if it is wanted.
    outer: Option<&'a str>,
    parts: Vec<Range<usize>>,
    /// The last part goes on.
    is_open: bool,
}

impl<W: Fn(&[&str]) -> bool> Cut<'_, W> {
    /// Begins with what says of keys, from the outside in, whether they are wanted.
    pub(super) fn new(wanted: W) -> Self {
        Self {
            wanted,
            depth: 0,
            outer: None,
            parts: Vec::new(),
            is_open: false,
        }
    }

    /// Comes to an entry.
    fn go_on(&mut self, start: usize, keys: &[&str]) {
        let is_wanted = (self.wanted)(keys);
        if self.is_open && !is_wanted {
            self.end_part(start);
        }
        if !self.is_open && is_wanted {
            self.parts.push(start..start);
        }
        self.is_open = is_wanted;
    }

    fn end_part(&mut self, end: usize) {
        if let Some(part) = self.parts.last_mut() {
            part.end = end;
        }
    }

    /// Returns the parts, one behind the other.
    pub(super) fn of(mut self, document: &[u8]) -> Option<Cow<'_, [u8]>> {
        if self.is_open {
            self.end_part(document.len());
        }
        match &*self.parts {
            [] => None,
            [part] => Some(document[part.clone()].into()),
            parts => {
                let parts: Vec<&[u8]> = parts.iter().map(|part| &document[part.clone()]).collect();
                Some(parts.concat().into())
            }
        }
    }
}

impl<'a, W: Fn(&[&str]) -> bool> Sink<'a> for Cut<'a, W> {
    fn open(&mut self, _: Kind) {
        self.depth += 1;
    }

    fn close(&mut self) -> Option<()> {
        self.depth -= 1;
        Some(())
    }

    fn key(&mut self, key: Key<'a>, line: usize) -> Option<()> {
        match (self.depth, self.outer) {
            (1, _) => {
                self.go_on(line, &[key.written]);
                self.outer = self.is_open.then_some(key.written);
            }
            (2, Some(outer)) => self.go_on(line, &[outer, key.written]),
            _ => {}
        }
        Some(())
    }

    fn value(&mut self, _: Part<'a>) -> Option<()> {
        Some(())
    }
}
