//! Scalars without quotes.

use std::borrow::Cow;

use super::fold::{First, fold};
use super::{Scanner, TokenKind};
use crate::yaml::bytes::{BLANK, BREAK, COLON, FLOW, is};
use crate::yaml::event::ScalarStyle;
use crate::yaml::syntax::SyntaxError;

impl Scanner<'_> {
    pub(super) fn plain(&mut self) -> Result<(), SyntaxError> {
        self.save_key()?;
        self.is_key_allowed = false;
        let start_mark = self.cursor.mark();
        let is_flow = self.keys.flow_level() > 0;
        let content_column = self.content_column();
        // The lines before this one, and where the text of this one is.
        let mut folded = String::new();
        let (mut start, mut end) = (self.cursor.at(), self.cursor.at());
        let mut has_left_line = false;
        while !self.cursor.is_at_document_indicator() && self.cursor.byte(0) != b'#' {
            let text_end = if is_flow {
                self.flow_word_end()
            } else {
                self.block_text_end()
            };
            if text_end > self.cursor.at() {
                if has_left_line {
                    folded.push_str(self.cursor.slice(start, end));
                    fold(&mut folded, &self.cursor, end, First::Written);
                    start = self.cursor.at();
                    has_left_line = false;
                }
                self.cursor.skip_to(text_end);
                end = text_end;
            }
            if !self
                .skip_plain_gap(&mut has_left_line, content_column)
                .map_err(|error| error.within("while scanning a plain scalar", start_mark))?
                || (!is_flow && self.cursor.column() < content_column)
            {
                break;
            }
        }
        if has_left_line {
            self.is_key_allowed = true;
        }
        let last = self.cursor.slice(start, end);
        let text = if folded.is_empty() {
            Cow::Borrowed(last)
        } else {
            Cow::Owned(folded + last)
        };
        self.push(TokenKind::Scalar(ScalarStyle::Plain), start_mark, text);
        Ok(())
    }

    /// Returns where the text ends that starts here, on this line, outside of brackets.
    #[inline]
    fn block_text_end(&self) -> usize {
        let start = self.cursor.at();
        let mut at = start;
        loop {
            at = self.cursor.find_in_line(at, b':', b'#');
            let is_end = match self.cursor.byte_at(at) {
                b':' => self.cursor.ends_word_at(at + 1),
                b'#' => at > start && is(self.cursor.byte_at(at - 1), BLANK),
                0xc2 | 0xe2 => self.cursor.break_at(at) > 0,
                _ => true,
            };
            if is_end {
                return self.cursor.without_blanks(start, at);
            }
            at += 1;
        }
    }

    /// Returns where the word ends that starts here, within brackets.
    fn flow_word_end(&self) -> usize {
        let mut at = self.cursor.at();
        loop {
            at = self.cursor.find(at, BLANK | BREAK | COLON | FLOW);
            match self.cursor.byte_at(at) {
                b':' if !self.cursor.ends_word_at(at + 1) => at += 1,
                0xc2 | 0xe2 if self.cursor.break_at(at) == 0 => at += 1,
                _ => return at,
            }
        }
    }

    /// Moves over blanks and line breaks, and says whether there were any.
    #[inline]
    fn skip_plain_gap(
        &mut self,
        has_left_line: &mut bool,
        content_column: usize,
    ) -> Result<bool, SyntaxError> {
        let start = self.cursor.at();
        loop {
            match self.cursor.byte(0) {
                b'\t' if *has_left_line && self.cursor.column() < content_column => {
                    return Err(self.error("found a tab character that violates indentation"));
                }
                b' ' | b'\t' => self.cursor.skip(1),
                _ if self.cursor.skip_break() => *has_left_line = true,
                _ => return Ok(self.cursor.at() > start),
            }
        }
    }
}
