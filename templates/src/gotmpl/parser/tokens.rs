//! The tokens of a text, and what is said where one does not belong.

use super::super::error::ParseError;
use super::super::token::{Token, TokenKind};
use super::{Outcome, Parser};
use std::ops::Range;

impl<'s> Parser<'s> {
    #[inline]
    pub(super) fn next(&mut self) -> Token {
        if self.pending > 0 {
            self.pending -= 1;
            return self.tokens[self.pending];
        }
        let token = self.lexer.next_token();
        self.tokens[0] = token;
        token
    }

    pub(super) fn backup(&mut self) {
        self.pending += 1;
    }

    /// Puts back the token that was read last, and the one before it.
    pub(super) fn put_back(&mut self, before: Token) {
        self.tokens[1] = before;
        self.pending = 2;
    }

    pub(super) fn peek(&mut self) -> Token {
        let token = self.next();
        self.backup();
        token
    }

    pub(super) fn bytes(&self, token: Token) -> &[u8] {
        &self.text[token.start()..token.end()]
    }

    pub(super) fn line(&self, position: usize) -> usize {
        1 + self.text[..position]
            .iter()
            .filter(|byte| **byte == b'\n')
            .count()
    }

    /// The line of an error is that of the token that was read last, as in Go.
    pub(super) fn error(&self, message: String) -> ParseError {
        let token = self.tokens[0];
        let place = self.word_of(&message).unwrap_or(token.start()..token.end());
        let opened = self.not_closed(&message);
        let opened = opened.map(|start| start..self.end_of_line(start));
        ParseError {
            template: self.source.name.to_string(),
            line: self.line(token.start()),
            message,
            place: Some(Box::new(self.source.locate_part(place))),
            opened: opened.map(|part| Box::new(self.source.locate_part(part))),
        }
    }

    /// Finds the word that a message quotes; it is the token that was read last, or a bit before that.
    pub(super) fn word_of(&self, message: &str) -> Option<Range<usize>> {
        let (_, quoted) = message.split_once('"')?;
        let (word, _) = quoted.split_once('"').filter(|(word, _)| !word.is_empty())?;
        let end = self.tokens[0].end();
        let start = self.action.unwrap_or(0).min(end);
        let before = self.text.get(start..end)?;
        let found = before
            .windows(word.len())
            .rposition(|part| part == word.as_bytes())?;
        Some(start + found..start + found + word.len())
    }

    /// Finds the start of the action that a message misses the end of, or that began some lines above.
    pub(super) fn not_closed(&self, message: &str) -> Option<usize> {
        let is_block_open = message == "unexpected EOF" || message.starts_with("unexpected <define>");
        if is_block_open {
            return self.open.last().copied();
        }
        let line = self.line(self.tokens[0].start());
        let is_whole = |start: &usize| self.line(*start) == line && !message.starts_with("unclosed action");
        self.action.filter(|start| !is_whole(start))
    }

    pub(super) fn end_of_line(&self, start: usize) -> usize {
        let rest = &self.text[start..];
        let end = rest.iter().position(|byte| *byte == b'\n');
        start + rest[..end.unwrap_or(rest.len())].trim_ascii_end().len()
    }

    pub(super) fn unexpected<T>(&self, token: Token, context: &str) -> Outcome<T> {
        if token.kind != TokenKind::Error {
            return Err(format!("unexpected {} in {context}", token.describe(self.text)));
        }
        let message = self.lexer.error.clone().unwrap_or_default();
        let started = self
            .action
            .map(|start| self.line(start))
            .filter(|line| *line != self.line(token.start()));
        Err(match started {
            None => message,
            Some(line) => {
                let within = if message.ends_with(" action") {
                    ""
                } else {
                    " in action"
                };
                format!("{message}{within} started at {}:{line}", self.source.name)
            }
        })
    }

    pub(super) fn expect(&mut self, kind: TokenKind, context: &str) -> Outcome<Token> {
        let token = self.next();
        if token.kind == kind {
            Ok(token)
        } else {
            self.unexpected(token, context)
        }
    }
}
