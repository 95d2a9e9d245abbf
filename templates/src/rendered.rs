//! `Rendered`: what comes out of a chart.

use bytestring::ByteString;
use chart::yaml;
use std::collections::BTreeMap;

/// Rendered files by path. Copies of a text, and parts of it, are that text in memory.
pub type Files = BTreeMap<String, ByteString>;

/// Rendered files that are not UTF-8, by path: `b64dec` may give anything, and `trunc` may cut a character in half.
pub type Broken = BTreeMap<String, Vec<u8>>;

/// The rendered files of a chart and its subcharts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The text of every template that is not a partial, by its path from the outermost chart
    /// (`web/charts/db/templates/service.yaml`). Notes are among them.
    pub files: Files,
    /// The bytes of those files that are not UTF-8; in `files`, U+FFFD stands for each byte that begins no character.
    pub broken: Broken,
    /// What the templates would have failed with, had they not been rendered for lint.
    pub notices: Vec<Notice>,
}

/// A line of a rendered file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RenderedLine {
    /// The file, by its path among the rendered ones.
    pub path: String,
    /// Which line, from 1.
    pub number: usize,
    /// What stands there.
    pub text: String,
}

impl RenderedLine {
    /// Returns the line of a file at which its text turns out not to be YAML, or the last one before it with anything on
    /// it.
    pub fn before(path: &str, place: &yaml::Place) -> Self {
        let lines = place.text.split('\n').take(place.at.line).zip(1..);
        let (text, number) = lines
            .filter(|(text, _)| !text.trim().is_empty())
            .last()
            .unwrap_or_default();
        Self {
            path: path.to_owned(),
            number,
            text: text.to_owned(),
        }
    }
}

/// Something that a template complained about while it was rendered for lint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How bad it is.
    pub level: NoticeLevel,
    /// What Helm logs.
    pub text: &'static str,
    /// What the template said.
    pub message: String,
}

/// How bad a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeLevel {
    /// `fail` was called.
    Info,
    /// A required value is missing.
    Warning,
}

/// The suffix by which Helm knows notes.
const NOTES: &str = "NOTES.txt";

/// Says whether a file is notes, of whichever chart.
pub(crate) fn is_notes(path: &str) -> bool {
    path.ends_with(NOTES)
}

impl Rendered {
    /// Returns the notes of the chart called `name`, without those of its subcharts.
    pub fn notes(&self, name: &str) -> Option<&str> {
        self.files
            .get(&format!("{name}/templates/{NOTES}"))
            .map(|text| &**text)
    }

    /// Takes all notes out of the files and returns them by path.
    pub fn take_notes(&mut self) -> Files {
        self.files.extract_if(.., |path, _| is_notes(path)).collect()
    }

    /// Returns the bytes of a file that is not UTF-8, notes too; else those of `text`, which is what is left of it.
    pub fn bytes<'t>(&'t self, path: &str, text: &'t str) -> &'t [u8] {
        self.broken.get(path).map_or(text.as_bytes(), Vec::as_slice)
    }
}
