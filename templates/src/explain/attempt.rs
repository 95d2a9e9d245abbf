//! A file rendered again with one value changed.

use super::document::Document;
use super::perturb::variants;
use super::session::Reads;
use crate::engine::{Data, Traced};
use crate::gotmpl::{DataRead, List, Map, Step, Text, Value};
use crate::helm::{from_chart_value, plain_of};
use crate::scope;

/// How much of a rendering has to be done again to see what a change does to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Repeat {
    /// Only the file, with the data as it is.
    File,
    /// Only the file, with data of its own: templates change what they are given.
    FileAnew,
    /// All files up to it: it depends on what others have changed.
    All,
}

/// What came of a change: the objects of the file, or nothing when it does not render any more.
pub(super) type Outcome = Option<Vec<Document>>;

impl Traced<'_> {
    /// Finds out how a file is to be repeated; nothing when it is another one each time.
    pub(super) fn repeat(&self, file: &str, text: &str) -> Option<Repeat> {
        let ways = match self.has_changes() {
            false => &[Repeat::File, Repeat::All][..],
            true => &[Repeat::FileAnew, Repeat::All],
        };
        let unchanged = |way: &Repeat| self.again(*way, file, &[]).as_deref() == Some(text);
        ways.iter().copied().find(unchanged)
    }

    /// Renders a file with other values; nothing when it fails.
    fn again(&self, repeat: Repeat, file: &str, changes: &[(Vec<Step>, Value)]) -> Option<String> {
        let fresh;
        let data = match repeat {
            Repeat::File => &self.data,
            Repeat::FileAnew | Repeat::All => {
                fresh = Data::new(self.chart, self.input);
                &fresh
            }
        };
        let root = Value::Map(data.root.clone());
        let before: Vec<Change> = changes
            .iter()
            .filter_map(|(path, value)| change(&root, path, value))
            .collect();
        let rendered = match repeat {
            Repeat::File | Repeat::FileAnew => self.render_only(data, file),
            Repeat::All => self.render_up_to(data, file),
        };
        for change in before.into_iter().rev() {
            change.undo();
        }
        rendered
    }

    /// Changes a value in each way that there is, and says what came of it.
    pub(super) fn attempts(&self, repeat: Repeat, file: &str, places: &[Vec<Step>]) -> Vec<Outcome> {
        let root = Value::Map(self.data.root.clone());
        let first = places.first().and_then(|path| value_at(&root, path));
        let Some(value) = first.and_then(|value| plain_of(&value)) else {
            return Vec::new();
        };
        let attempts = variants(&value).into_iter().map(|variant| {
            let changes: Vec<_> = places
                .iter()
                .map(|path| (path.clone(), from_chart_value(&variant)))
                .collect();
            let text = self.again(repeat, file, &changes)?;
            Document::all_of(file, &text)
        });
        attempts.collect()
    }

    /// Returns the places that hold the same value because one got it from the other: a global of a chart is in all its
    /// subcharts.
    pub(super) fn copies(&self, path: &[Step]) -> Vec<Vec<Step>> {
        let is_global = |step: &Step| matches!(step, Step::Key(key) if *key == "global");
        let own = vec![path.to_vec()];
        let Some(at) = path.iter().position(is_global).filter(|_| is_value(path)) else {
            return own;
        };
        let root = Value::Map(self.data.root.clone());
        let value = value_at(&root, path).and_then(|value| plain_of(&value));
        let mut places = Vec::new();
        scope::charts(self.chart.chart(), &mut Vec::new(), &mut |names| {
            let mut place = vec![path[0].clone()];
            place.extend(names.iter().map(|name| Step::Key(name.as_str().into())));
            place.extend_from_slice(&path[at..]);
            let other = value_at(&root, &place).and_then(|value| plain_of(&value));
            if other.is_some() && other == value {
                places.push(place);
            }
        });
        match places.contains(&own[0]) {
            true => places,
            false => own,
        }
    }
}

/// Says whether a path is one of `.Values`.
pub(super) fn is_value(path: &[Step]) -> bool {
    matches!(path.first(), Some(Step::Key(key)) if *key == "Values")
}

/// Returns what is at a path of the data.
pub(super) fn value_at(root: &Value, path: &[Step]) -> Option<Value> {
    path.iter().try_fold(root.clone(), |at, step| match (&at, step) {
        (Value::Map(map), Step::Key(key)) => map.get(key),
        (Value::List(list), Step::Item(number)) => list.get(*number).cloned(),
        _ => None,
    })
}

/// A change of the data that can be undone.
struct Change {
    map: Map,
    key: Text,
    before: Value,
}

impl Change {
    fn undo(self) {
        let restored = self.map.insert(self.key, self.before);
        debug_assert!(restored.is_ok(), "it could be changed before");
    }
}

/// Puts a value in the place of another one. Maps are changed in place, lists made anew.
fn change(root: &Value, path: &[Step], value: &Value) -> Option<Change> {
    let mut at = root.as_map()?.clone();
    for (number, step) in path.iter().enumerate() {
        let Step::Key(key) = step else { return None };
        let before = at.get(key)?;
        let rest = &path[number + 1..];
        match (&before, rest) {
            (Value::Map(inner), [_, ..]) => at = inner.clone(),
            _ => {
                let changed = rebuilt(&before, rest, value)?;
                at.insert(key.clone(), changed).ok()?;
                return Some(Change {
                    map: at,
                    key: key.clone(),
                    before,
                });
            }
        }
    }
    None
}

fn rebuilt(old: &Value, path: &[Step], value: &Value) -> Option<Value> {
    let Some((step, rest)) = path.split_first() else {
        return Some(value.clone());
    };
    match (old, step) {
        (Value::List(list), Step::Item(at)) => {
            let mut items = list.to_vec();
            items[*at] = rebuilt(items.get(*at)?, rest, value)?;
            Some(List::typed(list.element_type(), items).into())
        }
        (Value::Map(map), Step::Key(key)) => {
            let mut entries = map.borrow().clone();
            let inner = rebuilt(entries.get(key)?, rest, value)?;
            entries.insert(key.clone(), inner);
            Some(Map::typed(map.map_type(), entries).into())
        }
        _ => None,
    }
}

/// Says what came of changing a value, seen from one place of the output.
pub(super) fn effect(outcomes: &[Outcome], is_changed: impl Fn(&[Document]) -> bool) -> super::Effect {
    let mut has_failed = false;
    for outcome in outcomes {
        match outcome {
            Some(documents) if is_changed(documents) => return super::Effect::Changes,
            Some(_) => {}
            None => has_failed = true,
        }
    }
    match (outcomes.is_empty(), has_failed) {
        (true, _) => super::Effect::Untried,
        (_, true) => super::Effect::Fails,
        _ => super::Effect::Nothing,
    }
}

/// Says which values were read, as their paths.
pub(crate) fn reads(data: DataRead) -> Reads {
    let values =
        |path: Vec<Step>| is_value(&path).then(|| path[1..].iter().map(super::session::plain_step).collect());
    Reads {
        read: data.read.into_iter().filter_map(values).collect(),
        whole: data.whole.into_iter().filter_map(values).collect(),
    }
}
