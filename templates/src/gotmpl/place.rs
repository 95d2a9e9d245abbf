//! `Location`: a place in a template's text, with the text, so that it can be shown.

use super::ast::{Command, Expression, Node, NodeRef, Pipe, Source, Span};
use super::printed::Printed;
use std::ops::Range;
use std::sync::Arc;

/// The place of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The name that the text was parsed under.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The byte in the line, from 0. Of `.a.b` it is that of `.b`, as in Go.
    pub column: usize,
    /// The position in the text, in bytes.
    pub offset: usize,
    /// The node, printed in Go's form.
    pub expression: String,
    /// All of the node: a part of `text`, in bytes.
    pub span: Range<usize>,
    /// The text, which all places in it share. Bytes that are not UTF-8 are the replacement character there.
    pub text: Arc<str>,
}

impl Location {
    /// Makes the place of a part of a text; the part is its expression.
    pub fn of_part(file: &str, text: &Arc<str>, span: Range<usize>) -> Self {
        let bytes = text.as_bytes();
        let span = span.start.min(bytes.len())..span.end.min(bytes.len());
        let (line, column) = line_and_column(&bytes[..span.start]);
        let part = String::from_utf8_lossy(&bytes[span.clone()]);
        Self {
            file: file.to_owned(),
            line,
            column,
            offset: span.start,
            expression: part.split_whitespace().collect::<Vec<_>>().join(" "),
            span,
            text: Arc::clone(text),
        }
    }
}

/// Returns the line, from 1, and the byte in it, from 0, at which a text ends.
fn line_and_column(before: &[u8]) -> (usize, usize) {
    let start = before.iter().rposition(|byte| *byte == b'\n');
    let start = start.map_or(0, |last| last + 1);
    let breaks = before.iter().filter(|byte| **byte == b'\n').count();
    (breaks + 1, before.len() - start)
}

impl Source {
    /// Returns the place of a node.
    pub(super) fn locate(&self, node: NodeRef<'_>) -> Location {
        let offset = node.position(self);
        let (line, column) = line_and_column(&self.text()[..offset]);
        let span = node.span(self);
        Location {
            file: self.name.to_string(),
            line,
            column,
            offset,
            expression: Printed(self, node).to_string(),
            span: self.shown(span.start as usize)..self.shown(span.end as usize),
            text: self.shared_text(),
        }
    }

    /// Returns the place of a part of the text.
    pub(super) fn locate_part(&self, part: Range<usize>) -> Location {
        let part = self.shown(part.start)..self.shown(part.end);
        Location::of_part(&self.name, &self.shared_text(), part)
    }

    /// Returns where a position is once broken characters are replaced.
    fn shown(&self, position: usize) -> usize {
        match std::str::from_utf8(self.text()) {
            Ok(_) => position,
            Err(_) => String::from_utf8_lossy(&self.text()[..position]).len(),
        }
    }
}

impl NodeRef<'_> {
    /// Returns all of a node that stands in the source; of `if`, `with` and `range` only the action.
    pub(super) fn span(self, source: &Source) -> Span {
        match self {
            Self::Node(Node::Text(span) | Node::Break(span) | Node::Continue(span)) => *span,
            Self::Node(Node::Action(pipe)) => of_pipe(source, pipe),
            Self::Node(Node::If(branch) | Node::With(branch) | Node::Range(branch)) => {
                of_pipe(source, &source[*branch].pipe)
            }
            Self::Node(Node::Template(span, ..)) => without_delimiter(source, *span),
            Self::Pipe(pipe) => of_pipe(source, pipe),
            Self::Command(command) => of_command(source, command),
            Self::Expression(word) => of_word(source, word),
        }
    }
}

fn of_pipe(source: &Source, pipe: &Pipe) -> Span {
    let last = source[pipe.commands].last();
    let end = last.map_or(pipe.position, |command| end_of_command(source, command));
    Span {
        start: pipe.position,
        end,
    }
}

fn of_command(source: &Source, command: &Command) -> Span {
    Span {
        start: command.position,
        end: end_of_command(source, command),
    }
}

fn end_of_command(source: &Source, command: &Command) -> u32 {
    let last = source[command.words].last();
    last.map_or(command.position, |word| of_word(source, word).end)
}

fn of_word(source: &Source, word: &Expression) -> Span {
    let part = |start, length| Span {
        start,
        end: start + length,
    };
    match word {
        Expression::Bool(truth, start) => part(*start, if *truth { 4 } else { 5 }),
        Expression::Dot(start) => part(*start, 1),
        Expression::Nil(start) => part(*start, 3),
        Expression::Function(span, _)
        | Expression::Number(span, _)
        | Expression::String(span, _)
        | Expression::Variable(_, span) => *span,
        // The names begin behind a dot that belongs to them.
        Expression::Field(names) => Span {
            start: names.0.start - 1,
            end: names.0.end,
        },
        Expression::Chain(inner, names) => Span {
            start: of_word(source, &source[*inner]).start,
            end: names.0.end,
        },
        Expression::Pipe(pipe) => of_pipe(source, &source[*pipe]),
    }
}

/// Cuts the end of an action off: blanks, a dash that trims, the delimiter.
fn without_delimiter(source: &Source, span: Span) -> Span {
    let text = source.slice(span);
    let text = text.strip_suffix(b"}}").unwrap_or(text).trim_ascii_end();
    let text = text.strip_suffix(b" -").unwrap_or(text).trim_ascii_end();
    Span {
        start: span.start,
        end: span.start + text.len() as u32,
    }
}
