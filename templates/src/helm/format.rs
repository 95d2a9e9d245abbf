//! Errors of templates in Helm's words (`cleanupParseError`, `reformatExecErrorMsg`).

use super::check;
use crate::gotmpl::{ExecError, FunctionError, ParseError};

/// Formats an error of the parser. Helm cuts Go's text at every ": " and keeps the last piece.
pub(super) fn parse_error(error: &ParseError) -> String {
    let last = error.message.rsplit(": ").next().unwrap_or(&error.message);
    format!("parse error at ({}:{}): {last}", error.template, error.line)
}

/// Formats a failure.
///
/// A failure that is only a chain of templates is written in blocks, one for each level; Go's text is kept when
/// anything else is in the chain, such as the message of a function.
pub(crate) fn exec_error(error: &ExecError) -> String {
    let text = error.to_string();
    let location = text.split(": ").nth(1).unwrap_or_default();
    if let Some(message) = check::refusal(&text) {
        return format!("execution error at ({location}): {message}");
    }
    let mut blocks: Vec<Block> = Vec::new();
    for level in levels(error) {
        let Some(block) = Block::parse(&level) else {
            return text;
        };
        if blocks.last() != Some(&block) {
            blocks.push(block);
        }
    }
    let joined: String = blocks.iter().map(Block::format).collect();
    joined.trim().to_owned()
}

/// Returns the texts of the errors in the chain, the outermost first.
fn levels(error: &ExecError) -> Vec<String> {
    let mut levels = vec![error.to_string()];
    let mut cause: Option<&FunctionError> = error.cause.as_deref();
    while let Some(function) = cause {
        levels.push(function.to_string());
        let inner = function.cause.as_deref();
        // A function that adds nothing of its own hands on the error of the template as it is.
        if let Some(inner) = inner.filter(|_| !function.message.is_empty()) {
            levels.push(inner.to_string());
        }
        cause = inner.and_then(|inner| inner.cause.as_deref());
    }
    levels
}

/// One level of a failure.
#[derive(Debug, PartialEq, Eq)]
struct Block {
    location: String,
    function: String,
    message: String,
}

impl Block {
    /// Takes Go's text apart: `template: WHERE: executing "NAME" at <NODE>: MESSAGE`, or the two shorter forms.
    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("template: ")?;
        if rest.starts_with("no template ") {
            return Some(Self {
                location: String::new(),
                function: String::new(),
                message: text.to_owned(),
            });
        }
        Self::parse_executing(rest).or_else(|| Self::parse_simple(rest))
    }

    fn parse_executing(text: &str) -> Option<Self> {
        let (location, after) = text.split_once(": executing ")?;
        let (name, after) = after.strip_prefix('"')?.split_once('"')?;
        let (node, message) = after.strip_prefix(" at <")?.split_once(">: ")?;
        Some(Self {
            location: location.to_owned(),
            function: format!("executing \"{name}\" at <{node}>:"),
            message: before_next(message).to_owned(),
        })
    }

    fn parse_simple(text: &str) -> Option<Self> {
        let (location, message) = text.rsplit_once(": ")?;
        Some(Self {
            location: location.to_owned(),
            function: String::new(),
            message: before_next(message).to_owned(),
        })
    }

    fn format(&self) -> String {
        let mut out = String::new();
        for (text, end) in [
            (&self.location, "\n  "),
            (&self.function, "\n    "),
            (&self.message, "\n"),
        ] {
            if !text.is_empty() {
                out.push_str(text);
                out.push_str(end);
            }
        }
        out
    }
}

/// Cuts a message before the error of the next template.
fn before_next(message: &str) -> &str {
    message.split(" template:").next().unwrap_or(message)
}
