//! Where rendered text comes from: which part of which template wrote it, through which calls, of which data, and under
//! which conditions.
//!
//! The executor notes it only when it is asked to; then nothing else changes.

mod answer;
mod data;
mod entries;
mod flow;
mod functions;
mod lines;
mod rules;

pub use answer::{Answer, Chance, Condition, DataRead, Printed, Structure};
pub use data::Step;
pub(super) use flow::Flow;
pub use lines::Origin;

use self::data::Data;
use self::flow::{Flows, Source as FlowSource};
use super::ast::{Node, NodeRef, Source, Span};
use super::function::Operand;
use super::text::Text;
use super::value::Value;
use std::ops::Range;
use std::sync::Arc;

/// What the executor notes while it is asked to, over any number of executions.
#[derive(Default)]
pub struct Tracer {
    data: Data,
    flows: Flows,
    /// All texts that are complete: those of `include` and its like, and those of the templates themselves.
    texts: Vec<Nested>,
    /// The text that is under way.
    written: Written,
    steps: Vec<Call>,
    /// The call that is under way.
    step: Option<usize>,
    controls: Vec<Control>,
    /// The innermost condition that holds.
    control: Option<usize>,
    /// Where the text comes from that the next template is parsed of, when a template gave it.
    next_literal: Flow,
    /// Where the data comes from that the next template is given.
    next_data: Flow,
    chances: Vec<Random>,
}

/// What was written of a text.
#[derive(Default)]
pub(super) struct Written {
    pieces: Vec<Piece>,
    branches: Vec<Branched>,
    /// Where the text of the template itself comes from: nowhere, unless it was given to `tpl`.
    literal: Flow,
}

/// A call, and the one that it is in.
struct Call {
    outer: Option<usize>,
    from: Text,
    template: Text,
    source: Arc<Source>,
    span: Option<Span>,
}

/// The text of one execution.
struct Nested {
    text: Text,
    written: Written,
}

/// What one node wrote.
#[derive(Clone)]
struct Piece {
    output: Range<usize>,
    source: Arc<Source>,
    span: Span,
    step: Option<usize>,
    control: Option<usize>,
    /// The texts that were made while the node was evaluated; nothing for a text that was copied.
    made: Option<Range<usize>>,
    flow: Flow,
}

/// What a condition wrote, or did not.
#[derive(Clone)]
struct Branched {
    output: Range<usize>,
    control: usize,
}

/// A condition, and the one that it is in.
struct Control {
    outer: Option<usize>,
    source: Arc<Source>,
    span: Span,
    kind: &'static str,
    flow: Flow,
}

/// A call of a function that gives something else each time.
struct Random {
    function: Text,
    source: Arc<Source>,
    span: Span,
    step: Option<usize>,
}

/// What is noted before a call of a function, for [`Tracer::called`].
pub(super) struct Calling {
    arguments: Vec<Operand>,
    made: usize,
    /// The entries that a map had before others were merged into it.
    had: Vec<(Value, Vec<Text>)>,
}

impl Tracer {
    /// Makes one that can be asked for [`reads`](Self::reads) and nothing else, and costs less.
    pub fn of_reads() -> Self {
        Self {
            flows: Flows::of_places(),
            ..Self::default()
        }
    }

    /// Whether nobody wants to know more than what was read.
    pub(super) fn is_of_reads(&self) -> bool {
        self.flows.other().is_some()
    }

    /// Notes what a map or list is, and all that is in it.
    pub fn register(&mut self, value: &Value, path: &[Step]) {
        let place = path
            .iter()
            .fold(data::ROOT, |place, step| self.below(place, step.clone()));
        self.register_at(value, place);
    }

    fn register_at(&mut self, value: &Value, place: data::PlaceId) {
        if !self.data.register(value, place) {
            return;
        }
        for (step, inner) in data::entries(value) {
            if data::address(&inner).is_some() {
                let place = self.below(place, step);
                self.register_at(&inner, place);
            }
        }
    }

