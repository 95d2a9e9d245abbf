//! What a pattern is parsed into, and what can be wrong with it.

use std::fmt;

/// A part of a pattern.
#[derive(Debug, Clone)]
pub(super) enum Node {
    /// Nothing, which always matches.
    Empty,
    /// Something that matches one character or one place, already translated.
    Atom(String),
    /// A group: capturing, or only for precedence.
    Group(Box<Node>, Grouping),
    /// One after the other.
    Concat(Vec<Node>),
    /// The first that matches.
    Alternate(Vec<Node>),
    /// Several times the same.
    Repeat(Box<Node>, Repeat),
}

/// Whether a group captures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Grouping {
    Capturing,
    Plain,
}

/// How often.
#[derive(Debug, Clone, Copy)]
pub(super) struct Repeat {
    pub(super) min: u32,
    /// No limit when there is none.
    pub(super) max: Option<u32>,
    pub(super) is_greedy: bool,
    /// The operator was written with braces.
    pub(super) is_counted: bool,
}

/// The largest program that Go compiles a pattern to, in instructions, and the deepest tree.
const LARGEST: u64 = (128 << 20) / 40;
const DEEPEST: usize = 1000;

/// The kinds of errors of Go's `regexp/syntax`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fault {
    CharRange,
    Escape,
    NamedCapture,
    PerlSyntax,
    RepeatOperator,
    RepeatSize,
    Utf8,
    MissingBracket,
    MissingParen,
    MissingRepeatArgument,
    TrailingBackslash,
    UnexpectedParen,
    NestingDepth,
    Large,
}

/// What is wrong with a pattern, and with which part of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) fault: Fault,
    pub(super) expression: String,
}

impl SyntaxError {
    pub(super) fn new(fault: Fault, expression: &str) -> Self {
        Self {
            fault,
            expression: expression.to_owned(),
        }
    }
}

impl fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let message = match self.fault {
            Fault::CharRange => "invalid character class range",
            Fault::Escape => "invalid escape sequence",
            Fault::NamedCapture => "invalid named capture",
            Fault::PerlSyntax => "invalid or unsupported Perl syntax",
            Fault::RepeatOperator => "invalid nested repetition operator",
            Fault::RepeatSize => "invalid repeat count",
            Fault::Utf8 => "invalid UTF-8",
            Fault::MissingBracket => "missing closing ]",
            Fault::MissingParen => "missing closing )",
            Fault::MissingRepeatArgument => "missing argument to repetition operator",
            Fault::TrailingBackslash => "trailing backslash at end of expression",
            Fault::UnexpectedParen => "unexpected )",
            Fault::NestingDepth => "expression nests too deeply",
            Fault::Large => "expression too large",
        };
        write!(
            formatter,
            "error parsing regexp: {message}: `{}`",
            self.expression
        )
    }
}

impl Node {
    /// Makes one node of many.
    pub(super) fn concat(mut nodes: Vec<Node>) -> Self {
        match nodes.len() {
            0 => Self::Empty,
            1 => nodes.remove(0),
            _ => Self::Concat(nodes),
        }
    }

    /// Says whether counted repetitions within counted repetitions stay within a thousand.
    pub(super) fn has_valid_counts(&self, limit: u32) -> bool {
        match self {
            Self::Empty | Self::Atom(_) => true,
            Self::Group(inner, _) => inner.has_valid_counts(limit),
            Self::Concat(nodes) | Self::Alternate(nodes) => {
                nodes.iter().all(|node| node.has_valid_counts(limit))
            }
            Self::Repeat(inner, repeat) if repeat.is_counted => match repeat.max.unwrap_or(repeat.min) {
                0 => repeat.max == Some(0) || inner.has_valid_counts(limit),
                count => count <= limit && inner.has_valid_counts(limit / count),
            },
            Self::Repeat(inner, _) => inner.has_valid_counts(limit),
        }
    }

    /// Checks the size of the program and the depth of the tree.
    pub(super) fn check_limits(&self) -> Result<(), Fault> {
        if self.depth() > DEEPEST {
            Err(Fault::NestingDepth)
        } else if self.size() > LARGEST {
            Err(Fault::Large)
        } else {
            Ok(())
        }
    }

    fn depth(&self) -> usize {
        match self {
            Self::Empty | Self::Atom(_) => 1,
            // a plain group is no node in Go
            Self::Group(inner, Grouping::Plain) => inner.depth(),
            Self::Group(inner, _) | Self::Repeat(inner, _) => 1 + inner.depth(),
            Self::Concat(nodes) | Self::Alternate(nodes) => {
                1 + nodes.iter().map(Self::depth).max().unwrap_or(0)
            }
        }
    }

    fn size(&self) -> u64 {
        match self {
            Self::Empty | Self::Atom(_) => 1,
            Self::Group(inner, Grouping::Plain) => inner.size(),
            Self::Group(inner, _) => 2 + inner.size(),
            Self::Concat(nodes) => nodes.iter().map(Self::size).fold(0, u64::saturating_add),
            Self::Alternate(nodes) => nodes
                .iter()
                .map(Self::size)
                .fold(nodes.len() as u64 - 1, u64::saturating_add),
            Self::Repeat(inner, repeat) => match (repeat.min, repeat.max) {
                (0, None) => 2 + inner.size(),
                (min, None) => inner.size().saturating_mul(min.into()).saturating_add(1),
                (min, Some(max)) => inner
                    .size()
                    .saturating_mul(max.into())
                    .saturating_add(u64::from(max) - u64::from(min))
                    .max(1),
            },
        }
    }
}
