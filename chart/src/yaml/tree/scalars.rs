//! Scalars without quotes: plain ones, and blocks behind `|` and `>`.

use super::Style;
use super::scanner::Scanner;
use super::token::{Error, Mark, Token, TokenKind};

/// What becomes of the line breaks at the end of a block.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Chomping {
    Strip,
    Clip,
    Keep,
}

/// The line breaks between two pieces of text.
#[derive(Default)]
pub(super) struct Breaks {
    pub(super) leading: String,
    pub(super) trailing: String,
}

impl Breaks {
    /// Joins two lines: by a blank, or by the empty lines between them.
    pub(super) fn fold(&mut self, text: &mut String) {
        if !self.leading.starts_with('\n') {
            text.push_str(&self.leading);
            text.push_str(&self.trailing);
        } else if self.trailing.is_empty() {
            text.push(' ');
        } else {
            text.push_str(&self.trailing);
        }
        self.leading.clear();
        self.trailing.clear();
    }
}

impl Scanner {
    pub(super) fn scan_block_scalar(&mut self) -> Result<Token, Error> {
        let start = self.cursor.mark;
        let style = match self.cursor.current() {
            '|' => Style::Literal,
            _ => Style::Folded,
        };
        self.cursor.skip();
        let (chomping, increment) = self.scan_block_header(start)?;
        let mut indent = match increment {
            0 => 0,
            increment => self.indent.max(0) + increment,
        };
        let mut breaks = Breaks::default();
        let mut value = String::new();
        self.scan_block_breaks(&mut indent, &mut breaks.trailing, start)?;
        let mut after_blank = false;
        while self.cursor.mark.column == indent && !self.cursor.is_at_end() {
            let is_blank = self.cursor.is_blank(0);
            let folds = style == Style::Folded && !after_blank && !is_blank;
            if folds && breaks.leading.starts_with('\n') {
                if breaks.trailing.is_empty() {
                    value.push(' ');
                }
            } else {
                value.push_str(&breaks.leading);
            }
            value.push_str(&breaks.trailing);
            breaks = Breaks::default();
            after_blank = is_blank;
            while !self.cursor.is_break_or_end(0) {
                self.cursor.read(&mut value);
            }
            self.cursor.read_line(&mut breaks.leading);
            self.scan_block_breaks(&mut indent, &mut breaks.trailing, start)?;
        }
        if chomping != Chomping::Strip {
            value.push_str(&breaks.leading);
        }
        if chomping == Chomping::Keep {
            value.push_str(&breaks.trailing);
        }
        Ok(Token {
            value,
            style,
            ..Token::new(TokenKind::Scalar, start)
        })
    }

    /// Reads what is behind `|` or `>`, up to the end of the line.
    fn scan_block_header(&mut self, start: Mark) -> Result<(Chomping, isize), Error> {
        let mut chomping = self.scan_chomping();
        let increment = self.scan_increment(start)?;
        if chomping.is_none() {
            chomping = self.scan_chomping();
        }
        self.cursor.skip_blanks();
        if self.cursor.current() == '#' {
            self.scan_line_comment(start);
            while !self.cursor.is_break_or_end(0) {
                self.cursor.skip();
            }
        }
        if !self.cursor.is_break_or_end(0) {
            return Err(self.error(start, "did not find expected comment or line break"));
        }
        self.cursor.skip_line();
        Ok((chomping.unwrap_or(Chomping::Clip), increment))
    }

    fn scan_chomping(&mut self) -> Option<Chomping> {
        let chomping = match self.cursor.current() {
            '+' => Chomping::Keep,
            '-' => Chomping::Strip,
            _ => return None,
        };
        self.cursor.skip();
        Some(chomping)
    }

    fn scan_increment(&mut self, start: Mark) -> Result<isize, Error> {
        match self.cursor.current().to_digit(10) {
            None => Ok(0),
            Some(0) => Err(self.error(start, "found an indentation indicator equal to 0")),
            Some(digit) => {
                self.cursor.skip();
                Ok(isize::try_from(digit).unwrap_or_default())
            }
        }
    }

    /// Reads indentation and empty lines; finds out how far the block is indented if nobody said.
    fn scan_block_breaks(
        &mut self,
        indent: &mut isize,
        breaks: &mut String,
        start: Mark,
    ) -> Result<(), Error> {
        let mut widest = 0;
        loop {
            let is_open = |column: isize, indent: isize| indent == 0 || column < indent;
            while is_open(self.cursor.mark.column, *indent) && self.cursor.current() == ' ' {
                self.cursor.skip();
            }
            widest = widest.max(self.cursor.mark.column);
            if is_open(self.cursor.mark.column, *indent) && self.cursor.current() == '\t' {
                return Err(self.error(
                    start,
                    "found a tab character where an indentation space is expected",
                ));
            }
            if !self.cursor.is_break(0) {
                break;
            }
            self.cursor.read_line(breaks);
        }
        if *indent == 0 {
            *indent = widest.max(self.indent + 1).max(1);
        }
        Ok(())
    }

    pub(super) fn scan_plain(&mut self) -> Result<Token, Error> {
        let start = self.cursor.mark;
        let indent = self.indent + 1;
        let mut value = String::new();
        let mut blanks = String::new();
        let mut breaks = Breaks::default();
        let mut on_new_line = false;
        while !self.cursor.is_document_indicator() && self.cursor.current() != '#' {
            while !self.cursor.is_blank_or_end(0) && !self.ends_plain() {
                if on_new_line {
                    breaks.fold(&mut value);
                    on_new_line = false;
                } else {
                    value.push_str(&blanks);
                }
                blanks.clear();
                self.cursor.read(&mut value);
            }
            if !(self.cursor.is_blank(0) || self.cursor.is_break(0)) {
                break;
            }
            while self.cursor.is_blank(0) || self.cursor.is_break(0) {
                if on_new_line && self.cursor.mark.column < indent && self.cursor.current() == '\t' {
                    return Err(self.error(start, "found a tab character that violates indentation"));
                }
                self.scan_gap(&mut on_new_line, &mut blanks, &mut breaks);
            }
            if self.flow_level == 0 && self.cursor.mark.column < indent {
                break;
            }
        }
        if on_new_line {
            self.simple_key_allowed = true;
        }
        Ok(Token {
            value,
            ..Token::new(TokenKind::Scalar, start)
        })
    }

    fn ends_plain(&self) -> bool {
        let c = self.cursor.current();
        (c == ':' && self.cursor.is_blank_or_end(1))
            || (self.flow_level > 0 && matches!(c, ',' | '?' | '[' | ']' | '{' | '}'))
    }

    /// Reads one blank or line break inside of a scalar.
    pub(super) fn scan_gap(&mut self, on_new_line: &mut bool, blanks: &mut String, breaks: &mut Breaks) {
        if self.cursor.is_blank(0) {
            if *on_new_line {
                self.cursor.skip();
            } else {
                self.cursor.read(blanks);
            }
        } else if *on_new_line {
            self.cursor.read_line(&mut breaks.trailing);
        } else {
            blanks.clear();
            self.cursor.read_line(&mut breaks.leading);
            *on_new_line = true;
        }
    }
}
