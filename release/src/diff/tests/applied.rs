//! Carries changes out: what `compare` reports, put onto `before`, has to give `after`.

use serde_json::{Map, Value};

use crate::diff::{FieldChange, Shown};

/// A step of a path.
#[derive(Clone, Debug, PartialEq)]
enum Step {
    Field(String),
    Place(usize),
    Keys(Vec<(String, Value)>),
    Member(Value),
    Order,
}

/// Returns `before` with the changes.
pub(super) fn applied(before: &Value, changes: &[FieldChange]) -> Value {
    let mut value = before.clone();
    let parsed: Vec<_> = changes
        .iter()
        .map(|change| (steps(&change.path), change))
        .collect();
    let deepest = parsed
        .iter()
        .map(|(steps, _)| steps.len())
        .max()
        .unwrap_or_default();
    // From the outside in: places afterwards are those of outer lists that are done.
    for depth in 1..=deepest {
        let here: Vec<_> = parsed.iter().filter(|(steps, _)| steps.len() == depth).collect();
        remove_all(&mut value, &here);
        insert_all(&mut value, &here);
    }
    for (steps, change) in &parsed {
        if change.after.is_some() && !is_insertion(steps, change) {
            set(&mut value, steps, plain(change), How::Replaced);
        }
    }
    value
}

type Change<'a> = (Vec<Step>, &'a FieldChange);

/// Items go from the end of a list, as their places are those of before.
fn remove_all(value: &mut Value, changes: &[&Change<'_>]) {
    let mut gone: Vec<_> = changes
        .iter()
        .filter(|(_, change)| change.after.is_none())
        .collect();
    gone.sort_by_key(|(steps, _)| std::cmp::Reverse(place(steps)));
    for (steps, _) in gone {
        remove(value, steps);
    }
}

fn insert_all(value: &mut Value, changes: &[&Change<'_>]) {
    let is_new = |change: &&&Change<'_>| is_insertion(&change.0, change.1);
    let mut new: Vec<_> = changes.iter().filter(is_new).collect();
    new.sort_by_key(|(steps, _)| place(steps));
    for (steps, change) in new {
        set(value, steps, plain(change), How::Inserted);
    }
}

fn is_insertion(steps: &[Step], change: &FieldChange) -> bool {
    change.before.is_none() && place(steps).is_some()
}

fn place(steps: &[Step]) -> Option<usize> {
    match steps.last() {
        Some(Step::Place(place)) => Some(*place),
        _ => None,
    }
}

fn plain(change: &FieldChange) -> Value {
    match &change.after {
        Some(Shown::Plain(value)) => value.clone(),
        other => panic!("{other:?} is no value to put"),
    }
}

/// What is done at the place of a list.
#[derive(Clone, Copy, PartialEq)]
enum How {
    Inserted,
    Replaced,
}

fn set(value: &mut Value, steps: &[Step], new: Value, how: How) {
    let Some((step, rest)) = steps.split_first() else {
        *value = new;
        return;
    };
    match step {
        Step::Field(name) => {
            let fields = table(value);
            set(fields.entry(name).or_insert(Value::Null), rest, new, how);
        }
        Step::Place(place) if rest.is_empty() && how == How::Inserted => list(value).insert(*place, new),
        Step::Place(place) => set(&mut list(value)[*place], rest, new, how),
        Step::Keys(keys) => {
            let items = list(value);
            let at = find(items, keys).unwrap_or_else(|| {
                items.push(Value::Object(keys.iter().cloned().collect()));
                items.len() - 1
            });
            set(&mut items[at], rest, new, how);
        }
        Step::Member(member) => list(value).push(member.clone()),
        // Compared without order.
        Step::Order => {}
    }
}

fn remove(value: &mut Value, steps: &[Step]) {
    let (step, rest) = steps.split_first().expect("the root never goes");
    match step {
        Step::Field(name) => {
            let fields = table(value);
            let Some(below) = fields.get_mut(name) else {
                return;
            };
            if !rest.is_empty() {
                remove(below, rest);
            }
            if rest.is_empty() || is_pruned(below, rest) {
                fields.remove(name);
            }
        }
        Step::Place(place) if rest.is_empty() => {
            list(value).remove(*place);
        }
        Step::Place(place) => remove(&mut list(value)[*place], rest),
        Step::Keys(keys) => {
            let items = list(value);
            // It went with its key.
            let Some(at) = find(items, keys) else {
                return;
            };
            let is_key = |step: &Step| keys.iter().any(|(key, _)| *step == Step::Field(key.clone()));
            match rest {
                [step] if is_key(step) => drop(items.remove(at)),
                _ => remove(&mut items[at], rest),
            }
        }
        Step::Member(member) => list(value).retain(|it| it != member),
        Step::Order => {}
    }
}

/// Tables and lists with keys are there as long as something is in them.
fn is_pruned(value: &Value, rest: &[Step]) -> bool {
    match (value, &rest[0]) {
        (Value::Object(fields), _) => fields.is_empty(),
        (Value::Array(items), Step::Keys(_)) => items.is_empty(),
        _ => false,
    }
}

fn find(items: &[Value], keys: &[(String, Value)]) -> Option<usize> {
    let has = |item: &Value| keys.iter().all(|(key, value)| item.get(key) == Some(value));
    items.iter().position(has)
}

fn table(value: &mut Value) -> &mut Map<String, Value> {
    if !value.is_object() {
        *value = Value::Object(Map::new());
    }
    value.as_object_mut().expect("it was just made one")
}

fn list(value: &mut Value) -> &mut Vec<Value> {
    if !value.is_array() {
        *value = Value::Array(Vec::new());
    }
    value.as_array_mut().expect("it was just made one")
}

/// Reads a path.
fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(field) = rest.strip_prefix('.') {
            let end = field.find(['.', '[']).unwrap_or(field.len());
            steps.push(Step::Field(field[..end].to_owned()));
            rest = &field[end..];
            continue;
        }
        let inner = rest
            .strip_prefix('[')
            .expect("a path goes on with a dot or a bracket");
        let (step, left) = bracket(inner);
        steps.push(step);
        rest = left.strip_prefix(']').expect("a bracket is closed");
    }
    steps
}

fn bracket(text: &str) -> (Step, &str) {
    if text.starts_with('"') {
        let (name, rest) = scalar(text);
        return (Step::Field(name.as_str().expect("it is quoted").to_owned()), rest);
    }
    if let Some(rest) = text.strip_prefix('*') {
        return (Step::Order, rest);
    }
    if let Some(member) = text.strip_prefix('=') {
        let (member, rest) = scalar(member);
        return (Step::Member(member), rest);
    }
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    if end > 0 {
        return (Step::Place(text[..end].parse().expect("digits")), &text[end..]);
    }
    let mut keys = Vec::new();
    let mut rest = text;
    loop {
        let (key, value) = rest.split_once('=').expect("a key has a value");
        let (value, left) = scalar(value);
        keys.push((key.to_owned(), value));
        match left.strip_prefix(',') {
            Some(next) => rest = next,
            None => return (Step::Keys(keys), left),
        }
    }
}

fn scalar(text: &str) -> (Value, &str) {
    if text.starts_with('"') {
        let mut values = serde_json::Deserializer::from_str(text).into_iter::<String>();
        let value = values.next().expect("a value").expect("it is quoted");
        return (Value::from(value), &text[values.byte_offset()..]);
    }
    let end = text.find([',', ']']).expect("a bracket is closed");
    let word = &text[..end];
    let value = serde_json::from_str(word).unwrap_or_else(|_| Value::from(word));
    (value, &text[end..])
}
