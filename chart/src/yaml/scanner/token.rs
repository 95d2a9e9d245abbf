//! What the scanner finds.

use std::borrow::Cow;

use crate::yaml::cursor::Mark;
use crate::yaml::event::ScalarStyle;

/// A token and where it starts.
#[derive(Debug)]
pub(in crate::yaml) struct Token<'a> {
    pub(in crate::yaml) kind: TokenKind,
    pub(in crate::yaml) mark: Mark,
    /// A name, a tag or the text of a scalar; empty for the others.
    pub(in crate::yaml) text: Cow<'a, str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::yaml) enum TokenKind {
    StreamStart,
    StreamEnd,
    VersionDirective {
        major: u8,
        minor: u8,
    },
    /// The handle and the prefix; the first is this long.
    TagDirective(usize),
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
    /// The handle and the suffix; the first is this long.
    Tag(usize),
    Scalar(ScalarStyle),
}

impl Token<'_> {
    pub(super) fn is_plain(&self) -> bool {
        self.kind == TokenKind::Scalar(ScalarStyle::Plain)
    }

    pub(super) fn bare(kind: TokenKind, mark: Mark) -> Self {
        Token {
            kind,
            mark,
            text: Cow::Borrowed(""),
        }
    }
}
