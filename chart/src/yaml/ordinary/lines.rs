//! The lines of a document, and the blocks of text among them.

use memchr::memchr;

use super::scalars::skip_spaces;

/// A line, without its end.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    /// Where in the document it begins.
    pub(super) start: usize,
    pub(super) text: &'a [u8],
}

/// The lines of a document that are still to come.
pub(super) struct Lines<'a> {
    document: &'a [u8],
    next: usize,
}

impl<'a> Lines<'a> {
    /// Begins with a document that has no bytes but those of ASCII that can be seen, spaces and line feeds.
    pub(super) fn new(document: &'a [u8]) -> Option<Self> {
        let is_plain = |byte: u8| (byte == b'\n') | ((b' '..=b'~').contains(&byte));
        // Without a branch for each byte, so that many are looked at together.
        let mut blocks = document.chunks(256);
        let is_ordinary = blocks.all(|block| block.iter().fold(true, |all, byte| all & is_plain(*byte)));
        is_ordinary.then_some(Self { document, next: 0 })
    }

    pub(super) fn next(&mut self) -> Option<Line<'a>> {
        let start = self.next;
        let rest = self.document.get(start..).filter(|rest| !rest.is_empty())?;
        let length = memchr(b'\n', rest).unwrap_or(rest.len());
        self.next = start + length + 1;
        Some(Line {
            start,
            text: &rest[..length],
        })
    }

    /// Passes over the lines of a block of text that belongs to a key or dash of a column.
    pub(super) fn skip_block(&mut self, parent: usize) -> Option<()> {
        // The first line that is not empty says how far the text is indented. Empty ones before it may not be longer.
        let mut indent = None;
        let mut longest = 0;
        loop {
            let before = self.next;
            let Some(line) = self.next() else { break };
            let column = skip_spaces(line.text, 0);
            let is_empty = column == line.text.len();
            match indent {
                None if is_empty => longest = longest.max(column),
                None if column > parent => indent = Some(column),
                Some(indent) if is_empty || column >= indent => {}
                _ => {
                    self.next = before;
                    break;
                }
            }
        }
        (longest <= indent.unwrap_or(parent + 1)).then_some(())
    }
}
