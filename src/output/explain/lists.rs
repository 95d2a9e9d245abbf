//! Lists of values, and of what changes from run to run.

use crate::commands::explain::{Call, Row, ValuesReport};
use crate::output::explain::write::{line, setter, shown, value};
use crate::output::paint::Paint;

/// Writes the values with where they are set, then what is wrong with them.
pub(crate) fn values(report: &ValuesReport, paint: Paint) -> String {
    let mut out = String::new();
    let texts: Vec<(String, &Row)> = report
        .values
        .iter()
        .map(|row| (format!("{} = {}", row.name, value(&row.value)), row))
        .collect();
    let widths = texts.iter().map(|(text, _)| text.chars().count());
    let width = widths.filter(|width| *width <= 60).max().unwrap_or(0);
    for (text, row) in &texts {
        let mut places = row.set_by.iter();
        let first = places
            .next()
            .map(|place| setter(place, paint))
            .unwrap_or_default();
        let over: Vec<String> = places
            .map(|place| format!("{} at {}", value(&place.value), setter(place, paint)))
            .collect();
        let over = match over.is_empty() {
            true => String::new(),
            false => format!(", over {}", over.join(", over ")),
        };
        line(&mut out, format!("{text:width$}  {first}{over}").trim_end());
    }
    section(
        &mut out,
        &paint.header("you gave these, and nothing read them"),
        &unread(report),
    );
    section(
        &mut out,
        &paint.header("templates ask for these, and no values.yaml has them"),
        &report.undocumented,
    );
    out
}

fn unread(report: &ValuesReport) -> Vec<String> {
    let unread = report.unread.iter().map(|value| match &value.did_you_mean {
        Some(other) => format!("{} (did you mean {other}?)", value.name),
        None => format!("{}: {}", value.name, value.reason),
    });
    unread.collect()
}

fn section(out: &mut String, title: &str, lines: &[String]) {
    if lines.is_empty() {
        return;
    }
    let gap = if out.is_empty() { "" } else { "\n" };
    line(out, &format!("{gap}{title}"));
    for text in lines {
        line(out, &format!("  {text}"));
    }
}

/// Writes the calls that give something else each time.
pub(crate) fn determinism(calls: &[Call], paint: Paint) -> String {
    if calls.is_empty() {
        return "nothing: the chart always renders the same\n".to_owned();
    }
    let mut out = String::new();
    for call in calls {
        let times = match call.times {
            1 => String::new(),
            times => format!(", {times} times"),
        };
        let (name, at) = (paint.name(&call.function), paint.place(&shown(&call.at)));
        line(&mut out, &format!("{name}   {at}   {}{times}", call.because));
        for at in &call.called_at {
            line(&mut out, &format!("  called at {}: {}", shown(at), at.expression));
        }
    }
    out
}
