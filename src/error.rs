//! What goes wrong, for the person at the terminal: one line, where it is, a hint, an exit code.
//!
//! Libraries say their own layer and keep the cause as `source`; here the chain becomes one line, layers joined by
//! `": "`, which is how Go wraps errors and therefore how Helm's lines read.

use std::error::Error;
use std::process::ExitCode;

use chart::chain;

use crate::output::excerpt::{self, Style};
use crate::output::ui;
use crate::report::{self, Report};

/// The result of a command.
pub(crate) type Result<T = (), E = CommandError> = std::result::Result<T, E>;

/// An error as it is shown: what happened, and what to do about it.
#[derive(Debug)]
pub(crate) struct CommandError {
    message: String,
    hint: Option<String>,
    exit_code: u8,
    reports: Vec<Report>,
    style: Style,
    form: Form,
}

/// The form of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// `Error: …`
    Plain,
    /// That of Helm's log, which it has for what is wrong before there is a command.
    Log,
    /// None: the code says it.
    Silent,
}

impl CommandError {
    /// An error that has no cause below it.
    pub(crate) fn new(message: impl Into<String>) -> Self {
        CommandError {
            message: message.into(),
            hint: None,
            exit_code: 1,
            reports: Vec::new(),
            style: Style::Plain,
            form: Form::Plain,
        }
    }

    /// Ends the program with a code that says something by itself: nothing is written.
    pub(crate) fn silent(code: u8) -> Self {
        CommandError {
            form: Form::Silent,
            ..CommandError::new("").exit_code(code)
        }
    }

    /// Puts what was being done before the message.
    #[must_use]
    pub(crate) fn during(mut self, step: &str) -> Self {
        self.message = format!("{step}: {}", self.message);
        self
    }

    /// Says after the message something that belongs to it.
    #[must_use]
    pub(crate) fn followed_by(mut self, text: &str) -> Self {
        self.message.push_str(text);
        self
    }

    /// Says what to do; an earlier, more specific hint stays.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// Takes the hint away: Helm gives none.
    #[must_use]
    pub(crate) fn without_hint(mut self) -> Self {
        self.hint = None;
        self
    }

    /// Ends the program with another code than 1.
    #[must_use]
    pub(crate) fn exit_code(mut self, code: u8) -> Self {
        self.exit_code = code;
        self
    }

    /// Writes the message as a line of Helm's log.
    #[must_use]
    pub(crate) fn logged(self) -> Self {
        CommandError {
            form: Form::Log,
            ..self
        }
    }

    /// Says where it is, below the message; what is known of the error itself stays first.
    #[must_use]
    pub(crate) fn showing(mut self, reports: impl IntoIterator<Item = Report>) -> Self {
        self.reports.extend(reports);
        self
    }

    /// Draws what is below the message in this style.
    #[must_use]
    pub(crate) fn drawn(self, style: Style) -> Self {
        CommandError { style, ..self }
    }

    /// Leaves out everything that Helm does not say.
    #[must_use]
    pub(crate) fn in_short(mut self) -> Self {
        self.reports.clear();
        self
    }

    /// Writes the error to standard error and gives the exit code: 1, as for every error of Helm, unless a signal
    /// ended the command.
    pub(crate) fn report(&self) -> ExitCode {
        let excerpts = excerpt::draw(&self.reports, self.style);
        match self.form {
            Form::Plain => ui::write_error(&self.message, &excerpts, self.hint.as_deref()),
            Form::Silent => {}
            Form::Log => ui::write_log("WARN", &[("msg", "command failed"), ("error", &self.message)]),
        }
        ExitCode::from(self.exit_code)
    }

    /// The line that is shown.
    pub(crate) fn message(&self) -> &str {
        &self.message
    }
}

impl<E: Error + 'static> From<E> for CommandError {
    fn from(error: E) -> Self {
        let line = chain(&error);
        let message = match no_answer(&error) {
            Some(request) if !line.contains(UNREACHABLE) => format!("{UNREACHABLE}: {request}"),
            _ => line,
        };
        CommandError {
            message,
            hint: hint(&error),
            exit_code: 1,
            reports: report::of(&error),
            style: Style::Plain,
            form: Form::Plain,
        }
    }
}

/// What to do about a release that somebody is, or was, at work on.
fn hint(error: &(dyn Error + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(error) = next {
        let is_pending = matches!(error.downcast_ref(), Some(release::Error::Pending))
            || matches!(error.downcast_ref(), Some(release::NameCheck::Pending));
        if is_pending {
            return Some(
                "the release is pending and nobody is known to work on it: if that is so, --take-over goes on"
                    .to_owned(),
            );
        }
        if let Some(busy) = error.downcast_ref::<release::Busy>() {
            return Some(format!(
                "wait for it to end; if it died, the same command takes over in {} s",
                busy.patience
            ));
        }
        next = error.source();
    }
    None
}

/// Helm asks for the server's version before anything else, and these are its words when there is no answer, or when the
/// server does not know who asks. We spare the request and say the same when that becomes of the first real one.
pub(crate) const UNREACHABLE: &str = "kubernetes cluster unreachable";

/// The request that got no answer, if that is what is behind an error.
fn no_answer(error: &(dyn Error + 'static)) -> Option<String> {
    let mut next = Some(error);
    while let Some(error) = next {
        let api = error
            .downcast_ref::<release::ApiError>()
            .filter(|api| matches!(api.code, 0 | 401));
        if let Some(api) = api {
            return Some(api.to_string());
        }
        next = error.source();
    }
    None
}
