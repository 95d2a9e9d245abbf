//! An object, a value in it, or a line.

use chart::yaml::tree::Step;
use serde::Serialize;
use templates::explain::{Document, Explanation, PathStep, Scalar, Session, Target, shown_path};
use templates::{Call, Location};

use super::inputs::Entry;
use super::subject::Subject;
use crate::args::output::Format;
use crate::context::Context;
use crate::error::{CommandError, Result};
use crate::output::explain;
use crate::output::nearest::nearest;

/// What made a value of an object so.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Explained {
    pub(crate) object: String,
    pub(crate) path: String,
    pub(crate) value: String,
    pub(crate) file: String,
    pub(crate) line: usize,
    /// What printed it. Of a Tera template it is the line that looks like it, if there is only one.
    pub(crate) printed_by: Vec<Printed>,
    pub(crate) reads: Vec<Entry>,
    pub(crate) decided_by: Vec<Decision>,
    pub(crate) random: Vec<Printed>,
}

/// A part of a template.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Printed {
    /// The function, of one that gives something else each time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) function: Option<String>,
    #[serde(flatten)]
    pub(crate) at: Place,
    /// The calls that led there, the innermost first.
    pub(crate) called_at: Vec<Place>,
}

/// A place in a template.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Place {
    pub(crate) template: String,
    pub(crate) line: usize,
    /// From 1.
    pub(crate) column: usize,
    pub(crate) expression: String,
    #[serde(skip)]
    pub(crate) at: Location,
}

impl Printed {
    /// Says whether another part stands behind this one on its line, and was reached in the same way.
    pub(crate) fn is_beside(&self, other: &Printed) -> bool {
        let (own, next) = (&self.at, &other.at);
        (own.line, &own.template) == (next.line, &next.template)
            && own.at.span.end <= next.at.span.start
            && self.called_at == other.called_at
    }

    /// Makes this part reach to the end of another one.
    pub(crate) fn extend(&mut self, other: &Printed) {
        self.at.at.span.end = other.at.at.span.end;
    }
}

/// What a value stands under.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Decision {
    pub(crate) kind: &'static str,
    #[serde(flatten)]
    pub(crate) at: Place,
    pub(crate) is_around: bool,
    pub(crate) reads: Vec<Entry>,
}

/// So many values are explained one by one; of an object with more there is a table.
const MOST_IN_FULL: usize = 1;

/// Explains what a target names.
pub(super) fn explain(cx: &Context, subject: &Subject, target: &str, format: Format) -> Result<String> {
    let wanted = Target::parse(target)?;
    subject.ask(|session| {
        let chosen = chosen(session, &wanted)?;
        let mut all = Vec::new();
        for (document, scalar) in &chosen {
            let explanation = session.explain(document, scalar);
            all.push(explained(subject, (document, scalar), &explanation));
        }
        let paint = cx.ui().paint();
        format.render(&all, || {
            Ok(match all.as_slice() {
                few if few.len() <= MOST_IN_FULL => few.iter().map(|one| explain::full(one, paint)).collect(),
                many => explain::table(many, paint),
            })
        })
    })
}

/// Finds the values that a target names.
fn chosen(session: &Session<'_>, target: &Target) -> Result<Vec<(Document, Scalar)>> {
    let chosen = match target {
        Target::Object { kind, name } => below(find(session, kind, name)?, &[]),
        Target::Path { kind, name, path } => {
            let document = find(session, kind, name)?;
            let path = document
                .resolve(path)
                .map_err(|there| no_path(document, path, &there))?;
            below(document, &path)
        }
        Target::Line { file, line } => on_line(session, file, *line)?,
    };
    match chosen.is_empty() {
        true => Err(CommandError::new("there is no value in it")),
        false => Ok(chosen),
    }
}

fn find<'s>(session: &'s Session<'_>, kind: &str, name: &str) -> Result<&'s Document> {
    let is_wanted = |document: &&Document| document.kind.eq_ignore_ascii_case(kind) && document.name == name;
    if let Some(found) = session.documents().iter().find(is_wanted) {
        return Ok(found);
    }
    let wanted = format!("{kind}/{name}");
    let names: Vec<String> = session.documents().iter().map(title).collect();
    let error = CommandError::new(format!("the chart renders no {wanted}"));
    let mut near: Vec<String> = nearest(&wanted, names.iter().map(String::as_str))
        .into_iter()
        .map(str::to_owned)
        .collect();
    if near.is_empty() {
        let same_kind = session
            .documents()
            .iter()
            .filter(|other| other.kind.eq_ignore_ascii_case(kind));
        near = same_kind.map(title).take(8).collect();
    }
    if near.is_empty() {
        near = names.into_iter().take(8).collect();
    }
    Err(error.hint(format!("there is {}", near.join(", "))))
}

