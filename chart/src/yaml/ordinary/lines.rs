//! The lines of a document, and the blocks of text among them.

use std::borrow::Cow;

use memchr::memchr;

use super::scalars::{Head, skip_spaces};
use crate::yaml::text::{Breaks, Text};

/// A line, without its end.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// Where in the document it begins.
    pub(super) start: usize,
    pub(super) text: &'a str,
}

/// The lines of a document that are still to come.
pub(super) struct Lines<'a> {
    document: &'a str,
    next: usize,
    has_tabs: bool,
}

impl<'a> Lines<'a> {
    /// Begins with a document that has no characters but those that YAML allows everywhere, and no other line ends than
    /// line feeds.
    pub(super) fn new(document: &'a [u8]) -> Option<Self> {
        let text = Text::decode(document);
        let is_whole = text.broken.is_none() && text.breaks == Breaks::LineFeed;
        match text.text {
            Cow::Borrowed(text) if is_whole && text.len() == document.len() => {
                let has_tabs = memchr(b'\t', document).is_some();
                Some(Self {
                    document: text,
                    next: 0,
                    has_tabs,
                })
            }
            _ => None,
        }
    }

    /// Says whether there is no tab on a line. In a comment it does no harm.
    pub(super) fn is_plain(&self, line: &str) -> bool {
        !self.has_tabs || memchr(b'\t', line.as_bytes()).is_none()
    }

    pub(super) fn next(&mut self) -> Option<Line<'a>> {
        let start = self.next;
        let rest = self.document.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr(b'\n', rest.as_bytes()).unwrap_or(rest.len());
        self.next = start + length + 1;
        Some(Line {
            start,
            text: &rest[..length],
        })
    }

    /// Reads the lines of a block of text that belongs to a key or dash of a column.
    pub(super) fn block(&mut self, head: Head, parent: usize) -> Option<Block<'a>> {
        // The first line that is not empty says how far the text is indented. Empty ones before it may not be longer.
        let mut indent = None;
        let mut longest = 0;
        let first = self.next.min(self.document.len());
        let end = loop {
            let before = self.next;
            let Some(line) = self.next() else {
                break self.document.len();
            };
            let column = skip_spaces(line.text, 0);
            let is_empty = column == line.text.len();
            match indent {
                None if is_empty => longest = longest.max(column),
                None if column > parent => indent = Some(column),
                Some(indent) if is_empty || column >= indent => {}
                _ => {
                    self.next = before;
                    break before;
                }
            }
        };
        let indent = indent.unwrap_or(parent + 1);
        let lines = &self.document[first..end];
        (longest <= indent && self.is_plain(lines)).then_some(Block { head, lines, indent })
    }
}

/// A block of text.
pub(super) struct Block<'a> {
    head: Head,
    /// Its lines, and empty ones behind it.
    lines: &'a str,
    indent: usize,
}

impl Block<'_> {
    /// Returns the text, as the scanner makes it of such a block.
    pub(super) fn text(&self) -> String {
        let mut text = String::with_capacity(self.lines.len());
        let (mut line_break, mut empty, mut was_indented) = ("", 0, false);
        for whole in self.lines.split_inclusive('\n') {
            let line = whole.strip_suffix('\n').unwrap_or(whole);
            let own_break = &whole[line.len()..];
            let is_empty = line.len() <= self.indent && skip_spaces(line, 0) == line.len();
            if is_empty {
                empty += own_break.len();
                continue;
            }
            let line = &line[self.indent..];
            let is_indented = line.starts_with(' ');
            let folds = self.head.is_folded && !was_indented && !is_indented && !line_break.is_empty();
            match (folds, empty) {
                (true, 0) => text.push(' '),
                (true, _) => {}
                (false, _) => text.push_str(line_break),
            }
            text.extend(std::iter::repeat_n('\n', empty));
            text.push_str(line);
            (line_break, empty, was_indented) = (own_break, 0, is_indented);
        }
        if !self.head.strips {
            text.push_str(line_break);
        }
        if self.head.keeps {
            text.extend(std::iter::repeat_n('\n', empty));
        }
        text
    }
}
