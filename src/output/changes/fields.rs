//! How a field that differs is shown: in a line, or as the lines that differ.

use release::diff::{FieldChange, Shown, Step, align};
use serde_json::Value;

use super::Detail;
use super::values::{cut_around_difference, inline};
use super::visible::visible_line;

/// How many lines that stayed are shown around those that did not.
const CONTEXT: usize = 3;

/// How a field is shown.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum View {
    /// A value beside the other.
    Line(Option<String>, Option<String>),
    /// The lines of two texts.
    Lines(Vec<Line>),
}

/// A line of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Line {
    Same(String),
    Removed(String),
    Added(String),
    /// So many lines are left out here that stayed, of which this is the first.
    Skipped(usize, String),
    /// So many lines are left out at the end, as there are too many.
    More(usize),
}

/// How much is shown of a field.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How many letters of a value.
    pub(super) width: usize,
    /// How many lines of a text.
    pub(super) lines: usize,
}

impl Limits {
    /// The limits on a terminal.
    pub(super) fn of(detail: Detail) -> Self {
        match detail {
            Detail::Short => Limits {
                width: 100,
                lines: 40,
            },
            Detail::Full => Limits {
                width: usize::MAX,
                lines: usize::MAX,
            },
        }
    }
}

/// Returns how a change is shown.
pub(super) fn view(change: &FieldChange, limits: Limits) -> View {
    let sides = [&change.before, &change.after];
    if sides.iter().any(|side| side.as_ref().is_some_and(has_lines)) {
        let [mut before, mut after] = sides.map(|side| side.as_ref().map(lines_of).unwrap_or_default());
        drop_common_end(&mut before, &mut after);
        return View::Lines(cut_lines(differing(&before, &after), limits.lines));
    }
    let [before, after] = sides.map(|side| side.as_ref().map(inline));
    match (before, after) {
        (Some(before), Some(after)) => {
            let (before, after) = cut_around_difference(&before, &after, limits.width);
            View::Line(Some(before), Some(after))
        }
        (before, after) => {
            let cut = |text: Option<String>| text.map(|text| super::values::cut(&text, 0, limits.width));
            View::Line(cut(before), cut(after))
        }
    }
}

/// Says whether a value takes lines: a text of several, or something that is not small.
fn has_lines(value: &Shown) -> bool {
    match value {
        Shown::Plain(Value::String(text)) => text.trim_end_matches('\n').contains('\n'),
        Shown::Plain(Value::Array(items)) => items.iter().any(|item| item.is_object() || item.is_array()),
        Shown::Plain(Value::Object(fields)) => !fields.is_empty(),
        _ => false,
    }
}

/// Returns a value as lines: a text as it is, everything else as YAML.
fn lines_of(value: &Shown) -> Vec<String> {
    let text = match value {
        Shown::Plain(Value::String(text)) => text.clone(),
        Shown::Plain(value) if has_lines(&Shown::Plain(value.clone())) => {
            let text = crate::args::output::to_yaml(value).unwrap_or_else(|_| value.to_string());
            text.trim_end().to_owned()
        }
        other => inline(other),
    };
    text.split('\n').map(str::to_owned).collect()
}

/// Returns the lines that differ, with some around them.
fn differing(before: &[String], after: &[String]) -> Vec<Line> {
    let steps = align(before, after);
    let is_change = |step: &Step| !matches!(step, Step::Keep(..));
    let changes: Vec<_> = (0..steps.len()).filter(|at| is_change(&steps[*at])).collect();
    let mut near = vec![false; steps.len()];
    for at in changes {
        let to = (at + CONTEXT + 1).min(steps.len());
        near[at.saturating_sub(CONTEXT)..to].fill(true);
    }
    let mut lines = Vec::new();
    for (step, near) in steps.iter().zip(near) {
        match (step, lines.last_mut()) {
            (Step::Keep(_, y), _) if near => lines.push(Line::Same(visible_line(&after[*y]))),
            (Step::Keep(..), Some(Line::Skipped(count, _))) => *count += 1,
            (Step::Keep(_, y), _) => lines.push(Line::Skipped(1, visible_line(&after[*y]))),
            (Step::Remove(x), _) => lines.push(Line::Removed(visible_line(&before[*x]))),
            (Step::Insert(y), _) => lines.push(Line::Added(visible_line(&after[*y]))),
        }
    }
    // To say that a line is left out takes a line.
    for line in &mut lines {
        if let Line::Skipped(1, text) = line {
            *line = Line::Same(std::mem::take(text));
        }
    }
    lines
}

/// Leaves out what is beyond a number of lines, and letters of lines that are very long.
fn cut_lines(mut lines: Vec<Line>, limit: usize) -> Vec<Line> {
    if limit == usize::MAX {
        return lines;
    }
    for line in &mut lines {
        if let Line::Same(text) | Line::Removed(text) | Line::Added(text) = line {
            *text = super::values::cut(text, 0, 500);
        }
    }
    // One line less would be said in a line.
    if lines.len() > limit + 1 {
        let more = lines.len() - limit;
        lines.truncate(limit);
        lines.push(Line::More(more));
    }
    lines
}

/// A text ends with a line feed, which is no line. One that does not has another end.
fn drop_common_end(before: &mut Vec<String>, after: &mut Vec<String>) {
    let is_ended = |lines: &[String]| lines.is_empty() || lines.last().is_some_and(String::is_empty);
    if is_ended(before) && is_ended(after) {
        before.pop();
        after.pop();
    }
}
