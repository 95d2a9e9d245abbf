//! Texts that are not YAML: rendered ones, values, a chart's own files.

use std::error::Error;

use chart::LoadError;
use chart::values::ValuesError;
use chart::yaml::{self, Place, Position};
use release::manifest::{PlanError, ReadError};
use templates::{Origin, Unread};

use super::templates::origin;
use super::{Excerpt, Report, files};

/// Returns a report for each place that wrote what is not YAML.
pub(crate) fn of_plan(error: &PlanError) -> Vec<Report> {
    let mut groups: Vec<Vec<&PlanError>> = Vec::new();
    for error in std::iter::once(error).chain(&error.others) {
        let is_same = |group: &&mut Vec<&PlanError>| {
            let has_same_reason = reason(&group[0].source) == reason(&error.source);
            has_same_reason && error.origin.is_some() && same_origin(group[0], error)
        };
        match groups.iter_mut().find(is_same) {
            Some(group) => group.push(error),
            None => groups.push(vec![error]),
        }
    }
    groups.iter().enumerate().map(of_group).collect()
}

fn same_origin(one: &PlanError, other: &PlanError) -> bool {
    let place = |error: &PlanError| error.origin.as_ref().map(|origin| origin.at.clone());
    place(one) == place(other)
}

fn of_group((number, group): (usize, &Vec<&PlanError>)) -> Report {
    let error = group[0];
    let mut report = Report::default();
    if number > 0 {
        report.title = Some(format!("{}: {}", error.path, reason(&error.source)));
    }
    if let Some(place) = error.place.as_deref() {
        report.add_rendered(&error.path, place, &reason(&error.source));
    }
    if let Some(origin) = error.origin.as_deref() {
        report.add_origin(origin);
    }
    let others: Vec<&str> = group[1..].iter().map(|error| error.path.as_str()).collect();
    if !others.is_empty() {
        report.notes.push(format!("the same in {}", files(&others)));
    }
    report
}

fn reason(error: &ReadError) -> String {
    match error {
        ReadError::Yaml(error) => of_syntax(error),
        other => without_layers(&other.to_string(), "json: ").to_owned(),
    }
}

/// Returns what is wrong without the steps of Go's decoder.
fn without_layers<'t>(text: &'t str, last: &str) -> &'t str {
    text.split_once(last).map_or(text, |(_, rest)| rest)
}

/// Returns what is wrong without Go's line, which is not counted from where people count.
fn of_syntax(error: &yaml::Error) -> String {
    let text = error.to_string();
    let text = without_layers(&text, "yaml: ");
    match text.strip_prefix("line ").and_then(|rest| rest.split_once(": ")) {
        Some((number, rest)) if number.bytes().all(|byte| byte.is_ascii_digit()) => rest.to_owned(),
        _ => text.to_owned(),
    }
}

/// Returns the report on a rendered text that the linter cannot read.
pub(crate) fn of_unread(unread: &Unread) -> Report {
    let mut report = Report::default();
    if let Some(place) = unread.error.place() {
        report.add_rendered(&unread.path, place, &of_syntax(&unread.error));
    }
    if let Some(origin) = &unread.origin {
        report.add_origin(origin);
    }
    report
}

/// Returns the report on a file that is not YAML; nothing when its place is not known.
pub(crate) fn of_file(path: &str, error: &yaml::Error) -> Option<Report> {
    let mut report = Report::default();
    report.add_place(path, error.place()?, &of_syntax(error));
    Some(report)
}

/// Returns the report on a file of the chart or of values, if such a file is behind an error.
pub(super) fn of_chain(error: &(dyn Error + 'static)) -> Option<Report> {
    let mut path = String::new();
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(error) = error.downcast_ref::<yaml::Error>() {
            return of_file(&path, error);
        }
        if let Some(ValuesError::File { path: file, .. }) = error.downcast_ref() {
            path.clone_from(file);
        }
        let boxed = error.downcast_ref::<Box<LoadError>>();
        match error.downcast_ref().or(boxed.map(Box::as_ref)) {
            Some(LoadError::Yaml { name, .. }) => path.push_str(name),
            Some(LoadError::Values(_)) => path.push_str("values.yaml"),
            Some(LoadError::Subchart { name, .. }) => path.push_str(&format!("charts/{name}/")),
            _ => {}
        }
        next = error.source();
    }
    None
}

impl Report {
    fn add_rendered(&mut self, path: &str, place: &Place, reason: &str) {
        self.add_place(&format!("{path} (rendered)"), place, reason);
    }

    fn add_place(&mut self, path: &str, place: &Place, reason: &str) {
        let begun = place.within.filter(|(what, _)| is_worth_a_look(what));
        let begun = begun.map(|(what, from)| (span(&place.text, from), what.to_owned()));
        self.excerpts.push(Excerpt {
            path: path.to_owned(),
            text: place.text.clone(),
            span: span(&place.text, place.at),
            label: reason.to_owned(),
            also: begun,
        });
    }

    fn add_origin(&mut self, from: &Origin) {
        let (excerpt, trail) = origin(from);
        self.excerpts.push(excerpt);
        self.notes.extend(trail);
    }
}

/// Says whether a reader was in something that has an end of its own, which may be missing; that a block is around what
/// is marked is plain to see.
fn is_worth_a_look(what: &str) -> bool {
    what.contains("flow") || what.contains("quoted")
}

/// Returns the bytes from a position to the end of its line; at the end of a line, or of the text, what is there last.
fn span(text: &str, at: Position) -> std::ops::Range<usize> {
    let mut start = 0;
    let mut shown = 0..0;
    for (number, line) in (1..=at.line).zip(text.split_inclusive('\n')) {
        let content = line.trim_end();
        let column = if number == at.line { at.column } else { usize::MAX };
        let from = content.char_indices().nth(column).map(|(from, _)| from);
        if !content.is_empty() {
            let from = from.unwrap_or(content.len() - content.trim_start().len());
            shown = start + from..start + content.len();
        }
        start += line.len();
    }
    shown
}
