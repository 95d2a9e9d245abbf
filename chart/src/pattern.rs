//! Shell patterns as Go's `path.Match` knows them: `*`, `?`, `[a-z]`, `\`.

use std::iter::Peekable;
use std::str::Chars;

/// A pattern that cannot be understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("syntax error in pattern")]
pub struct PatternError;

/// One piece of a pattern.
#[derive(Debug)]
enum Piece {
    /// Any run of characters but `/`.
    Star,
    /// Any character but `/`.
    Any,
    Char(char),
    Class {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

/// A pattern that was read, to be matched with many names.
#[derive(Debug)]
pub(crate) struct Pattern(Vec<Piece>);

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    ///
    /// See [`matches`].
    pub(crate) fn parse(pattern: &str) -> Result<Self, PatternError> {
        parse(pattern).map(Self)
    }

    /// Says whether all of `name` matches.
    pub(crate) fn matches(&self, name: &str) -> bool {
        matches_pieces(&self.0, name)
    }
}

/// Says whether all of `name` matches `pattern`; `*` and `?` stop at `/`.
///
/// # Errors
///
/// When the pattern has an open bracket, an empty range or a trailing backslash. Unlike Go, which stops reading at the
/// first difference, the whole pattern is always checked.
pub fn matches(pattern: &str, name: &str) -> Result<bool, PatternError> {
    Ok(Pattern::parse(pattern)?.matches(name))
}

fn parse(pattern: &str) -> Result<Vec<Piece>, PatternError> {
    let mut pieces = Vec::new();
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        pieces.push(match c {
            '*' => Piece::Star,
            '?' => Piece::Any,
            '[' => class(&mut chars)?,
            '\\' => Piece::Char(chars.next().ok_or(PatternError)?),
            c => Piece::Char(c),
        });
    }
    Ok(pieces)
}

fn class(chars: &mut Peekable<Chars>) -> Result<Piece, PatternError> {
    let negated = chars.next_if_eq(&'^').is_some();
    let mut ranges = Vec::new();
    loop {
        if !ranges.is_empty() && chars.next_if_eq(&']').is_some() {
            return Ok(Piece::Class { negated, ranges });
        }
        let low = class_char(chars)?;
        let high = if chars.next_if_eq(&'-').is_some() {
            class_char(chars)?
        } else {
            low
        };
        ranges.push((low, high));
    }
}

fn class_char(chars: &mut Peekable<Chars>) -> Result<char, PatternError> {
    match chars.next() {
        None | Some('-' | ']') => Err(PatternError),
        Some('\\') => chars.next().ok_or(PatternError),
        Some(c) => Ok(c),
    }
}

/// Walks both; at a difference after a star, lets the star take one more character.
fn matches_pieces(pieces: &[Piece], name: &str) -> bool {
    let (mut piece, mut rest) = (0, name.chars());
    let mut star: Option<(usize, Chars)> = None;
    loop {
        let next = rest.clone().next();
        match pieces.get(piece) {
            Some(Piece::Star) => {
                star = Some((piece, rest.clone()));
                piece += 1;
                continue;
            }
            Some(one) if next.is_some_and(|c| one.takes(c)) => {
                piece += 1;
                rest.next();
                continue;
            }
            None if next.is_none() => return true,
            _ => {}
        }
        let Some((star_piece, taken)) = &mut star else {
            return false;
        };
        if taken.next().is_none_or(|c| c == '/') {
            return false;
        }
        piece = *star_piece + 1;
        rest = taken.clone();
    }
}

impl Piece {
    fn takes(&self, c: char) -> bool {
        match self {
            Piece::Star => false,
            Piece::Any => c != '/',
            Piece::Char(wanted) => c == *wanted,
            Piece::Class { negated, ranges } => {
                ranges.iter().any(|(low, high)| (*low..=*high).contains(&c)) != *negated
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn matches_like_go() {
        for (pattern, name, expected) in [
            ("*.yaml", "a.yaml", true),
            ("*.yaml", "a/b.yaml", false),
            ("templates/.?*", "templates/.git", true),
            ("templates/.?*", "templates/.", false),
            ("a*b*c", "aXbYbZc", true),
            ("[^a-c]x", "dx", true),
            ("[^a-c]x", "ax", false),
            ("\\*", "*", true),
            ("", "", true),
            ("", "a", false),
        ] {
            assert_eq!(matches(pattern, name), Ok(expected), "{pattern} {name}");
        }
        for pattern in ["[", "[]a]", "a\\", "[-x]", "[a-]"] {
            assert_eq!(matches(pattern, "abc"), Err(PatternError), "{pattern}");
        }
    }

    proptest! {
        #[test]
        fn no_pattern_panics(pattern in "[\\[\\]^\\\\*?a-cé/-]{0,20}", name in "[a-cé/]{0,20}") {
            let _ = matches(&pattern, &name);
        }

        #[test]
        fn plain_text_matches_itself_alone(name in "[a-zé/.]{0,20}", other in "[a-zé/.]{0,20}") {
            prop_assert_eq!(matches(&name, &other), Ok(name == other));
        }
    }
}
