//! Where rendered text comes from: which part of which template wrote it, and through which calls.
//!
//! The executor notes it only when it is asked to; then nothing else changes.

use super::ast::{Node, NodeRef, Source, Span};
use super::error::Call;
use super::place::Location;
use super::text::Text;
use std::ops::Range;
use std::sync::Arc;

/// Where a line of rendered text comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// The part of a template that wrote it.
    pub at: Location,
    /// The calls that led there, the innermost first.
    pub trail: Vec<Call>,
}

/// A rendered text that knows where its lines come from.
pub struct Traced {
    texts: Vec<Nested>,
    steps: Vec<Step>,
}

/// What the executor notes.
#[derive(Default)]
pub(super) struct Tracer {
    /// What was written of the text that is under way.
    pieces: Vec<Piece>,
    /// All texts that are complete: those of `include` and its like, and in the end that of the template itself.
    texts: Vec<Nested>,
    steps: Vec<Step>,
    /// The call that is under way.
    step: Option<usize>,
}

/// A call, and the one that it is in.
struct Step {
    outer: Option<usize>,
    from: Text,
    template: Text,
    source: Arc<Source>,
    span: Option<Span>,
}

/// The text of one execution.
struct Nested {
    text: Text,
    pieces: Vec<Piece>,
}

/// What one node wrote.
#[derive(Clone)]
struct Piece {
    output: Range<usize>,
    source: Arc<Source>,
    span: Span,
    step: Option<usize>,
    /// The texts that were made while the node was evaluated; nothing for a text that was copied.
    made: Option<Range<usize>>,
}

impl Tracer {
    /// Returns how many texts there are so far.
    pub(super) fn made(&self) -> usize {
        self.texts.len()
    }

    /// Notes that a node wrote something; the texts since `made` were made for it.
    pub(super) fn wrote(&mut self, output: Range<usize>, source: &Arc<Source>, (node, made): (&Node, usize)) {
        let is_copied = matches!(node, Node::Text(_));
        self.pieces.push(Piece {
            output,
            source: Arc::clone(source),
            span: NodeRef::Node(node).span(source),
            step: self.step,
            made: (!is_copied).then_some(made..self.texts.len()),
        });
    }

    /// Notes that a template calls another one, and returns what to give to [`leave`](Self::leave).
    pub(super) fn enter(
        &mut self,
        (from, template): (&Text, &Text),
        source: &Arc<Source>,
        node: Option<NodeRef<'_>>,
    ) -> Option<usize> {
        self.steps.push(Step {
            outer: self.step,
            from: from.clone(),
            template: template.clone(),
            source: Arc::clone(source),
            span: node.map(|node| node.span(source)),
        });
        self.step.replace(self.steps.len() - 1)
    }

    /// Goes back to the call before.
    pub(super) fn leave(&mut self, outer: Option<usize>) {
        self.step = outer;
    }

    /// Begins a text of its own, and returns what was written of the one around it.
    pub(super) fn begin(&mut self) -> Pieces {
        Pieces(std::mem::take(&mut self.pieces))
    }

    /// Ends a text that began at `start` of the output, and goes on with the one around it.
    pub(super) fn end(&mut self, text: &Text, start: usize, outer: Pieces) {
        let mut pieces = std::mem::replace(&mut self.pieces, outer.0);
        for piece in &mut pieces {
            piece.output = piece.output.start - start..piece.output.end - start;
        }
        self.texts.push(Nested {
            text: text.clone(),
            pieces,
        });
    }

    pub(super) fn finish(self) -> Traced {
        Traced {
            texts: self.texts,
            steps: self.steps,
        }
    }
}

/// What was written of a text.
pub(super) struct Pieces(Vec<Piece>);

impl Traced {
    /// Returns the text.
    pub fn text(&self) -> Text {
        self.texts
            .last()
            .map_or_else(Text::default, |nested| nested.text.clone())
    }

    /// Returns where a line comes from, counted from 1; nothing when it is blank or there is no such line.
    ///
    /// A line that went through functions on its way, as in `include "labels" . | nindent 4`, is followed into the
    /// template that was included as long as the functions left the lines as they were, but for blanks around them.
    pub fn origin(&self, line: usize) -> Option<Origin> {
        self.origin_in(self.texts.len().checked_sub(1)?, line.checked_sub(1)?)
    }

