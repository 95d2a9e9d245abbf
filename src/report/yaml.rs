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
            group[0].source == error.source && error.origin.is_some() && same_origin(group[0], error)
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
        report.title = Some(format!("{}: {}", error.path, error.source));
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
        other => other.to_string(),
    }
}

/// Returns what is wrong without Go's line, which is not counted from where people count.
fn of_syntax(error: &yaml::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once("yaml: ").map_or(text.as_str(), |(_, rest)| rest);
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
        match error.downcast_ref() {
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
        self.excerpts.push(Excerpt {
            path: path.to_owned(),
            text: place.text.clone(),
            span: span(&place.text, place.at),
            label: reason.to_owned(),
        });
        // What is begun and not ended far above is worth a look; the parent of what is marked is not.
        if let Some((what, from)) = place.within.filter(|(_, from)| from.line + FAR < place.at.line) {
            self.excerpts.push(Excerpt {
                path: path.to_owned(),
                text: place.text.clone(),
                span: span(&place.text, from),
                label: what.to_owned(),
            });
        }
    }

    fn add_origin(&mut self, from: &Origin) {
        let (excerpt, trail) = origin(from);
        self.excerpts.push(excerpt);
        self.notes.extend(trail);
    }
}

/// What is so many lines above is seen in the excerpt already.
const FAR: usize = 2;

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
