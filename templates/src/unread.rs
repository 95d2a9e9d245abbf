//! Values that the user gave and no template read.

use crate::engine::Engine;
use crate::explain::{self, Reads};
use crate::gotmpl;
use chart::yaml::tree::Step;
use chart::{Chart, ConfiguredChart, Map, Value, yaml};
use std::cell::LazyCell;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;
use std::sync::{Arc, Mutex, PoisonError};

/// Watches what a rendering reads of the values that the user gave.
#[derive(Debug, Default)]
pub struct Witness {
    given: Map,
    found: Mutex<Found>,
}

/// What a rendering did not read, and what it might have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The values that were given and not read.
    pub unread: Vec<UnreadValue>,
    /// The paths of all values that there are: read, mentioned, or with a default. Nothing if none of those that were given
    /// is unknown.
    pub known: BTreeSet<Vec<Step>>,
}

/// A value that was given and not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnreadValue {
    /// Its path below `.Values`.
    pub path: Vec<Step>,
    /// Why that is so.
    pub reason: Reason,
}

/// Why a value was not read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// Nothing in the chart speaks of it.
    Unknown,
    /// The chart knows it, but did not come to it with these values.
    NotReached,
    /// It is for a subchart that is switched off.
    SwitchedOff(String),
}

impl Witness {
    /// Watches for these values; there is nothing to watch when there are none.
    pub fn of(given: &Map) -> Option<Arc<Self>> {
        (!given.is_empty()).then(|| {
            Arc::new(Self {
                given: given.clone(),
                found: Mutex::default(),
            })
        })
    }

    /// Takes out what the last rendering did not read.
    pub fn take_found(&self) -> Found {
        std::mem::take(&mut self.found.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Looks what an engine has read.
    pub(crate) fn look(&self, chart: &ConfiguredChart, engine: &dyn Engine) {
        let is_read = |path: &[Step]| {
            let names = path.iter().map(|step| match step {
                Step::Key(name) => gotmpl::Step::Key(name.as_str().into()),
                Step::Item(at) => gotmpl::Step::Item(*at),
            });
            let values = [gotmpl::Step::Key("Values".into())];
            engine.has_read(&values.into_iter().chain(names).collect::<Vec<_>>())
        };
        let mut leaves = Vec::new();
        collect(&self.given, &mut Vec::new(), (&is_read, &mut leaves));
        if !leaves.is_empty() {
            let wishes = Wishes::of(chart.chart());
            leaves.retain(|path| !wishes.switches.contains(path));
        }
        // Mostly nothing is left, and nobody has to know more.
        let data = if leaves.is_empty() { None } else { engine.seen() };
        let found = match data {
            Some(data) => find(&self.given, chart, (&explain::reads(data), || engine.mentions())),
            None => Found::default(),
        };
        *self.found.lock().unwrap_or_else(PoisonError::into_inner) = found;
    }
}

/// The chains of fields that templates mention.
type Mentions = BTreeSet<Vec<String>>;

/// Finds the values that were given and not read. What the charts know and mention is looked at only if there are any:
/// mostly there are none.
pub(crate) fn find(
    given: &Map,
    chart: &ConfiguredChart,
    (reads, mentions): (&Reads, impl FnOnce() -> Mentions),
) -> Found {
    let mut scene = Scene::new(chart, reads);
    let mut leaves = Vec::new();
    let is_read = |path: &[Step]| scene.is_read(path);
    collect(given, &mut Vec::new(), (&is_read, &mut leaves));
    if leaves.is_empty() {
        return Found::default();
    }
    scene.visit(chart.chart(), &[]);
    let mentioned = LazyCell::new(|| Mentioned::of(mentions()));
    let unread: Vec<UnreadValue> = leaves
        .into_iter()
        .filter(|path| !scene.wishes.switches.contains(path))
        .map(|path| UnreadValue {
            reason: scene.reason(&path, || &mentioned),
            path,
        })
        .collect();
    let is_unknown = |value: &UnreadValue| value.reason == Reason::Unknown;
    let known = match unread.iter().any(is_unknown) {
        true => scene.known(&mentioned),
        false => BTreeSet::new(),
    };
    Found { unread, known }
}

/// Says whether a name at the top is only there to hold anchors, as the convention is.
fn holds_anchors(path: &[Step], name: &str) -> bool {
    path.is_empty() && ["_", ".", "x-"].iter().any(|start| name.starts_with(start))
}

/// Collects the values that were not read. Tables are taken apart; a list is one value.
fn collect(
    table: &Map,
    path: &mut Vec<Step>,
    (is_read, leaves): (&impl Fn(&[Step]) -> bool, &mut Vec<Vec<Step>>),
) {
    for (key, inner) in table {
        if holds_anchors(path, key) {
            continue;
        }
        path.push(Step::Key(key.clone()));
        match inner {
            Value::Map(inner) => collect(inner, path, (is_read, leaves)),
            // It takes a default away, and is gone itself.
            Value::Null => {}
            _ if is_read(path) => {}
            _ => leaves.push(path.clone()),
        }
        path.pop();
    }
}

/// The chains of fields that templates mention, by what they may lead to.
struct Mentioned {
    /// What stands behind `.Values`.
    absolute: BTreeSet<Vec<Step>>,
    /// The others, by their last field.
    relative: BTreeMap<Step, Vec<Vec<Step>>>,
}

impl Mentioned {
    fn of(mentions: Mentions) -> Self {
        let (mut absolute, mut relative) = (BTreeSet::new(), BTreeMap::<_, Vec<_>>::new());
        for chain in mentions {
            let start = chain.iter().position(|name| name == "Values");
            let steps: Vec<Step> = chain.into_iter().map(Step::Key).collect();
            match (start, steps.last()) {
                (Some(at), _) if at + 1 < steps.len() => {
                    absolute.insert(steps[at + 1..].to_vec());
                }
                (None, Some(last)) => relative.entry(last.clone()).or_default().push(steps),
                _ => {}
            }
        }
        Self { absolute, relative }
    }
}

/// What is known about the charts.
struct Scene<'c> {
    chart: &'c Chart,
    read: BTreeSet<Vec<Step>>,
    whole: BTreeSet<Vec<Step>>,
    wishes: Wishes,
    defaults: BTreeSet<Vec<Step>>,
    /// Defaults with nothing in them that anything may be put into.
    open: BTreeSet<Vec<Step>>,
}

/// What charts want of their subcharts.
#[derive(Default)]
struct Wishes {
    /// The paths of conditions and tags.
    switches: BTreeSet<Vec<Step>>,
    /// The names of subcharts that are not there, with the path of the chart that would have them.
    switched_off: BTreeSet<Vec<Step>>,
}

impl Wishes {
    fn of(chart: &Chart) -> Self {
        let mut wishes = Self::default();
        wishes.visit(chart, &[]);
        wishes
    }

