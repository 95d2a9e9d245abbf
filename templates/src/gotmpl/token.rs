//! The tokens of a template.

use super::printf::{quote, sprintf};
use super::value::Value;
use std::ops::Range;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// The scan failed; the lexer has the message.
    Error,
    Eof,
    Text,
    LeftDelimiter,
    RightDelimiter,
    Space,
    Assign,
    Declare,
    Pipe,
    LeftParen,
    RightParen,
    /// Any other printable ASCII character, such as a comma.
    Char,
    Bool,
    CharConstant,
    Complex,
    Number,
    String,
    RawString,
    Field,
    Identifier,
    Variable,
    Keyword(Keyword),
}

/// The words with a meaning of their own. They are as wide as a position is: a token whose parts are written one by one
/// and read as a whole makes the processor wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
pub(super) enum Keyword {
    Block,
    Break,
    Continue,
    Dot,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Keyword {
    pub(super) fn of(word: &[u8]) -> Option<Self> {
        Some(match word {
            b"." => Self::Dot,
            b"block" => Self::Block,
            b"break" => Self::Break,
            b"continue" => Self::Continue,
            b"define" => Self::Define,
            b"else" => Self::Else,
            b"end" => Self::End,
            b"if" => Self::If,
            b"nil" => Self::Nil,
            b"range" => Self::Range,
            b"template" => Self::Template,
            b"with" => Self::With,
            _ => return None,
        })
    }
}

/// A token: its kind and where its text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    start: u32,
    end: u32,
}

impl Token {
    /// Makes a token of a part of a text, which is below four gigabytes.
    pub(super) fn new(kind: TokenKind, part: Range<usize>) -> Self {
        Self {
            kind,
            start: part.start as u32,
            end: part.end as u32,
        }
    }

    /// Returns where it starts.
    pub(super) fn start(self) -> usize {
        self.start as usize
    }

    /// Returns where it ends.
    pub(super) fn end(self) -> usize {
        self.end as usize
    }

    /// Returns the token as messages name it.
    pub(super) fn describe(self, source: &[u8]) -> String {
        let text = &source[self.start()..self.end()];
        match self.kind {
            TokenKind::Eof | TokenKind::Error => "EOF".into(),
            TokenKind::Keyword(_) => format!("<{}>", String::from_utf8_lossy(text)),
            _ if text.len() > 10 => {
                let quoted = sprintf(b"%.10q", &[Value::String(text.into())]);
                format!("{quoted}...")
            }
            _ => quote(text),
        }
    }
}
