//! `TeraEngine`: templates of Tera over the same scope and with the same functions as Go templates.

mod bridge;
mod error;
mod files;
mod host;
mod limit;
mod parameters;
mod range;
mod value;

use crate::engine::{Engine, File, Output};
use crate::error::Error;
use crate::gotmpl::{ExecError, FunctionError, Location, Origin, Text, Value};
use crate::helm::GoEngine;
use crate::rendered::RenderedLine;
use crate::scope::Source;
use host::Host;
use limit::Limited;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use tera::{Context, Tera, TeraResult};

/// Renders Tera templates.
pub(crate) struct TeraEngine {
    tera: Tera,
    host: Rc<Host>,
    /// The texts by path, for errors.
    texts: BTreeMap<String, Arc<str>>,
    /// The paths of the templates by what they give.
    outputs: BTreeMap<String, String>,
}

/// The name under which a template sees what it was included with, when that is no map.
const THIS: &str = "this";

impl TeraEngine {
    /// Parses all files, which see each other by their paths, and by what follows `templates/` in the path.
    pub(crate) fn parse(files: &[&File<'_>], go: &Rc<GoEngine>) -> Result<Self, Vec<Error>> {
        let mut texts = BTreeMap::new();
        let mut outputs = BTreeMap::new();
        for file in files {
            let text = std::str::from_utf8(&file.source.text);
            let text = text.map_err(|_| vec![error::not_utf8(file.path)])?;
            texts.insert(file.path.to_owned(), Arc::from(text));
            outputs.insert(file.output.to_owned(), file.path.to_owned());
        }
        let first = files.first().map_or("", |file| file.path);
        let mut tera = Tera::default();
        tera.autoescape_on(Vec::<&str>::new());
        bridge::register(&mut tera, go.set().function_names());
        files::register(&mut tera);
        range::register(&mut tera);
        tera.set_fallback_prefixes(prefixes(files))
            .and_then(|()| tera.add_raw_templates(&texts))
            .map_err(|error| error::parse_errors(&error, first, &texts))?;
        Ok(Self {
            tera,
            host: Rc::new(Host::new(go)),
            texts,
            outputs,
        })
    }

    /// Runs Tera over `data`; errors are those of `name` when Tera names no template.
    fn run(
        &self,
        name: &str,
        data: &Value,
        work: impl FnOnce(&Tera, &Context, &mut Limited) -> TeraResult<()>,
    ) -> Result<Text, Box<ExecError>> {
        let fail = |message| {
            Box::new(ExecError {
                template: name.to_owned(),
                location: None,
                message,
                cause: None,
                calls: Vec::new(),
            })
        };
        let context = context(data).map_err(fail)?;
        let mut out = Limited::default();
        let outcome = self.host.enter(data, || work(&self.tera, &context, &mut out));
        match outcome {
            Ok(()) => Ok(Text::from(out.into_bytes())),
            Err(_) if out.is_exceeded() => Err(fail(limit::MESSAGE.to_owned())),
            Err(error) => {
                let called = self.host.take_failure();
                Err(Box::new(error::exec_error(&error, name, called, &self.texts)))
            }
        }
    }

    fn template(&self, name: &str, data: &Value) -> Result<Text, Box<ExecError>> {
        self.run(name, data, |tera, context, out| {
            tera.render_to(name, context, out)
        })
    }

    /// Renders a component; it gets those of the entries that it has parameters for.
    fn component(&self, name: &str, data: &Value) -> Result<Text, Box<ExecError>> {
        self.run(name, data, |tera, context, out| {
            let mut arguments = Context::new();
            if let Some(component) = tera.get_component_definition(name) {
                for parameter in component.args() {
                    if let Some(value) = context.get(parameter.name()) {
                        arguments.insert_value(parameter.name().to_owned(), value.clone());
                    }
                }
            }
            tera.render_component_with_implicits_to(name, &arguments, context, None, false, out)
        })
    }
}

impl Engine for TeraEngine {
    fn render(&self, path: &str, source: &Source) -> Result<Output, Box<ExecError>> {
        let text = self.template(path, &Value::Map(source.scope.clone()))?;
        Ok(Output::from(text.to_vec()))
    }

    fn begin(&self, path: &str) {
        self.host.begin(path);
    }

    /// Tera does not say what writes what: only a line that stands in the file as it is can be found.
    fn origins(&self, path: &str, _: &Source, lines: &[&RenderedLine]) -> Vec<Option<Origin>> {
        let text = self.texts.get(path);
        let origin = |line: &&RenderedLine| {
            let at = only_line(path, text?, &line.text)?;
            let trail = Vec::new();
            Some(Origin { at, trail })
        };
        lines.iter().map(origin).collect()
    }

    fn include(&self, name: &Text, data: &Value) -> Option<Result<Text, FunctionError>> {
        let name = name.to_str();
        let outcome = if self.tera.contains_component(&name) {
            self.component(&name, data)
        } else if self.tera.contains_template(&name) {
            self.template(&name, data)
        } else {
            self.template(self.outputs.get(&*name)?, data)
        };
        Some(outcome.map_err(|error| FunctionError::from(*error)))
    }
}

/// Finds the only line of a text that is like the given one, blanks around it aside.
fn only_line(file: &str, text: &Arc<str>, line: &str) -> Option<Location> {
    let line = line.trim();
    let mut start = 0;
    let mut found = text.split_inclusive('\n').filter_map(|content| {
        let at = start + content.len() - content.trim_start().len();
        start += content.len();
        (content.trim() == line).then_some(at..at + line.len())
    });
    let place = found.next().filter(|place| !place.is_empty())?;
    match found.next() {
        None => Some(Location::of_part(file, text, place)),
        Some(_) => None,
    }
}

/// Makes the variables of a template: the entries of a map.
fn context(data: &Value) -> Result<Context, String> {
    let mut context = Context::new();
    match data {
        Value::Map(map) => {
            for (key, value) in map.entries() {
                context.insert_value(key.to_str().into_owned(), value::to_tera(&value)?);
            }
        }
        other => context.insert_value(THIS, value::to_tera(other)?),
    }
    Ok(context)
}

/// Returns the folders in which names are looked for, the outermost chart's first, so that it has its way.
fn prefixes(files: &[&File<'_>]) -> Vec<String> {
    let mut folders: Vec<String> = files
        .iter()
        .map(|file| format!("{}/", file.source.base_path))
        .collect();
    folders.sort_by_cached_key(|folder| (folder.matches('/').count(), folder.clone()));
    folders.dedup();
    folders
}

#[cfg(test)]
mod tests;
