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

/// The words with a meaning of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
///
/// It has two parts, not three, so that it is handed on in two registers: the parser looks at each one several times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    /// The start in the upper half, the end in the lower one, and between them whether it is spaced.
    part: u64,
}

/// The longest text that tokens can be of, in bytes.
pub(super) const LONGEST: usize = SPACED as usize - 1;

const SPACED: u64 = 1 << 31;

impl Token {
    /// Makes a token of a part of a text that is not above [`LONGEST`].
    pub(super) fn new(kind: TokenKind, part: Range<usize>) -> Self {
        Self {
            kind,
            part: (part.start as u64) << 32 | part.end as u64,
        }
    }

    /// Returns the same token with blanks before it.
    pub(super) fn spaced(self) -> Self {
        Self {
            part: self.part | SPACED,
            ..self
        }
    }

    /// Says whether blanks are before it, in the same action.
    pub(super) fn is_spaced(self) -> bool {
        self.part & SPACED != 0
    }

    /// Returns where it starts.
    pub(super) fn start(self) -> usize {
        (self.part >> 32) as usize
    }

    /// Returns where it ends.
    pub(super) fn end(self) -> usize {
        (self.part & (SPACED - 1)) as usize
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
