//! Patterns of `.Files.Glob`: `*`, `**`, `?`, `[a-z]`, `[!abc]`, `{a,b}` with `/` as separator, as gobwas/glob has them.

/// A parsed pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Glob(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Char(char),
    /// `*`: anything within a path component.
    Any,
    /// `**`: anything.
    Super,
    /// `?`: one character, not the separator.
    Single,
    /// `[abc]`, `[a-z]`, and with `!` what is not there; the separator is a character as any other here.
    Class {
        is_negated: bool,
        members: Members,
    },
    /// `{a,b}`
    Alternatives(Vec<Vec<Part>>),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Members {
    Range(char, char),
    List(Vec<char>),
}

const SEPARATOR: char = '/';

impl Glob {
    /// Parses a pattern; nothing when it is not one.
    pub(crate) fn parse(pattern: &str) -> Option<Self> {
        let mut parser = Parser {
            rest: pattern.chars().collect(),
            position: 0,
        };
        let parts = parser.sequence(0)?;
        (parser.position == parser.rest.len()).then_some(Self(parts))
    }

    /// The pattern that matches everything.
    pub(crate) fn everything() -> Self {
        Self(vec![Part::Super])
    }

    /// Says whether the whole text matches.
    pub(crate) fn matches(&self, text: &str) -> bool {
        let text: Vec<char> = text.chars().collect();
        matches(&self.0.iter().collect::<Vec<_>>(), &text)
    }
}

fn matches(parts: &[&Part], text: &[char]) -> bool {
    let Some((part, rest)) = parts.split_first() else {
        return text.is_empty();
    };
    match part {
        Part::Char(wanted) => text.first() == Some(wanted) && matches(rest, &text[1..]),
        Part::Single => text.first().is_some_and(|found| *found != SEPARATOR) && matches(rest, &text[1..]),
        Part::Class { is_negated, members } => {
            text.first()
                .is_some_and(|found| members.contains(*found) != *is_negated)
                && matches(rest, &text[1..])
        }
        Part::Any => {
            let within = text
                .iter()
                .position(|found| *found == SEPARATOR)
                .unwrap_or(text.len());
            (0..=within).any(|length| matches(rest, &text[length..]))
        }
        Part::Super => (0..=text.len()).any(|length| matches(rest, &text[length..])),
        Part::Alternatives(alternatives) => alternatives.iter().any(|alternative| {
            let joined: Vec<&Part> = alternative.iter().chain(rest.iter().copied()).collect();
            matches(&joined, text)
        }),
    }
}

impl Members {
    fn contains(&self, found: char) -> bool {
        match self {
            Self::Range(from, to) => (*from..=*to).contains(&found),
            Self::List(members) => members.contains(&found),
        }
    }
}

struct Parser {
    rest: Vec<char>,
    position: usize,
}

/// How deep braces may be nested.
const DEEPEST: usize = 50;

impl Parser {
    fn next(&mut self) -> Option<char> {
        let next = self.rest.get(self.position).copied();
        self.position += usize::from(next.is_some());
        next
    }

    fn peek(&self) -> Option<char> {
        self.rest.get(self.position).copied()
    }

    /// Parses up to the end, or within braces up to a comma or the closing brace.
    fn sequence(&mut self, depth: usize) -> Option<Vec<Part>> {
        let mut parts = Vec::new();
        while let Some(next) = self.peek() {
            if depth > 0 && matches!(next, ',' | '}') {
                break;
            }
            self.position += 1;
            parts.push(match next {
                '\\' => match self.next() {
                    Some(escaped) => Part::Char(escaped),
                    None => break,
                },
                '?' => Part::Single,
                '*' if self.peek() == Some('*') => {
                    self.position += 1;
                    Part::Super
                }
                '*' => Part::Any,
                '[' => self.class()?,
                '{' if depth < DEEPEST => self.alternatives(depth)?,
                '{' => return None,
                other => Part::Char(other),
            });
        }
        Some(parts)
    }

    fn alternatives(&mut self, depth: usize) -> Option<Part> {
        let mut alternatives = Vec::new();
        loop {
            alternatives.push(self.sequence(depth + 1)?);
            match self.next() {
                Some(',') => {}
                // An open brace at the end of the pattern is closed by it.
                Some('}') | None => return Some(Part::Alternatives(alternatives)),
                Some(_) => return None,
            }
        }
    }

    fn class(&mut self) -> Option<Part> {
        let is_negated = self.peek() == Some('!');
        self.position += usize::from(is_negated);
        let first = self.next()?;
        if self.peek() == Some('-') {
            self.position += 1;
            let last = self.next()?;
            let is_closed = self.next() == Some(']');
            let members = Members::Range(first, last);
            return (is_closed && first <= last).then_some(Part::Class { is_negated, members });
        }
        self.position -= 1;
        let mut members = Vec::new();
        loop {
            match self.next()? {
                ']' => break,
                '\\' => members.push(self.next()?),
                member => members.push(member),
            }
        }
        (!members.is_empty()).then_some(Part::Class {
            is_negated,
            members: Members::List(members),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        let cases = [
            ("config/*", "config/a.yaml", true),
            ("config/*", "config/b/a.yaml", false),
            ("config/**", "config/b/a.yaml", true),
            ("**.yaml", "config/b/a.yaml", true),
            ("d/**/x", "d/x", false),
            ("d/**/x", "d/a/b/x", true),
            ("{a,b/*}.txt", "b/c.txt", true),
            ("{a,b}.txt", "c.txt", false),
            ("[a-c]?", "bz", true),
            ("[!a-c]?", "bz", false),
            ("[xyz]", "y", true),
            ("a\\*", "a*", true),
            ("a\\*", "ab", false),
            ("", "", true),
            ("*", "a", true),
            ("files/{x,y}/**.{json,yml}", "files/y/a/b.yml", true),
        ];
        for (pattern, text, expected) in cases {
            assert_eq!(
                Glob::parse(pattern).expect("a pattern").matches(text),
                expected,
                "{pattern} on {text}"
            );
        }
        assert_eq!(Glob::parse("[a"), None);
        assert_eq!(Glob::parse("[]"), None);
    }
}
