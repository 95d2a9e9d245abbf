//! Changes for a merge request: what needs attention first, the fields folded away.

use release::diff::{ChangeSet, FieldChange, ObjectChange};

use super::common::parted;
use super::fields::{Limits, Line, View, view};
use super::telling::telling;
use super::visible::{visible, visible_line};
use super::words::{counts, headline, is_identity, mark, title};
use super::{Detail, fields};

/// How long a text may become: a comment on GitHub has 65,536 letters at most, and somebody may write something below it.
const LARGEST: usize = 60_000;

/// How much of it objects may take with their fields; what is left is for the names of the others.
const WITH_FIELDS: usize = 44_000;

/// Returns changes as Markdown. Objects that make it too long for a comment are named without their fields, unless all is
/// asked for.
pub(crate) fn markdown(set: &ChangeSet, detail: Detail) -> String {
    let mut text = format!("### {}\n", escaped(&counts(set)));
    let headline = headline(set);
    if !headline.is_empty() {
        text.push_str(&format!("\n{}\n", escaped(&headline)));
    }
    push_notes(&mut text, set);
    if !set.values.is_empty() {
        push_folded(
            &mut text,
            "values",
            &block(&set.values.iter().collect::<Vec<_>>(), detail),
        );
    }
    let mut short = 0;
    let told = parted(set, detail);
    for (change, fields) in &told.objects {
        let line = format!("{} {}", mark(change.effect), title(set, change));
        let content = block(fields, detail);
        if detail == Detail::Short && text.len() + content.len() > WITH_FIELDS {
            short += 1;
            let name = format!("\n{}\n", code(&line));
            if text.len() + name.len() < LARGEST {
                text.push_str(&name);
            }
            continue;
        }
        push_object(&mut text, change, &line, &content);
    }
    for common in &told.common {
        let title = format!("~ {}", common.title());
        push_folded(&mut text, &title, &block(&common.fields, detail));
    }
    if short > 0 {
        text.push_str(&format!(
            "\nThe fields of {short} objects are left out: there is too much of them.\n"
        ));
    }
    text
}

fn push_object(text: &mut String, change: &ObjectChange, line: &str, content: &str) {
    let mut line = line.to_owned();
    if change.effect == release::diff::Effect::Create {
        line = [vec![line], telling(&change.fields)].concat().join(" · ");
    }
    push_folded(text, &line, content);
}

/// The notes, those that need attention first, each with its object.
fn push_notes(text: &mut String, set: &ChangeSet) {
    let of_all = set.notes.iter().map(|note| (None, note));
    let of_objects = set
        .objects
        .iter()
        .flat_map(|change| change.notes.iter().map(move |note| (Some(change), note)));
    let (urgent, others): (Vec<_>, Vec<_>) = of_all
        .chain(of_objects)
        .partition(|(_, note)| note.concern.needs_attention());
    for (heading, notes) in [("Needs attention", urgent), ("Notes", others)] {
        if notes.is_empty() {
            continue;
        }
        text.push_str(&format!("\n**{heading}**\n\n"));
        for (change, note) in notes {
            let about = change
                .map(|change| format!("{}: ", code(&title(set, change))))
                .unwrap_or_default();
            let lines: Vec<_> = note
                .text
                .lines()
                .map(|line| escaped(&visible_line(line)))
                .collect();
            text.push_str(&format!("- {about}{}\n", lines.join("<br>")));
        }
    }
}

/// A block that opens when one clicks at its title.
fn push_folded(text: &mut String, title: &str, content: &str) {
    if content.is_empty() {
        text.push_str(&format!("\n{}\n", code(title)));
        return;
    }
    let fence = "`".repeat(longest_run(content).max(2) + 1);
    text.push_str(&format!(
        "\n<details><summary>{}</summary>\n\n{fence}diff\n{content}{fence}\n\n</details>\n",
        code(title)
    ));
}

/// The fields as lines of a diff.
fn block(changes: &[&FieldChange], detail: Detail) -> String {
    let limits = match detail {
        Detail::Short => Limits {
            width: 200,
            lines: 60,
        },
        Detail::Full => Limits::of(detail),
    };
    let mut text = String::new();
    for change in changes.iter().filter(|change| !is_identity(&change.path)) {
        let path = visible(&change.path);
        match view(change, limits) {
            View::Line(before, after) => {
                for (sign, value) in [('-', before), ('+', after)] {
                    if let Some(value) = value {
                        text.push_str(&format!("{sign} {path}: {value}\n"));
                    }
                }
            }
            View::Lines(lines) => {
                text.push_str(&format!("@@ {path} @@\n"));
                lines.iter().for_each(|line| text.push_str(&line_of_diff(line)));
            }
        }
    }
    text
}

fn line_of_diff(line: &fields::Line) -> String {
    match line {
        Line::Same(text) => format!("  {text}\n"),
        Line::Removed(text) => format!("- {text}\n"),
        Line::Added(text) => format!("+ {text}\n"),
        Line::Skipped(count, _) => format!("  … {count} lines that are the same\n"),
        Line::More(count) => format!("  … {count} more lines\n"),
    }
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|letter| letter != '`')
        .map(str::len)
        .max()
        .unwrap_or_default()
}

/// Text in which nothing is taken for Markdown, HTML, a mention or a reference.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            // The space that nobody sees keeps it from being a mention or a reference.
            '@' | '#' => escaped.push_str(&format!("&#{};&#8203;", u32::from(letter))),
            letter if letter.is_ascii_punctuation() && !",.:;()/ -".contains(letter) => {
                escaped.push_str(&format!("&#{};", u32::from(letter)));
            }
            letter => escaped.push(letter),
        }
    }
    escaped
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}
