//! What can be said of a Tera template, which tells nobody what it reads: the values that it mentions, to be tried, and the
//! line that begins as the rendered one does.

use crate::engine::Traced;
use crate::gotmpl::{Location, Printed, Step, Value};
use std::collections::BTreeSet;
use std::sync::Arc;

use super::attempt::value_at;

/// So many values of a table that is mentioned as a whole are tried.
const MOST: usize = 30;

/// Returns the values that the Tera templates of a file's chart mention.
pub(super) fn candidates(traced: &Traced<'_>, file: &str) -> BTreeSet<Vec<Step>> {
    let sources = &traced.data.sources;
    let Some(own) = sources.get(&format!("{file}.tera")) else {
        return BTreeSet::new();
    };
    let root = Value::Map(traced.data.root.clone());
    let mut found = BTreeSet::new();
    let shared = |path: &str| path.rsplit('/').next().is_some_and(|name| name.starts_with('_'));
    let texts = sources.iter().filter(|(path, source)| {
        source.base_path == own.base_path
            && path.ends_with(".tera")
            && (shared(path) || **path == format!("{file}.tera"))
    });
    for (_, source) in texts {
        let text = String::from_utf8_lossy(&source.text);
        for chain in chains(&text) {
            let mut path = vec![Step::Key("Values".into())];
            path.extend(scope(&own.base_path));
            path.extend(chain.split('.').map(|name| Step::Key(name.into())));
            add(&root, path, &mut found);
        }
    }
    found
}

/// The names of the subcharts that a folder of templates is in.
fn scope(base_path: &str) -> impl Iterator<Item = Step> {
    let parts: Vec<&str> = base_path.split("/charts/").skip(1).collect();
    parts
        .into_iter()
        .map(|part| Step::Key(part.trim_end_matches("/templates").into()))
}

/// Returns what follows `Values.` wherever it stands.
fn chains(text: &str) -> BTreeSet<&str> {
    let starts = text.match_indices("Values.").map(|(at, name)| at + name.len());
    let chains = starts.map(|start| {
        let rest = &text[start..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '_' | '.')));
        rest[..end.unwrap_or(rest.len())].trim_end_matches('.')
    });
    chains.filter(|chain| !chain.is_empty()).collect()
}

/// Adds a value, or those in it.
fn add(root: &Value, path: Vec<Step>, found: &mut BTreeSet<Vec<Step>>) {
    let mut left = vec![path];
    let mut count = 0;
    while let Some(path) = left.pop().filter(|_| count < MOST) {
        let inner: Vec<Step> = match value_at(root, &path) {
            None => continue,
            Some(Value::Map(map)) => map.keys().into_iter().map(Step::Key).collect(),
            Some(Value::List(list)) => (0..list.len()).map(Step::Item).collect(),
            Some(_) => {
                count += 1;
                found.insert(path);
                continue;
            }
        };
        left.extend(inner.into_iter().map(|step| {
            let mut path = path.clone();
            path.push(step);
            path
        }));
    }
}

/// Finds the only line of the template that begins as a rendered one does, up to its first colon.
pub(super) fn line(traced: &Traced<'_>, file: &str, rendered: &str) -> Option<Printed> {
    let path = format!("{file}.tera");
    let source = traced.data.sources.get(&path)?;
    let text = String::from_utf8_lossy(&source.text).into_owned();
    let start = rendered.trim().split_inclusive(':').next()?;
    let mut at = 0;
    let mut lines = text.split_inclusive('\n').filter_map(|line| {
        let begin = at + line.len() - line.trim_start().len();
        at += line.len();
        line.trim()
            .starts_with(start)
            .then(|| begin..begin + line.trim().len())
    });
    let only = lines.next().filter(|_| lines.next().is_none())?;
    let is_action = text[only.clone()].contains("{{");
    Some(Printed {
        at: Location::of_part(&path, &Arc::from(text.as_str()), only),
        trail: Vec::new(),
        is_action,
    })
}
