//! Scalars in quotes.

use super::super::escape::{self, Escape};
use super::Style;
use super::scalars::Breaks;
use super::scanner::Scanner;
use super::token::{Error, Mark, Token, TokenKind};

impl Scanner {
    pub(super) fn scan_quoted(&mut self) -> Result<Token, Error> {
        let start = self.cursor.mark;
        let quote = self.cursor.current();
        self.cursor.skip();
        let mut value = String::new();
        let mut blanks = String::new();
        let mut breaks = Breaks::default();
        loop {
            if self.cursor.is_document_indicator() {
                return Err(self.error(start, "found unexpected document indicator"));
            }
            if self.cursor.is_at_end() {
                return Err(self.error(start, "found unexpected end of stream"));
            }
            let mut on_new_line = self.scan_quoted_word(quote, &mut value, start)?;
            if self.cursor.current() == quote {
                break;
            }
            while self.cursor.is_blank(0) || self.cursor.is_break(0) {
                self.scan_gap(&mut on_new_line, &mut blanks, &mut breaks);
            }
            if on_new_line {
                join(&mut breaks, &mut value);
            } else {
                value.push_str(&blanks);
                blanks.clear();
            }
        }
        self.cursor.skip();
        Ok(Token {
            value,
            style: match quote {
                '\'' => Style::SingleQuoted,
                _ => Style::DoubleQuoted,
            },
            ..Token::new(TokenKind::Scalar, start)
        })
    }

    /// Reads up to a blank or the closing quote. Says whether an escaped line break ended it.
    fn scan_quoted_word(&mut self, quote: char, value: &mut String, start: Mark) -> Result<bool, Error> {
        while !self.cursor.is_blank_or_end(0) {
            match (quote, self.cursor.current(), self.cursor.peek(1)) {
                ('\'', '\'', '\'') => {
                    value.push('\'');
                    self.cursor.skip();
                    self.cursor.skip();
                }
                (_, c, _) if c == quote => break,
                ('"', '\\', _) if self.cursor.is_break(1) => {
                    self.cursor.skip();
                    self.cursor.skip_line();
                    return Ok(true);
                }
                ('"', '\\', escape) => {
                    self.cursor.skip();
                    self.cursor.skip();
                    value.push(self.scan_escape(escape, start)?);
                }
                _ => self.cursor.read(value),
            }
        }
        Ok(false)
    }

    fn scan_escape(&mut self, letter: char, start: Mark) -> Result<char, Error> {
        match escape::read(letter) {
            Some(Escape::Character(c)) => Ok(c),
            Some(Escape::Code(digits)) => self.scan_code(digits, start),
            None => Err(self.error(start, "found unknown escape character")),
        }
    }

    fn scan_code(&mut self, length: usize, start: Mark) -> Result<char, Error> {
        let ahead = (0..length).map(|at| self.cursor.peek(at));
        let c = escape::character(ahead).map_err(|problem| self.error(start, problem))?;
        for _ in 0..length {
            self.cursor.skip();
        }
        Ok(c)
    }
}

/// An escaped line break leaves no leading break behind; then only what follows it counts.
fn join(breaks: &mut Breaks, value: &mut String) {
    if breaks.leading.is_empty() {
        value.push_str(&breaks.trailing);
        breaks.trailing.clear();
    } else {
        breaks.fold(value);
    }
}
