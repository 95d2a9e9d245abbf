//! The template engines, side by side in one rendering: each file is rendered by the engine that its name asks for.
//!
//! `deployment.yaml.tera` is a Tera template and gives `deployment.yaml`; every other file is a Go template and gives
//! a file of its own name. The order and the rules are those of Helm's `pkg/engine/engine.go`, by the paths of the
//! files that come out.

mod traced;

pub(crate) use traced::{Data, Traced};

use crate::error::{Error, ErrorKind};
use crate::gotmpl::{
    DataRead, ExecError, FunctionError, Location, Map, Origin, ParseError, Step, Text, Tracer, VALUES_MAP,
    Value,
};
use crate::helm::{GoEngine, Notices};
use crate::rendered::{Rendered, RenderedLine, is_notes};
use crate::renderer::{RenderInput, Renderer};
use crate::scope::{Source, base_name};
use crate::tera::TeraEngine;
use crate::unread::Witness;
use bytestring::ByteString;
use chart::ConfiguredChart;
use std::cell::RefCell;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use std::rc::{Rc, Weak};

/// What renders templates of one language.
pub(crate) trait Engine {
    /// Renders the template of a file.
    fn render(&self, path: &str, source: &Source) -> Result<Output, Box<ExecError>>;

    /// Renders the template of a file once more, and says where some of the lines come from.
    fn origins(&self, path: &str, source: &Source, lines: &[&RenderedLine]) -> Vec<Option<Origin>>;

    /// Renders the template of a file while a tracer takes notes. An engine that the tracer does not see into renders it as
    /// always.
    fn trace(
        &self,
        path: &str,
        source: &Source,
        _: &mut Box<Tracer>,
    ) -> Result<(String, Option<Text>), Box<ExecError>> {
        Ok((self.render(path, source)?.text.into(), None))
    }

    /// Says whether whatever is rendered from now on fails, because too much was done already, or counts for nothing.
    fn is_exhausted(&self) -> bool {
        false
    }

    /// Begins with a file: each has random numbers of its own, when they come from a seed.
    fn begin(&self, path: &str);

    /// Begins to count anew what was done.
    fn refill(&self) {}

    /// Returns which data was read since the engine watches.
    fn seen(&self) -> Option<DataRead> {
        None
    }

    /// Says whether an entry of the data was read since the engine watches.
    fn has_read(&self, _path: &[Step]) -> bool {
        false
    }

    /// Returns the chains of fields that the templates mention.
    fn mentions(&self) -> BTreeSet<Vec<String>> {
        BTreeSet::new()
    }

    /// Renders what the engine knows under a name, for a template of another engine; nothing when it knows none.
    fn include(&self, name: &Text, data: &Value) -> Option<Result<Text, FunctionError>>;
}

/// What a template gives.
pub(crate) struct Output {
    /// The text; what is broken in it has been repaired.
    pub(crate) text: ByteString,
    /// The bytes, if something is.
    pub(crate) bytes: Option<Vec<u8>>,
}

impl From<Vec<u8>> for Output {
    fn from(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => Self {
                text: text.into(),
                bytes: None,
            },
            Err(error) => {
                let bytes = error.into_bytes();
                Self {
                    text: Text::from(&bytes[..]).to_str().into_owned().into(),
                    bytes: Some(bytes),
                }
            }
        }
    }
}

/// The other engines of a rendering. They own each other's way in only weakly, or none would ever be dropped.
#[derive(Clone, Default)]
pub(crate) struct Peers(Rc<RefCell<Vec<Weak<dyn Engine>>>>);

impl Peers {
    fn add(&self, engine: &Rc<dyn Engine>) {
        self.0.borrow_mut().push(Rc::downgrade(engine));
    }

    /// Asks one engine after the other.
    pub(crate) fn include(&self, name: &Text, data: &Value) -> Option<Result<Text, FunctionError>> {
        let engines: Vec<_> = self.0.borrow().iter().filter_map(Weak::upgrade).collect();
        engines.iter().find_map(|engine| engine.include(name, data))
    }
}

/// How the names of Tera's files end.
const TERA: &str = ".tera";

/// The name of the file that a template of Tera gives; nothing for other files.
pub(crate) fn tera_output(path: &str) -> Option<&str> {
    path.strip_suffix(TERA)
}

/// A file that is a template.
pub(crate) struct File<'s> {
    /// Where it is.
    pub(crate) path: &'s str,
    /// Where its text goes.
    pub(crate) output: &'s str,
    pub(crate) source: &'s Source,
}

impl<'s> File<'s> {
    fn new((path, source): (&'s String, &'s Source)) -> Self {
        let output = tera_output(path).unwrap_or(path);
        Self { path, output, source }
    }

