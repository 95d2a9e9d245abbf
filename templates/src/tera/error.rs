//! Errors of Tera in the form of Go's, so that one trail leads through templates of both engines.

use crate::error::{Error, ErrorKind};
use crate::gotmpl::{ExecError, FunctionError, Location, ParseError};
use tera::{Error as TeraError, ErrorKind as TeraKind, ReportError};

/// Makes the error of templates that do not parse, or name what is not there; `first` is the file to speak of when
/// Tera names none.
pub(super) fn parse_errors(error: &TeraError, first: &str) -> Vec<Error> {
    match error.kind() {
        TeraKind::SyntaxError(report) => {
            let span = report.span();
            vec![parse_error(
                report.filename(),
                Some((span.start_line, span.start_col)),
                report.message(),
            )]
        }
        TeraKind::Msg(text) => {
            let found: Vec<Error> = text.split("\n\n").filter_map(reported).collect();
            match found.is_empty() {
                true => vec![parse_error(first, None, text)],
                false => found,
            }
        }
        TeraKind::MissingParent { current, .. } => vec![parse_error(current, None, &error.to_string())],
        TeraKind::CircularExtend { tpl, .. } | TeraKind::CircularInclude { tpl, .. } => {
            vec![parse_error(tpl, None, &error.to_string())]
        }
        _ => vec![parse_error(first, None, &error.to_string())],
    }
}

/// Reads a report that Tera gives only as text: `error: MESSAGE`, then `--> FILE:LINE:COLUMN`.
fn reported(text: &str) -> Option<Error> {
    let mut lines = text.lines();
    let message = lines.next()?.strip_prefix("error: ")?;
    let place = lines.next()?.trim_start().strip_prefix("--> ")?;
    let mut parts = place.rsplitn(3, ':');
    let column: usize = parts.next()?.parse().ok()?;
    let line = parts.next()?.parse().ok()?;
    Some(parse_error(
        parts.next()?,
        Some((line, column.saturating_sub(1))),
        message,
    ))
}

/// Makes one error; the place is a line from 1 and a column from 0, as in Go.
pub(super) fn parse_error(file: &str, place: Option<(usize, usize)>, message: &str) -> Error {
    let at = match place {
        Some((line, column)) => format!("{file}:{line}:{column}"),
        None => file.to_owned(),
    };
    Error {
        file: file.to_owned(),
        message: format!("parse error at ({at}): {message}"),
        kind: ErrorKind::Parse(ParseError {
            template: file.to_owned(),
            line: place.map_or(1, |(line, _)| line),
            message: message.to_owned(),
        }),
    }
}

/// Makes the error of a template that failed; `called` is the function that failed with it, if one did.
pub(super) fn exec_error(
    error: &TeraError,
    template: &str,
    called: Option<(&'static str, FunctionError)>,
    source_of: impl Fn(&str) -> Option<String>,
) -> ExecError {
    let (message, cause) = match called {
        Some((name, error)) => (format!("error calling {name}: "), Some(Box::new(error))),
        None => (message(error), None),
    };
    match error.kind() {
        TeraKind::RenderingError(report) | TeraKind::SyntaxError(report) => ExecError {
            template: report.filename().to_owned(),
            location: Some(locate(report, source_of(report.filename()))),
            message,
            cause,
        },
        _ => ExecError {
            template: template.to_owned(),
            location: None,
            message,
            cause,
        },
    }
}

fn message(error: &TeraError) -> String {
    match error.kind() {
        TeraKind::RenderingError(report) | TeraKind::SyntaxError(report) => report.message().to_owned(),
        _ => error.to_string(),
    }
}

fn locate(report: &ReportError, source: Option<String>) -> Location {
    let span = report.span();
    let source = source.unwrap_or_default();
    let expression = source.get(span.range.clone()).unwrap_or_default();
    Location {
        file: report.filename().to_owned(),
        line: span.start_line,
        column: span.start_col,
        offset: span.range.start,
        expression: expression.split_whitespace().collect::<Vec<_>>().join(" "),
    }
}
