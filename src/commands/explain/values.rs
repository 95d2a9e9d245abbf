//! `explain values`.

use std::collections::BTreeSet;

use chart::Value;
use chart::values::Origins;
use chart::yaml::tree::Step;
use serde::Serialize;
use templates::explain::Reads;
use templates::{UnreadFound, UnreadReason, UnreadValue};

use super::inputs::{Place, place};
use super::subject::{Subject, SubjectArgs};
use crate::args::output::OutputArgs;
use crate::context::Context;
use crate::error::Result;
use crate::output::{explain, unread};

/// list the values of a chart with where each is set
///
/// Then the values that you gave and nothing read, with the nearest name that there is, and those that a template asks for
/// though no values.yaml has them.
#[derive(Debug, clap::Args)]
pub(crate) struct Values {
    #[arg(value_name = "[NAME] CHART", required = true)]
    operands: Vec<String>,
    /// only values that you gave
    #[arg(long)]
    given: bool,
    #[command(flatten)]
    subject: SubjectArgs,
    #[command(flatten)]
    output: OutputArgs,
}

/// All that is known about the values of a chart.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Report {
    pub(crate) values: Vec<Row>,
    pub(crate) unread: Vec<Unread>,
    /// Read, and in no `values.yaml`.
    pub(crate) undocumented: Vec<String>,
}

/// A value.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) value: Value,
    pub(crate) is_read: bool,
    pub(crate) set_by: Vec<Place>,
}

/// A value that was given and not read.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Unread {
    pub(crate) name: String,
    pub(crate) reason: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) did_you_mean: Option<String>,
}

impl Values {
    pub(super) fn run(self, cx: &Context) -> Result {
        let subject = self.subject.read(cx, &self.operands)?;
        let report = subject.ask(|session| {
            let found = session.unread(&subject.given);
            Ok(self.report(&subject, &session.reads(), &found))
        })?;
        let paint = cx.ui().paint();
        let text = self
            .output
            .output
            .render(&report, || Ok(explain::values(&report, paint)))?;
        Ok(cx.ui().data(text)?)
    }

    fn report(&self, subject: &Subject, reads: &Reads, found: &UnreadFound) -> Report {
        let origins = subject.origins();
        let mut paths = Vec::new();
        let values = match self.given {
            true => &subject.given,
            false => subject.chart.values(),
        };
        leaves(&Value::Map(values.clone()), &mut Vec::new(), &mut paths);
        let effective = Value::Map(subject.chart.values().clone());
        let rows = paths
            .iter()
            .filter_map(|path| row(path, &effective, (&origins, reads)));
        Report {
            values: rows.collect(),
            unread: found.unread.iter().map(|value| unread_of(value, found)).collect(),
            undocumented: undocumented(reads, &effective),
        }
    }
}

/// A list is one value, and so is a table with nothing in it.
fn leaves(value: &Value, path: &mut Vec<Step>, found: &mut Vec<Vec<Step>>) {
    match value {
        Value::Map(map) if !map.is_empty() => {
            for (key, inner) in map {
                path.push(Step::Key(key.clone()));
                leaves(inner, path, found);
                path.pop();
            }
        }
        _ if path.is_empty() => {}
        _ => found.push(path.clone()),
    }
}

fn at<'v>(value: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(value, |at, step| match step {
        Step::Key(key) => at.get(key),
        Step::Item(number) => at.as_list()?.get(*number),
    })
}

fn row(path: &[Step], effective: &Value, (origins, reads): (&Origins<'_>, &Reads)) -> Option<Row> {
    let value = at(effective, path)?;
    let settings = origins.of(path, Some(value));
    Some(Row {
        name: unread::name(path),
        value: value.clone(),
        is_read: reads.has(path),
        set_by: settings.iter().map(|setting| place(setting, path)).collect(),
    })
}

fn unread_of(value: &UnreadValue, found: &UnreadFound) -> Unread {
    let reason = match &value.reason {
        UnreadReason::Unknown => "the chart does not know it".to_owned(),
        UnreadReason::NotReached => "the chart knows it, and did not come to it".to_owned(),
        UnreadReason::SwitchedOff(name) => format!("the subchart {name} is switched off"),
    };
    let is_unknown = value.reason == UnreadReason::Unknown;
    Unread {
        name: unread::name(&value.path),
        reason,
        did_you_mean: is_unknown.then(|| unread::meant(&value.path, found)).flatten(),
    }
}

/// Values that were asked for and are not there, unless they would be in a table that anything may be put into.
fn undocumented(reads: &Reads, effective: &Value) -> Vec<String> {
    let is_set = |path: &[Step]| at(effective, path).is_some();
    let is_open = |path: &[Step]| match path.split_last() {
        Some((_, outer)) => match at(effective, outer) {
            Some(Value::Map(map)) => map.is_empty() && !outer.is_empty(),
            Some(_) | None => true,
        },
        None => true,
    };
    let missing: BTreeSet<&Vec<Step>> = reads
        .read
        .iter()
        .filter(|path| !path.is_empty() && !is_set(path) && !is_open(path))
        .collect();
    missing.into_iter().map(|path| unread::name(path)).collect()
}
