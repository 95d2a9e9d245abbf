//! The objects in a rendered file, and where in it their values are.

use crate::gotmpl;
use chart::Value;
use chart::yaml::tree::{self, Kind, Step, Style};
use std::ops::Range;

/// An object of a rendered file.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The file, by its path among the rendered ones.
    pub file: String,
    /// Which document of the file it is, from 0.
    pub number: usize,
    /// Its `kind`; empty if it has none.
    pub kind: String,
    /// Its name; empty if it has none.
    pub name: String,
    /// All of it.
    pub value: Value,
    /// The values in it that are neither lists nor tables, in the order of the text.
    pub scalars: Vec<Scalar>,
    /// Where it is in the file.
    pub span: Range<usize>,
}

/// A value that is neither list nor table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scalar {
    /// How to get there.
    pub path: Vec<Step>,
    /// Its text.
    pub value: String,
    /// The line of the file that its key is on, from 1.
    pub line: usize,
    /// The part of the file that it is, in bytes.
    pub span: Range<usize>,
}

impl Document {
    /// Returns the objects of a file; what is no YAML is left out.
    pub fn all(file: &str, text: &str) -> Vec<Self> {
        let parts = parts(text).into_iter().enumerate();
        parts
            .filter_map(|(number, span)| Self::read(file, text, (number, span)))
            .collect()
    }

    /// Returns the objects of a file; nothing when one of them is no YAML.
    pub fn all_of(file: &str, text: &str) -> Option<Vec<Self>> {
        let is_blank = |part: &Range<usize>| {
            let mut lines = text[part.clone()].lines().map(str::trim);
            lines.all(|line| line.is_empty() || line.starts_with('#'))
        };
        let documents = Self::all(file, text);
        let parts = parts(text).into_iter().filter(|part| !is_blank(part)).count();
        (documents.len() == parts).then_some(documents)
    }

    fn read(file: &str, text: &str, (number, span): (usize, Range<usize>)) -> Option<Self> {
        let part = &text[span.clone()];
        let node = tree::first_document(part).ok()??;
        let value = chart::yaml::from_str(part).ok()?;
        let lines = text[..span.start].matches('\n').count();
        let found = tree::places(part, &node);
        let scalars: Vec<Scalar> = found
            .into_iter()
            .filter(|found| matches!(found.kind, Kind::Scalar | Kind::Alias))
            .map(|found| Scalar {
                path: found.path,
                value: found.value,
                line: lines + found.line,
                span: span.start + found.span.start..span.start + found.span.end,
            })
            .collect();
        let text = |path: &str| value.get_path(path).and_then(Value::as_str).unwrap_or_default();
        Some(Self {
            file: file.to_owned(),
            number,
            kind: text("kind").to_owned(),
            name: text("metadata.name").to_owned(),
            scalars,
            value,
            span,
        })
    }

    /// Finds the same object among those of another rendering: that of its kind and name, of several the
    /// nearest one; else the one in its place, which may be of another kind.
    pub fn partner<'d>(&self, others: &'d [Document]) -> Option<&'d Document> {
        let file = || others.iter().filter(|other| other.file == self.file);
        let is_same = |other: &&Document| (&other.kind, &other.name) == (&self.kind, &self.name);
        let nearest = |other: &&Document| other.number.abs_diff(self.number);
        let same = file().filter(is_same).min_by_key(nearest);
        let in_place = || file().filter(|other| other.number == self.number);
        same.or_else(|| in_place().next())
    }

    /// Returns the value at a path; of keys that are there twice the last one counts.
    pub fn scalar(&self, path: &[Step]) -> Option<&Scalar> {
        self.scalars.iter().rev().find(|scalar| scalar.path == path)
    }
}

/// Cuts a file at lines that begin with `---`.
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut starts = vec![0];
    let mut parts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.starts_with("---") {
            parts.push(starts.pop().unwrap_or_default()..at);
            starts.push(at + 3);
        }
        at += line.len();
    }
    parts.push(starts.pop().unwrap_or_default()..text.len());
    parts.retain(|part| !text[part.clone()].trim().is_empty());
    parts
}

/// Finds the path of what stands at a position of a text that a list or map was written as. The text may begin in the
/// middle of a line, as what is indented with `nindent` does not and with `indent` and `trim` does.
pub(crate) fn structure(text: &str, position: usize) -> Option<Vec<gotmpl::Step>> {
    let first = text.len() - text.trim_start_matches(['\n', '\r']).len();
    let body = &text[first..];
    let indent = |line: &str| line.len() - line.trim_start_matches(' ').len();
    let least = body
        .lines()
        .skip(1)
        .filter(|line| !line.trim().is_empty())
        .map(indent)
        .min();
    let own = indent(body);
    // The first line may lack what the others are indented by.
    let missing = least.unwrap_or_default().saturating_sub(own);
    (0..=missing).rev().step_by(missing.max(1)).find_map(|pad| {
        let padded = format!("{}{body}", " ".repeat(pad));
        path_at(&padded, (position + pad).checked_sub(first)?)
    })
}

fn path_at(text: &str, position: usize) -> Option<Vec<gotmpl::Step>> {
    let node = tree::first_document(text).ok()??;
    let found = tree::places(text, &node);
    let scalars = found.iter().filter(|found| found.kind == Kind::Scalar);
    let hit = scalars
        .filter(|found| found.style != Style::Flow)
        .find(|found| found.span.start <= position && position < found.span.end)?;
    Some(hit.path.iter().map(step).collect())
}

fn step(step: &Step) -> gotmpl::Step {
    match step {
        Step::Key(key) => gotmpl::Step::Key(key.as_str().into()),
        Step::Item(number) => gotmpl::Step::Item(*number),
    }
}
