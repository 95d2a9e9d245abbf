//! The stream of documents that `template` prints, and choosing from it.

use chart::pattern;
use templates::{Broken, Files};

use crate::error::{CommandError, Result};

/// The manifest and the hooks as one text, in pieces.
#[derive(Default)]
pub(crate) struct Stream<'a> {
    pieces: Vec<&'a str>,
}

impl<'a> Stream<'a> {
    /// Joins the two; the manifest is trimmed as a whole, so that an empty one makes an empty line (Helm's
    /// `pkg/cmd/template.go`).
    pub(crate) fn new(manifest: Vec<&'a str>, hooks: Vec<&'a str>) -> Self {
        let mut pieces = manifest;
        while let Some(last) = pieces.pop() {
            let kept = last.trim_end();
            if !kept.is_empty() {
                pieces.push(kept);
                break;
            }
        }
        let blank = pieces.iter().take_while(|piece| piece.trim_start().is_empty());
        pieces.drain(..blank.count());
        if let Some(first) = pieces.first_mut() {
            *first = first.trim_start();
        }
        pieces.push("\n");
        pieces.extend(hooks);
        Stream { pieces }
    }

    /// The text, piece by piece.
    pub(crate) fn pieces(&self) -> &[&'a str] {
        &self.pieces
    }
}

/// The documents of a text, split again as Helm does, with the template each one names.
fn documents(text: &str) -> impl Iterator<Item = (&str, &str)> {
    release::manifest::split(text)
        .into_iter()
        .filter_map(|document| Some((template_of(document)?, document)))
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
    pub(crate) fn pick(&self, stream: &Stream<'_>) -> Result<String> {
        let whole = stream.pieces().concat();
        let mut text = String::new();
        for wanted in self.0 {
            let before = text.len();
            for (_, document) in
                documents(&whole).filter(|(path, _)| pattern::matches(wanted, path).unwrap_or(false))
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
pub(crate) fn unread_text(files: &Files, broken: &Broken) -> Vec<u8> {
    let mut all = Vec::new();
    for (path, text) in files {
        let bytes = broken.get(path).map_or(text.as_ref(), Vec::as_slice);
        all.extend([format!("---\n# Source: {path}\n").as_bytes(), bytes, b"\n"].concat());
    }
    [all.trim_ascii(), b"\n"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifest_is_trimmed_and_followed_by_hooks() {
        for (manifest, hooks, expected) in [
            (vec![], vec![], "\n"),
            (vec![" ", "\n"], vec!["---\n"], "\n---\n"),
            (vec!["\n", " a", "\n", "b\n\n", "\n", ""], vec![], "a\nb\n"),
            (
                vec!["---\n", "a\n", "\n"],
                vec!["---\n", "h\n", "\n"],
                "---\na\n---\nh\n\n",
            ),
        ] {
            assert_eq!(Stream::new(manifest, hooks).pieces().concat(), expected);
        }
    }
}
