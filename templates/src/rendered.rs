//! `Rendered`: what comes out of a chart.

use std::collections::BTreeMap;

/// The rendered files of a chart and its subcharts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rendered {
    /// The text of every template that is not a partial, by its path from the outermost chart
    /// (`web/charts/db/templates/service.yaml`). Notes are among them.
    pub files: BTreeMap<String, String>,
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

impl Rendered {
    /// Returns the notes of the chart called `name`, without those of its subcharts.
    pub fn notes(&self, name: &str) -> Option<&str> {
        self.files
            .get(&format!("{name}/templates/{NOTES}"))
            .map(String::as_str)
    }

    /// Takes all notes out of the files and returns them by path.
    pub fn take_notes(&mut self) -> BTreeMap<String, String> {
        let (notes, files) = std::mem::take(&mut self.files)
            .into_iter()
            .partition(|(path, _)| path.ends_with(NOTES));
        self.files = files;
        notes
    }
}
