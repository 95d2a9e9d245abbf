//! `VersionReq`: ranges such as `^1.2`, `>=1.2, <2`, `1.2 - 2.3`, `~1.x || 3`.

use std::cmp::Ordering;

use super::{Version, compare_words, optional_suffix};
use crate::quote::quote;

/// A range of versions: alternatives between `||`, each a list of comparisons that must all hold.
///
/// A pre-release is in a range only if a comparison of the same alternative names a pre-release (`>=1.2.3-0`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionReq {
    alternatives: Vec<Alternative>,
}

/// Why a text is no range.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequirementError {
    /// It does not look like one.
    #[error("improper constraint: {}", quote(.0))]
    Improper(String),
    /// It looks like one, but its version is none.
    #[error("constraint parser error")]
    Version,
    /// More than 512 bytes.
    #[error("constraint string is too long (max 512 bytes)")]
    TooLong,
    /// More than 32 alternatives.
    #[error("too many constraint groups (max 32)")]
    TooManyAlternatives,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Alternative {
    comparisons: Vec<Comparison>,
    admits_prereleases: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Comparison {
    operator: Operator,
    version: Version,
    open: Open,
}

/// From which number on the version is left open, as in `1.x`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Open {
    Major,
    Minor,
    Patch,
    Nothing,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Operator {
    /// `=`, or none.
    Equal,
    NotEqual,
    Greater,
    Less,
    GreaterOrEqual,
    LessOrEqual,
    Tilde,
    Caret,
}

const LONGEST: usize = 512;
const MOST_ALTERNATIVES: usize = 32;

/// Longer ones first.
const OPERATORS: [(&str, Operator); 11] = [
    ("!=", Operator::NotEqual),
    (">=", Operator::GreaterOrEqual),
    ("=>", Operator::GreaterOrEqual),
    ("<=", Operator::LessOrEqual),
    ("=<", Operator::LessOrEqual),
    ("~>", Operator::Tilde),
    ("=", Operator::Equal),
    (">", Operator::Greater),
    ("<", Operator::Less),
    ("~", Operator::Tilde),
    ("^", Operator::Caret),
];

impl VersionReq {
    /// Reads a range.
    ///
    /// # Errors
    ///
    /// When the text is none; the message shows the alternative that is not understood.
    pub fn parse(text: &str) -> Result<Self, RequirementError> {
        if text.len() > LONGEST {
            return Err(RequirementError::TooLong);
        }
        let text = rewrite_hyphens(text);
        let alternatives: Vec<&str> = text.split("||").collect();
        if alternatives.len() > MOST_ALTERNATIVES {
            return Err(RequirementError::TooManyAlternatives);
        }
        let alternatives = alternatives
            .into_iter()
            .map(Alternative::parse)
            .collect::<Result<_, _>>()?;
        Ok(VersionReq { alternatives })
    }

    /// Says whether `version` is in the range.
    pub fn matches(&self, version: &Version) -> bool {
        self.alternatives
            .iter()
            .any(|alternative| alternative.matches(version))
    }
}

impl std::str::FromStr for VersionReq {
    type Err = RequirementError;

    fn from_str(text: &str) -> Result<Self, RequirementError> {
        VersionReq::parse(text)
    }
}

impl Alternative {
    fn parse(text: &str) -> Result<Self, RequirementError> {
        let tokens = tokens(text).ok_or_else(|| RequirementError::Improper(text.to_owned()))?;
        let comparisons: Vec<Comparison> = tokens
            .into_iter()
            .map(Comparison::parse)
            .collect::<Result<_, _>>()?;
        let admits_prereleases = comparisons
            .iter()
            .any(|comparison| comparison.version.is_prerelease());
        Ok(Alternative {
            comparisons,
            admits_prereleases,
        })
    }

    fn matches(&self, version: &Version) -> bool {
        (self.admits_prereleases || !version.is_prerelease())
            && self
                .comparisons
                .iter()
                .all(|comparison| comparison.matches(version))
    }
}

/// An operator and the version after it, not yet understood.
struct Token<'a> {
    operator: Operator,
    partial: Partial<'a>,
}