    fn is_tera(&self) -> bool {
        self.path.len() != self.output.len()
    }

    fn is_partial(&self) -> bool {
        base_name(self.path).starts_with('_')
    }
}

/// Renders the templates; errors come in the order of Helm, which would end at the first one.
pub(crate) fn render(
    renderer: &Renderer,
    sources: &BTreeMap<String, Source>,
    stack_bytes: usize,
) -> (Rendered, Vec<Error>) {
    let files = ordered(sources);
    if let Some(outcome) = render_while_parsing(renderer, &files, stack_bytes) {
        return outcome;
    }
    let notices = Notices::default();
    let peers = Peers::default();
    let engine = GoEngine::new(renderer, stack_bytes, (&notices, &peers));
    match parse(engine, &files, &peers) {
        Ok(engines) => {
            let outcome = execute(&engines, &files, (&notices, renderer));
            renderer.let_go(engines);
            outcome
        }
        Err(errors) => (Rendered::default(), errors),
    }
}

/// Renders the first templates while others are still parsed. Nothing is returned where that is not possible: it has to
/// be known that all are templates before anything else is said of them.
fn render_while_parsing(
    renderer: &Renderer,
    files: &[File<'_>],
    stack_bytes: usize,
) -> Option<(Rendered, Vec<Error>)> {
    if renderer.ahead.is_none() || files.iter().any(File::is_tera) {
        return None;
    }
    let (notices, peers) = (Notices::default(), Peers::default());
    let mut engine = GoEngine::new(renderer, stack_bytes, (&notices, &peers));
    let texts: Vec<_> = files.iter().map(|file| (file.path, &file.source.text)).collect();
    let is_executed = |path: &str| !base_name(path).starts_with('_');
    if !engine.parse_some(&texts, is_executed) {
        return None;
    }
    let go = Rc::new(engine);
    let engines = Engines {
        go: Rc::clone(&go) as Rc<dyn Engine>,
        tera: None,
    };
    let outcome = execute(&engines, files, (&notices, renderer));
    let is_sound = !go.has_misparsed();
    renderer.let_go((go, engines));
    is_sound.then_some(outcome)
}

/// Renders the templates while a witness sees what they read.
pub(crate) fn render_before(
    renderer: &Renderer,
    (chart, input): (&ConfiguredChart, &RenderInput),
    (stack_bytes, witness): (usize, &Witness),
) -> (Rendered, Vec<Error>) {
    let data = Data::new(chart, input);
    let notices = Notices::default();
    let files = ordered(&data.sources);
    let peers = Peers::default();
    let mut engine = GoEngine::new(renderer, stack_bytes, (&notices, &peers));
    engine.watch(traced::registered(Box::new(Tracer::of_reads()), &data));
    let engines = match parse(engine, &files, &peers) {
        Ok(engines) => engines,
        Err(errors) => return (Rendered::default(), errors),
    };
    let outcome = execute(&engines, &files, (&notices, renderer));
    if outcome.1.is_empty() && engines.tera.is_none() {
        witness.look(chart, engines.go.as_ref());
    }
    renderer.let_go((engines, data));
    outcome
}

/// Sorts files so that what stands deeper comes first, and at equal depth what is later in the alphabet: the last
/// definition of a name wins, so the outermost chart has its way.
fn ordered(sources: &BTreeMap<String, Source>) -> Vec<File<'_>> {
    let mut files: Vec<File<'_>> = sources.iter().map(File::new).collect();
    files.sort_by_cached_key(|file| Reverse((file.output.matches('/').count(), file.output, file.path)));
    files
}

/// The engines of a rendering.
struct Engines {
    go: Rc<dyn Engine>,
    /// Made only for charts with such files.
    tera: Option<Rc<dyn Engine>>,
}

impl Engines {
    fn of(&self, file: &File<'_>) -> &dyn Engine {
        match &self.tera {
            Some(tera) if file.is_tera() => tera.as_ref(),
            _ => self.go.as_ref(),
        }
    }
}

