//! Literal and folded blocks: `|` and `>`.

use super::fold::break_text;
use super::{Scanner, TokenKind};
use crate::yaml::event::ScalarStyle;
use crate::yaml::syntax::SyntaxError;

/// What becomes of the line breaks at the end.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    /// The first stays.
    Clip,
    /// `-`: none stays.
    Strip,
    /// `+`: all stay.
    Keep,
}

/// A block as far as it is read.
struct Block<'a> {
    style: ScalarStyle,
    /// The column of its text; unknown until the first line that is not empty.
    indent: Option<usize>,
    text: String,
    /// The break at the end of the last line with text, and those of the empty lines after it.
    line_break: &'a str,
    empty_lines: String,
    /// Whether the last line with text began with a blank.
    was_indented: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn block_scalar(&mut self, style: ScalarStyle) -> Result<(), SyntaxError> {
        self.remove_key()?;
        self.is_key_allowed = true;
        let start_mark = self.cursor.mark();
        self.cursor.skip(1);
        let text = self
            .block_text(style)
            .map_err(|error| error.within("while scanning a block scalar", start_mark))?;
        self.push(TokenKind::Scalar(style), start_mark, text);
        Ok(())
    }

    fn block_text(&mut self, style: ScalarStyle) -> Result<String, SyntaxError> {
        let (chomping, increment) = self.block_header()?;
        self.rest_of_line()?;
        let mut block = Block {
            style,
            indent: increment.map(|increment| self.indent.unwrap_or(0) + increment),
            text: String::new(),
            line_break: "",
            empty_lines: String::new(),
            was_indented: false,
        };
        let mut indent = self.block_breaks(&mut block)?;
        while self.cursor.column() == indent && !self.cursor.is_at_end() {
            self.block_line(&mut block);
            indent = self.block_breaks(&mut block)?;
        }
        if chomping != Chomping::Strip {
            block.text.push_str(block.line_break);
        }
        if chomping == Chomping::Keep {
            block.text.push_str(&block.empty_lines);
        }
        Ok(block.text)
    }

    /// Reads `+` or `-` and a digit, in either order.
    fn block_header(&mut self) -> Result<(Chomping, Option<usize>), SyntaxError> {
        let mut increment = self.block_increment()?;
        let chomping = match self.cursor.byte(0) {
            b'+' => Chomping::Keep,
            b'-' => Chomping::Strip,
            _ => return Ok((Chomping::Clip, increment)),
        };
        self.cursor.skip(1);
        if increment.is_none() {
            increment = self.block_increment()?;
        }
        Ok((chomping, increment))
    }

    fn block_increment(&mut self) -> Result<Option<usize>, SyntaxError> {
        match self.cursor.byte(0) {
            b'0' => Err(self.error("found an indentation indicator equal to 0")),
            digit @ b'1'..=b'9' => {
                self.cursor.skip(1);
                Ok(Some(usize::from(digit - b'0')))
            }
            _ => Ok(None),
        }
    }

    /// Reads a line with text, and before it what remains of the breaks since the last one.
    fn block_line(&mut self, block: &mut Block<'a>) {
        let is_indented = self.cursor.is_blank();
        let folds = block.style == ScalarStyle::Folded && !block.was_indented && !is_indented;
        if folds && block.line_break == "\n" {
            if block.empty_lines.is_empty() {
                block.text.push(' ');
            }
        } else {
            block.text.push_str(block.line_break);
        }
        block.text.push_str(&block.empty_lines);
        block.empty_lines.clear();
        block.was_indented = is_indented;
        let start = self.cursor.at();
        self.cursor.skip_to(self.cursor.line_end(start));
        block.text.push_str(self.cursor.slice(start, self.cursor.at()));
        block.line_break = break_text(&self.cursor, self.cursor.at());
        self.cursor.skip_break();
    }

    /// Reads indentation and empty lines, and returns the column of the block's text.
    fn block_breaks(&mut self, block: &mut Block) -> Result<usize, SyntaxError> {
        let mut deepest = 0;
        loop {
            let is_within = |column: usize| block.indent.is_none_or(|indent| column < indent);
            while is_within(self.cursor.column()) && self.cursor.byte(0) == b' ' {
                self.cursor.skip(1);
            }
            deepest = deepest.max(self.cursor.column());
            if is_within(self.cursor.column()) && self.cursor.byte(0) == b'\t' {
                return Err(self.error("found a tab character where an indentation space is expected"));
            }
            let line_break = break_text(&self.cursor, self.cursor.at());
            if !self.cursor.skip_break() {
                break;
            }
            block.empty_lines.push_str(line_break);
        }
        let least = self.content_column().max(1);
        Ok(*block.indent.get_or_insert(deepest.max(least)))
    }
}
