//! The text of an explanation: what printed a value, what that read, what it stands under.

use std::fmt::Write as _;

use chart::Value;
use templates::Location;

use crate::commands::explain::{Decision, Entry, Explained, Place, Printed, Setting};
use crate::output::paint::Paint;

/// How Helm calls every text that `tpl` runs.
const TEXT: &str = "gotpl";

/// Returns what a template is called.
pub(crate) fn template_name(file: &str) -> &str {
    match file {
        TEXT => "text given to tpl",
        file => file,
    }
}

/// Writes all that is known about one value.
pub(crate) fn full(explained: &Explained, paint: Paint) -> String {
    let mut out = String::new();
    let value = short(&explained.value);
    line(
        &mut out,
        &format!(
            "{} {} = {value}",
            paint.header(&explained.object),
            paint.header(&explained.path)
        ),
    );
    if explained.printed_by.is_empty() {
        line(&mut out, &format!("\n{}", paint.header("printed by")));
        line(&mut out, &format!("  {}", untold(explained)));
    } else {
        line(&mut out, &format!("\n{}", paint.header("printed by")));
        for printed in by_line(&explained.printed_by) {
            out.push_str(&one_printed(&printed, paint));
        }
    }
    reads(&mut out, explained, paint);
    decisions(&mut out, explained, paint);
    if !explained.random.is_empty() {
        line(
            &mut out,
            &format!("\n{}", paint.header("another one each time, because of")),
        );
        for random in &explained.random {
            out.push_str(&one_printed(random, paint));
        }
    }
    out
}

fn untold(explained: &Explained) -> String {
    format!(
        "{}.tera (Tera does not say which part; the values below were found by trying those that it mentions)",
        explained.file
    )
}

pub(super) fn line(out: &mut String, text: &str) {
    out.push_str(text);
    out.push('\n');
}

/// Takes the parts of one line of a template together.
fn by_line(printed: &[Printed]) -> Vec<Printed> {
    let mut lines: Vec<Printed> = Vec::new();
    for part in printed {
        match lines.last_mut() {
            Some(last) if last.is_beside(part) => last.extend(part),
            _ => lines.push(part.clone()),
        }
    }
    lines
}

/// The line of the template with the part that printed, and the calls that led there.
fn one_printed(printed: &Printed, paint: Paint) -> String {
    let mut out = String::new();
    let at = &printed.at;
    line(&mut out, &format!("  {}", paint.place(&shown(at))));
    out.push_str(&excerpt(&at.at, paint));
    for call in &printed.called_at {
        let expression = short(&call.expression);
        line(&mut out, &format!("    called at {}: {expression}", shown(call)));
    }
    out
}

pub(super) fn shown(place: &Place) -> String {
    format!("{}:{}:{}", place.template, place.line, place.column)
}

/// The line that a part begins on, with the part marked.
fn excerpt(at: &Location, paint: Paint) -> String {
    let start = at.text[..at.span.start].rfind('\n').map_or(0, |last| last + 1);
    let whole = at.text[start..].lines().next().unwrap_or_default();
    let inside = at.span.start - start..(at.span.end - start).min(whole.len());
    let indent = whole.len() - whole.trim_start().len();
    let indent = indent.min(inside.start);
    let (before, marked) = (&whole[indent..inside.start], &whole[inside.clone()]);
    let number = at.line.to_string();
    let blank = " ".repeat(before.chars().count());
    let carets = "^".repeat(marked.chars().count().max(1));
    let gutter = " ".repeat(number.len());
    format!(
        "    {number} | {}{}{}\n    {gutter} | {blank}{}\n",
        before,
        marked,
        &whole[inside.end..],
        paint.mark(&carets),
    )
}

fn reads(out: &mut String, explained: &Explained, paint: Paint) {
    let (set, unset): (Vec<&Entry>, Vec<&Entry>) =
        shown_entries(&explained.reads).partition(|entry| entry.value.is_some());
    if !set.is_empty() {
        line(out, &format!("\n{}", paint.header("from")));
    }
    for entry in set {
        out.push_str(&one_entry(entry, "  ", paint));
    }
    let unset: Vec<&str> = unset.iter().map(|entry| entry.name.as_str()).collect();
    if !unset.is_empty() {
        line(out, &format!("\n{}", paint.header("asked for, and set nowhere")));
        line(out, &format!("  {}", unset.join(", ")));
    }
}

/// Those that make a difference, or may.
fn shown_entries(entries: &[Entry]) -> impl Iterator<Item = &Entry> {
    entries.iter().filter(|entry| {
        let is_scalar = !matches!(entry.value, Some(Value::Map(_) | Value::List(_)));
        match entry.effect {
            "none" => false,
            "not tried" => is_scalar,
            _ => true,
        }
    })
}

