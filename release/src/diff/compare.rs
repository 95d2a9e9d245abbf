//! `compare`: the fields in which two objects differ.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::field::{FieldChange, Shown};
use super::keyed::Keyed;
use super::lists::{Likeness, Pair, pairs};
use super::path::Path;
use super::private::is_private;
use super::secrecy::{Secrecy, holds_content, is_secret, is_secret_field};
use super::unowned::is_unowned;
use crate::apply::{Schema, is_built_in};
use crate::manifest::GroupVersionKind;

/// How deep fields are told from each other; what is below is compared as a whole.
const DEEPEST: usize = 100;

/// Lists whose items have keys, and are done one after the other.
const SEQUENCES: [&str; 1] = [".initContainers"];

/// Returns the fields in which two objects differ, those below a field in its place; nothing for an object that is not there.
///
/// A table that is new or gone is reported leaf by leaf, and so is a list whose items have keys; an empty one is a leaf. What
/// the server keeps for itself is left out. Texts that mean the same (`1000m`, `1`) are different.
pub fn compare(
    kind: &GroupVersionKind,
    before: Option<&Value>,
    after: Option<&Value>,
    secrecy: &Secrecy,
) -> Vec<FieldChange> {
    let schema = match is_built_in(kind) {
        true => Schema::of(&kind.group, &kind.kind),
        false => Schema::none(),
    };
    let is_secret = kind.group.is_empty() && kind.kind == "Secret";
    let veil = if is_secret { Veil::Secret } else { Veil::None };
    let mut walk = Walk::new(secrecy, Rules::Object);
    walk.compare(before, after, Here { schema, veil });
    walk.changes
}

/// Returns the values in which two sets of values differ. Those that are called a secret, or are in one, are not shown.
pub fn compare_values(before: &Value, after: &Value, secrecy: &Secrecy) -> Vec<FieldChange> {
    let here = Here {
        schema: Schema::none(),
        veil: Veil::None,
    };
    let mut walk = Walk::new(secrecy, Rules::Values);
    walk.compare(Some(before), Some(after), here);
    walk.changes
}

/// What is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rules {
    Object,
    /// The values of a chart.
    Values,
}

/// How much of what is here may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Veil {
    None,
    /// This is a Secret: it depends on the field.
    Secret,
    /// These are the annotations, or the metadata, of a Secret.
    SecretMetadata,
    /// Nothing.
    Full,
}

#[derive(Clone, Copy)]
struct Here {
    schema: Schema,
    veil: Veil,
}

struct Walk<'a> {
    secrecy: &'a Secrecy,
    rules: Rules,
    path: Path,
    depth: usize,
    changes: Vec<FieldChange>,
}

impl<'a> Walk<'a> {
    fn new(secrecy: &'a Secrecy, rules: Rules) -> Self {
        Walk {
            secrecy,
            rules,
            path: Path::default(),
            depth: 0,
            changes: Vec::new(),
        }
    }

    fn compare(&mut self, before: Option<&Value>, after: Option<&Value>, here: Here) {
        if self.rules == Rules::Object && is_unowned(self.path.as_str()) {
            return;
        }
        let here = self.covered(&Value::Null, here);
        let none = Map::new();
        match (before, after) {
            _ if self.depth > DEEPEST => self.leaf(before, after, here),
            _ if self.depth > 0 && is_emptied(before, after) => self.leaf(before, after, here),
            (Some(Value::Object(before)), Some(Value::Object(after))) => self.tables(before, after, here),
            (Some(Value::Object(fields)), None) if self.has_leaves(fields) => {
                self.tables(fields, &none, here)
            }
            (None, Some(Value::Object(fields))) if self.has_leaves(fields) => {
                self.tables(&none, fields, here)
            }
            (Some(Value::Array(before)), Some(Value::Array(after))) if here.veil != Veil::Full => {
                self.lists(before, after, here);
            }
            (Some(Value::Array(items)), None) if is_told_by_leaves(items, here) => {
                self.lists(items, &[], here)
            }
            (None, Some(Value::Array(items))) if is_told_by_leaves(items, here) => {
                self.lists(&[], items, here)
            }
            _ => self.leaf(before, after, here),
        }
    }

    /// An empty table is a leaf itself, unless it is the whole object.
    fn has_leaves(&self, fields: &Map<String, Value>) -> bool {
        self.depth == 0 || !fields.is_empty()
    }

    fn tables(&mut self, before: &Map<String, Value>, after: &Map<String, Value>, here: Here) {
        let names: BTreeSet<_> = before.keys().chain(after.keys()).collect();
        let here = here.within(before, after);
        for name in names {
            self.at(
                |path| path.push_field(name),
                |walk| walk.compare(before.get(name), after.get(name), here.field(name)),
            );
        }
    }

    fn lists(&mut self, before: &[Value], after: &[Value], here: Here) {
        match Likeness::of(here.schema, before, after) {
            Likeness::Keys(keys) => self.keyed_lists(&keys, (before, after), here),
            Likeness::Members => self.sets(before, after, here),
            Likeness::Place => self.plain_lists(before, after, here),
        }
    }

    fn keyed_lists(&mut self, keys: &[&str], (before, after): (&[Value], &[Value]), here: Here) {
        let (before, after) = (Keyed::new(before, keys), Keyed::new(after, keys));
        self.order(&before, &after, here);
        let gone = before.names().filter(|name| after.find(name).is_none());
        for name in after.names().chain(gone) {
            self.at(
                |path| path.push_keys(keys, name),
                |walk| walk.compare(before.find(name), after.find(name), here.item()),
            );
        }
    }

