//! Changes on a terminal.

use release::diff::{ChangeSet, Effect, FieldChange, Note, ObjectChange};

use super::Detail;
use super::common::parted;
use super::fields::{Limits, Line, View, view};
use super::telling::telling;
use super::visible::visible_line;
use super::words::{counts, headline, is_identity, mark, title};
use crate::output::paint::Paint;

/// Returns changes as text, each object with its fields; the counts are said first and last.
pub(crate) fn text(set: &ChangeSet, detail: Detail, paint: Paint) -> String {
    let mut writer = Writer {
        set,
        detail,
        paint,
        text: String::new(),
    };
    writer.write();
    writer.text
}

struct Writer<'a> {
    set: &'a ChangeSet,
    detail: Detail,
    paint: Paint,
    text: String,
}

impl Writer<'_> {
    fn write(&mut self) {
        let counts = counts(self.set);
        let headline = headline(self.set);
        let first = if headline.is_empty() {
            counts.clone()
        } else {
            format!("{headline}: {counts}")
        };
        self.line(0, &self.paint.header(&first));
        let mut is_long = false;
        self.notes(&self.set.notes, 0);
        if !self.set.values.is_empty() {
            self.text.push('\n');
            self.line(0, &self.paint.header("values"));
            self.fields(&self.set.values.iter().collect::<Vec<_>>());
            is_long = true;
        }
        let told = parted(self.set, self.detail);
        for (change, fields) in &told.objects {
            self.text.push('\n');
            self.object(change, fields);
            is_long = true;
        }
        for common in &told.common {
            self.text.push('\n');
            self.line(0, &self.paint.changed(&format!("~ {}", common.title())));
            self.fields(&common.fields);
            is_long = true;
        }
        if is_long {
            self.text.push('\n');
            self.line(0, &self.paint.header(&counts));
        }
    }

    fn object(&mut self, change: &ObjectChange, fields: &[&FieldChange]) {
        let is_whole = matches!(change.effect, Effect::Create | Effect::Delete);
        let is_named_only = is_whole && self.detail == Detail::Short;
        let mut title = title(self.set, change);
        if is_named_only && change.effect == Effect::Create {
            for text in telling(&change.fields) {
                title.push_str(" · ");
                title.push_str(&text);
            }
        }
        let line = format!("{} {title}", mark(change.effect));
        self.line(0, &self.paint.effect(change.effect, &line));
        self.notes(&change.notes, 1);
        if !is_named_only {
            self.fields(fields);
        }
    }

    fn notes(&mut self, notes: &[Note], depth: usize) {
        for note in notes {
            let mut lines = note.text.lines().map(visible_line);
            let first = lines.next().unwrap_or_default();
            match note.concern.needs_attention() {
                true => self.line(depth, &self.paint.attention(&format!("! {first}"))),
                false => self.line(depth, &format!("· {first}")),
            }
            for line in lines {
                self.line(depth + 1, &line);
            }
        }
    }

    fn fields(&mut self, fields: &[&FieldChange]) {
        for field in fields.iter().filter(|field| !is_identity(&field.path)) {
            self.field(field);
        }
    }

    fn field(&mut self, field: &FieldChange) {
        let path = visible_line(&field.path);
        match view(field, Limits::of(self.detail)) {
            View::Line(Some(before), Some(after)) => {
                let paint = self.paint;
                let values = format!("{} → {}", paint.removed(&before), paint.added(&after));
                self.line(1, &format!("{} {path}: {values}", paint.changed("~")));
            }
            View::Line(Some(before), None) => {
                self.line(1, &self.paint.removed(&format!("- {path}: {before}")));
            }
            View::Line(None, after) => {
                let after = after.unwrap_or_default();
                self.line(1, &self.paint.added(&format!("+ {path}: {after}")));
            }
            View::Lines(lines) => {
                let (sign, rest) = match (&field.before, &field.after) {
                    (None, _) => (self.paint.added("+"), "more lines"),
                    (_, None) => (self.paint.removed("-"), "more lines"),
                    _ => (self.paint.changed("~"), "more lines of difference"),
                };
                self.line(1, &format!("{sign} {path}:"));
                self.lines(&lines, rest);
            }
        }
    }

    /// Writes lines; `rest` says what those are that are left out at the end.
    fn lines(&mut self, lines: &[Line], rest: &str) {
        let paint = self.paint;
        for line in lines {
            let line = match line {
                Line::Same(text) => format!("  {text}"),
                Line::Removed(text) => paint.removed(&format!("- {text}")),
                Line::Added(text) => paint.added(&format!("+ {text}")),
                Line::Skipped(count, _) => paint.faint(&format!("… {count} lines that are the same")),
                Line::More(count) => paint.faint(&format!("… {count} {rest}: --full shows them")),
            };
            self.line(2, &line);
        }
    }

    fn line(&mut self, depth: usize, line: &str) {
        self.text.push_str(&"    ".repeat(depth));
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}