    fn visit(&mut self, chart: &Chart, prefix: &[Step]) {
        for name in ["Chart.yaml", "requirements.yaml"] {
            let file = chart.raw_file(name);
            let content = file.and_then(|file| yaml::from_slice(&file.data).ok());
            let wishes = content.as_ref().and_then(|content| content.get("dependencies"));
            for wish in wishes.and_then(Value::as_list).unwrap_or_default() {
                self.add_wish(wish, chart, prefix);
            }
        }
        for inner in &chart.subcharts {
            self.visit(inner, &[prefix, &[key(inner.name())]].concat());
        }
    }

    fn add_wish(&mut self, wish: &Value, chart: &Chart, prefix: &[Step]) {
        let text = |name: &str| {
            wish.get(name)
                .and_then(Value::as_str)
                .filter(|text| !text.is_empty())
        };
        for part in text("condition").unwrap_or_default().split(',') {
            let steps = part.trim().split('.').map(key);
            self.switches
                .insert(prefix.iter().cloned().chain(steps).collect());
        }
        for tag in wish.get("tags").and_then(Value::as_list).unwrap_or_default() {
            let tag = tag.as_str().unwrap_or_default();
            self.switches.insert(vec![key("tags"), key(tag)]);
        }
        if let Some(name) = text("alias").or(text("name"))
            && !chart.subcharts.iter().any(|inner| inner.name() == name)
        {
            self.switched_off.insert([prefix, &[key(name)]].concat());
        }
    }
}

fn key(name: &str) -> Step {
    Step::Key(name.to_owned())
}

impl<'c> Scene<'c> {
    fn new(configured: &'c ConfiguredChart, reads: &Reads) -> Self {
        let mut scene = Self {
            chart: configured.chart(),
            read: BTreeSet::new(),
            whole: reads.whole.clone(),
            wishes: Wishes::of(configured.chart()),
            defaults: BTreeSet::new(),
            open: BTreeSet::new(),
        };
        scene.read = scene.with_globals(&reads.read);
        scene.whole = scene.with_globals(&reads.whole);
        scene
    }

