//! YAML as a tree of nodes that keeps how it was written: comments, quotes, anchors.
//!
//! This is go-yaml v3's `Node`, as kustomize's library uses it to read objects, change them and write them back. Helm
//! does so with everything that goes through a post-renderer. Which comment belongs to which node falls out of the order
//! in which scanner and parser look at tokens, so both follow go-yaml step by step; do not tidy them.

mod cursor;
mod token;
mod scanner;
mod comments;
mod tags;
mod scalars;
mod quoted;
mod parser;
mod nodes;
mod places;
mod style;
mod writer;
mod flow;
mod scalar_writer;

pub use parser::first_document;
pub use places::{Found, Step, places};
pub use token::Error;
pub use writer::{SequenceIndent, Writer};

/// What a node is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Kind {
    /// A document, with one node in it.
    Document,
    /// A table; keys and values take turns.
    Mapping,
    /// A list.
    Sequence,
    /// A single value.
    #[default]
    Scalar,
    /// A mention of an anchor.
    Alias,
}

impl Kind {
    /// Returns go-yaml's name for it, which messages have.
    pub fn go_name(self) -> &'static str {
        match self {
            Kind::Document => "DocumentNode",
            Kind::Mapping => "MappingNode",
            Kind::Sequence => "SequenceNode",
            Kind::Scalar => "ScalarNode",
            Kind::Alias => "AliasNode",
        }
    }
}

/// How a node is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// A scalar without quotes; a collection on lines of its own.
    #[default]
    Plain,
    /// In single quotes.
    SingleQuoted,
    /// In double quotes.
    DoubleQuoted,
    /// Behind `|`.
    Literal,
    /// Behind `>`.
    Folded,
    /// A collection in brackets or braces.
    Flow,
}

/// The comments around a node.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Comments {
    /// Above it.
    pub head: String,
    /// Behind it, on its line.
    pub line: String,
    /// Below it.
    pub foot: String,
}

/// A piece of YAML.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Node {
    /// What it is.
    pub kind: Kind,
    /// How it is written.
    pub style: Style,
    /// The tag it was given, in full; empty if it was given none.
    pub tag: String,
    /// Its anchor; empty if it has none.
    pub anchor: String,
    /// The text of a scalar, the anchor that an alias mentions.
    pub value: String,
    /// The comments around it.
    pub comments: Comments,
    /// The line it begins on; 0 if it was not read.
    pub line: usize,
    /// The character of the text that it begins at, without a byte-order mark.
    pub start: usize,
    /// What is in it.
    pub content: Vec<Node>,
}

#[cfg(test)]
mod tests;
