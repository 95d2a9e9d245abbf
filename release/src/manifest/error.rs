//! `PlanError`: rendered text that cannot be read, and which template wrote it.

use chart::ConfiguredChart;
use chart::yaml::{self, Place, Position};
use templates::{Origin, RenderInput, RenderedLine, Renderer};

use super::head::HeadError;

/// A document cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("YAML parse error on {path}")]
pub struct PlanError {
    /// The template.
    pub path: String,
    /// What is wrong with the document.
    pub source: ReadError,
    /// Where in the rendered file, if that can be said.
    pub place: Option<Box<Place>>,
    /// What wrote that line, once [`find_origins`](PlanError::find_origins) has found it.
    pub origin: Option<Box<Origin>>,
    /// The other documents that cannot be read. Helm says nothing of them.
    pub others: Vec<PlanError>,
}

/// What is wrong with a document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReadError {
    /// It is not YAML.
    #[error(transparent)]
    Yaml(#[from] yaml::Error),
    /// It is YAML, but its head has the wrong shape.
    #[error(transparent)]
    Head(Box<HeadError>),
}

impl From<HeadError> for ReadError {
    fn from(error: HeadError) -> Self {
        ReadError::Head(Box::new(error))
    }
}

impl PlanError {
    pub(super) fn new(path: &str, source: ReadError) -> Self {
        PlanError {
            path: path.to_owned(),
            source,
            place: None,
            origin: None,
            others: Vec::new(),
        }
    }

    /// Returns the first error with all others; nothing when there is none.
    pub(super) fn first_of(errors: Vec<PlanError>) -> Result<(), PlanError> {
        let mut errors = errors.into_iter();
        match errors.next() {
            None => Ok(()),
            Some(first) => Err(PlanError {
                others: errors.collect(),
                ..first
            }),
        }
    }

    /// Finds the place in a file; `document` is the part of it that was read.
    pub(super) fn within(mut self, file: &str, document: &str) -> Self {
        let offset = document.as_ptr() as usize - file.as_ptr() as usize;
        let start = Position::after(&file[..offset]);
        let error = match &self.source {
            ReadError::Yaml(error) => error.clone().within(file, start),
            ReadError::Head(error) => {
                self.place = error.line_in(document).map(|line| {
                    let content = document.lines().nth(line).unwrap_or_default();
                    let at = Position {
                        line: start.line + line,
                        column: content.len() - content.trim_start().len(),
                    };
                    Box::new(Place {
                        text: file.into(),
                        at,
                        within: None,
                    })
                });
                return self;
            }
        };
        self.place = error.place().cloned().map(Box::new);
        self
    }

    /// Finds out what wrote the lines that cannot be read, in all errors. This renders the chart once more.
    pub fn find_origins(&mut self, renderer: &Renderer, chart: &ConfiguredChart, input: &RenderInput) {
        let PlanError {
            path,
            place,
            origin,
            others,
            ..
        } = self;
        let own = (path.as_str(), place.as_deref(), origin);
        let others = others
            .iter_mut()
            .map(|error| (error.path.as_str(), error.place.as_deref(), &mut error.origin));
        let (mut lines, mut asked) = (Vec::new(), Vec::new());
        for (path, place, origin) in std::iter::once(own).chain(others) {
            if let Some(place) = place {
                lines.push(RenderedLine::before(path, place));
                asked.push(origin);
            }
        }
        for (origin, found) in asked.into_iter().zip(renderer.origins(chart, input, &lines)) {
            *origin = found.map(Box::new);
        }
    }
}
