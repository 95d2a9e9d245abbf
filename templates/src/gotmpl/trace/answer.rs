//! What the tracer knows about a part of a text: who printed it, what of the data that came from, and what decided it.

use super::data::{Step, address, entry};
use super::flow::{Flow, Source as FlowSource};
use super::{Nested, Piece, Tracer, lines};
use crate::gotmpl::error::Call;
use crate::gotmpl::function::Operand;
use crate::gotmpl::place::Location;
use crate::gotmpl::printf::sprint_value;
use crate::gotmpl::value::Value;
use std::collections::BTreeSet;
use std::ops::Range;

/// Finds the path of what stands at a position of a text that a list or map was written as; nothing when it cannot tell.
pub type Structure = fn(&str, usize) -> Option<Vec<Step>>;

/// All that is known about a part of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Answer {
    /// What printed it, in the order of the text.
    pub printed: Vec<Printed>,
    /// The entries of the data that it comes from, by their paths from the outermost chart's `.`.
    pub reads: BTreeSet<Vec<Step>>,
    /// What decided that it is there, the outermost first.
    pub conditions: Vec<Condition>,
    /// The calls of functions that give something else each time.
    pub chances: Vec<Chance>,
}

/// The entries of the data that were read, by their paths.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataRead {
    /// Each that was reached, if only on the way to another one.
    pub read: BTreeSet<Vec<Step>>,
    /// Those that were read with all that is in them.
    pub whole: BTreeSet<Vec<Step>>,
}

/// A part of a template that printed something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The part of a template.
    pub at: Location,
    /// The calls that led there, the innermost first.
    pub trail: Vec<Call>,
    /// Whether it is an action, and no text of the template.
    pub is_action: bool,
}

/// An `if`, `with` or `range`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// Which of the three.
    pub kind: &'static str,
    /// Where it is.
    pub at: Location,
    /// Whether it is around all of the part; else it only decided about something that went into it.
    pub is_around: bool,
    /// The entries of the data that it looked at.
    pub reads: BTreeSet<Vec<Step>>,
}

/// A call of a function that gives something else each time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chance {
    /// The function.
    pub function: String,
    /// Where it is called.
    pub at: Location,
    /// The calls that led there, the innermost first.
    pub trail: Vec<Call>,
}

/// Texts within texts deeper than this are taken as a whole.
const DEEPEST: usize = 200;

/// What is found on the way.
struct Search {
    structure: Structure,
    printed: Vec<Printed>,
    flows: BTreeSet<Flow>,
    controls: BTreeSet<usize>,
    /// Those around all of it.
    around: BTreeSet<usize>,
    /// Texts of which all was taken.
    closed: BTreeSet<usize>,
}

impl Tracer {
    /// Says what is known about a part of a text.
    pub fn explain(&mut self, text: usize, part: Range<usize>, structure: Structure) -> Answer {
        let mut search = Search {
            structure,
            printed: Vec::new(),
            flows: BTreeSet::new(),
            controls: BTreeSet::new(),
            around: BTreeSet::new(),
            closed: BTreeSet::new(),
        };
        self.look(text, &part, &mut search, DEEPEST);
        self.answer(search)
    }

    /// Returns all calls of functions that give something else each time.
    pub fn chances(&self) -> Vec<Chance> {
        (0..self.chances.len())
            .map(|number| self.chance_at(number))
            .collect()
    }

    fn chance_at(&self, number: usize) -> Chance {
        let call = &self.chances[number];
        Chance {
            function: call.function.to_string(),
            at: call.source.locate_part(lines::bytes(call.span)),
            trail: self.trail(call.step),
        }
    }

    fn answer(&mut self, mut search: Search) -> Answer {
        let flows = std::mem::take(&mut search.flows);
        let (mut places, mut chances) = (BTreeSet::new(), BTreeSet::new());
        for flow in &flows {
            self.expand(*flow, (&mut places, &mut chances), &mut search);
        }
        let around = self.with_outer(&search.around);
        let mut controls = self.with_outer(&search.controls);
        controls.extend(&around);
        let mut conditions: Vec<Condition> = Vec::new();
        let mut done = BTreeSet::new();
        while let Some(control) = controls.iter().find(|control| !done.contains(*control)).copied() {
            done.insert(control);
            let mut reads = BTreeSet::new();
            self.expand(
                self.controls[control].flow,
                (&mut reads, &mut chances),
                &mut search,
            );
            controls.extend(self.with_outer(&std::mem::take(&mut search.controls)));
            let condition = Condition {
                is_around: around.contains(&control),
                ..self.condition(control, &reads)
            };
            if !conditions.contains(&condition) {
                conditions.push(condition);
            }
        }
        let path = |place: &usize| self.data.path(*place);
        Answer {
            printed: search.printed,
            reads: places.iter().map(path).collect(),
            conditions,
            chances: chances.iter().map(|chance| self.chance_at(*chance)).collect(),
        }
    }

