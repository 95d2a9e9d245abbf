//! The Helm dialect of Go templates: parse all files, then execute them, in Helm's order.
//!
//! The rules are those of `pkg/engine/engine.go`.

mod check;
mod convert;
mod format;
mod include;
mod network;
mod plain;
mod toml;
mod values;

pub(crate) use convert::to_yaml;
pub(crate) use plain::from_chart_value;

use crate::error::{Error, ErrorKind};
use crate::gotmpl::{Functions, MissingKey, Options, Templates, Text, VALUES_MAP, Value};
use crate::rendered::{Notice, Rendered};
use crate::renderer::{Failing, Renderer};
use crate::scope::{Source, base_name};
use crate::sprig;
use std::borrow::Cow;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::rc::Rc;

/// The name that Helm gives the set of templates, and with it every text that `tpl` runs.
const SET_NAME: &str = "gotpl";

/// What was complained about in lint mode.
type Notices = Rc<RefCell<Vec<Notice>>>;

/// Renders the templates; errors come in the order of Helm, which would end at the first one.
pub(crate) fn render(
    renderer: &Renderer,
    sources: &BTreeMap<String, Source>,
    stack_bytes: usize,
    failing: Failing,
) -> (Rendered, Vec<Error>) {
    let notices = Notices::default();
    let missing_key = if renderer.is_strict {
        MissingKey::Error
    } else {
        MissingKey::Zero
    };
    let options = Options {
        missing_key,
        stack_bytes,
        map_methods: Some(values::method),
    };
    let set = Templates::new(functions(renderer, &notices), options);
    let order = order(sources.keys());
    let (mut rendered, errors) = match parse(set, sources, &order, failing) {
        Ok(set) => execute(&set, sources, &order, failing),
        Err(errors) => (Rendered::default(), errors),
    };
    rendered.notices = notices.take();
    (rendered, errors)
}

/// Sorts paths so that what stands deeper comes first, and at equal depth what is later in the alphabet: the last
/// definition of a name wins, so the outermost chart has its way.
fn order<'s>(paths: impl Iterator<Item = &'s String>) -> Vec<&'s str> {
    let mut order: Vec<&str> = paths.map(String::as_str).collect();
    order.sort_by_key(|path| Reverse((path.matches('/').count(), *path)));
    order
}

fn functions(renderer: &Renderer, notices: &Notices) -> Functions {
    let mut functions = Functions::new();
    functions.extend(sprig::functions(&renderer.clock));
    functions.extend(convert::functions());
    functions.extend(include::functions());
    functions.extend(check::functions(renderer.mode, notices));
    functions.extend(network::functions(renderer));
    functions
}

fn parse(
    mut set: Templates,
    sources: &BTreeMap<String, Source>,
    order: &[&str],
    failing: Failing,
) -> Result<Templates, Vec<Error>> {
    let mut errors = Vec::new();
    for path in order {
        if let Err(error) = set.parse(path, sources[*path].text.clone()) {
            let message = format::parse_error(&error);
            errors.push(Error {
                file: (*path).to_owned(),
                kind: ErrorKind::Parse(error),
                message,
            });
            if failing == Failing::StopsAll {
                break;
            }
        }
    }
    if errors.is_empty() { Ok(set) } else { Err(errors) }
}

fn execute(
    set: &Templates,
    sources: &BTreeMap<String, Source>,
    order: &[&str],
    failing: Failing,
) -> (Rendered, Vec<Error>) {
    let mut rendered = Rendered::default();
    let mut errors = Vec::new();
    for path in order.iter().filter(|path| !base_name(path).starts_with('_')) {
        match execute_one(set, path, &sources[*path]) {
            Ok(text) => {
                rendered.files.insert((*path).to_owned(), text);
            }
            Err(error) => {
                errors.push(error);
                if failing == Failing::StopsAll {
                    break;
                }
            }
        }
    }
    (rendered, errors)
}

fn execute_one(set: &Templates, path: &str, source: &Source) -> Result<String, Error> {
    let template = [("Name", path), ("BasePath", &source.base_path)];
    let template: crate::gotmpl::Map = template.into_iter().collect();
    let inserted = source.scope.insert("Template", template.viewed_as(&VALUES_MAP));
    debug_assert!(inserted.is_ok(), "the map is not nil");
    match set.execute(path, Value::Map(source.scope.clone())) {
        Ok(text) => Ok(without_no_value(&text).into_owned()),
        Err(error) => {
            let (message, is_refusal) = format::exec_error(&error);
            let kind = if is_refusal {
                ErrorKind::Refused(error)
            } else {
                ErrorKind::Exec(error)
            };
            Err(Error {
                file: path.to_owned(),
                kind,
                message,
            })
        }
    }
}

/// Cuts every `<no value>` out, also one that the author wrote.
fn without_no_value(text: &Text) -> Cow<'_, str> {
    const NO_VALUE: &str = "<no value>";
    let text = text.to_str();
    if text.contains(NO_VALUE) {
        text.replace(NO_VALUE, "").into()
    } else {
        text
    }
}

#[cfg(test)]
mod tests;
