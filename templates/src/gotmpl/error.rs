//! What can go wrong: a template that does not parse, or one that fails while it runs.

use super::function::FunctionError;
use super::place::Location;
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
    /// Which word it is about, when the text is at hand.
    pub place: Option<Box<Location>>,
    /// The action that is not closed, or whose block is not, when that is or may be what is wrong.
    pub opened: Option<Box<Location>>,
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
    /// The `template` actions that led to the template, the innermost first. Of very many only the innermost are kept.
    pub calls: Vec<Call>,
}

/// A template that runs another one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The template that calls.
    pub from: String,
    /// The template that is called.
    pub template: String,
    /// Where the call is; nothing when that is not known.
    pub at: Option<Location>,
}

/// So many calls are kept in an error: the end of a recursion says enough.
const MOST_CALLS: usize = 50;

impl ExecError {
    /// Returns what is wrong, causes included, without the place.
    pub fn reason(&self) -> String {
        match &self.cause {
            Some(cause) => format!("{}{cause}", self.message),
            None => self.message.clone(),
        }
    }

    /// Returns the failure that is behind all others.
    pub fn innermost(&self) -> &ExecError {
        let mut innermost = self;
        while let Some(cause) = innermost.cause.as_ref().and_then(|cause| cause.cause.as_deref()) {
            innermost = cause;
        }
        innermost
    }

    /// Returns the calls that led to the innermost failure, the innermost first: of `template`, of `include` and of
    /// whatever else runs templates.
    pub fn trail(&self) -> Vec<Call> {
        let mut trail = Vec::new();
        let mut level = Some(self);
        while let Some(error) = level {
            let inner = error.cause.as_ref().and_then(|cause| cause.cause.as_deref());
            trail.extend(error.calls.iter().rev().cloned());
            trail.extend(inner.map(|inner| Call {
                from: error.template.clone(),
                template: inner.entered().to_owned(),
                at: error.location.clone(),
            }));
            level = inner;
        }
        trail.reverse();
        trail
    }

    /// Returns the template that was running before any `template` action.
    fn entered(&self) -> &str {
        self.calls.last().map_or(&self.template, |call| &call.from)
    }

    /// Notes a `template` action that the failure went through.
    pub(super) fn pass(&mut self, call: impl FnOnce() -> Call) {
        if self.calls.len() < MOST_CALLS {
            self.calls.push(call());
        }
    }
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
