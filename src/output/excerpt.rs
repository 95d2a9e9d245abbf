//! Draws reports: the lines around a place, with the place marked.

use std::ops::Range;

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use crate::report::{Excerpt, Report};

/// Whether there are colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Coloured,
}

/// So many reports are drawn; of the others only the titles are written.
const MOST: usize = 20;

/// Returns the reports as text, to stand below the line of the error.
pub(crate) fn draw(reports: &[Report], style: Style) -> String {
    let mut text = String::new();
    for (number, report) in reports.iter().enumerate() {
        if number == 1 {
            let (more, fail) = match reports.len() - 1 {
                1 => ("1 more place".to_owned(), "fails"),
                more => (format!("{more} more places"), "fail"),
            };
            text.push_str(&format!("\n{more} {fail}:\n"));
        }
        text.push('\n');
        if let Some(title) = &report.title {
            text.push_str(&format!("{}\n", first_line(title)));
        }
        if number < MOST {
            text.push_str(&draw_one(report, style));
        }
    }
    text
}

fn draw_one(report: &Report, style: Style) -> String {
    let level = Level::ERROR.no_name();
    let mut group = Group::with_level(level.clone());
    let windows: Vec<Window<'_>> = report.excerpts.iter().map(Window::around).collect();
    for (number, (excerpt, window)) in report.excerpts.iter().zip(&windows).enumerate() {
        let kind = if number == 0 {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        let mark = kind.span(window.span.clone()).label(first_line(&excerpt.label));
        let also = window.also.clone().zip(excerpt.also.as_ref());
        let also = also.map(|(span, (_, label))| AnnotationKind::Context.span(span).label(label.as_str()));
        let snippet = Snippet::source(window.text)
            .line_start(window.line)
            .path(excerpt.path.as_str())
            .fold(false)
            .annotation(mark)
            .annotations(also);
        group = group.element(snippet);
    }
    for note in &report.notes {
        group = group.element(Level::NOTE.no_name().message(note.as_str()));
    }
    if report.excerpts.is_empty() && report.notes.is_empty() {
        return String::new();
    }
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    format!("{}\n", renderer.render(&[group]).trim_end())
}

/// A title or label has one line; what `fail` says may have many.
fn first_line(text: &str) -> String {
    const MOST: usize = 160;
    let text = text.trim();
    let line = text.lines().next().unwrap_or_default();
    match line.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None if line.len() < text.len() => format!("{line} …"),
        None => line.to_owned(),
    }
}

/// So many lines are shown before the marked ones, and after.
const BEFORE: usize = 2;
const AFTER: usize = 1;

/// So many marked lines are shown at most.
const MARKED: usize = 8;

/// The lines of a text that are shown.
struct Window<'a> {
    text: &'a str,
    /// The number of the first line.
    line: usize,
    /// What is marked of it, in bytes.
    span: Range<usize>,
    /// What is marked besides, if it is near.
    also: Option<Range<usize>>,
}

impl<'a> Window<'a> {
    fn around(excerpt: &'a Excerpt) -> Self {
        let text: &str = &excerpt.text;
        let at = boundary(text, excerpt.span.start);
        let also = excerpt.also.as_ref().map(|(span, _)| span.clone());
        let also = also.filter(|span| span.end <= at && text[span.end..at].matches('\n').count() < MARKED);
        let top = also.as_ref().map_or(at, |span| span.start);
        let first = text[..top].rmatch_indices('\n').nth(BEFORE);
        let start = first.map_or(0, |(last, _)| last + 1);
        let end_of_marked = boundary(text, excerpt.span.end.max(at));
        let end_of_marked = text[at..end_of_marked]
            .match_indices('\n')
            .nth(MARKED - 1)
            .map_or(end_of_marked, |(last, _)| at + last);
        let after = text[end_of_marked..].match_indices('\n').nth(AFTER);
        let end = after.map_or(text.len(), |(last, _)| end_of_marked + last);
        let shown = text[start..end].trim_end();
        Window {
            text: shown,
            line: 1 + text[..start].matches('\n').count(),
            span: (at - start).min(shown.len())..(end_of_marked - start).min(shown.len()),
            also: also.map(|span| span.start - start..span.end - start),
        }
    }
}

/// Returns the start of the character that a byte belongs to.
fn boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or_default()
}
