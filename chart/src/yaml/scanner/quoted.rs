//! Scalars in quotes.

use std::borrow::Cow;

use super::fold::{First, fold};
use super::{Scanner, TokenKind};
use crate::yaml::bytes::{BLANK, BREAK, DOUBLE, SINGLE};
use crate::yaml::cursor::Mark;
use crate::yaml::event::ScalarStyle;
use crate::yaml::syntax::SyntaxError;

impl Scanner<'_> {
    pub(super) fn quoted(&mut self, style: ScalarStyle) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.is_key_allowed = false;
        let start_mark = self.cursor.mark();
        let (quote, escape, stops) = match style {
            ScalarStyle::SingleQuoted => (b'\'', b'\'', SINGLE),
            _ => (b'"', b'\\', DOUBLE),
        };
        self.cursor.skip(1);
        let start = self.cursor.at();
        let end = self.cursor.find_in_line(start, quote, escape);
        let is_whole =
            self.cursor.byte_at(end) == quote && (quote == b'"' || self.cursor.byte_at(end + 1) != quote);
        let text = if is_whole {
            self.cursor.skip_to(end);
            Cow::Borrowed(self.cursor.slice(start, end))
        } else {
            let text = self.quoted_text(quote, stops, start_mark);
            Cow::Owned(text.map_err(|error| error.within("while scanning a quoted scalar", start_mark))?)
        };
        self.cursor.skip(1);
        self.push(TokenKind::Scalar(style), start_mark, text);
        Ok(())
    }

    /// Reads up to the closing quote.
    fn quoted_text(&mut self, quote: u8, stops: u8, start: Mark) -> Result<String, SyntaxError> {
        let mut text = String::new();
        loop {
            if self.cursor.is_at_document_indicator() {
                return Err(self.error("found unexpected document indicator"));
            }
            if self.cursor.is_at_end() {
                return Err(self.error("found unexpected end of stream"));
            }
            let first = self
                .quoted_word(&mut text, quote, stops)
                .map_err(|error| error.within("while parsing a quoted scalar", start))?;
            if first == First::Written && self.cursor.byte(0) == quote {
                return Ok(text);
            }
            self.quoted_gap(&mut text, first);
        }
    }

    /// Reads up to a blank, a line break or the closing quote. If the break was escaped it is passed.
    fn quoted_word(&mut self, text: &mut String, quote: u8, stops: u8) -> Result<First, SyntaxError> {
        loop {
            let start = self.cursor.at();
            self.cursor
                .skip_to(self.cursor.find(start, stops | BLANK | BREAK));
            text.push_str(self.cursor.slice(start, self.cursor.at()));
            match self.cursor.byte(0) {
                b'\'' if quote == b'\'' && self.cursor.byte(1) == b'\'' => {
                    text.push('\'');
                    self.cursor.skip(2);
                }
                b'\\' if self.cursor.break_at(self.cursor.at() + 1) > 0 => {
                    self.cursor.skip(1);
                    self.cursor.skip_break();
                    return Ok(First::Escaped);
                }
                b'\\' => self.escape(text)?,
                0xc2 | 0xe2 if self.cursor.break_at(self.cursor.at()) == 0 => {
                    let start = self.cursor.at();
                    let length = if self.cursor.byte(0) == 0xc2 { 2 } else { 3 };
                    self.cursor.skip_to(start + length);
                    text.push_str(self.cursor.slice(start, start + length));
                }
                _ => return Ok(First::Written),
            }
        }
    }

    /// Reads blanks and line breaks: blanks stay as they are unless there is a break.
    fn quoted_gap(&mut self, text: &mut String, first: First) {
        let start = self.cursor.at();
        self.cursor.skip_blanks();
        let has_break = self.cursor.break_at(self.cursor.at()) > 0;
        if !has_break && first == First::Written {
            return text.push_str(self.cursor.slice(start, self.cursor.at()));
        }
        while self.cursor.skip_break() {
            self.cursor.skip_blanks();
        }
        fold(text, &self.cursor, start, first);
    }
}
