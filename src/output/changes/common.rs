//! Changes that are the same in many objects, told once: a chart's version is a label of each.

use std::collections::BTreeMap;

use release::diff::{ChangeSet, Effect, FieldChange, ObjectChange};

use super::Detail;
use super::visible::visible;
use super::words::told;

/// In how many objects a change is the same to be told once.
const MANY: usize = 3;

/// How many of those are named.
const NAMED: usize = 6;

/// What is told of each object, and what of many at once.
pub(super) struct Told<'a> {
    /// The objects with the changes that are theirs alone.
    pub(super) objects: Vec<(&'a ObjectChange, Vec<&'a FieldChange>)>,
    pub(super) common: Vec<Common<'a>>,
}

/// Changes that many objects have.
pub(super) struct Common<'a> {
    pub(super) objects: Vec<&'a ObjectChange>,
    pub(super) fields: Vec<&'a FieldChange>,
}

impl Common<'_> {
    /// Returns which objects they are, as far as there is room: `the same in 3 objects: Service/web, …`.
    pub(super) fn title(&self) -> String {
        let count = self.objects.len();
        let named = self.objects.iter().take(NAMED);
        let mut names: Vec<_> = named.map(|change| change.object.to_string()).collect();
        if self.is_cut() {
            names.push(format!("{} more", count - NAMED));
        }
        visible(&format!("the same in {count} objects: {}", names.join(", ")))
    }

    /// Says whether the title does not name all objects.
    pub(super) fn is_cut(&self) -> bool {
        self.objects.len() > NAMED
    }
}

/// Parts the changes; with all details each object has all of its own.
pub(super) fn parted(set: &ChangeSet, detail: Detail) -> Told<'_> {
    let objects: Vec<_> = told(set).collect();
    let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, change) in objects
        .iter()
        .enumerate()
        .filter(|(_, change)| is_folded(change, detail))
    {
        for field in &change.fields {
            places.entry(key(field)).or_default().push(at);
        }
    }
    places.retain(|_, places| places.len() >= MANY);
    let mut common: BTreeMap<&[usize], Vec<&FieldChange>> = BTreeMap::new();
    let mut alone = Vec::new();
    for (at, change) in objects.iter().enumerate() {
        let mut own = Vec::new();
        for field in &change.fields {
            match places.get(&key(field)).filter(|_| is_folded(change, detail)) {
                Some(places) if places[0] == at => common.entry(places).or_default().push(field),
                Some(_) => {}
                None => own.push(field),
            }
        }
        if own.len() == change.fields.len() || !own.is_empty() || !change.notes.is_empty() {
            alone.push((*change, own));
        }
    }
    let common = common.into_iter().map(|(places, fields)| Common {
        objects: places.iter().map(|at| objects[*at]).collect(),
        fields,
    });
    Told {
        objects: alone,
        common: common.collect(),
    }
}

fn is_folded(change: &ObjectChange, detail: Detail) -> bool {
    change.effect == Effect::Update && detail == Detail::Short
}

/// Two changes with the same text are the same.
fn key(field: &FieldChange) -> String {
    format!("{field:?}")
}