fn title(document: &Document) -> String {
    format!("{}/{}", document.kind, document.name)
}

/// Says how much of a path there is, and what there is besides.
fn no_path(document: &Document, path: &[PathStep], there: &[Step]) -> CommandError {
    let missing = match path.get(there.len()) {
        Some(PathStep::Key(key)) => shown_path(&[Step::Key(key.clone())]),
        Some(PathStep::Item(number)) => format!("[{number}]"),
        None => String::new(),
    };
    let shown = match shown_path(there) {
        root if root.is_empty() => ".".to_owned(),
        shown => shown,
    };
    let mut keys: Vec<String> = document
        .scalars
        .iter()
        .filter_map(|scalar| scalar.path.strip_prefix(there)?.first())
        .map(|step| shown_path(std::slice::from_ref(step)))
        .collect();
    keys.dedup();
    let near = nearest(&missing, keys.iter().map(String::as_str));
    let hint = match near.is_empty() {
        false => format!("there is {}", near.join(", ")),
        true => format!("there is {}", keys.join(", ")),
    };
    CommandError::new(format!("{} has no {missing} in {shown}", title(document))).hint(hint)
}

fn below(document: &Document, path: &[Step]) -> Vec<(Document, Scalar)> {
    let is_below = |scalar: &&Scalar| scalar.path.starts_with(path);
    let is_last = |scalar: &&Scalar| document.scalar(&scalar.path) == Some(*scalar);
    let scalars = document.scalars.iter().filter(is_below).filter(is_last);
    scalars.map(|scalar| (document.clone(), scalar.clone())).collect()
}

fn on_line(session: &Session<'_>, file: &str, line: usize) -> Result<Vec<(Document, Scalar)>> {
    let is_it = |path: &str| path == file || path.ends_with(&format!("/{}", file.trim_start_matches("./")));
    let Some((path, text)) = session.files().find(|(path, _)| is_it(path)) else {
        let names: Vec<&str> = session.files().map(|(path, _)| path).collect();
        let near = nearest(file, names.iter().copied());
        let error = CommandError::new(format!("the chart renders no file {file}"));
        return Err(match near.is_empty() {
            true => error,
            false => error.hint(format!("there is {}", near.join(", "))),
        });
    };
    let lines = text.lines().count();
    if line == 0 || line > lines {
        return Err(CommandError::new(format!("{path} has {lines} lines")));
    }
    let documents = session
        .documents()
        .iter()
        .filter(|document| document.file == path);
    let mut scalars: Vec<(&Document, &Scalar)> = documents
        .flat_map(|document| document.scalars.iter().map(move |scalar| (document, scalar)))
        .filter(|(_, scalar)| scalar.line <= line)
        .collect();
    // What stands on no line of its own belongs to the value that goes on there.
    let last = scalars.iter().map(|(_, scalar)| scalar.line).max();
    scalars.retain(|(_, scalar)| Some(scalar.line) == last);
    Ok(scalars
        .into_iter()
        .map(|(document, scalar)| (document.clone(), scalar.clone()))
        .collect())
}

fn explained(
    subject: &Subject,
    (document, scalar): (&Document, &Scalar),
    explanation: &Explanation,
) -> Explained {
    let chart = subject.chart.chart();
    let origins = subject.origins();
    let entries = |inputs: &[templates::explain::Input]| {
        inputs
            .iter()
            .map(|input| Entry::of(input, &origins, chart))
            .collect()
    };
    let decisions = explanation.decisions.iter().map(|decision| Decision {
        kind: decision.kind,
        at: place(&decision.at),
        is_around: decision.is_around,
        reads: entries(&decision.reads),
    });
    let printed = explanation.printed.iter().map(|printed| Printed {
        function: None,
        at: place(&printed.at),
        called_at: trail(&printed.trail),
    });
    let random = explanation.chances.iter().map(|chance| Printed {
        function: Some(chance.function.clone()),
        at: place(&chance.at),
        called_at: trail(&chance.trail),
    });
    Explained {
        object: title(document),
        path: shown_path(&scalar.path),
        value: scalar.value.clone(),
        file: document.file.clone(),
        line: scalar.line,
        printed_by: printed.collect(),
        decided_by: decisions.collect(),
        random: random.collect(),
        reads: entries(&explanation.reads),
    }
}

pub(super) fn place(at: &Location) -> Place {
    Place {
        template: explain::template_name(&at.file).to_owned(),
        line: at.line,
        column: at.column + 1,
        expression: at.expression.clone(),
        at: at.clone(),
    }
}

pub(super) fn trail(calls: &[Call]) -> Vec<Place> {
    calls
        .iter()
        .filter_map(|call| call.at.as_ref())
        .map(place)
        .collect()
}
