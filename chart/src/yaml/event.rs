//! What a text of YAML is made of: the events that the parser reports.

use std::borrow::Cow;

use super::cursor::Mark;

/// One event and where it starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Event<'a> {
    pub(super) kind: EventKind<'a>,
    pub(super) mark: Mark,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EventKind<'a> {
    StreamStart,
    StreamEnd,
    DocumentStart,
    DocumentEnd,
    Alias(Cow<'a, str>),
    Scalar(MaybeProperties<'a>, Cow<'a, str>, ScalarStyle),
    SequenceStart(MaybeProperties<'a>),
    SequenceEnd,
    MappingStart(MaybeProperties<'a>),
    MappingEnd,
}

/// Hardly any node has them.
pub(super) type MaybeProperties<'a> = Option<Box<Properties<'a>>>;

/// What may stand before a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Properties<'a> {
    pub(super) anchor: Option<Cow<'a, str>>,
    /// The tag with its handle replaced.
    pub(super) tag: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScalarStyle {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}
