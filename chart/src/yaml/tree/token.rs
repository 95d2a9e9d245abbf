//! What the scanner hands to the parser.

use super::Style;

/// A place in the text. Go computes with them beyond the edges, so they are signed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) index: isize,
    pub(super) line: isize,
    pub(super) column: isize,
}

/// Kinds of tokens, as in libyaml.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum TokenKind {
    #[default]
    StreamStart,
    StreamEnd,
    VersionDirective,
    TagDirective,
    DocumentStart,
    DocumentEnd,
    BlockSequenceStart,
    BlockMappingStart,
    BlockEnd,
    FlowSequenceStart,
    FlowSequenceEnd,
    FlowMappingStart,
    FlowMappingEnd,
    BlockEntry,
    FlowEntry,
    Key,
    Value,
    Alias,
    Anchor,
    Tag,
    Scalar,
}

/// One token.
#[derive(Clone, Debug, Default)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) start: Mark,
    /// The text of a scalar, the name of an anchor, the handle of a tag.
    pub(super) value: String,
    /// What follows the handle of a tag; the prefix of a directive.
    pub(super) suffix: String,
    pub(super) style: Style,
}

impl Token {
    pub(super) fn new(kind: TokenKind, start: Mark) -> Self {
        Token {
            kind,
            start,
            ..Token::default()
        }
    }
}

/// A text is not YAML, in go-yaml's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("yaml: {0}")]
pub struct Error(String);

impl Error {
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Error(problem.into())
    }

    /// An error of the scanner, which began to read something at `context` and failed at `problem`.
    pub(super) fn scanner(context: Mark, at: Mark, problem: &str) -> Self {
        let line = if context.line == 0 { at.line } else { context.line };
        Error::on_line(if line == 0 { 0 } else { line + 1 }, problem)
    }

    /// An error of the parser. go-yaml counts its lines from zero, and does not say the first.
    pub(super) fn parser(context: Mark, at: Mark, problem: &str) -> Self {
        Error::on_line(if context.line == 0 { at.line } else { context.line }, problem)
    }

    fn on_line(line: isize, problem: &str) -> Self {
        if line == 0 {
            Error(problem.to_owned())
        } else {
            Error(format!("line {line}: {problem}"))
        }
    }
}