    /// Looks into one of the texts; `line` is from 0.
    fn origin_in(&self, text: usize, line: usize) -> Option<Origin> {
        let nested = &self.texts[text];
        let range = line_range(&nested.text, line)?;
        let parts: Vec<(&Piece, Range<usize>)> = nested
            .pieces
            .iter()
            .filter_map(|piece| Some((piece, visible(&nested.text, &piece.output, &range)?)))
            .collect();
        let (first, _) = parts.first()?;
        if let ([(piece, part)], Some(made)) = (parts.as_slice(), &first.made) {
            let region = &nested.text[piece.output.clone()];
            let line = breaks(&nested.text[piece.output.start..part.start]);
            let found = self.source_of(region, line, made.clone());
            return found
                .or_else(|| Some(self.origin_at(piece, &piece.source.locate_part(bytes(piece.span)))));
        }
        Some(self.origin_at(first, &joined(&parts)))
    }

    /// Finds the text that a line of an action's output was a line of. First come those that were made for the action,
    /// the last first, then all earlier ones: they may have been kept in a variable.
    fn source_of(&self, region: &[u8], line: usize, made: Range<usize>) -> Option<Origin> {
        let printed: Vec<&[u8]> = lines(region).collect();
        (0..made.end).rev().find_map(|text| {
            let inner = same_line(&printed, line, &self.texts[text].text)?;
            self.origin_in(text, inner)
        })
    }

    fn origin_at(&self, piece: &Piece, at: &Location) -> Origin {
        let mut trail = Vec::new();
        let mut step = piece.step;
        while let Some(call) = step.map(|number| &self.steps[number]) {
            trail.push(Call {
                from: call.from.to_string(),
                template: call.template.to_string(),
                at: call.span.map(|span| call.source.locate_part(bytes(span))),
            });
            step = call.outer;
        }
        Origin {
            at: at.clone(),
            trail,
        }
    }
}

/// Returns the place of all pieces of a line that stand in one text.
fn joined(parts: &[(&Piece, Range<usize>)]) -> Location {
    let place = |(piece, part): &(&Piece, Range<usize>)| match piece.made {
        Some(_) => bytes(piece.span),
        None => {
            let start = piece.span.start as usize + part.start - piece.output.start;
            start..start + part.len()
        }
    };
    let (first, _) = &parts[0];
    let mut whole = place(&parts[0]);
    for part in &parts[1..] {
        let next = place(part);
        let is_near = Arc::ptr_eq(&first.source, &part.0.source)
            && next.start >= whole.start
            && !first.source.text()[whole.start..next.start].contains(&b'\n');
        if is_near {
            whole.end = whole.end.max(next.end);
        }
    }
    first.source.locate_part(whole)
}

fn bytes(span: Span) -> Range<usize> {
    span.start as usize..span.end as usize
}

fn lines(text: &[u8]) -> impl Iterator<Item = &[u8]> {
    text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii)
}

fn breaks(text: &[u8]) -> usize {
    text.iter().filter(|byte| **byte == b'\n').count()
}

/// Returns where a line is, counted from 0, without its end.
fn line_range(text: &[u8], line: usize) -> Option<Range<usize>> {
    let mut start = 0;
    for (number, content) in text.split(|byte| *byte == b'\n').enumerate() {
        if number == line {
            return Some(start..start + content.len());
        }
        start += content.len() + 1;
    }
    None
}

/// Returns the part of a piece that is in a line, without blanks around it; nothing when that is all.
fn visible(text: &[u8], piece: &Range<usize>, line: &Range<usize>) -> Option<Range<usize>> {
    let common = piece.start.max(line.start)..piece.end.min(line.end);
    let part = text.get(common.clone())?;
    let length = part.trim_ascii().len();
    let start = common.start + part.len() - part.trim_ascii_start().len();
    (length > 0).then_some(start..start + length)
}

/// Finds an inner text in what was printed, blanks around lines aside, and says which of its lines the printed one is.
fn same_line(printed: &[&[u8]], line: usize, inner: &[u8]) -> Option<usize> {
    let inner: Vec<&[u8]> = lines(inner).collect();
    let first = inner.iter().position(|content| !content.is_empty())?;
    let last = inner.iter().rposition(|content| !content.is_empty())?;
    let core = &inner[first..=last];
    let wanted = printed.get(line)?;
    core.iter().enumerate().find_map(|(at, content)| {
        let start = line.checked_sub(at)?;
        let is_here = content == wanted && printed.get(start..start + core.len()) == Some(core);
        is_here.then_some(first + at)
    })
}
