//! Change sets as they are read: on a terminal, in a merge request, in a browser, by programs.
//!
//! `words` is what they all say, `fields` how a field that differs is shown, `visible` keeps what comes from elsewhere from
//! being taken for something else. A file per form puts these together.

mod visible;
mod values;
mod words;
mod fields;
mod telling;
mod common;
mod text;
mod markdown;
mod json;
mod html;

pub(crate) use self::{html::html, json::json, markdown::markdown, text::text};

/// How much is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Detail {
    /// What one wants to see at first: long texts are cut, what is new is named.
    Short,
    /// Everything.
    Full,
}

#[cfg(test)]
mod tests;
