//! `Traced`: a chart rendered with notes, in a form that can be rendered again.

use super::{Engines, File, Peers, enter, execute_one, ordered, parse};
use crate::error::Error;
use crate::gotmpl::{Map, Step, Text, Tracer, Value};
use crate::helm::{GoEngine, Notices};
use crate::renderer::{RenderInput, Renderer};
use crate::scope::{self, Source};
use chart::ConfiguredChart;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A chart rendered with notes.
pub(crate) struct Traced<'c> {
    pub(crate) chart: &'c ConfiguredChart,
    pub(crate) input: &'c RenderInput,
    pub(crate) data: Data,
    pub(crate) tracer: Box<Tracer>,
    engines: Engines,
    /// The engines know each other only weakly.
    #[expect(dead_code, reason = "it is held, not used")]
    peers: Peers,
    files: BTreeMap<String, TracedFile>,
}

/// What the templates are given, and the templates.
#[derive(Default)]
pub(crate) struct Data {
    /// The `.` of the outermost chart.
    pub(crate) root: Map,
    pub(crate) sources: BTreeMap<String, Source>,
}

impl Data {
    /// Makes the data anew: what templates have changed in another one is as it was.
    pub(crate) fn new(chart: &ConfiguredChart, input: &RenderInput) -> Self {
        let (root, sources) = scope::sources_below(chart.chart(), chart.values(), input);
        Self { root, sources }
    }
}

/// Has a tracer know the data: the values once, whoever sees them, and what each chart sees besides.
pub(super) fn registered(mut tracer: Box<Tracer>, data: &Data) -> Box<Tracer> {
    for name in ["Values", "Release"] {
        if let Some(value) = data.root.get(name) {
            tracer.register(&value, &[Step::Key(name.into())]);
        }
    }
    tracer.register(&Value::Map(data.root.clone()), &[]);
    tracer
}

/// A rendered file.
struct TracedFile {
    text: String,
    /// As it was before `<no value>` was cut out, and the number that the tracer has for it; nothing for what the tracer did
    /// not see.
    original: Option<(Text, usize)>,
}

impl<'c> Traced<'c> {
    /// Renders a chart.
    pub(crate) fn new(
        renderer: &Renderer,
        (chart, input): (&'c ConfiguredChart, &'c RenderInput),
        stack_bytes: usize,
    ) -> Result<Self, Box<Error>> {
        let data = Data::new(chart, input);
        let (notices, peers) = (Notices::default(), Peers::default());
        let engine = GoEngine::new(renderer, stack_bytes, (&notices, &peers));
        let files = ordered(&data.sources);
        let engines = match parse(engine, &files, &peers) {
            Ok(engines) => engines,
            Err(errors) => return Err(Error::first_of(errors).expect("parsing fails with an error")),
        };
        let mut traced = Self {
            chart,
            input,
            tracer: registered(Box::default(), &data),
            engines,
            files: BTreeMap::new(),
            data: Data::default(),
            peers,
        };
        traced.render(&files)?;
        drop(files);
        Ok(Self { data, ..traced })
    }

    fn render(&mut self, files: &[File<'_>]) -> Result<(), Box<Error>> {
        for file in files.iter().filter(|file| !file.is_partial()) {
            enter(file);
            self.engines.go.begin(file.path);
            let rendered = self
                .engines
                .of(file)
                .trace(file.path, file.source, &mut self.tracer);
            match rendered {
                Ok((text, original)) => {
                    let original = original.zip(self.tracer.last_text());
                    let file = file.output.to_owned();
                    self.files.insert(file, TracedFile { text, original });
                }
                Err(error) => return Err(Box::new(Error::failed(file.path, error).in_words())),
            }
        }
        Ok(())
    }

    /// Returns the rendered files by path.
    pub(crate) fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        let files = self.files.iter();
        files.map(|(path, file)| (path.as_str(), file.text.as_str()))
    }

    /// Returns the text of a rendered file.
    pub(crate) fn text(&self, file: &str) -> Option<&str> {
        Some(&self.files.get(file)?.text)
    }

    /// Returns the number that the tracer has for the text of a file.
    pub(crate) fn text_of(&self, file: &str) -> Option<usize> {
        Some(self.files.get(file)?.original.as_ref()?.1)
    }

    /// Returns where a part of a file was before `<no value>` was cut out.
    pub(crate) fn original(&self, file: &str, part: &Range<usize>) -> Option<Range<usize>> {
        const NO_VALUE: &[u8] = b"<no value>";
        let (original, _) = self.files.get(file)?.original.as_ref()?;
        let mut cuts = Vec::new();
        let mut at = 0;
        while let Some(rest) = original.get(at..).filter(|rest| rest.len() >= NO_VALUE.len()) {
            let Some(found) = rest.windows(NO_VALUE.len()).position(|window| window == NO_VALUE) else {
                break;
            };
            cuts.push(at + found);
            at += found + NO_VALUE.len();
        }
        let place = |position: usize| {
            let before = |(number, cut): &(usize, &usize)| **cut - number * NO_VALUE.len() < position;
            let passed = cuts.iter().enumerate().take_while(before).count();
            position + passed * NO_VALUE.len()
        };
        Some(place(part.start)..place(part.end).min(original.len()))
    }

    /// Returns the fields that templates mention; nothing when some are in another language than Go's.
    pub(crate) fn mentions(&self) -> Option<BTreeSet<Vec<String>>> {
        match &self.engines.tera {
            Some(_) => None,
            None => Some(self.engines.go.mentions()),
        }
    }

    /// Says whether templates changed the data, so that it is not what it was any more.
    pub(crate) fn has_changes(&self) -> bool {
        self.tracer.has_changes()
    }

    /// Renders a file alone; nothing when it fails.
    pub(crate) fn render_only(&self, data: &Data, output: &str) -> Option<String> {
        let file = data
            .sources
            .iter()
            .map(File::new)
            .find(|file| file.output == output)?;
        let engine = self.engines.of(&file);
        self.engines.go.refill();
        Some(execute_one(engine, &file).ok()?.text.into())
    }

    /// Renders a file after all those before it; nothing when it, or one of them, fails.
    pub(crate) fn render_up_to(&self, data: &Data, output: &str) -> Option<String> {
        let files = ordered(&data.sources);
        self.engines.go.refill();
        for file in files.iter().filter(|file| !file.is_partial()) {
            let text = execute_one(self.engines.of(file), file).ok()?;
            if file.output == output {
                return Some(text.text.into());
            }
        }
        None
    }
}
