//! `GoEngine`: the Helm dialect of Go templates.
//!
//! The rules are those of `pkg/engine/engine.go`.

mod check;
mod convert;
mod cost;
mod format;
mod include;
mod network;
mod plain;
mod toml;
mod values;

pub(crate) use convert::to_yaml;
pub(crate) use plain::{from_chart_map, from_chart_value, plain_of};

pub(crate) use check::refusal;
pub(crate) use format::exec_error;

use crate::ahead::Ahead;
use crate::engine::{Engine, Output, Peers};
use crate::error::{Error, ErrorKind};
use crate::gotmpl::{
    DataRead, ExecError, FunctionError, Functions, MissingKey, Options, Origin, Parsed, SharedBytes, Step,
    Templates, Text, TextParser, Tracer, Value,
};
use crate::rendered::{Notice, RenderedLine};
use crate::renderer::Renderer;
use crate::scope::Source;
use crate::sprig::{self, Clock};
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::sync::Arc;

use chart::{Bytes, parallel};

/// How much of the stack of a thread that helps may be used to parse a text.
pub(crate) const SOME_STACK_BYTES: usize = parallel::STACK_BYTES / 2;

/// The name that Helm gives the set of templates, and with it every text that `tpl` runs.
pub(crate) const SET_NAME: &str = "gotpl";

/// What was complained about in lint mode.
pub(crate) type Notices = Rc<RefCell<Vec<Notice>>>;

/// Renders Go templates with the functions of sprig and Helm.
pub(crate) struct GoEngine {
    set: Templates,
    /// Sees what the templates read, when somebody wants to know.
    watcher: RefCell<Option<Box<Tracer>>>,
    clock: Clock,
    ahead: Option<Arc<Ahead>>,
}

/// Returns what parses the texts of all engines: they know the same functions, by the same numbers.
pub(crate) fn text_parser() -> TextParser {
    let (renderer, notices, peers) = (Renderer::default(), Notices::default(), Peers::default());
    GoEngine::new(&renderer, 0, (&notices, &peers)).set.parser()
}

impl GoEngine {
    /// Makes an engine without templates; `include` looks among `peers` for what it does not have.
    pub(crate) fn new(renderer: &Renderer, stack_bytes: usize, (notices, peers): (&Notices, &Peers)) -> Self {
        let missing_key = if renderer.is_strict {
            MissingKey::Error
        } else {
            MissingKey::Zero
        };
        let options = Options {
            missing_key,
            stack_bytes,
            map_methods: Some(values::method),
            limits: renderer.limits,
        };
        Self {
            set: Templates::new(functions(renderer, (notices, peers)), options),
            watcher: RefCell::default(),
            clock: renderer.clock.clone(),
            ahead: renderer.ahead.clone(),
        }
    }

    /// Adds templates by path. The last definition of a name wins. Returns what is wrong with those that are none.
    pub(crate) fn parse(&mut self, files: &[(&str, &Bytes)]) -> Vec<Error> {
        let mut errors = Vec::new();
        for ((path, text), parsed) in files.iter().zip(self.parse_early(files)) {
            // What nests too deeply for a small stack may be right all the same.
            let outcome = match parsed {
                Some(parsed) => {
                    self.set.add(parsed);
                    continue;
                }
                None => self.set.parse(path, &text[..]),
            };
            if let Err(error) = outcome {
                let message = format::parse_error(&error);
                errors.push(Error::saying(message, path, ErrorKind::Parse(error)));
            }
        }
        errors
    }

    /// As [`parse`](Self::parse), but what defines nothing is parsed when somebody wants it, and until then by those who
    /// help. Says whether that was done: not so for what somebody may be told is wrong, or where nobody helps.
    ///
    /// When [`has_misparsed`](Self::has_misparsed) says so later on, what was rendered counts for nothing.
    pub(crate) fn parse_some(&mut self, files: &[(&str, &Bytes)], is_wanted: impl Fn(&str) -> bool) -> bool {
        let Some(ahead) = self.ahead.clone() else {
            return false;
        };
        let Some(items) = ahead.claim(files, &self.set.parser()) else {
            return false;
        };
        let is_late = |((path, text), _): &(&(&str, &Bytes), usize)| is_wanted(path) && !may_define(text);
        let (late, now): (Vec<_>, Vec<_>) = files.iter().zip(items).partition(is_late);
        let order: Vec<usize> = late.iter().map(|(_, item)| *item).collect();
        ahead.go_on(&order);
        let paths: BTreeSet<&[u8]> = late.iter().map(|((path, _), _)| path.as_bytes()).collect();
        for ((path, _), item) in now {
            match ahead.get(item, path) {
                Some(parsed) if !parsed.definitions().any(|name| paths.contains(name)) => {
                    self.set.add(parsed)
                }
                _ => return false,
            }
        }
        for ((path, _), item) in late {
            let (ahead, name) = (Arc::clone(&ahead), (*path).to_owned());
            let defines_nothing = |parsed: &Parsed| parsed.definitions().next().is_none();
            self.set
                .add_later(path, move || ahead.get(item, &name).filter(defines_nothing));
        }
        true
    }

    /// Says whether something that was left for later is no template.
    pub(crate) fn has_misparsed(&self) -> bool {
        self.set.parse_rest();
        self.set.has_misparsed()
    }