    /// Reports that items that stayed are in another order; of items that are done one after the other also that a new one
    /// comes before them.
    fn order(&mut self, before: &Keyed<'_>, after: &Keyed<'_>, here: Here) {
        let (old, new) = match self.is_sequence() && after.has_new_before_old(before) {
            true => (before.all_names(), after.all_names()),
            false => (before.names_that_are_in(after), after.names_that_are_in(before)),
        };
        self.at(Path::push_order, |walk| walk.leaf(Some(&old), Some(&new), here));
    }

    /// Says whether the items of the list here are done one after the other.
    fn is_sequence(&self) -> bool {
        SEQUENCES.iter().any(|end| self.path.as_str().ends_with(end))
    }

    fn sets(&mut self, before: &[Value], after: &[Value], here: Here) {
        for value in before.iter().filter(|value| !after.contains(value)) {
            self.at(
                |path| path.push_member(value),
                |walk| walk.leaf(Some(value), None, here),
            );
        }
        for value in after.iter().filter(|value| !before.contains(value)) {
            self.at(
                |path| path.push_member(value),
                |walk| walk.leaf(None, Some(value), here),
            );
        }
    }

    fn plain_lists(&mut self, before: &[Value], after: &[Value], here: Here) {
        for pair in pairs(before, after) {
            let (place, old, new) = match pair {
                Pair::Changed(x, y) => (y, Some(&before[x]), Some(&after[y])),
                Pair::Removed(x) => (x, Some(&before[x]), None),
                Pair::Added(y) => (y, None, Some(&after[y])),
            };
            self.at(
                |path| path.push_place(place),
                |walk| match (old, new) {
                    (Some(_), Some(_)) => walk.compare(old, new, here.item()),
                    _ => walk.leaf(old, new, here.item()),
                },
            );
        }
    }

    fn leaf(&mut self, before: Option<&Value>, after: Option<&Value>, here: Here) {
        if before == after {
            return;
        }
        let before = before.map(|value| self.shown(value, here));
        let after = after.map(|value| self.shown(value, here));
        self.changes.push(FieldChange {
            path: self.path.as_str().to_owned(),
            before,
            after,
        });
    }

    fn shown(&mut self, value: &Value, here: Here) -> Shown {
        let here = self.covered(value, here);
        match here.veil {
            Veil::Full => Shown::Hidden(self.secrecy.digest(value)),
            _ => Shown::Plain(self.veiled(value, here)),
        }
    }

    /// Returns a value that is shown as a whole, without the secrets in it.
    fn veiled(&mut self, value: &Value, here: Here) -> Value {
        let here = self.covered(value, here);
        match value {
            _ if here.veil == Veil::Full => Value::from(format!("(secret {})", self.secrecy.digest(value))),
            Value::Object(fields) => {
                let here = here.within(fields, fields);
                let veiled = fields.iter().map(|(name, value)| {
                    let value = self.at(
                        |path| path.push_field(name),
                        |walk| walk.veiled(value, here.field(name)),
                    );
                    (name.clone(), value)
                });
                Value::Object(veiled.collect())
            }
            Value::Array(items) => {
                let veil = |(place, item)| {
                    self.at(
                        |path| path.push_place(place),
                        |walk| walk.veiled(item, here.item()),
                    )
                };
                items.iter().enumerate().map(veil).collect()
            }
            plain => plain.clone(),
        }
    }

    fn covered(&self, value: &Value, here: Here) -> Here {
        let is_secret = self.secrecy.covers(self.path.as_str())
            || value.as_str().is_some_and(|text| self.secrecy.texts.are_in(text))
            || self.rules == Rules::Values && self.is_private(value);
        match is_secret {
            true => Here {
                veil: Veil::Full,
                ..here
            },
            false => here,
        }
    }

    /// Says whether a value of a chart is called a secret, or in one.
    fn is_private(&self, value: &Value) -> bool {
        let is_known = || value.as_str().is_some_and(|text| self.secrecy.texts.know(text));
        is_private(self.path.as_str(), value) || is_known()
    }

    /// Does something one step further down.
    fn at<T>(&mut self, step: impl FnOnce(&mut Path), work: impl FnOnce(&mut Self) -> T) -> T {
        let len = self.path.len();
        step(&mut self.path);
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        self.path.shorten(len);
        done
    }
}

impl Here {
    /// Looks whether the table is a Secret inside something else.
    fn within(self, before: &Map<String, Value>, after: &Map<String, Value>) -> Here {
        let holds_secret = is_secret(before) || is_secret(after);
        let veil = match self.veil {
            Veil::None if holds_secret => Veil::Secret,
            veil => veil,
        };
        Here { veil, ..self }
    }

    fn field(self, name: &str) -> Here {
        let veil = match self.veil {
            Veil::Secret if name == "metadata" => Veil::SecretMetadata,
            Veil::Secret if is_secret_field(name) => Veil::Full,
            Veil::SecretMetadata if holds_content(name) => Veil::Full,
            Veil::Secret => Veil::None,
            veil => veil,
        };
        Here {
            schema: self.schema.field(name),
            veil,
        }
    }

    fn item(self) -> Here {
        Here {
            schema: self.schema.item(),
            ..self
        }
    }
}

/// Says whether a list that is new or gone is better told item by item.
fn is_told_by_leaves(items: &[Value], here: Here) -> bool {
    let is_keyed = || matches!(Likeness::of(here.schema, items, &[]), Likeness::Keys(_));
    here.veil != Veil::Full && !items.is_empty() && is_keyed()
}

/// Says whether all that is below a field went, and the field stayed.
fn is_emptied(before: Option<&Value>, after: Option<&Value>) -> bool {
    match (before, after) {
        (Some(Value::Object(before)), Some(Value::Object(after))) => after.is_empty() && !before.is_empty(),
        (Some(Value::Array(before)), Some(Value::Array(after))) => after.is_empty() && !before.is_empty(),
        _ => false,
    }
}
