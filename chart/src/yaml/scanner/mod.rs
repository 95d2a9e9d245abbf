//! Characters → tokens, by the rules of YAML 1.1 as libyaml and go-yaml v2 understand them (`scannerc.go`).
//!
//! Indentation becomes tokens too: a deeper column starts a block, a lesser one ends it.

mod token;
mod keys;
mod indicators;
mod anchor;
mod tag;
mod directive;
mod plain;
mod fold;
mod quoted;
mod escape;
mod block_scalar;

use std::borrow::Cow;
use std::collections::VecDeque;

pub(super) use token::{Token, TokenKind};

use self::keys::SimpleKeys;
use super::bytes::{BREAK, is};
use super::cursor::{Cursor, Mark};
use super::event::ScalarStyle;
use super::syntax::{Stage, SyntaxError};
use super::text::Text;

/// How many brackets may be open, and how many blocks.
const MAX_DEPTH: usize = 10_000;
const TOO_DEEP: &str = "exceeded max depth of 10000";

/// The tokens of a text, one by one.
pub(super) struct Scanner<'a> {
    cursor: Cursor<'a>,
    broken: Option<&'static str>,
    tokens: VecDeque<Token<'a>>,
    /// How many tokens have left the queue.
    taken: usize,
    /// Whether the first token of the queue is known to be the next.
    is_ready: bool,
    keys: SimpleKeys,
    is_key_allowed: bool,
    /// The column of the innermost block, if there is one, and of those around it.
    indent: Option<usize>,
    indents: Vec<Option<usize>>,
    has_ended: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn new(text: &'a Text<'_>) -> Self {
        // A text that is wrong from the start does not start.
        let has_started = text.broken.is_none() || !text.text.is_empty();
        let start = has_started.then(|| Token::bare(TokenKind::StreamStart, Mark::default()));
        Scanner {
            cursor: Cursor::new(text),
            broken: text.broken,
            tokens: start.into_iter().collect(),
            taken: 0,
            is_ready: false,
            keys: SimpleKeys::new(),
            is_key_allowed: true,
            indent: None,
            indents: Vec::new(),
            has_ended: false,
        }
    }

    /// Returns the next token's kind and place. Behind the last token it is `StreamEnd` for ever.
    #[inline]
    pub(super) fn peek(&mut self) -> Result<(TokenKind, Mark), SyntaxError> {
        loop {
            if let Some(first) = self.tokens.front() {
                let found = (first.kind, first.mark);
                if self.is_ready || !self.is_first_held_back()? {
                    self.is_ready = true;
                    return Ok(found);
                }
            } else if self.has_ended {
                return Ok((TokenKind::StreamEnd, self.cursor.mark()));
            }
            self.fetch()?;
        }
    }

    /// Takes the token that [`Scanner::peek`] showed.
    #[inline]
    pub(super) fn take(&mut self) -> Option<Token<'a>> {
        let token = self.tokens.pop_front()?;
        self.taken += 1;
        self.is_ready = false;
        Some(token)
    }

    /// Reads one more token, or several that come together.
    fn fetch(&mut self) -> Result<(), SyntaxError> {
        let Some(problem) = self.broken else {
            return self.fetch_next();
        };
        // Go looks four characters ahead before a token, one behind it, and two behind the last word of a plain scalar.
        self.skip_to_token();
        if self.cursor.is_short_of(4) {
            return Err(Text::error(problem));
        }
        let fetched = self.fetch_next();
        let is_at_plain = self.cursor.follows_word() && self.tokens.back().is_some_and(Token::is_plain);
        if self.cursor.is_short_of(if is_at_plain { 2 } else { 1 }) {
            return Err(Text::error(problem));
        }
        fetched
    }

    fn fetch_next(&mut self) -> Result<(), SyntaxError> {
        self.skip_to_token();
        self.close_blocks(Some(self.cursor.column()));
        if self.cursor.column() == 0 && self.fetch_at_line_start()? {
            return Ok(());
        }
        let is_flow = self.keys.flow_level() > 0;
        match self.cursor.byte(0) {
            0 if self.cursor.is_at_end() => self.end_stream(),
            b'[' => self.open_flow(TokenKind::FlowSequenceStart),
            b'{' => self.open_flow(TokenKind::FlowMappingStart),
            b']' => self.close_flow(TokenKind::FlowSequenceEnd),
            b'}' => self.close_flow(TokenKind::FlowMappingEnd),
            b',' => self.flow_entry(),
            b'-' if self.cursor.ends_word(1) => self.block_entry(),
            b'?' if is_flow || self.cursor.ends_word(1) => self.key(),
            b':' if is_flow || self.cursor.ends_word(1) => self.value(),
            b'*' => self.anchor(TokenKind::Alias),
            b'&' => self.anchor(TokenKind::Anchor),
            b'!' => self.tag(),
            b'|' if !is_flow => self.block_scalar(ScalarStyle::Literal),
            b'>' if !is_flow => self.block_scalar(ScalarStyle::Folded),
            b'\'' => self.quoted(ScalarStyle::SingleQuoted),
            b'"' => self.quoted(ScalarStyle::DoubleQuoted),
            b'#' | b'|' | b'>' | b'%' | b'@' | b'`' | b'\t' => Err(self.no_token()),
            byte if is(byte, BREAK) && self.cursor.ends_word(0) => Err(self.no_token()),
            _ => self.plain(),
        }
    }

    /// Reads what is something else at the start of a line than within it, and says whether it was that.
    fn fetch_at_line_start(&mut self) -> Result<bool, SyntaxError> {
        if self.cursor.byte(0) == b'%' {
            self.directive()?;
            return Ok(true);
        }
        if !self.cursor.is_at_document_indicator() {
            return Ok(false);
        }
        self.document_indicator()?;
        Ok(true)
    }

    fn no_token(&self) -> SyntaxError {
        self.error("found character that cannot start any token")
    }

    /// Moves over blanks, comments and line breaks. A tab is no blank where it would be indentation.
    fn skip_to_token(&mut self) {
        loop {
            if self.keys.flow_level() > 0 || !self.is_key_allowed {
                self.cursor.skip_blanks();
            } else {
                self.cursor.skip_spaces();
            }
            self.cursor.skip_comment();
            if !self.cursor.skip_break() {
                return;
            }
            if self.keys.flow_level() == 0 {
                self.is_key_allowed = true;
            }
        }
    }

    /// Returns the column from which on text belongs to the innermost block.
    fn content_column(&self) -> usize {
        self.indent.map_or(0, |column| column + 1)
    }

    /// Returns the number of the token that is put into the queue next.
    fn next_number(&self) -> usize {
        self.taken + self.tokens.len()
    }

    fn push(&mut self, kind: TokenKind, mark: Mark, text: impl Into<Cow<'a, str>>) {
        let text = text.into();
        self.tokens.push_back(Token { kind, mark, text });
    }

    fn push_bare(&mut self, kind: TokenKind) {
        let mark = self.cursor.mark();
        self.tokens.push_back(Token::bare(kind, mark));
    }

    /// Puts a token before the one with this number, or at the end if that has left the queue.
    fn insert(&mut self, number: usize, kind: TokenKind, mark: Mark) {
        let place = number.checked_sub(self.taken).unwrap_or(self.tokens.len());
        self.tokens.insert(place, Token::bare(kind, mark));
    }

    fn error(&self, problem: &'static str) -> SyntaxError {
        SyntaxError {
            stage: Stage::Tokens,
            problem: problem.into(),
            mark: self.cursor.mark(),
            within: None,
        }
    }
}
