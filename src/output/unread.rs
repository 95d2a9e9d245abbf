//! Values that the user gave and nothing read.

use chart::yaml::tree::Step;
use templates::explain::shown_path;
use templates::{UnreadFound, UnreadReason, UnreadValue, Witness};

use crate::output::nearest::nearest;
use crate::output::ui::Ui;

/// So many are named.
const MOST: usize = 10;

/// Warns of values that the chart does not know, in one block. Of those that it knows and did not come to, and of those for
/// subcharts that are switched off, nothing is said: they may be meant for another time.
pub(crate) fn warn(ui: &Ui, witness: Option<&Witness>) {
    let Some(found) = witness.map(Witness::take_found) else {
        return;
    };
    let unknown: Vec<&UnreadValue> = found
        .unread
        .iter()
        .filter(|value| value.reason == UnreadReason::Unknown)
        .collect();
    if unknown.is_empty() {
        return;
    }
    let what = match unknown.len() {
        1 => "a value that you gave is read by nothing in the chart".to_owned(),
        many => format!("{many} values that you gave are read by nothing in the chart"),
    };
    let mut text = format!("Warning: {what}:");
    for value in unknown.iter().take(MOST) {
        text.push_str(&format!("\n  {}{}", name(&value.path), question(value, &found)));
    }
    if unknown.len() > MOST {
        text.push_str(&format!(
            "\n  … and {} more: see explain values",
            unknown.len() - MOST
        ));
    }
    ui.status(&text);
}

/// Returns what a value is called in a values file: the path without its first dot.
pub(crate) fn name(path: &[Step]) -> String {
    shown_path(path).trim_start_matches('.').to_owned()
}

/// Asks whether another name was meant.
pub(crate) fn question(value: &UnreadValue, found: &UnreadFound) -> String {
    match meant(&value.path, found) {
        Some(other) => format!(" (did you mean {other}?)"),
        None => String::new(),
    }
}

/// Finds the name that comes nearest: at the first step that is not there, among those that are.
pub(crate) fn meant(path: &[Step], found: &UnreadFound) -> Option<String> {
    let is_there =
        |prefix: &[Step]| prefix.is_empty() || found.known.iter().any(|known| known.starts_with(prefix));
    let there = (0..path.len()).rev().find(|end| is_there(&path[..*end]))?;
    let below = found
        .known
        .iter()
        .filter(|known| known.starts_with(&path[..there]))
        .filter_map(|known| match known.get(there) {
            Some(Step::Key(key)) => Some(key.as_str()),
            _ => None,
        });
    let Step::Key(wanted) = &path[there] else {
        return None;
    };
    let key = nearest(wanted, below).into_iter().find(|key| key != wanted)?;
    let mut other = path[..there].to_vec();
    other.push(Step::Key(key.to_owned()));
    let whole: Vec<Step> = other.iter().chain(&path[there + 1..]).cloned().collect();
    Some(name(if is_there(&whole) { &whole } else { &other }))
}