    /// Adds the conditions that others are in.
    fn with_outer(&self, controls: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut all = BTreeSet::new();
        for control in controls {
            let mut next = Some(*control);
            while let Some(control) = next.filter(|control| all.insert(*control)) {
                next = self.controls[control].outer;
            }
        }
        all
    }

    fn condition(&self, control: usize, reads: &BTreeSet<usize>) -> Condition {
        let control = &self.controls[control];
        Condition {
            kind: control.kind,
            at: control.source.locate_part(lines::bytes(control.span)),
            is_around: false,
            reads: reads.iter().map(|place| self.data.path(*place)).collect(),
        }
    }

    /// Finds the places that a flow comes from, and the calls that chance has a part in. Conditions that it depends on
    /// are added to the search.
    fn expand(
        &mut self,
        flow: Flow,
        (places, chances): (&mut BTreeSet<usize>, &mut BTreeSet<usize>),
        search: &mut Search,
    ) {
        let (mut left, mut seen) = (vec![flow], BTreeSet::new());
        while let Some(flow) = left.pop() {
            if !seen.insert(flow) {
                continue;
            }
            match self.flows.source(flow).cloned() {
                Some(FlowSource::Pair(one, other)) => left.extend([one, other]),
                Some(FlowSource::Place(place)) => {
                    places.insert(place);
                }
                Some(FlowSource::Whole(value)) => left.extend(self.leaves(&value, Flow::NOWHERE)),
                Some(FlowSource::Control(control)) => {
                    search.controls.insert(control);
                }
                Some(FlowSource::Chance(chance)) => {
                    chances.insert(chance);
                }
                Some(FlowSource::Made(text)) if search.closed.insert(text) => {
                    left.extend(self.close(text, search))
                }
                Some(FlowSource::Made(_)) | None => {}
            }
        }
    }

    /// Takes all of a text: what its parts come from, and all that was decided in it.
    fn close(&self, text: usize, search: &mut Search) -> Vec<Flow> {
        let written = &self.texts[text].written;
        search
            .controls
            .extend(written.branches.iter().map(|branch| branch.control));
        search
            .controls
            .extend(written.pieces.iter().filter_map(|piece| piece.control));
        let mut flows: Vec<Flow> = written.pieces.iter().map(|piece| piece.flow).collect();
        flows.push(written.literal);
        flows.sort();
        flows.dedup();
        flows
    }

    /// Looks who wrote a part of a text.
    fn look(&mut self, text: usize, part: &Range<usize>, search: &mut Search, depth: usize) {
        let Some(depth) = depth.checked_sub(1) else {
            let all = self.close(text, search);
            search.flows.extend(all);
            return;
        };
        let nested = &self.texts[text];
        for branch in &nested.written.branches {
            let output = &branch.output;
            let is_near = output.start <= part.end && output.end >= part.start;
            let is_around = output.start < part.start && output.end > part.end;
            if is_near && !is_around {
                search.controls.insert(branch.control);
            }
        }
        let first = nested
            .written
            .pieces
            .partition_point(|piece| piece.output.end < part.start);
        let hit: Vec<Piece> = nested.written.pieces[first..]
            .iter()
            .take_while(|piece| piece.output.start <= part.end)
            .filter(|piece| piece.has_part_in(part))
            .cloned()
            .collect();
        for piece in hit {
            self.look_into((text, &piece), part, search, depth);
        }
    }

    fn look_into(
        &mut self,
        (text, piece): (usize, &Piece),
        part: &Range<usize>,
        search: &mut Search,
        depth: usize,
    ) {
        search.around.extend(piece.control);
        let common = piece.output.start.max(part.start)..piece.output.end.min(part.end);
        let is_action = piece.made.is_some();
        let (region, flow) = match is_action {
            true => (piece.output.clone(), piece.flow),
            // What was given to `tpl` may have its structure across the actions in it.
            false => (0..self.texts[text].text.len(), piece.flow),
        };
        let is_followed = self.refine(flow, (text, region, common.clone()), search, depth);
        if !is_followed && !common.is_empty() {
            let at = match is_action {
                true => lines::bytes(piece.span),
                false => {
                    let start = piece.span.start as usize + common.start - piece.output.start;
                    start..start + common.len()
                }
            };
            search.printed.push(Printed {
                at: piece.source.locate_part(at),
                trail: self.trail(piece.step),
                is_action,
            });
        }
    }