    fn below(&mut self, place: data::PlaceId, step: Step) -> data::PlaceId {
        let flows = &mut self.flows;
        self.data
            .below(place, step, |number| flows.add(FlowSource::Place(number)))
    }

    /// Returns how many texts there are so far.
    pub(super) fn made(&self) -> usize {
        self.texts.len()
    }

    /// Returns the number of the text that was completed last.
    pub fn last_text(&self) -> Option<usize> {
        self.texts.len().checked_sub(1)
    }

    /// Returns a text that was completed.
    pub fn text(&self, number: usize) -> Text {
        self.texts
            .get(number)
            .map_or_else(Text::default, |nested| nested.text.clone())
    }

    /// Notes that a node wrote something that comes from `flow`; the texts since `made` were made for it.
    pub(super) fn wrote(
        &mut self,
        output: Range<usize>,
        source: &Arc<Source>,
        (node, made, flow): (&Node, usize, Flow),
    ) {
        if self.is_of_reads() {
            return;
        }
        let is_copied = matches!(node, Node::Text(_));
        self.written.pieces.push(Piece {
            output,
            source: Arc::clone(source),
            span: NodeRef::Node(node).span(source),
            step: self.step,
            control: self.control,
            made: (!is_copied).then_some(made..self.texts.len()),
            flow: if is_copied { self.written.literal } else { flow },
        });
    }

    /// Notes that a template calls another one, and returns what to give to [`leave`](Self::leave).
    pub(super) fn enter(
        &mut self,
        (from, template): (&Text, &Text),
        source: &Arc<Source>,
        node: Option<NodeRef<'_>>,
    ) -> Option<usize> {
        if self.is_of_reads() {
            return None;
        }
        self.steps.push(Call {
            outer: self.step,
            from: from.clone(),
            template: template.clone(),
            source: Arc::clone(source),
            span: node.map(|node| node.span(source)),
        });
        self.step.replace(self.steps.len() - 1)
    }

    /// Goes back to the call before.
    pub(super) fn leave(&mut self, outer: Option<usize>) {
        self.step = outer;
    }

    /// Begins a text of its own, and returns what was written of the one around it.
    pub(super) fn begin(&mut self) -> Written {
        let literal = std::mem::take(&mut self.next_literal);
        std::mem::replace(
            &mut self.written,
            Written {
                literal,
                ..Written::default()
            },
        )
    }

    /// Returns where the data comes from that a template is given.
    pub(super) fn of_data(&mut self, data: &Value) -> Flow {
        let given = std::mem::take(&mut self.next_data);
        match self.data.place(data) {
            Some(place) if given == Flow::NOWHERE => self.data.flow_of(place),
            _ => given,
        }
    }

    /// Ends a text that began at `start` of the output, and goes on with the one around it.
    pub(super) fn end(&mut self, text: &Text, start: usize, outer: Written) {
        let mut written = std::mem::replace(&mut self.written, outer);
        if self.is_of_reads() {
            return;
        }
        let pieces = written.pieces.iter_mut().map(|piece| &mut piece.output);
        let branches = written.branches.iter_mut().map(|branch| &mut branch.output);
        for output in pieces.chain(branches) {
            *output = output.start - start..output.end - start;
        }
        self.texts.push(Nested {
            text: text.clone(),
            written,
        });
    }

