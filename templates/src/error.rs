//! `Error`: why a chart does not render.

use crate::gotmpl::{Call, ExecError, Location, ParseError};
use crate::helm;
use std::fmt;

/// A template that does not parse, or fails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The path of the file that was parsed or executed.
    pub file: String,
    /// What happened to it.
    pub kind: ErrorKind,
    /// The errors of other files, in Helm's order. Helm says nothing of them. They may be consequences of this one, since
    /// templates can change what others see.
    pub others: Vec<Error>,
    /// What Helm says, where it was asked for already. Of a long recursion it is long, and takes a large stack to make.
    pub(crate) message: Option<String>,
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

impl Error {
    /// Makes an error with its message.
    pub(crate) fn saying(message: String, file: &str, kind: ErrorKind) -> Self {
        Self {
            file: file.to_owned(),
            kind,
            others: Vec::new(),
            message: Some(message),
        }
    }

    /// Makes the error of a template that failed.
    pub(crate) fn failed(file: &str, error: Box<ExecError>) -> Self {
        let kind = match helm::refusal(&error.innermost().reason()) {
            Some(_) => ErrorKind::Refused(error),
            None => ErrorKind::Exec(error),
        };
        Self {
            file: file.to_owned(),
            kind,
            others: Vec::new(),
            message: None,
        }
    }

    /// Returns the first error with all others; nothing when there is none.
    pub(crate) fn first_of(errors: Vec<Error>) -> Option<Box<Error>> {
        let mut errors = errors.into_iter();
        let mut first = errors.next()?;
        first.others = errors.collect();
        Some(Box::new(first))
    }

    /// Makes the message of a failure. This must be called where the templates ran.
    pub(crate) fn in_words(mut self) -> Self {
        self.message = self.exec_error().map(helm::exec_error);
        self
    }

    /// Returns the innermost place: where it really went wrong, however many templates are between it and the file.
    pub fn place(&self) -> Option<&Location> {
        match self.parse_error() {
            Some(error) => error.place.as_deref(),
            None => self.exec_error()?.innermost().location.as_ref(),
        }
    }

    /// Returns the action that is not closed, or whose block is not, when that is or may be what is wrong.
    pub fn opened(&self) -> Option<&Location> {
        self.parse_error()?.opened.as_deref()
    }

    /// Returns what went wrong at the place, without the way that led there.
    pub fn reason(&self) -> String {
        if let Some(error) = self.parse_error() {
            return error.message.clone();
        }
        match self.exec_error() {
            Some(error) => {
                let reason = error.innermost().reason();
                match helm::refusal(&reason) {
                    Some(message) => message.to_owned(),
                    None => reason,
                }
            }
            None => self.message.clone().unwrap_or_default(),
        }
    }

    /// Returns the calls that led to the place, the innermost first. The outermost stands in the file.
    pub fn trail(&self) -> Vec<Call> {
        let Some(error) = self.exec_error() else {
            return Vec::new();
        };
        let mut trail = error.trail();
        if let (Some(_), innermost) = (self.parse_error(), error.innermost()) {
            // The text that does not parse is one step further than the template that has it parsed.
            let call = Call {
                from: innermost.template.clone(),
                template: helm::SET_NAME.to_owned(),
                at: innermost.location.clone(),
            };
            trail.insert(0, call);
        }
        trail
    }

    /// Says whether both went wrong at the same place for the same reason.
    pub fn has_same_cause(&self, other: &Error) -> bool {
        let is_same_place = match (self.place(), other.place()) {
            (Some(one), Some(two)) => (&one.file, &one.span, &one.text) == (&two.file, &two.span, &two.text),
            _ => false,
        };
        is_same_place && self.reason() == other.reason()
    }

    /// The failure, if it did not fail before it was run.
    fn exec_error(&self) -> Option<&ExecError> {
        match &self.kind {
            ErrorKind::Refused(error) | ErrorKind::Exec(error) => Some(error),
            ErrorKind::Parse(_) => None,
        }
    }

    /// What is no template: the file, or a text that one of the templates has parsed.
    fn parse_error(&self) -> Option<&ParseError> {
        match &self.kind {
            ErrorKind::Parse(error) => Some(error),
            _ => self.exec_error()?.innermost().cause.as_ref()?.text.as_deref(),
        }
    }
}

/// Prints what Helm prints; of one of the [`others`](Error::others) the file and the reason.
impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.message {
            Some(message) => formatter.write_str(message),
            None => write!(formatter, "{}: {}", self.file, self.reason()),
        }
    }
}

impl std::error::Error for Error {}