    /// Follows what a part of a region comes from; says whether that led into another text.
    fn refine(
        &mut self,
        flow: Flow,
        (text, region, part): (usize, Range<usize>, Range<usize>),
        search: &mut Search,
        depth: usize,
    ) -> bool {
        let mut is_followed = false;
        let whole = self.texts[text].text.clone();
        let printed = &whole[region.clone()];
        let part = part.start - region.start..part.end - region.start;
        for inner in self.flows.parts(flow) {
            match self.flows.source(inner).cloned() {
                Some(FlowSource::Made(made)) => {
                    match lines::find_part(printed, &part, &self.texts[made].text) {
                        Found::Part(within) => {
                            is_followed = true;
                            self.look(made, &within, search, depth);
                        }
                        Found::Elsewhere => {}
                        Found::Unknown => {
                            search.flows.insert(inner);
                        }
                    }
                }
                Some(FlowSource::Whole(value)) => {
                    let found = self.within(&value, (printed, &part), search.structure);
                    search.flows.extend(found);
                }
                _ => {
                    search.flows.insert(inner);
                }
            }
        }
        is_followed
    }

    /// Returns the flows of what a part of a text is, when the text is a list or map written out.
    fn within(
        &mut self,
        value: &Value,
        (printed, part): (&[u8], &Range<usize>),
        structure: Structure,
    ) -> BTreeSet<Flow> {
        if let Some(flow) = self.at_path(value, (printed, part), structure) {
            return BTreeSet::from([flow]);
        }
        let leaves = self.scalars(value);
        let shown = String::from_utf8_lossy(&printed[part.clone()]);
        let shown = shown.trim().trim_matches(['"', '\'']);
        let same: BTreeSet<Flow> = leaves
            .iter()
            .filter(|(_, leaf)| sprint_value(leaf) == shown)
            .map(|(flow, _)| *flow)
            .collect();
        match same.is_empty() {
            false => same,
            true => leaves.into_iter().map(|(flow, _)| flow).collect(),
        }
    }

    fn at_path(
        &mut self,
        value: &Value,
        (printed, part): (&[u8], &Range<usize>),
        structure: Structure,
    ) -> Option<Flow> {
        let printed = std::str::from_utf8(printed).ok()?;
        let path = structure(printed, part.start)?;
        let mut at = Operand::concrete(value.clone());
        for step in path {
            let inner = entry(&at.value, &step)?;
            let flow = self.entry(&at.value, step, (at.flow, Some(&inner)));
            at = Operand::concrete(inner).with_flow(flow);
        }
        address(&at.value).is_none().then_some(at.flow)
    }

    fn scalars(&mut self, value: &Value) -> Vec<(Flow, Value)> {
        let mut left = vec![Operand::concrete(value.clone())];
        let (mut found, mut seen) = (Vec::new(), BTreeSet::new());
        while let Some(at) = left.pop() {
            match address(&at.value) {
                None => found.push((at.flow, at.value)),
                Some(address) if seen.insert(address) => {
                    for (step, inner) in super::data::entries(&at.value) {
                        let flow = self.entry(&at.value, step, (at.flow, Some(&inner)));
                        left.push(Operand::concrete(inner).with_flow(flow));
                    }
                }
                Some(_) => {}
            }
        }
        found
    }

    /// Returns the calls that led somewhere, the innermost first.
    pub(super) fn trail(&self, step: Option<usize>) -> Vec<Call> {
        let (mut trail, mut next) = (Vec::new(), step);
        while let Some(call) = next.map(|number| &self.steps[number]) {
            trail.push(Call {
                from: call.from.to_string(),
                template: call.template.to_string(),
                at: call.span.map(|span| call.source.locate_part(lines::bytes(span))),
            });
            next = call.outer;
        }
        trail
    }

    /// Returns the entries of the data that were read.
    pub fn reads(&self) -> DataRead {
        let paths = |places: &BTreeSet<usize>| places.iter().map(|place| self.data.path(*place)).collect();
        DataRead {
            read: paths(&self.data.read),
            whole: paths(&self.data.read_whole),
        }
    }

    /// Says whether an entry of the data was read, by itself or with something that it is in.
    pub fn has_read(&self, path: &[Step]) -> bool {
        self.data.has_read(path)
    }

    /// Says whether templates changed lists or maps that they were given.
    pub fn has_changes(&self) -> bool {
        self.data.is_changed
    }
}

/// Where a part of a printed text is in a text that it was made of.
pub(super) enum Found {
    Part(Range<usize>),
    /// It is in another part of what was printed.
    Elsewhere,
    Unknown,
}

impl Piece {
    /// Says whether it is in a part of the text; an action that printed nothing may have been to print something there.
    fn has_part_in(&self, part: &Range<usize>) -> bool {
        match self.output.is_empty() {
            true => self.made.is_some(),
            false => self.output.end > part.start && self.output.start < part.end,
        }
    }
}

impl Nested {
    pub(super) fn pieces(&self) -> &[Piece] {
        &self.written.pieces
    }
}
