//! `Session`: a rendering with notes, to be asked about.

use super::aligned::{Leaf, same_leaf};
use super::attempt::{Outcome, Repeat, effect, reads, value_at};
use super::document::{Document, Scalar, structure};
use super::switch::switches;
use super::tera;
use crate::engine::Traced;
use crate::error::Error;
use crate::gotmpl::{self, Answer, Chance, Location, Printed};
use crate::helm::plain_of;
use crate::renderer::{RenderInput, Renderer};
use crate::unread::{Found, find};
use chart::yaml::tree::Step;
use chart::{ConfiguredChart, Map, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// A rendering that knows where everything in it comes from.
pub struct Session<'c> {
    traced: Traced<'c>,
    documents: Vec<Document>,
    repeats: BTreeMap<String, Option<Repeat>>,
    outcomes: BTreeMap<(String, Vec<gotmpl::Step>), Vec<Outcome>>,
}

/// What made a value of an object so.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The parts of templates that printed it.
    pub printed: Vec<Printed>,
    /// The data that went into it.
    pub reads: Vec<Input>,
    /// What it stands under, and what decided about parts of it; the outermost first.
    pub decisions: Vec<Decision>,
    /// The functions that make it another one each time.
    pub chances: Vec<Chance>,
}

/// An `if`, `with` or `range`, or a `condition` or `tags` of `Chart.yaml`.
#[derive(Debug, Clone, PartialEq)]
pub struct Decision {
    /// Which of them.
    pub kind: &'static str,
    /// Where it is.
    pub at: Location,
    /// Whether the value stands in it; else it only decided about something that went into it.
    pub is_around: bool,
    /// The data that it looked at.
    pub reads: Vec<Input>,
}

/// An entry of the data.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// Its path from the `.` of the outermost chart: `Values`, then the keys.
    pub path: Vec<Step>,
    /// What it is; nothing when it is not set.
    pub value: Option<Value>,
    /// What changing it does.
    pub effect: Effect,
}

/// What changing an entry of the data does to a value of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Effect {
    /// It changes the value.
    Changes,
    /// The chart does not render any more.
    Fails,
    /// It was not tried: the entry is a list or table, is not set, or the chart is another one each time.
    Untried,
    /// The value stays as it is.
    Nothing,
}

/// Which values were read, by their paths below `.Values`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Reads {
    /// Each that was reached, if only on the way to another one.
    pub read: BTreeSet<Vec<Step>>,
    /// Those that were read with all that is in them.
    pub whole: BTreeSet<Vec<Step>>,
}

impl Reads {
    /// Says whether a value was read, by itself or with what it is in.
    pub fn has(&self, path: &[Step]) -> bool {
        self.read.contains(path) || (0..=path.len()).any(|end| self.whole.contains(&path[..end]))
    }
}

/// So many entries are tried for a value: more is said of none.
const MOST_TRIED: usize = 80;

/// The same when all of the chart has to be rendered for each.
const MOST_TRIED_ANEW: usize = 20;

impl Renderer {
    /// Renders a chart with notes, and lets `work` ask about what came out.
    ///
    /// # Errors
    ///
    /// As [`render`](Self::render).
    pub fn explain<T>(
        &self,
        chart: &ConfiguredChart,
        input: &RenderInput,
        work: impl FnOnce(&mut Session<'_>) -> T,
    ) -> Result<T, Box<Error>> {
        self.on_large_stack(|stack_bytes| {
            let traced = Traced::new(self, (chart, input), stack_bytes)?;
            Ok(work(&mut Session::new(traced)))
        })
    }
}

impl<'c> Session<'c> {
    fn new(traced: Traced<'c>) -> Self {
        let documents = traced
            .files()
            .filter(|(file, _)| !file.ends_with("NOTES.txt"))
            .flat_map(|(file, text)| Document::all(file, text))
            .collect();
        Self {
            traced,
            documents,
            repeats: BTreeMap::new(),
            outcomes: BTreeMap::new(),
        }
    }

    /// Returns the objects of all files.
    pub fn documents(&self) -> &[Document] {
        &self.documents
    }

    /// Returns the rendered files by path.
    pub fn files(&self) -> impl Iterator<Item = (&str, &str)> {
        self.traced.files()
    }

    /// Returns which values the templates read.
    pub fn reads(&self) -> Reads {
        reads(self.traced.tracer.reads())
    }

    /// Returns which of the values that the user gave were not read.
    pub fn unread(&self, given: &Map) -> Found {
        match self.traced.mentions() {
            Some(mentions) => find(given, self.traced.chart, (&self.reads(), || mentions)),
            None => Found::default(),
        }
    }

    /// Returns all calls of functions that give something else each time.
    pub fn chances(&self) -> Vec<Chance> {
        self.traced.tracer.chances()
    }

