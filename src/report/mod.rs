//! What can be said about an error beyond Helm's line: which place of which file, and what led there.

mod templates;
mod yaml;

use std::error::Error;
use std::ops::Range;
use std::sync::Arc;

pub(crate) use templates::of_render;
pub(crate) use yaml::{of_file, of_plan, of_unread};

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Report {
    /// What is wrong; nothing when the line above says it.
    pub(crate) title: Option<String>,
    /// Where; the first is the place itself.
    pub(crate) excerpts: Vec<Excerpt>,
    /// What led there, and where else it happens.
    pub(crate) notes: Vec<String>,
}

/// A part of a text that is shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Excerpt {
    /// What the text is called.
    pub(crate) path: String,
    pub(crate) text: Arc<str>,
    /// The part that is marked, in bytes.
    pub(crate) span: Range<usize>,
    /// What is said about it.
    pub(crate) label: String,
    /// Something before it that it has to do with, and what is said about that.
    pub(crate) also: Option<(Range<usize>, String)>,
}

/// Finds all that is known about an error, the first report being that of the error's own line.
pub(crate) fn of(error: &(dyn Error + 'static)) -> Vec<Report> {
    if let Some(error) = find::<::templates::Error>(error) {
        return of_render(error);
    }
    if let Some(error) = find::<release::manifest::PlanError>(error) {
        return of_plan(error);
    }
    if let Some(error) = find::<release::Error>(error) {
        if let Some(error) = error.render_error() {
            return of_render(error);
        }
        return error.plan_error().map(of_plan).unwrap_or_default();
    }
    yaml::of_chain(error).into_iter().collect()
}

/// Finds an error of a type among an error and its causes.
fn find<'e, E: Error + 'static>(error: &'e (dyn Error + 'static)) -> Option<&'e E> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<E>() {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// Returns what several failing files are called together.
fn files(names: &[&str]) -> String {
    const MOST: usize = 8;
    let mut names = names.to_vec();
    names.dedup();
    let shown = names[..names.len().min(MOST)].join(", ");
    match names.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}