fn one_entry(entry: &Entry, indent: &str, paint: Paint) -> String {
    let mut out = String::new();
    let value = entry.value.as_ref().map_or_else(|| "not set".to_owned(), value);
    let fails = match entry.effect {
        "makes the chart fail" => "   (any other value makes the chart fail)",
        _ => "",
    };
    line(
        &mut out,
        &format!("{indent}{} = {value}{fails}", paint.name(&entry.name)),
    );
    for (number, setting) in entry.set_by.iter().enumerate() {
        let text = match number {
            0 => format!("{indent}  {}", setter(setting, paint)),
            _ => format!(
                "{indent}  over {}, {}",
                self::value(&setting.value),
                setter(setting, paint)
            ),
        };
        line(&mut out, &text);
    }
    out
}

pub(super) fn setter(setting: &Setting, paint: Paint) -> String {
    let place = match setting.line {
        Some(line) => format!("{}:{line}", setting.by),
        None => setting.by.clone(),
    };
    let mut text = paint.place(&place);
    if setting.role != "a flag" {
        let written = write!(text, " ({})", setting.role);
        debug_assert!(written.is_ok(), "a string takes all");
    }
    match &setting.called {
        Some(called) => format!("{text} as {called}"),
        None => text,
    }
}

fn decisions(out: &mut String, explained: &Explained, paint: Paint) {
    let is_shown = |decision: &&Decision| {
        let has_effect = decision
            .reads
            .iter()
            .any(|entry| entry.effect.starts_with(['c', 'm']));
        has_effect || decision.is_around
    };
    let mut is_first = true;
    for decision in explained.decided_by.iter().filter(is_shown) {
        if std::mem::take(&mut is_first) {
            line(out, &format!("\n{}", paint.header("decided by")));
        }
        let expression = short(&decision.at.expression);
        let text = format!(
            "  {} {expression}   {}",
            decision.kind,
            paint.place(&shown(&decision.at))
        );
        line(out, &text);
        for entry in shown_entries(&decision.reads).filter(|entry| entry.value.is_some()) {
            out.push_str(&one_entry(entry, "    ", paint));
        }
    }
}

/// Writes a line for each of many values.
pub(crate) fn table(all: &[Explained], paint: Paint) -> String {
    let mut out = String::new();
    if let Some(first) = all.first() {
        line(
            &mut out,
            &format!("{}   {}", paint.header(&first.object), paint.place(&first.file)),
        );
    }
    let rows: Vec<(String, String, String)> = all.iter().map(row).collect();
    let width = |column: fn(&(String, String, String)) -> &String, most: usize| {
        let widths = rows.iter().map(|row| column(row).chars().count());
        widths.filter(|width| *width <= most).max().unwrap_or(0)
    };
    let (left, middle) = (width(|row| &row.0, 72), width(|row| &row.1, 60));
    for (value, at, from) in &rows {
        let text = format!("  {value:left$}  {at:middle$}  {from}");
        line(&mut out, text.trim_end());
    }
    out
}

fn row(explained: &Explained) -> (String, String, String) {
    let at = explained.printed_by.last().map(|printed| &printed.at);
    let at = at.map_or_else(
        || format!("{} (Tera)", explained.file),
        |at| format!("{}:{}", at.template, at.line),
    );
    let changing = |entry: &&Entry| entry.effect == "changes it";
    let from: Vec<&str> = explained
        .reads
        .iter()
        .filter(changing)
        .map(|entry| entry.name.as_str())
        .collect();
    let value = format!("{}: {}", explained.path, short(&explained.value));
    (value, at, from.join(", "))
}

pub(super) fn value(value: &Value) -> String {
    let text = match value {
        Value::String(text) => format!("{text:?}"),
        Value::Map(map) if map.is_empty() => "{}".to_owned(),
        Value::List(list) if list.is_empty() => "[]".to_owned(),
        Value::Map(map) => format!("a table of {}", map.len()),
        Value::List(list) => format!("a list of {}", list.len()),
        other => chart::json::to_string(other).unwrap_or_default(),
    };
    short(&text)
}

/// Cuts what is too long for a line.
fn short(text: &str) -> String {
    const MOST: usize = 80;
    let first = text.lines().next().unwrap_or_default();
    match first.char_indices().nth(MOST) {
        Some((end, _)) => format!("{}…", &first[..end]),
        None if first.len() < text.trim_end().len() => format!("{first} …"),
        None => first.to_owned(),
    }
}