/// A version whose numbers may be `x` or absent.
struct Partial<'a> {
    text: &'a str,
    major: &'a str,
    minor: &'a str,
    patch: &'a str,
    prerelease: &'a str,
}

/// Cuts an alternative into comparisons, which blanks or a comma separate. There must be at least one.
fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = trim_start(text);
    loop {
        let (operator, after) = operator(rest);
        let (partial, after) = partial(trim_start(after))?;
        tokens.push(Token { operator, partial });
        rest = trim_start(after);
        if rest.is_empty() {
            return Some(tokens);
        }
        let has_blank = rest.len() < after.len();
        match rest.strip_prefix(',') {
            Some(after_comma) => rest = trim_start(after_comma),
            None if has_blank => {}
            None => return None,
        }
    }
}

fn trim_start(text: &str) -> &str {
    text.trim_start_matches(is_blank)
}

fn is_blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c')
}

fn operator(text: &str) -> (Operator, &str) {
    let found = OPERATORS
        .iter()
        .find_map(|(sign, operator)| Some((*operator, text.strip_prefix(sign)?)));
    found.unwrap_or((Operator::Equal, text))
}

/// Takes a version from the start of `text`: up to three numbers or wildcards, a pre-release, build metadata.
fn partial(text: &str) -> Option<(Partial<'_>, &str)> {
    let rest = text.strip_prefix('v').unwrap_or(text);
    let (major, rest) = segment(rest)?;
    let (minor, rest) = dotted_segment(rest);
    let (patch, rest) = if minor.is_empty() {
        ("", rest)
    } else {
        dotted_segment(rest)
    };
    let (prerelease, rest) = optional_suffix(rest, '-');
    let (_, rest) = optional_suffix(rest, '+');
    let text = &text[..text.len() - rest.len()];
    Some((
        Partial {
            text,
            major,
            minor,
            patch,
            prerelease,
        },
        rest,
    ))
}

/// Helm's library has `|` among the digits by mistake; what comes of it is refused later, in other words.
fn segment(text: &str) -> Option<(&str, &str)> {
    let is_part = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'x' | b'X' | b'*' | b'|');
    let length = text.bytes().take_while(is_part).count();
    (length > 0).then(|| text.split_at(length))
}

fn dotted_segment(text: &str) -> (&str, &str) {
    text.strip_prefix('.').and_then(segment).unwrap_or(("", text))
}

fn is_wildcard(segment: &str) -> bool {
    matches!(segment, "" | "x" | "X" | "*")
}

impl Comparison {
    fn parse(token: Token) -> Result<Self, RequirementError> {
        let Partial {
            text,
            major,
            minor,
            patch,
            prerelease,
        } = token.partial;
        let suffix = if prerelease.is_empty() {
            String::new()
        } else {
            format!("-{prerelease}")
        };
        let (text, open) = if is_wildcard(major) {
            (format!("0.0.0{suffix}"), Open::Major)
        } else if is_wildcard(minor) {
            (format!("{major}.0.0{suffix}"), Open::Minor)
        } else if is_wildcard(patch) {
            (format!("{major}.{minor}.0{suffix}"), Open::Patch)
        } else {
            (text.to_owned(), Open::Nothing)
        };
        let version = Version::parse(&text).map_err(|_| RequirementError::Version)?;
        Ok(Comparison {
            operator: token.operator,
            version,
            open,
        })
    }

    fn matches(&self, version: &Version) -> bool {
        let order = version.precedence(&self.version);
        match self.operator {
            Operator::Equal if self.open == Open::Nothing => order == Ordering::Equal,
            Operator::Equal | Operator::Tilde => self.is_near(version),
            Operator::NotEqual => self.differs(version),
            Operator::Greater => self.is_exceeded(version),
            Operator::Less => order == Ordering::Less,
            Operator::GreaterOrEqual => order != Ordering::Less,
            Operator::LessOrEqual => self.is_not_exceeded(version),
            Operator::Caret => order != Ordering::Less && self.is_compatible(version),
        }
    }