    /// Says what made a value of an object so. Of what Tera printed nothing is known but which of the values that its
    /// templates mention make a difference.
    pub fn explain(&mut self, document: &Document, scalar: &Scalar) -> Explanation {
        let text = self.traced.text(&document.file).unwrap_or_default();
        let room = room(text, &scalar.span);
        let part = self.traced.original(&document.file, &room);
        let answer = match (self.traced.text_of(&document.file), part) {
            (Some(text), Some(part)) => self.traced.tracer.explain(text, part, structure),
            _ => self.tera_answer(document, scalar),
        };
        self.tried(document, scalar, answer)
    }

    fn tera_answer(&self, document: &Document, scalar: &Scalar) -> Answer {
        let file = &document.file;
        let text = self.traced.text(file).unwrap_or_default();
        let rendered = text
            .lines()
            .nth(scalar.line.saturating_sub(1))
            .unwrap_or_default();
        Answer {
            printed: tera::line(&self.traced, file, rendered).into_iter().collect(),
            reads: tera::candidates(&self.traced, file),
            ..Answer::default()
        }
    }

    /// Tries what difference each of the candidates makes.
    fn tried(&mut self, document: &Document, scalar: &Scalar, answer: Answer) -> Explanation {
        let mut left = match self.repeat(&document.file) {
            None => 0,
            Some(Repeat::All) => MOST_TRIED_ANEW,
            Some(_) => MOST_TRIED,
        };
        let mut effects = BTreeMap::new();
        let conditions = answer.conditions.iter().flat_map(|condition| &condition.reads);
        for path in answer.reads.iter().chain(conditions) {
            if !effects.contains_key(path) {
                let effect = match left {
                    0 => Effect::Untried,
                    _ => self.effect((document, scalar), path),
                };
                left -= usize::from(left > 0 && effect != Effect::Untried);
                effects.insert(path.clone(), effect);
            }
        }
        let inputs = |reads: &BTreeSet<Vec<gotmpl::Step>>| self.inputs(reads, &effects);
        let conditions = answer.conditions.iter().map(|condition| Decision {
            kind: condition.kind,
            at: condition.at.clone(),
            is_around: condition.is_around,
            reads: inputs(&condition.reads),
        });
        let mut decisions = switches(self.traced.chart, &document.file);
        decisions.extend(conditions);
        Explanation {
            reads: inputs(&answer.reads),
            decisions,
            printed: answer.printed,
            chances: answer.chances,
        }
    }

    fn inputs(
        &self,
        reads: &BTreeSet<Vec<gotmpl::Step>>,
        effects: &BTreeMap<Vec<gotmpl::Step>, Effect>,
    ) -> Vec<Input> {
        let root = gotmpl::Value::Map(self.traced.data.root.clone());
        let input = |path: &Vec<gotmpl::Step>| Input {
            path: path.iter().map(plain_step).collect(),
            value: value_at(&root, path).and_then(|value| plain_of(&value)),
            effect: effects.get(path).copied().unwrap_or(Effect::Untried),
        };
        let mut inputs: Vec<Input> = reads.iter().map(input).collect();
        inputs.sort_by_key(|input| input.effect);
        inputs
    }

    fn repeat(&mut self, file: &str) -> Option<Repeat> {
        if let Some(known) = self.repeats.get(file) {
            return *known;
        }
        let text = self.traced.text(file);
        let repeat = text.and_then(|text| self.traced.repeat(file, text));
        self.repeats.insert(file.to_owned(), repeat);
        repeat
    }

    /// Says what changing an entry of the data does to a value.
    fn effect(&mut self, (document, scalar): (&Document, &Scalar), path: &[gotmpl::Step]) -> Effect {
        let Some(repeat) = self.repeat(&document.file) else {
            return Effect::Untried;
        };
        let key = (document.file.clone(), path.to_vec());
        if !self.outcomes.contains_key(&key) {
            let places = self.traced.copies(path);
            let outcomes = self.traced.attempts(repeat, &document.file, &places);
            self.outcomes.insert(key.clone(), outcomes);
        }
        let outcomes = self.outcomes.get(&key).map_or(&[][..], Vec::as_slice);
        effect(outcomes, |documents| is_changed((document, scalar), documents))
    }
}

/// Returns the part of a text that a value takes. One that is not written takes the room that it could be in: what printed
/// nothing there made it so.
fn room(text: &str, span: &Range<usize>) -> Range<usize> {
    match text.get(span.end..) {
        Some(after) if span.is_empty() => span.start..text.len() - after.trim_start().len(),
        _ => span.clone(),
    }
}

/// Says whether a value is another one in a new rendering of its file.
fn is_changed((document, scalar): (&Document, &Scalar), documents: &[Document]) -> bool {
    let Some(partner) = document.partner(documents) else {
        return true;
    };
    let before = same_leaf(&document.value, &document.value, &scalar.path);
    same_leaf(&document.value, &partner.value, &scalar.path) != before || matches!(before, Leaf::Gone)
}

pub(super) fn plain_step(step: &gotmpl::Step) -> Step {
    match step {
        gotmpl::Step::Key(key) => Step::Key(key.to_str().into_owned()),
        gotmpl::Step::Item(number) => Step::Item(*number),
    }
}
