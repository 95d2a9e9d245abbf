//! What is asked about: an object, a value in it, or a line of a rendered file.

use super::Document;
use chart::Value;
use chart::yaml::tree::Step;
use std::fmt::Write as _;

/// What an explanation is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// `Kind/name`: all of an object.
    Object {
        /// The kind, in any case.
        kind: String,
        /// The name.
        name: String,
    },
    /// `Kind/name:.spec.replicas`: a value of an object, or all below it.
    Path {
        /// The kind, in any case.
        kind: String,
        /// The name.
        name: String,
        /// The path, as it was written.
        path: Vec<PathStep>,
    },
    /// `templates/web.yaml:12`: a line of a rendered file.
    Line {
        /// The end of the file's path.
        file: String,
        /// The line, from 1.
        line: usize,
    },
}

/// A step of a path as people write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathStep {
    /// `.key`, `["key"]`, or `[name]` for the item of that name.
    Key(String),
    /// `[0]`
    Item(usize),
}

/// Why something is no target.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TargetError {
    /// It is none of the forms.
    #[error("{0:?} is no Kind/name, no Kind/name:.path and no FILE:LINE")]
    Form(String),
    /// A bracket is not closed.
    #[error("{0:?}: a [ is not closed")]
    Bracket(String),
}

impl Target {
    /// Reads a target: `Kind/name`, `Kind/name:.path`, `FILE:LINE`.
    ///
    /// # Errors
    ///
    /// When it has none of these forms.
    pub fn parse(text: &str) -> Result<Self, TargetError> {
        let form = || TargetError::Form(text.to_owned());
        if let Some((file, line)) = text.rsplit_once(':')
            && let Ok(line) = line.parse()
        {
            let file = file.to_owned();
            return Ok(Target::Line { file, line });
        }
        let (object, path) = match text.split_once(":.").or_else(|| text.split_once(":[")) {
            Some((object, _)) => (object, &text[object.len() + 1..]),
            None => (text.trim_end_matches(':'), ""),
        };
        let (kind, name) = object.split_once('/').ok_or_else(form)?;
        if kind.is_empty() || name.is_empty() || name.contains('/') {
            return Err(form());
        }
        let (kind, name) = (kind.to_owned(), name.to_owned());
        Ok(match path.trim_matches('.').is_empty() {
            true => Target::Object { kind, name },
            false => Target::Path {
                kind,
                name,
                path: steps(path).ok_or_else(|| TargetError::Bracket(text.to_owned()))?,
            },
        })
    }
}

/// Reads `.a.b[0]["c.d"]`; a dot behind a backslash belongs to the key, as for `kubectl`.
fn steps(path: &str) -> Option<Vec<PathStep>> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (inner, after) = match inside.chars().next() {
                Some(quote @ ('"' | '\'')) => {
                    let (inner, after) = inside[1..].split_once(quote)?;
                    (inner, after.strip_prefix(']')?)
                }
                _ => inside.split_once(']')?,
            };
            steps.push(match inner.parse() {
                Ok(number) if !inside.starts_with(['"', '\'']) => PathStep::Item(number),
                _ => PathStep::Key(inner.trim_start_matches("name=").to_owned()),
            });
            rest = after;
            continue;
        }
        rest = rest.strip_prefix('.').unwrap_or(rest);
        let mut key = String::new();
        let mut characters = rest.char_indices();
        let end = loop {
            match characters.next() {
                None => break rest.len(),
                Some((_, '\\')) => key.extend(characters.next().map(|(_, escaped)| escaped)),
                Some((at, '.' | '[')) => break at,
                Some((_, character)) => key.push(character),
            }
        };
        rest = &rest[end..];
        if !key.is_empty() {
            steps.push(PathStep::Key(key));
        }
    }
    Some(steps)
}

impl Document {
    /// Finds a path as people write it; else returns how much of it is there.
    ///
    /// # Errors
    ///
    /// The longest part of the path that there is.
    pub fn resolve(&self, path: &[PathStep]) -> Result<Vec<Step>, Vec<Step>> {
        let mut at = &self.value;
        let mut steps = Vec::new();
        for wanted in path {
            let found = match (wanted, at) {
                (PathStep::Key(key), Value::Map(map)) => {
                    map.get(key).map(|value| (Step::Key(key.clone()), value))
                }
                (PathStep::Item(number), Value::List(list)) => {
                    list.get(*number).map(|value| (Step::Item(*number), value))
                }
                (PathStep::Key(name), Value::List(list)) => {
                    let is_named = |item: &Value| item.get("name").and_then(Value::as_str) == Some(name);
                    let at = list.iter().position(is_named);
                    at.map(|at| (Step::Item(at), &list[at]))
                }
                _ => None,
            };
            let Some((step, value)) = found else {
                return Err(steps);
            };
            steps.push(step);
            at = value;
        }
        Ok(steps)
    }
}

/// Writes a path as it may be asked for.
pub fn shown_path(path: &[Step]) -> String {
    let mut shown = String::new();
    for step in path {
        let written = match step {
            Step::Item(number) => write!(shown, "[{number}]"),
            Step::Key(key) if is_plain(key) => write!(shown, ".{key}"),
            Step::Key(key) => write!(shown, "[\"{key}\"]"),
        };
        debug_assert!(written.is_ok(), "a string takes all");
    }
    shown
}

fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_are_told_apart() {
        let path = |text: &str| match Target::parse(text).unwrap() {
            Target::Path { path, .. } => path,
            other => panic!("{other:?}"),
        };
        let key = |key: &str| PathStep::Key(key.to_owned());
        assert_eq!(
            path("Deployment/web:.spec.containers[0].image"),
            [key("spec"), key("containers"), PathStep::Item(0), key("image")]
        );
        assert_eq!(
            path("Service/web:.metadata.labels[\"a.b/c\"]"),
            [key("metadata"), key("labels"), key("a.b/c")]
        );
        assert_eq!(path("x/y:.a\\.b[web].c"), [key("a.b"), key("web"), key("c")]);
        let object = Target::parse("deployment/web").unwrap();
        assert!(matches!(object, Target::Object { name, .. } if name == "web"));
        let line = Target::parse("web/templates/a.yaml:12").unwrap();
        assert!(matches!(line, Target::Line { line: 12, .. }));
        assert!(Target::parse("nothing").is_err());
        assert!(Target::parse("a/b:.c[0").is_err());
    }
}
