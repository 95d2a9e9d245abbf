//! What can go wrong: a template that does not parse, or one that fails while it runs.

use super::function::FunctionError;
use super::printf::quote;
use std::fmt;

/// A template that does not parse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ParseError {
    /// The name that the text was parsed under.
    pub template: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub message: String,
}

impl fmt::Display for ParseError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "template: {}:{}: {}",
            self.template, self.line, self.message
        )
    }
}

impl std::error::Error for ParseError {}

/// A template that failed while it ran.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExecError {
    /// The name of the template that was running.
    pub template: String,
    /// Where in which text; nothing when no template could be started.
    pub location: Option<Location>,
    /// What is wrong; the text of the cause follows it.
    pub message: String,
    /// What the function failed with that was called.
    pub cause: Option<Box<FunctionError>>,
}

impl ExecError {
    /// Returns what is wrong, causes included, without the place.
    pub fn reason(&self) -> String {
        match &self.cause {
            Some(cause) => format!("{}{cause}", self.message),
            None => self.message.clone(),
        }
    }
}

/// The place of a node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Location {
    /// The name that the text was parsed under.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The byte in the line, from 0.
    pub column: usize,
    /// The position in the text, in bytes.
    pub offset: usize,
    /// The node, printed in Go's form.
    pub expression: String,
}

impl fmt::Display for ExecError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.location {
            None => write!(formatter, "template: {}: ", self.template)?,
            Some(at) => write!(
                formatter,
                "template: {}:{}:{}: executing {} at <{}>: ",
                at.file,
                at.line,
                at.column,
                quote(self.template.as_bytes()),
                at.expression,
            )?,
        }
        formatter.write_str(&self.reason())
    }
}

impl std::error::Error for ExecError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.cause.as_deref().map(|cause| cause as _)
    }
}