    /// Parses on other threads what is no trouble, as far as that was not done before.
    fn parse_early(&self, files: &[(&str, &Bytes)]) -> Vec<Option<Parsed>> {
        let parser = self.set.parser();
        let known = match &self.ahead {
            Some(ahead) => ahead.take(files, &parser),
            None => files.iter().map(|_| None).collect(),
        };
        let known = known.into_iter().map(|parsed| parsed.map(Some)).collect();
        let parse = |(path, text): &(&str, &Bytes)| {
            let text: SharedBytes = Arc::new(Bytes::clone(text));
            parser.parse((*path).to_owned(), text, SOME_STACK_BYTES).ok()
        };
        parallel::map_left(files, known, |(_, text)| text.len(), parse)
    }

    /// Has a tracer take notes of all that is rendered.
    pub(crate) fn watch(&mut self, tracer: Box<Tracer>) {
        self.watcher.replace(Some(tracer));
    }

    /// Returns the templates and the functions.
    pub(crate) fn set(&self) -> &Templates {
        &self.set
    }
}

impl Engine for GoEngine {
    fn render(&self, path: &str, source: &Source) -> Result<Output, Box<ExecError>> {
        let data = Value::Map(source.scope.clone());
        let text = match self.watcher.take() {
            None => self.set.write(path, data)?,
            Some(mut tracer) => {
                let outcome = self.set.trace(path, data, &mut tracer);
                self.watcher.replace(Some(tracer));
                outcome?.to_vec()
            }
        };
        Ok(Output::from(cut_no_value(&text).unwrap_or(text)))
    }

    fn origins(&self, path: &str, source: &Source, lines: &[&RenderedLine]) -> Vec<Option<Origin>> {
        let mut tracer = Box::default();
        let data = Value::Map(source.scope.clone());
        let Ok(text) = self.set.trace(path, data, &mut tracer) else {
            return vec![None; lines.len()];
        };
        let text = without_no_value(&text).to_str().into_owned();
        let written: Vec<&str> = text.split('\n').collect();
        let is_same =
            |line: &RenderedLine| written.get(line.number.wrapping_sub(1)) == Some(&line.text.as_str());
        let origin = |line: &&RenderedLine| is_same(line).then(|| tracer.origin(line.number))?;
        lines.iter().map(origin).collect()
    }

    fn trace(
        &self,
        path: &str,
        source: &Source,
        tracer: &mut Box<Tracer>,
    ) -> Result<(String, Option<Text>), Box<ExecError>> {
        let text = self.set.trace(path, Value::Map(source.scope.clone()), tracer)?;
        Ok((without_no_value(&text).to_str().into_owned(), Some(text)))
    }

    fn begin(&self, path: &str) {
        self.clock.entropy().begin(path);
    }

    fn seen(&self) -> Option<DataRead> {
        Some(self.watcher.borrow().as_ref()?.reads())
    }

    fn has_read(&self, path: &[Step]) -> bool {
        let watcher = self.watcher.borrow();
        watcher.as_ref().is_some_and(|watcher| watcher.has_read(path))
    }

    fn mentions(&self) -> BTreeSet<Vec<String>> {
        self.set.mentions()
    }

    fn refill(&self) {
        self.set.refill();
    }

    fn is_exhausted(&self) -> bool {
        self.set.is_exhausted() || self.set.has_misparsed()
    }

    fn include(&self, name: &Text, data: &Value) -> Option<Result<Text, FunctionError>> {
        let name = name.to_str();
        self.set.contains(&name).then(|| {
            let outcome = self.set.execute(&name, data.clone());
            outcome.map_err(|error| FunctionError::from(*error))
        })
    }
}

fn functions(renderer: &Renderer, (notices, peers): (&Notices, &Peers)) -> Functions {
    let mut functions = Functions::new();
    functions.extend(sprig::functions(&renderer.clock));
    functions.extend(convert::functions(&renderer.clock));
    functions.extend(include::functions(peers));
    functions.extend(check::functions(renderer.mode, notices));
    functions.extend(network::functions(renderer));
    cost::set(&mut functions);
    functions
}

/// Says whether a text may define templates: those that do have one of the words behind a delimiter.
fn may_define(text: &[u8]) -> bool {
    let is_action = |at: usize| {
        let before = text[..at].trim_ascii_end();
        before.strip_suffix(b"-").unwrap_or(before).ends_with(b"{{")
    };
    [&b"define"[..], b"block"]
        .iter()
        .any(|word| memchr::memmem::find_iter(text, word).any(is_action))
}

/// Cuts every `<no value>` out, also one that the author wrote.
pub(crate) fn without_no_value(text: &Text) -> Text {
    cut_no_value(text).map_or_else(|| text.clone(), Text::from)
}

/// The same for bytes; nothing if there is none in them.
fn cut_no_value(bytes: &[u8]) -> Option<Vec<u8>> {
    const NO_VALUE: &[u8] = b"<no value>";
    memchr::memmem::find(bytes, NO_VALUE)?;
    Some(without(bytes, NO_VALUE))
}

/// Cuts every occurrence of a word out of bytes.
fn without(mut bytes: &[u8], word: &[u8]) -> Vec<u8> {
    let mut kept = Vec::with_capacity(bytes.len());
    while let Some((first, rest)) = bytes.split_first() {
        match bytes.strip_prefix(word) {
            Some(after) => bytes = after,
            None => {
                kept.push(*first);
                bytes = rest;
            }
        }
    }
    kept
}

#[cfg(test)]
mod function_tests;
#[cfg(test)]
mod tests;
