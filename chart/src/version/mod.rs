//! `Version` and `VersionReq`: semantic versions with the liberties of Helm's library (Masterminds/semver 3.5.0).

mod requirement;

use std::cmp::Ordering;
use std::fmt;

pub use requirement::{RequirementError, VersionReq};

/// A semantic version, as lenient as Helm reads it: `v1`, `1.2` and `01.2.3` are fine.
///
/// There is no `Ord`: two versions that differ in their build metadata are of equal precedence, but not the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The first number.
    pub major: u64,
    /// The second number.
    pub minor: u64,
    /// The third number.
    pub patch: u64,
    /// What follows the `-`, or nothing.
    pub prerelease: String,
    /// What follows the `+`, or nothing.
    pub metadata: String,
    /// The text it was read from.
    pub original: String,
}

/// Why a text is no version.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VersionError {
    /// The text does not look like a version.
    #[error("invalid semantic version")]
    Invalid,
    /// There is no text.
    #[error("version string empty")]
    Empty,
    /// Something else than digits where a number should be.
    #[error("invalid characters in version")]
    InvalidCharacters,
    /// A number starts with a zero.
    #[error("version segment starts with 0")]
    LeadingZero,
    /// The build metadata has an empty part or odd characters.
    #[error("invalid metadata string")]
    InvalidMetadata,
    /// The pre-release has an empty part or odd characters.
    #[error("invalid prerelease string")]
    InvalidPrerelease,
    /// More than 256 bytes.
    #[error("version string is too long (max 256 bytes)")]
    TooLong,
    /// A number beyond 64 bits.
    #[error("error parsing version segment: strconv.ParseUint: parsing {}: value out of range", crate::quote::quote(.0))]
    OutOfRange(String),
}

const LONGEST: usize = 256;

impl Version {
    /// Reads a version; a `v` in front, missing numbers and leading zeros are forgiven.
    ///
    /// # Errors
    ///
    /// When the text is no version even so, or the pre-release has a number with a leading zero.
    pub fn parse(text: &str) -> Result<Self, VersionError> {
        if text.len() > LONGEST {
            return Err(VersionError::TooLong);
        }
        let rest = text.strip_prefix('v').unwrap_or(text);
        let (major, rest) = leading_digits(rest).ok_or(VersionError::Invalid)?;
        let (minor, rest) = optional_number(rest);
        let (patch, rest) = if minor.is_empty() {
            ("", rest)
        } else {
            optional_number(rest)
        };
        let (prerelease, rest) = optional_suffix(rest, '-');
        let (metadata, rest) = optional_suffix(rest, '+');
        if !rest.is_empty() {
            return Err(VersionError::Invalid);
        }
        let version = Version {
            major: number(major)?,
            minor: number(minor)?,
            patch: number(patch)?,
            prerelease: prerelease.to_owned(),
            metadata: metadata.to_owned(),
            original: text.to_owned(),
        };
        check_prerelease(prerelease)?;
        Ok(version)
    }

    /// Reads a version that follows the specification to the letter: three numbers, no `v`, no leading zeros.
    ///
    /// # Errors
    ///
    /// The first rule that is broken.
    pub fn parse_strict(text: &str) -> Result<Self, VersionError> {
        if text.is_empty() {
            return Err(VersionError::Empty);
        }
        if text.len() > LONGEST {
            return Err(VersionError::TooLong);
        }
        let mut parts = text.splitn(3, '.');
        let (Some(major), Some(minor), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(VersionError::Invalid);
        };
        let (rest, metadata) = rest
            .split_once('+')
            .map_or((rest, None), |(rest, metadata)| (rest, Some(metadata)));
        if let Some(metadata) = metadata {
            check_metadata(metadata)?;
        }
        let (patch, prerelease) = rest
            .split_once('-')
            .map_or((rest, None), |(patch, pre)| (patch, Some(pre)));
        if let Some(prerelease) = prerelease {
            check_parts(prerelease)?;
        }
        for number in [major, minor, patch] {
            if !number.bytes().all(|byte| byte.is_ascii_digit()) {
                return Err(VersionError::InvalidCharacters);
            }
            if number.len() > 1 && number.starts_with('0') {
                return Err(VersionError::LeadingZero);
            }
        }
        if [major, minor, patch].contains(&"") {
            return Err(VersionError::InvalidCharacters);
        }
        Ok(Version {
            major: number(major)?,
            minor: number(minor)?,
            patch: number(patch)?,
            prerelease: prerelease.unwrap_or_default().to_owned(),
            metadata: metadata.unwrap_or_default().to_owned(),
            original: text.to_owned(),
        })
    }

