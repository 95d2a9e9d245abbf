//! The text, and how far it has been read.

use super::super::style::is_break;
use super::token::{Error, Mark};

/// A position in a text that knows its line and column.
pub(super) struct Cursor {
    text: Vec<char>,
    pub(super) mark: Mark,
    /// How many line breaks were read since the last character that is not blank.
    pub(super) newlines: isize,
    at: usize,
}

impl Cursor {
    pub(super) fn new(text: &str) -> Result<Self, Error> {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        if !text.chars().all(is_allowed) {
            return Err(Error::new("control characters are not allowed"));
        }
        Ok(Cursor {
            text: text.chars().collect(),
            mark: Mark::default(),
            newlines: 0,
            at: 0,
        })
    }

    /// The character `offset` characters ahead; NUL behind the end.
    pub(super) fn peek(&self, offset: usize) -> char {
        self.text.get(self.at + offset).copied().unwrap_or('\0')
    }

    pub(super) fn current(&self) -> char {
        self.peek(0)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.current() == '\0'
    }

    pub(super) fn is_blank(&self, offset: usize) -> bool {
        matches!(self.peek(offset), ' ' | '\t')
    }

    pub(super) fn is_break(&self, offset: usize) -> bool {
        is_break(self.peek(offset))
    }

    pub(super) fn is_break_or_end(&self, offset: usize) -> bool {
        self.is_break(offset) || self.peek(offset) == '\0'
    }

    pub(super) fn is_blank_or_end(&self, offset: usize) -> bool {
        self.is_blank(offset) || self.is_break_or_end(offset)
    }

    /// Says whether a line starts here with `---` or `...`.
    pub(super) fn is_document_indicator(&self) -> bool {
        let three = [self.peek(0), self.peek(1), self.peek(2)];
        self.mark.column == 0 && (three == ['-'; 3] || three == ['.'; 3]) && self.is_blank_or_end(3)
    }

    pub(super) fn skip(&mut self) {
        if !self.is_blank(0) {
            self.newlines = 0;
        }
        self.mark.index += 1;
        self.mark.column += 1;
        self.at += 1;
    }

    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank(0) {
            self.skip();
        }
    }

    pub(super) fn skip_line(&mut self) {
        let length = self.break_length();
        if length > 0 {
            self.end_line(length);
        }
    }

    /// Copies a character.
    pub(super) fn read(&mut self, text: &mut String) {
        text.push(self.current());
        self.skip();
    }

    /// Copies a line break; all but two kinds become `\n`.
    pub(super) fn read_line(&mut self, text: &mut String) {
        let length = self.break_length();
        if length == 0 {
            return;
        }
        text.push(match self.current() {
            kept @ ('\u{2028}' | '\u{2029}') => kept,
            _ => '\n',
        });
        self.end_line(length);
    }

    /// Goes to the end of the line without looking at what is there.
    pub(super) fn force_new_line(&mut self) {
        if self.mark.column != 0 {
            self.mark.column = 0;
            self.mark.line += 1;
        }
    }

    fn break_length(&self) -> usize {
        match (self.current(), self.peek(1)) {
            ('\r', '\n') => 2,
            (c, _) if is_break(c) => 1,
            _ => 0,
        }
    }

    fn end_line(&mut self, length: usize) {
        self.at += length;
        self.mark.index += length.cast_signed();
        self.mark.column = 0;
        self.mark.line += 1;
        self.newlines += 1;
    }
}

fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='~' | '\u{85}' | '\u{a0}'..='\u{fffd}' | '\u{10000}'..)
}
