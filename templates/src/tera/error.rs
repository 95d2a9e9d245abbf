//! Errors of Tera in the form of Go's, so that one trail leads through templates of both engines.

use crate::error::{Error, ErrorKind};
use crate::gotmpl::{Call, ExecError, FunctionError, Location, ParseError};
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;
use tera::{Error as TeraError, ErrorKind as TeraKind, ReportError};

/// The texts of templates by path.
type Texts = BTreeMap<String, Arc<str>>;

/// Makes the error of templates that do not parse, or name what is not there; `first` is the file to speak of when
/// Tera names none.
pub(super) fn parse_errors(error: &TeraError, first: &str, texts: &Texts) -> Vec<Error> {
    let bare = |file: &str| parse_error(Place::start(file), texts, &error.to_string());
    match error.kind() {
        TeraKind::SyntaxError(report) => vec![parse_error(Place::of(report), texts, report.message())],
        TeraKind::Msg(text) => {
            let found: Vec<Error> = text
                .split("\n\n")
                .filter_map(|part| reported(part, texts))
                .collect();
            match found.is_empty() {
                true => vec![bare(first)],
                false => found,
            }
        }
        TeraKind::MissingParent { current, .. } => vec![bare(current)],
        TeraKind::CircularExtend { tpl, .. } | TeraKind::CircularInclude { tpl, .. } => vec![bare(tpl)],
        _ => vec![bare(first)],
    }
}

/// A place as Tera says it.
struct Place<'a> {
    file: &'a str,
    /// The line, from 1, and the character in it, from 0; nothing when only the file is known.
    start: Option<(usize, usize)>,
    /// The bytes, when they are known.
    range: Option<Range<usize>>,
}

impl<'a> Place<'a> {
    fn of(report: &'a ReportError) -> Self {
        let span = report.span();
        Self {
            file: report.filename(),
            start: Some((span.start_line, span.start_col)),
            range: Some(span.range.clone()),
        }
    }

    fn start(file: &'a str) -> Self {
        Self {
            file,
            start: None,
            range: None,
        }
    }

    /// Reads `FILE:LINE:COLUMN` of a report, where the column is from 1.
    fn read(text: &'a str) -> Option<Self> {
        let mut parts = text.rsplitn(3, ':');
        let column: usize = parts.next()?.parse().ok()?;
        let line = parts.next()?.parse().ok()?;
        Some(Self {
            file: parts.next()?,
            start: Some((line, column.saturating_sub(1))),
            range: None,
        })
    }

    /// Makes the place of an error; nothing when the text is not at hand.
    fn locate(&self, texts: &Texts) -> Option<Location> {
        let text = texts.get(self.file)?;
        let (line, column) = self.start.unwrap_or((1, 0));
        let range = self.range.clone();
        let range = range.unwrap_or_else(|| word_at(text, line, column));
        Some(Location {
            line,
            column,
            ..Location::of_part(self.file, text, range)
        })
    }
}

/// Returns the bytes from a place to the end of the tag or expression that begins there.
fn word_at(text: &str, line: usize, column: usize) -> Range<usize> {
    let mut lines = text.split_inclusive('\n');
    let before: usize = lines.by_ref().take(line.saturating_sub(1)).map(str::len).sum();
    let content = lines.next().unwrap_or_default();
    let start = content.char_indices().nth(column).map_or(0, |(at, _)| at);
    let rest = &content[start..];
    let ends = ["}}", "%}"].iter().filter_map(|end| rest.find(end));
    let length = ends
        .min()
        .map_or(rest.trim_end().len(), |end| rest[..end].trim_end().len());
    before + start..before + start + length
}

/// Reads a report that Tera gives only as text: `error: MESSAGE`, then `--> FILE:LINE:COLUMN`.
fn reported(text: &str, texts: &Texts) -> Option<Error> {
    let mut lines = text.lines();
    let message = lines.next()?.strip_prefix("error: ")?;
    let place = Place::read(lines.next()?.trim_start().strip_prefix("--> ")?)?;
    Some(parse_error(place, texts, message))
}

/// Makes the error of a file that is no text.
pub(super) fn not_utf8(file: &str) -> Error {
    parse_error(Place::start(file), &Texts::new(), "the text is not UTF-8")
}

fn parse_error(place: Place<'_>, texts: &Texts, message: &str) -> Error {
    let file = place.file;
    let at = match place.start {
        Some((line, column)) => format!("{file}:{line}:{column}"),
        None => file.to_owned(),
    };
    let located = place.start.and_then(|_| place.locate(texts));
    let kind = ErrorKind::Parse(ParseError {
        template: file.to_owned(),
        line: place.start.map_or(1, |(line, _)| line),
        message: message.to_owned(),
        place: located.map(Box::new),
        opened: None,
    });
    Error::saying(format!("parse error at ({at}): {message}"), file, kind)
}

/// Makes the error of a template that failed; `called` is the function that failed with it, if one did.
pub(super) fn exec_error(
    error: &TeraError,
    template: &str,
    called: Option<(&'static str, FunctionError)>,
    texts: &Texts,
) -> ExecError {
    let (message, cause) = match called {
        Some((name, error)) => (format!("error calling {name}: "), Some(Box::new(error))),
        None => (message(error), None),
    };
    let report = match error.kind() {
        TeraKind::RenderingError(report) | TeraKind::SyntaxError(report) => Some(report),
        _ => None,
    };
    ExecError {
        template: report.map_or(template, |report| report.filename()).to_owned(),
        location: report.map(|report| {
            let place = Place::of(report);
            let (line, column) = place.start.unwrap_or((1, 0));
            place.locate(texts).unwrap_or_else(|| Location {
                line,
                column,
                ..Location::of_part(report.filename(), &Arc::from(""), 0..0)
            })
        }),
        message,
        cause,
        calls: calls(error, report.map_or(template, |report| report.filename()), texts),
    }
}

fn message(error: &TeraError) -> String {
    match error.kind() {
        TeraKind::RenderingError(report) | TeraKind::SyntaxError(report) => report.message().to_owned(),
        _ => error.to_string(),
    }
}

/// Reads which templates led to a failure; Tera says that only as text, in lines `note: called from FILE:LINE:COLUMN`.
fn calls(error: &TeraError, failed: &str, texts: &Texts) -> Vec<Call> {
    if !matches!(error.kind(), TeraKind::RenderingError(_)) {
        return Vec::new();
    }
    let report = error.to_string();
    let notes = report
        .lines()
        .filter_map(|line| line.strip_prefix("note: called from "));
    let mut called = failed.to_owned();
    let mut calls = Vec::new();
    for place in notes.filter_map(Place::read) {
        let template = std::mem::replace(&mut called, place.file.to_owned());
        calls.push(Call {
            from: place.file.to_owned(),
            template,
            at: place.locate(texts),
        });
    }
    calls
}
