//! `Error`: why a chart does not render.

use crate::gotmpl::{ExecError, ParseError};
use std::fmt;

/// A template that does not parse, or fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The path of the file that was parsed or executed.
    pub file: String,
    /// What happened to it.
    pub kind: ErrorKind,
    /// What Helm says.
    pub(crate) message: String,
}

/// What happened to a template.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorKind {
    /// It does not parse.
    Parse(ParseError),
    /// It called `required` or `fail`.
    Refused(Box<ExecError>),
    /// It failed.
    Exec(Box<ExecError>),
}

/// Prints what Helm prints.
impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
