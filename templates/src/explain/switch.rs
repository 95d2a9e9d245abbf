//! What switches subcharts on: `condition` and `tags` in `Chart.yaml`.

use super::session::{Decision, Effect, Input};
use crate::gotmpl::Location;
use chart::yaml::tree::Step;
use chart::{Chart, ConfiguredChart, Dependency, Value};
use std::sync::Arc;

/// Returns what switched the charts on that a file is in, the outermost first.
pub(super) fn switches(configured: &ConfiguredChart, file: &str) -> Vec<Decision> {
    let values = Value::Map(configured.values().clone());
    let mut decisions = Vec::new();
    let (mut chart, mut path) = (configured.chart(), configured.chart().name().to_owned());
    let mut names: Vec<String> = Vec::new();
    loop {
        let inner = chart.subcharts.iter().find(|inner| {
            let folder = format!("{path}/charts/{}/", inner.name());
            file.starts_with(&folder)
        });
        let Some(inner) = inner else { return decisions };
        let dependencies = &chart.metadata.dependencies;
        if let Some(dependency) = dependencies.iter().find(|wish| wish.name == inner.name()) {
            decisions.extend(switch(chart, &path, dependency, (&values, &names)));
        }
        path = format!("{path}/charts/{}", inner.name());
        names.push(inner.name().to_owned());
        chart = inner;
    }
}

fn switch(
    chart: &Chart,
    path: &str,
    dependency: &Dependency,
    (values, names): (&Value, &[String]),
) -> Option<Decision> {
    let (kind, reads) = match condition(dependency, values, names) {
        Some(input) => ("condition", vec![input]),
        None => ("tags", tags(dependency, values)),
    };
    (!reads.is_empty()).then(|| Decision {
        kind,
        at: place(chart, path, dependency, kind),
        is_around: true,
        reads,
    })
}

/// The first path that holds a boolean decides.
fn condition(dependency: &Dependency, values: &Value, names: &[String]) -> Option<Input> {
    let parts = dependency
        .condition
        .trim()
        .split(',')
        .filter(|part| !part.is_empty());
    parts.into_iter().find_map(|part| {
        let steps = names.iter().map(String::as_str).chain(part.split('.'));
        let path: Vec<Step> = steps.map(|step| Step::Key(step.to_owned())).collect();
        let value = at(values, &path).filter(|value| value.as_bool().is_some())?;
        Some(input(path, value, Effect::Changes))
    })
}

/// One tag that is on is enough.
fn tags(dependency: &Dependency, values: &Value) -> Vec<Input> {
    let on: Vec<(Vec<Step>, &Value)> = dependency
        .tags
        .iter()
        .map(|tag| vec![Step::Key("tags".to_owned()), Step::Key(tag.clone())])
        .filter_map(|path| at(values, &path).map(|value| (path, value)))
        .filter(|(_, value)| value.as_bool() == Some(true))
        .collect();
    let effect = match on.len() {
        1 => Effect::Changes,
        _ => Effect::Nothing,
    };
    on.into_iter()
        .map(|(path, value)| input(path, value, effect))
        .collect()
}

fn input(path: Vec<Step>, value: &Value, effect: Effect) -> Input {
    let mut whole = vec![Step::Key("Values".to_owned())];
    whole.extend(path);
    Input {
        path: whole,
        value: Some(value.clone()),
        effect,
    }
}

fn at<'v>(values: &'v Value, path: &[Step]) -> Option<&'v Value> {
    path.iter().try_fold(values, |at, step| match step {
        Step::Key(key) => at.get(key),
        Step::Item(_) => None,
    })
}

/// Finds the line in the file that says so.
fn place(chart: &Chart, path: &str, dependency: &Dependency, kind: &str) -> Location {
    let names = ["Chart.yaml", "requirements.yaml"];
    let texts = names
        .into_iter()
        .filter_map(|name| Some((name, chart.raw_file(name)?.text().into_owned())));
    let wanted = match kind {
        "condition" => dependency.condition.clone(),
        _ => format!("{kind}:"),
    };
    let found = texts
        .into_iter()
        .find_map(|(name, text)| text.find(&wanted).map(|start| (name, text, start)));
    match found {
        Some((name, text, start)) => {
            let span = start..start + wanted.len();
            Location::of_part(&format!("{path}/{name}"), &Arc::from(text), span)
        }
        None => Location::of_part(&format!("{path}/Chart.yaml"), &Arc::from(""), 0..0),
    }
}
