//! The stream of documents that `template` prints, and choosing from it.

use chart::pattern;
use std::collections::BTreeMap;
use templates::Broken;

use crate::error::{CommandError, Result};

/// The manifest and the hooks as one text.
pub(crate) struct Stream {
    text: String,
}

impl Stream {
    /// Joins the two; the manifest is trimmed as a whole, so that an empty one makes an empty line (Helm's
    /// `pkg/cmd/template.go`).
    pub(crate) fn new(manifest: String, hooks: &str) -> Self {
        let mut text = manifest;
        text.truncate(text.trim_end().len());
        text.drain(..text.len() - text.trim_start().len());
        text.reserve_exact(1 + hooks.len());
        text.push('\n');
        text.push_str(hooks);
        Stream { text }
    }

    /// The text.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The documents, split again as Helm does, with the template each one names.
    fn documents(&self) -> impl Iterator<Item = (&str, &str)> {
        release::manifest::split(&self.text)
            .into_iter()
            .filter_map(|document| Some((template_of(document)?, document)))
    }
}

/// The path below the chart in the first `# Source: chart/path` line.
fn template_of(document: &str) -> Option<&str> {
    let (_, rest) = document.split_once("# Source: ")?;
    let line = rest.lines().next()?;
    let (chart, path) = line.split_once('/')?;
    (!chart.is_empty() && !path.is_empty()).then_some(path)
}

/// `--show-only`: patterns for templates, in the order in which they are shown.
pub(crate) struct ShowOnly<'a>(pub(crate) &'a [String]);

impl ShowOnly<'_> {
    /// The documents of the templates that the patterns name.
    ///
    /// # Errors
    /// When a pattern names none.
    pub(crate) fn pick(&self, stream: &Stream) -> Result<String> {
        let mut text = String::new();
        for wanted in self.0 {
            let before = text.len();
            for (_, document) in stream
                .documents()
                .filter(|(path, _)| pattern::matches(wanted, path).unwrap_or(false))
            {
                text.push_str(&format!("---\n{document}\n"));
            }
            if text.len() == before {
                return Err(CommandError::new(format!(
                    "could not find template {wanted} in chart"
                )));
            }
        }
        Ok(text)
    }
}

/// What was rendered and cannot be read, for `--debug`: whole files, by path.
pub(crate) fn unread_text(files: &BTreeMap<String, String>, broken: &Broken) -> Vec<u8> {
    let mut all = Vec::new();
    for (path, text) in files {
        let bytes = broken.get(path).map_or(text.as_bytes(), Vec::as_slice);
        all.extend([format!("---\n# Source: {path}\n").as_bytes(), bytes, b"\n"].concat());
    }
    [all.trim_ascii(), b"\n"].concat()
}
