//! Why a text is no YAML: libyaml's problems, placed as go-yaml places them.

use std::borrow::Cow;
use std::fmt;

use super::cursor::Mark;

/// Where in the reading of a text a problem was found, which decides how its line is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stage {
    /// The bytes are no characters that YAML allows; such a problem has no line.
    Characters,
    /// The characters are no tokens.
    Tokens,
    /// The tokens are in no order that makes a document.
    Structure,
}

/// A problem, its place, and what was being read and where that began.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct SyntaxError {
    pub(super) stage: Stage,
    pub(super) problem: Cow<'static, str>,
    pub(super) mark: Mark,
    pub(super) within: Option<(&'static str, Mark)>,
}

impl SyntaxError {
    pub(super) fn structure(problem: &'static str, mark: Mark) -> Self {
        SyntaxError {
            stage: Stage::Structure,
            problem: problem.into(),
            mark,
            within: None,
        }
    }

    /// Says what was being read, unless something within that is known to have been.
    pub(super) fn within(mut self, what: &'static str, start: Mark) -> Self {
        self.within.get_or_insert((what, start));
        self
    }
}

/// Says it as go-yaml's `fail` does: the line is off by one for all but the scanner's, and absent for the first.
impl fmt::Display for SyntaxError {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        let line = match (self.mark.line, self.stage) {
            (0, _) | (_, Stage::Characters) => 0,
            (line, Stage::Tokens) => line + 1,
            (line, Stage::Structure) => line,
        };
        formatter.write_str(&located(line, &self.problem))
    }
}

/// Puts go-yaml's place before a message; line 0 is none.
pub(super) fn located(line: usize, problem: &str) -> String {
    if line == 0 {
        format!("yaml: {problem}")
    } else {
        format!("yaml: line {line}: {problem}")
    }
}