    /// Adds the globals of the parents, from which those of the subcharts are.
    fn with_globals(&self, paths: &BTreeSet<Vec<Step>>) -> BTreeSet<Vec<Step>> {
        let mut all = paths.clone();
        for path in paths {
            let depth = self.depth(path);
            if path.get(depth) == Some(&key("global")) {
                all.extend((0..depth).map(|outer| [&path[..outer], &path[depth..]].concat()));
            }
        }
        all
    }

    /// Returns how many of the steps are names of charts.
    fn depth(&self, path: &[Step]) -> usize {
        let mut chart = self.chart;
        let inner = path.iter().take_while(|step| {
            let is_it = |inner: &&Chart| matches!(step, Step::Key(name) if name == inner.name());
            let inner = chart.subcharts.iter().find(is_it);
            inner.inspect(|inner| chart = inner).is_some()
        });
        inner.count()
    }

    /// Learns what a chart and those below it know.
    fn visit(&mut self, chart: &Chart, prefix: &[Step]) {
        if let Some(values) = chart.raw_file("values.yaml")
            && let Ok(values) = chart::read_values(&values.data)
        {
            self.add_defaults(&Value::Map(values), &mut prefix.to_vec());
        }
        if let Some(schema) = &chart.schema
            && let Ok(schema) = yaml::from_slice(schema)
        {
            self.add_schema(&schema, &mut prefix.to_vec());
        }
        for inner in &chart.subcharts {
            self.visit(inner, &[prefix, &[key(inner.name())]].concat());
        }
    }

    fn add_defaults(&mut self, value: &Value, path: &mut Vec<Step>) {
        self.defaults.insert(path.clone());
        match value {
            Value::Map(map) if !map.is_empty() => {
                for (name, inner) in map {
                    path.push(key(name));
                    self.add_defaults(inner, path);
                    path.pop();
                }
            }
            _ => {
                self.open.insert(path.clone());
            }
        }
    }

    fn add_schema(&mut self, schema: &Value, path: &mut Vec<Step>) {
        for (name, inner) in schema
            .get("properties")
            .and_then(Value::as_map)
            .into_iter()
            .flatten()
        {
            path.push(key(name));
            self.defaults.insert(path.clone());
            self.add_schema(inner, path);
            path.pop();
        }
    }

    fn is_read(&self, path: &[Step]) -> bool {
        let has_part_in =
            |paths: &BTreeSet<Vec<Step>>| (0..=path.len()).any(|end| paths.contains(&path[..end]));
        self.read.contains(path) || has_part_in(&self.whole)
    }

    fn reason<'m>(&self, path: &[Step], mentioned: impl FnOnce() -> &'m Mentioned) -> Reason {
        if let Some(end) = (1..=path.len()).find(|end| self.wishes.switched_off.contains(&path[..*end])) {
            return match &path[end - 1] {
                Step::Key(name) => Reason::SwitchedOff(name.clone()),
                Step::Item(_) => Reason::Unknown,
            };
        }
        let is_open = (1..=path.len()).any(|end| self.open.contains(&path[..end]));
        match self.defaults.contains(path) || is_open || self.is_mentioned(path, mentioned()) {
            true => Reason::NotReached,
            false => Reason::Unknown,
        }
    }

    /// Says whether a chain of fields that stands in some template may lead to a value.
    fn is_mentioned(&self, path: &[Step], mentioned: &Mentioned) -> bool {
        let chains = path.last().and_then(|last| mentioned.relative.get(last));
        if chains.into_iter().flatten().any(|chain| path.ends_with(chain)) {
            return true;
        }
        (0..=self.depth(path)).any(|outer| {
            let own = &path[outer..];
            // A table that was read is known by what was read in it.
            let is_in_told = (1..own.len()).any(|end| {
                mentioned.absolute.contains(&own[..end]) && !self.read.contains(&path[..outer + end])
            });
            let mut from_it = mentioned
                .absolute
                .range::<[Step], _>((Bound::Included(own), Bound::Unbounded));
            is_in_told || from_it.next().is_some_and(|chain| chain.starts_with(own))
        })
    }

    /// Returns all paths that there are.
    fn known(&self, mentioned: &Mentioned) -> BTreeSet<Vec<Step>> {
        let mut known: BTreeSet<Vec<Step>> = self.read.union(&self.defaults).cloned().collect();
        known.extend(self.wishes.switches.iter().cloned());
        known.extend(mentioned.absolute.iter().cloned());
        known.remove(&[][..]);
        known
    }
}