fn parse(mut go: GoEngine, files: &[File<'_>], peers: &Peers) -> Result<Engines, Vec<Error>> {
    let mut errors: Vec<Error> = files
        .windows(2)
        .filter_map(|pair| clash(&pair[0], &pair[1]))
        .collect();
    let (of_tera, of_go): (Vec<&File<'_>>, Vec<&File<'_>>) = files.iter().partition(|file| file.is_tera());
    let texts: Vec<_> = of_go.iter().map(|file| (file.path, &file.source.text)).collect();
    errors.extend(go.parse(&texts));
    let go = Rc::new(go);
    let tera = match of_tera.is_empty() {
        true => None,
        false => TeraEngine::parse(&of_tera, &go)
            .map_err(|found| errors.extend(found))
            .ok(),
    };
    if !errors.is_empty() {
        let place = |error: &Error| files.iter().position(|file| file.path == error.file);
        errors.sort_by_key(place);
        return Err(errors);
    }
    let tera = tera.map(|engine| Rc::new(engine) as Rc<dyn Engine>);
    if let Some(engine) = &tera {
        peers.add(engine);
    }
    Ok(Engines { go, tera })
}

/// Refuses two files that would give the same one.
fn clash(one: &File<'_>, other: &File<'_>) -> Option<Error> {
    (one.output == other.output && !one.is_partial()).then(|| {
        let (path, output) = (one.path, one.output);
        let message = format!("{} is the template of {output} as well", other.path);
        let text = String::from_utf8_lossy(&one.source.text).into();
        let said = format!("parse error at ({path}:1): {message}");
        let kind = ErrorKind::Parse(ParseError {
            template: path.to_owned(),
            line: 1,
            message,
            place: Some(Box::new(Location::of_part(path, &text, 0..0))),
            opened: None,
        });
        Error::saying(said, path, kind)
    })
}

fn execute(
    engines: &Engines,
    files: &[File<'_>],
    (notices, renderer): (&Notices, &Renderer),
) -> (Rendered, Vec<Error>) {
    let mut rendered = Rendered::default();
    let mut errors = Vec::new();
    for file in files.iter().filter(|file| !file.is_partial()) {
        let outcome = execute_one(engines.of(file), file);
        if errors.is_empty() {
            rendered.notices.append(&mut notices.borrow_mut());
        }
        match outcome {
            Ok(output) => {
                if let Some(follower) = renderer.follower.as_ref().filter(|_| !is_notes(file.output)) {
                    follower.rendered(file.output, &output.text, output.bytes.as_deref());
                }
                if let Some(bytes) = output.bytes {
                    rendered.broken.insert(file.output.to_owned(), bytes);
                }
                rendered.files.insert(file.output.to_owned(), output.text);
            }
            Err(error) => {
                let is_last = engines.go.is_exhausted() || has_asked_in_vain(&error);
                // Helm speaks of the first one only.
                errors.push(if errors.is_empty() {
                    error.in_words()
                } else {
                    *error
                });
                if is_last {
                    break;
                }
            }
        }
    }
    (rendered, errors)
}

/// Renders the files up to the last that a line is asked of, in the same order as before: templates can change what
/// others see.
pub(crate) fn origins(
    renderer: &Renderer,
    sources: &BTreeMap<String, Source>,
    stack_bytes: usize,
    lines: &[RenderedLine],
) -> Vec<Option<Origin>> {
    let mut origins = vec![None; lines.len()];
    let (notices, files, peers) = (Notices::default(), ordered(sources), Peers::default());
    let engine = GoEngine::new(renderer, stack_bytes, (&notices, &peers));
    let Ok(engines) = parse(engine, &files, &peers) else {
        return origins;
    };
    let mut left: Vec<usize> = (0..lines.len()).collect();
    for file in files.iter().filter(|file| !file.is_partial()) {
        let (asked, others): (Vec<usize>, _) = left.iter().partition(|at| lines[**at].path == file.output);
        left = others;
        if asked.is_empty() {
            // An error was reported the first time.
            let _ = execute_one(engines.of(file), file);
            continue;
        }
        enter(file);
        let wanted: Vec<&RenderedLine> = asked.iter().map(|at| &lines[*at]).collect();
        let found = engines.of(file).origins(file.path, file.source, &wanted);
        for (at, origin) in asked.into_iter().zip(found) {
            origins[at] = origin;
        }
        if left.is_empty() {
            break;
        }
    }
    origins
}

/// Lets the templates of a chart see which file is rendered.
pub(crate) fn enter(file: &File<'_>) {
    let template = [("Name", file.path), ("BasePath", &file.source.base_path)];
    let template: Map = template.into_iter().collect();
    let inserted = file
        .source
        .scope
        .insert("Template", template.viewed_as(&VALUES_MAP));
    debug_assert!(inserted.is_ok(), "the map is not nil");
}

fn execute_one(engine: &dyn Engine, file: &File<'_>) -> Result<Output, Box<Error>> {
    let (path, source) = (file.path, file.source);
    enter(file);
    engine.begin(path);
    engine
        .render(path, source)
        .map_err(|error| Box::new(Error::failed(path, error)))
}

/// Says whether a cluster did not answer: the other templates would only wait for it again.
fn has_asked_in_vain(error: &Error) -> bool {
    error.reason().starts_with("error calling lookup: ")
}
