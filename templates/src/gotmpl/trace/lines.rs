//! Where lines of rendered text come from.

use super::answer::Found;
use super::{Piece, Tracer};
use crate::gotmpl::ast::Span;
use crate::gotmpl::error::Call;
use crate::gotmpl::place::Location;
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

impl Tracer {
    /// Returns where a line of the last text comes from, counted from 1; nothing when it is blank or there is no such line.
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
            .pieces()
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
        Origin {
            at: at.clone(),
            trail: self.trail(piece.step),
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

pub(super) fn bytes(span: Span) -> Range<usize> {
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

/// Finds where a part of a printed text was in a text that it was made of. Functions on the way may have moved lines and
/// put something around them.
pub(super) fn find_part(printed: &[u8], part: &Range<usize>, inner: &[u8]) -> Found {
    let core = inner.trim_ascii();
    if core.is_empty() {
        return Found::Unknown;
    }
    let start = inner.len() - inner.trim_ascii_start().len();
    if let Some(at) = only_at(printed, core) {
        let end = at + core.len();
        if part.end <= at || part.start >= end {
            return Found::Elsewhere;
        }
        let within = part.start.max(at) - at..part.end.min(end) - at;
        return Found::Part(start + within.start..start + within.end);
    }
    let rows: Vec<&[u8]> = lines(printed).collect();
    let place = |position: usize| {
        let line = breaks(&printed[..position]);
        let found = same_line(&rows, line, inner)?;
        let outer = line_range(printed, line)?;
        let text = &printed[outer.clone()];
        let blank = text.len() - text.trim_ascii_start().len();
        let row = line_range(inner, found)?;
        let text = &inner[row.clone()];
        let indent = text.len() - text.trim_ascii_start().len();
        let column = (position - outer.start).saturating_sub(blank);
        Some((row.start + indent + column).min(row.end))
    };
    match (place(part.start), place(part.end)) {
        (Some(start), Some(end)) if start <= end => Found::Part(start..end),
        _ => Found::Unknown,
    }
}

/// Returns where a text is in another one, when it is there once.
fn only_at(text: &[u8], part: &[u8]) -> Option<usize> {
    let (text, part) = (std::str::from_utf8(text).ok()?, std::str::from_utf8(part).ok()?);
    let mut found = text.match_indices(part);
    let (first, _) = found.next()?;
    found.next().is_none().then_some(first)
}