    /// Notes a condition that decides what follows, and returns what to give to [`decided`](Self::decided).
    pub(super) fn decide(
        &mut self,
        source: &Arc<Source>,
        (kind, span): (&'static str, Span),
        value: &Operand,
    ) -> Decided {
        if !matches!(kind, "range") {
            self.note_shape(value);
        }
        if self.is_of_reads() {
            return Decided {
                control: 0,
                outer: self.control.replace(0),
            };
        }
        self.controls.push(Control {
            outer: self.control,
            source: Arc::clone(source),
            span,
            kind,
            flow: value.flow,
        });
        let control = self.controls.len() - 1;
        Decided {
            control,
            outer: self.control.replace(control),
        }
    }

    /// Ends what a condition decided, which has written `output`.
    pub(super) fn decided(&mut self, decided: &Decided, output: Range<usize>) {
        self.control = decided.outer;
        if self.is_of_reads() {
            return;
        }
        self.written.branches.push(Branched {
            output,
            control: decided.control,
        });
    }

    /// Returns the flow of what a condition decides.
    pub(super) fn decision(&mut self, decided: &Decided) -> Flow {
        self.flows.of_control(decided.control)
    }

    /// Returns the flow of what was assigned: where it comes from, and what decided that it was.
    pub(super) fn assigned(&mut self, flow: Flow) -> Flow {
        match self.control {
            None => flow,
            Some(control) => {
                let control = self.flows.of_control(control);
                self.flows.join(flow, control)
            }
        }
    }

    /// Returns what comes from both.
    pub(super) fn join(&mut self, one: Flow, other: Flow) -> Flow {
        self.flows.join(one, other)
    }
}

/// A condition that is under way.
pub(super) struct Decided {
    control: usize,
    outer: Option<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gotmpl::{Functions, Map, Options, Templates};
    use crate::sprig::{self, Clock};

    /// Returns what a template reads, as a tracer sees it.
    fn reads(text: &str, mut tracer: Box<Tracer>) -> DataRead {
        let mut functions = Functions::new();
        functions.extend(sprig::functions(&Clock::utc()));
        let mut set = Templates::new(functions, Options::default());
        set.parse("t", text).expect("a template");
        let inner = |name: &str| Value::from_iter([(name, Value::from("x")), ("on", true.into())]);
        let list = Value::List([Value::from("a"), inner("item")].into_iter().collect());
        let entries = [
            ("a", inner("one")),
            ("b", inner("two")),
            ("list", list),
            ("s", "text".into()),
        ];
        let data: Map = entries.into_iter().collect();
        let data = Value::Map(data);
        tracer.register(&data, &[]);
        set.trace("t", data, &mut tracer).expect("a text");
        tracer.reads()
    }

    #[test]
    fn who_only_asks_for_reads_gets_the_same() {
        for text in [
            "{{ .s }}{{ .a.one }}",
            "{{ if .a.on }}{{ .b.two }}{{ else }}{{ .s }}{{ end }}",
            "{{ with .a }}{{ .one }}{{ end }}{{ range $k, $v := .b }}{{ $k }}{{ end }}",
            "{{ range .list }}{{ . }}{{ end }}{{ index .list 1 }}{{ (last .list).item }}",
            "{{ $x := .a }}{{ if .b.on }}{{ $x = .b }}{{ end }}{{ $x.two }}",
            "{{ $d := dict \"k\" .a.one \"m\" .b }}{{ $d.k }}{{ $d.m.two }}",
            "{{ $m := merge (dict) .a .b }}{{ $m.two }}{{ toJson .list }}",
            "{{ $m := mergeOverwrite (deepCopy .a) .b }}{{ get $m \"one\" }}{{ hasKey .b \"two\" }}",
            "{{ $p := pick .a \"one\" }}{{ $p.one }}{{ dig \"two\" \"none\" .b }}",
            "{{ $s := set (dict) \"x\" .a }}{{ $s.x.one | default .s | quote }}{{ and .a.on .b.on }}",
            "{{ define \"n\" }}{{ .two }}{{ end }}{{ template \"n\" .b }}{{ (fromJson (toJson .a)).one }}",
        ] {
            let (all, light) = (Box::default(), Box::new(Tracer::of_reads()));
            let (all, light) = (reads(text, all), reads(text, light));
            assert_eq!((all.read, all.whole), (light.read, light.whole), "{text}");
        }
    }
}
