//! A place in the text, which knows its line and its column.

use super::bytes::{BLANK, BREAK, is};
use super::text::{Breaks, Text};

/// A line and a column, counted from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) line: usize,
    pub(super) column: usize,
}

/// A place in a text.
///
/// The byte behind the end is 0, which is no character of a text. Lines and columns are counted from 0, columns in
/// characters.
#[derive(Clone)]
pub(super) struct Cursor<'a> {
    text: &'a str,
    at: usize,
    line: usize,
    /// Where the line would start if all of its characters up to here were one byte long.
    line_start: usize,
    is_ascii: bool,
    breaks: Breaks,
}

impl<'a> Cursor<'a> {
    pub(super) fn new(text: &'a Text<'_>) -> Self {
        Cursor {
            text: &text.text,
            at: 0,
            line: 0,
            line_start: 0,
            is_ascii: text.is_ascii,
            breaks: text.breaks,
        }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn line(&self) -> usize {
        self.line
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            line: self.line,
            column: self.column(),
        }
    }

    #[inline]
    pub(super) fn column(&self) -> usize {
        self.at - self.line_start
    }

    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        &self.text[from..to]
    }

    /// Says whether something else than a blank or a line break is before this place.
    pub(super) fn follows_word(&self) -> bool {
        !self.text[..self.at].ends_with([' ', '\t', '\n', '\r', '\u{85}', '\u{2028}', '\u{2029}'])
    }

    /// Returns the byte `ahead` of this place.
    #[inline]
    pub(super) fn byte(&self, ahead: usize) -> u8 {
        self.byte_at(self.at + ahead)
    }

    #[inline]
    pub(super) fn byte_at(&self, at: usize) -> u8 {
        self.text.as_bytes().get(at).copied().unwrap_or(0)
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// Says whether fewer than `count` characters are left.
    pub(super) fn is_short_of(&self, count: usize) -> bool {
        self.text[self.at..].chars().take(count).count() < count
    }

    /// Says whether more than `count` characters lie between `from`, earlier on this line, and here.
    pub(super) fn is_beyond(&self, from: usize, count: usize) -> bool {
        let between = &self.text[from..self.at];
        between.len() > count && (self.is_ascii || between.chars().count() > count)
    }

    /// Returns the length of the line break at `at`, or 0. `\r\n` is one.
    #[inline]
    pub(super) fn break_at(&self, at: usize) -> usize {
        match self.byte_at(at) {
            b'\n' => 1,
            b'\r' => 1 + usize::from(self.byte_at(at + 1) == b'\n'),
            0xc2 if self.byte_at(at + 1) == 0x85 => 2,
            0xe2 if self.byte_at(at + 1) == 0x80 && matches!(self.byte_at(at + 2), 0xa8 | 0xa9) => 3,
            _ => 0,
        }
    }

    #[inline]
    pub(super) fn is_blank(&self) -> bool {
        is(self.byte(0), BLANK)
    }

    /// Says whether a blank, a line break or the end is `ahead`.
    #[inline]
    pub(super) fn ends_word(&self, ahead: usize) -> bool {
        self.ends_word_at(self.at + ahead)
    }

    #[inline]
    pub(super) fn ends_word_at(&self, at: usize) -> bool {
        match self.byte_at(at) {
            b' ' | b'\n' | b'\t' | 0 => true,
            byte => is(byte, BREAK) && self.break_at(at) > 0,
        }
    }

    /// Says whether this is the start of a line that is `---` or `...`.
    pub(super) fn is_at_document_indicator(&self) -> bool {
        self.column() == 0
            && matches!(self.byte(0), b'-' | b'.')
            && self.byte(1) == self.byte(0)
            && self.byte(2) == self.byte(0)
            && self.ends_word(3)
    }

    /// Returns where the line ends that `from` is on: at its break, or at the end of the text.
    pub(super) fn line_end(&self, from: usize) -> usize {
        let rest = &self.text.as_bytes()[from..];
        let length = match self.breaks {
            Breaks::LineFeed => memchr::memchr(b'\n', rest),
            Breaks::Ascii => memchr::memchr2(b'\n', b'\r', rest),
            Breaks::Unicode => (0..rest.len()).find(|length| self.break_at(from + length) > 0),
        };
        length.map_or(self.text.len(), |length| from + length)
    }

    /// Returns the first place from `from` on with one of two bytes, a line break, or the start of what may be one; or
    /// the end.
    #[inline]
    pub(super) fn find_in_line(&self, from: usize, first: u8, second: u8) -> usize {
        let rest = &self.text.as_bytes()[from..];
        let length = if self.breaks == Breaks::LineFeed {
            memchr::memchr3(first, second, b'\n', rest)
        } else {
            rest.iter()
                .position(|byte| *byte == first || *byte == second || is(*byte, BREAK))
        };
        length.map_or(self.text.len(), |length| from + length)
    }

    /// Returns the first place from `from` on with a byte of one of the kinds, or the end.
    #[inline]
    pub(super) fn find(&self, from: usize, kinds: u8) -> usize {
        let rest = &self.text.as_bytes()[from..];
        let length = rest.iter().position(|byte| is(*byte, kinds));
        length.map_or(self.text.len(), |length| from + length)
    }

    /// Returns where the blanks start that end at `end`, but not before `start`.
    #[inline]
    pub(super) fn without_blanks(&self, start: usize, end: usize) -> usize {
        let bytes = &self.text.as_bytes()[start..end];
        let last = bytes.iter().rposition(|byte| !is(*byte, BLANK));
        last.map_or(start, |last| start + last + 1)
    }

    /// Moves over `count` characters of one byte.
    #[inline]
    pub(super) fn skip(&mut self, count: usize) {
        self.at += count;
    }

    /// Moves to a later place on the same line.
    #[inline]
    pub(super) fn skip_to(&mut self, at: usize) {
        if !self.is_ascii {
            let passed = &self.text.as_bytes()[self.at..at];
            self.line_start += passed.iter().filter(|byte| **byte & 0xc0 == 0x80).count();
        }
        self.at = at;
    }

    #[inline]
    pub(super) fn skip_spaces(&mut self) {
        while self.byte(0) == b' ' {
            self.at += 1;
        }
    }

    #[inline]
    pub(super) fn skip_blanks(&mut self) {
        while self.is_blank() {
            self.at += 1;
        }
    }

    /// Moves over the line break that is here, if there is one.
    #[inline]
    pub(super) fn skip_break(&mut self) -> bool {
        let length = self.break_at(self.at);
        if length > 0 {
            self.at += length;
            self.start_line();
        }
        length > 0
    }

    /// Moves over a comment, if there is one.
    #[inline]
    pub(super) fn skip_comment(&mut self) {
        if self.byte(0) == b'#' {
            self.skip_to(self.line_end(self.at));
        }
    }

    /// Lets a new line begin here, whether or not there is a break.
    pub(super) fn start_line(&mut self) {
        self.line += 1;
        self.line_start = self.at;
    }
}