    /// `~1.2.3`: same major and minor number, as far as given; `~0.0.0` and `*` admit everything.
    fn is_near(&self, version: &Version) -> bool {
        if version.precedence(&self.version) == Ordering::Less {
            return false;
        }
        let wanted = &self.version;
        let is_zero = (wanted.major, wanted.minor, wanted.patch) == (0, 0, 0);
        if is_zero && matches!(self.open, Open::Major | Open::Nothing) {
            return true;
        }
        version.major == wanted.major && (version.minor == wanted.minor || self.open == Open::Minor)
    }

    fn differs(&self, version: &Version) -> bool {
        let wanted = &self.version;
        if self.open == Open::Nothing {
            return version.precedence(wanted) != Ordering::Equal;
        }
        if version.major != wanted.major {
            return true;
        }
        match self.open {
            Open::Minor => false,
            _ if version.minor != wanted.minor => true,
            Open::Patch => {
                let has_prerelease = version.is_prerelease() || wanted.is_prerelease();
                has_prerelease && compare_words(&version.prerelease, &wanted.prerelease) != Ordering::Equal
            }
            _ => version.precedence(wanted) != Ordering::Equal,
        }
    }

    /// `>1.2` means above all of 1.2, so 1.3 at least.
    fn is_exceeded(&self, version: &Version) -> bool {
        let wanted = &self.version;
        if self.open == Open::Nothing || version.major != wanted.major {
            return match self.open {
                Open::Nothing => version.precedence(wanted) == Ordering::Greater,
                _ => version.major > wanted.major,
            };
        }
        match self.open {
            Open::Minor => false,
            Open::Patch => version.minor > wanted.minor,
            Open::Major | Open::Nothing => version.precedence(wanted) == Ordering::Greater,
        }
    }

    /// `<=1.2` means all of 1.2 as well.
    fn is_not_exceeded(&self, version: &Version) -> bool {
        let wanted = &self.version;
        if self.open == Open::Nothing {
            return version.precedence(wanted) != Ordering::Greater;
        }
        let minor_exceeds =
            version.major == wanted.major && version.minor > wanted.minor && self.open != Open::Minor;
        version.major <= wanted.major && !minor_exceeds
    }

    /// `^1.2.3`: the first number that is not zero stays.
    fn is_compatible(&self, version: &Version) -> bool {
        let wanted = &self.version;
        if wanted.major > 0 || self.open == Open::Minor {
            return version.major == wanted.major;
        }
        if version.major > 0 {
            return false;
        }
        if wanted.minor > 0 || self.open == Open::Patch {
            return version.minor == wanted.minor;
        }
        version.minor == 0 && version.patch == wanted.patch
    }
}

/// Turns each `1.2 - 2.3` into `>= 1.2, <= 2.3`.
fn rewrite_hyphens(text: &str) -> String {
    let mut rewritten = text.to_owned();
    let mut start = 0;
    while start < text.len() {
        match text
            .is_char_boundary(start)
            .then(|| hyphen_range(&text[start..]))
            .flatten()
        {
            Some((range, low, high)) => {
                rewritten = rewritten.replacen(range, &format!(">= {low}, <= {high} "), 1);
                start += range.len();
            }
            None => start += 1,
        }
    }
    rewritten
}

/// Takes `low - high` with the blanks around it from the start of `text`.
fn hyphen_range(text: &str) -> Option<(&str, &str, &str)> {
    let (low, rest) = partial(trim_start(text))?;
    let rest = blanks(rest)?.strip_prefix('-')?;
    let (high, rest) = partial(blanks(rest)?)?;
    let rest = trim_start(rest);
    Some((&text[..text.len() - rest.len()], low.text, high.text))
}

/// Skips blanks, of which there must be some.
fn blanks(text: &str) -> Option<&str> {
    let rest = trim_start(text);
    (rest.len() < text.len()).then_some(rest)
}