    /// Compares by precedence: numbers, then pre-release; the build metadata does not count.
    pub fn precedence(&self, other: &Version) -> Ordering {
        (self.major, self.minor, self.patch)
            .cmp(&(other.major, other.minor, other.patch))
            .then_with(|| compare_prereleases(&self.prerelease, &other.prerelease))
    }

    /// Says whether this is a pre-release.
    pub fn is_prerelease(&self) -> bool {
        !self.prerelease.is_empty()
    }
}

/// Writes all three numbers, without a `v`.
impl fmt::Display for Version {
    fn fmt(&self, formatter: &mut fmt::Formatter) -> fmt::Result {
        write!(formatter, "{}.{}.{}", self.major, self.minor, self.patch)?;
        if !self.prerelease.is_empty() {
            write!(formatter, "-{}", self.prerelease)?;
        }
        if !self.metadata.is_empty() {
            write!(formatter, "+{}", self.metadata)?;
        }
        Ok(())
    }
}

impl std::str::FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        Version::parse(text)
    }
}

fn leading_digits(text: &str) -> Option<(&str, &str)> {
    let length = text.bytes().take_while(u8::is_ascii_digit).count();
    (length > 0).then(|| text.split_at(length))
}

fn optional_number(text: &str) -> (&str, &str) {
    text.strip_prefix('.')
        .and_then(leading_digits)
        .unwrap_or(("", text))
}

/// Takes dot-separated words after `mark`, as many as fit.
fn optional_suffix(text: &str, mark: char) -> (&str, &str) {
    let Some(after) = text.strip_prefix(mark) else {
        return ("", text);
    };
    let word = |text: &str| {
        text.bytes()
            .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
            .count()
    };
    let mut length = word(after);
    if length == 0 {
        return ("", text);
    }
    while after[length..].starts_with('.') {
        let next = word(&after[length + 1..]);
        if next == 0 {
            break;
        }
        length += 1 + next;
    }
    after.split_at(length)
}

fn number(digits: &str) -> Result<u64, VersionError> {
    if digits.is_empty() {
        return Ok(0);
    }
    digits
        .parse()
        .map_err(|_| VersionError::OutOfRange(digits.to_owned()))
}

fn check_prerelease(text: &str) -> Result<(), VersionError> {
    if text.is_empty() {
        Ok(())
    } else {
        check_parts(text)
    }
}

fn check_parts(prerelease: &str) -> Result<(), VersionError> {
    for part in prerelease.split('.') {
        if part.is_empty() {
            return Err(VersionError::InvalidPrerelease);
        }
        if part.bytes().all(|byte| byte.is_ascii_digit()) {
            if part.len() > 1 && part.starts_with('0') {
                return Err(VersionError::LeadingZero);
            }
        } else if !is_word(part) {
            return Err(VersionError::InvalidPrerelease);
        }
    }
    Ok(())
}

fn check_metadata(metadata: &str) -> Result<(), VersionError> {
    let fits = metadata.split('.').all(|part| !part.is_empty() && is_word(part));
    if fits {
        Ok(())
    } else {
        Err(VersionError::InvalidMetadata)
    }
}

fn is_word(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Compares two pre-releases; having none is the most.
fn compare_prereleases(a: &str, b: &str) -> Ordering {
    match (a.is_empty(), b.is_empty()) {
        (true, true) => return Ordering::Equal,
        (true, false) => return Ordering::Greater,
        (false, true) => return Ordering::Less,
        (false, false) => {}
    }
    compare_words(a, b)
}

/// Compares dot-separated words one by one, a missing one before any.
fn compare_words(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.split('.'), b.split('.'));
    loop {
        let (word_a, word_b) = (a.next(), b.next());
        if word_a.is_none() && word_b.is_none() {
            return Ordering::Equal;
        }
        match compare_word(word_a.unwrap_or_default(), word_b.unwrap_or_default()) {
            Ordering::Equal => {}
            unequal => return unequal,
        }
    }
}

fn compare_word(a: &str, b: &str) -> Ordering {
    if a == b || a.is_empty() || b.is_empty() {
        return a.len().min(1).cmp(&b.len().min(1));
    }
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(number_a), Ok(number_b)) => number_a.cmp(&number_b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

#[cfg(test)]
mod tests;
