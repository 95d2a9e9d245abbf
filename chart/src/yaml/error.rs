//! `Error`: why a text is not YAML, and where.

use std::fmt::Display;
use std::sync::Arc;

use super::cursor::Mark;

/// Why a text is not YAML, in Go's words.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Error {
    message: String,
    place: Option<Box<Place>>,
}

/// Where a text is not YAML. Unlike Go's words this counts lines as people do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The whole text. Bytes that are not UTF-8 are the replacement character there.
    pub text: Arc<str>,
    /// Where the reader stopped.
    pub at: Position,
    /// What it was reading then, and where that began.
    pub within: Option<(&'static str, Position)>,
}

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 0.
    pub column: usize,
}

impl Error {
    pub(super) fn converting(message: impl Display) -> Self {
        Error {
            message: format!("error converting YAML to JSON: {message}"),
            place: None,
        }
    }

    pub(super) fn decoding(message: impl Display) -> Self {
        Error {
            message: format!("error unmarshaling JSON: while decoding JSON: {message}"),
            place: None,
        }
    }

    pub(super) fn at(mut self, place: Place) -> Self {
        self.place = Some(Box::new(place));
        self
    }

    /// Returns where it is; nothing when the text is YAML, but not what was expected.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_deref()
    }

    /// Takes the text that was read for a part of a larger one, in which it begins at `start`.
    #[must_use]
    pub fn within(mut self, text: &str, start: Position) -> Self {
        if let Some(place) = &mut self.place {
            place.text = Arc::from(text);
            place.at = place.at.behind(start);
            place.within = place
                .within
                .map(|(what, position)| (what, position.behind(start)));
        }
        self
    }
}

impl Position {
    /// The start of a text.
    pub const START: Position = Position { line: 1, column: 0 };

    /// Returns the position at which a text ends.
    pub fn after(text: &str) -> Self {
        let last = text.rsplit('\n').next().unwrap_or_default();
        Position {
            line: 1 + text.matches('\n').count(),
            column: last.chars().count(),
        }
    }

    /// Returns the position in a text whose part, beginning at `start`, has this position.
    fn behind(self, start: Position) -> Self {
        let column = match self.line {
            1 => start.column + self.column,
            _ => self.column,
        };
        Position {
            line: start.line - 1 + self.line,
            column,
        }
    }
}

impl From<Mark> for Position {
    fn from(mark: Mark) -> Self {
        Position {
            line: mark.line + 1,
            column: mark.column,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Position;
    use crate::yaml;

    #[test]
    fn place_is_where_the_reader_stopped() {
        for (text, line, column) in [
            ("a: 1\nb: x: 2\n", 2, 4),
            ("a:\n  b: 1\n c: 2\n", 3, 1),
            ("a: [1\nb: 2\n", 2, 1),
            ("a: 1\nb\nc: 2\nd: 3\n", 2, 0),
            ("a: *nowhere\n", 1, 3),
            ("a: \"x\n", 2, 0),
            ("a: 1\n\tb: 2\n", 2, 0),
        ] {
            let error = yaml::from_str(text).unwrap_err();
            let place = error.place().expect("a place");
            assert_eq!(place.at, Position { line, column }, "{text:?}: {error}");
        }
    }

    #[test]
    fn part_of_a_text() {
        let whole = "first: 1\n--- \n  b: x: 2\n";
        let start = Position::after("first: 1\n--- \n  ");
        let error = yaml::from_str("b: x: 2\n").unwrap_err().within(whole, start);
        assert_eq!(error.place().unwrap().at, Position { line: 3, column: 6 });
    }
}
