//! Versions: sprig's chapter "Semantic Version Functions".

use super::Table;
use super::runes::to_utf8;
use crate::gotmpl::{FromArg, Function, Kind, Object, Text, Type, Value, function};
use chart::{Version, VersionReq};
use std::cmp::Ordering;
use std::rc::Rc;

/// The functions of this chapter.
pub(super) fn table() -> Table {
    vec![
        ("semver", function(|text: Text| parse(&text).map(Semver))),
        ("semverCompare", function(semver_compare)),
    ]
}

fn parse(text: &[u8]) -> Result<Version, String> {
    Version::parse(&to_utf8(text)).map_err(|error| error.to_string())
}

fn semver_compare(range: Text, version: Text) -> Result<bool, String> {
    let range = VersionReq::parse(&to_utf8(&range)).map_err(|error| error.to_string())?;
    Ok(range.matches(&parse(&version)?))
}

/// A version as templates see it: `*semver.Version`, or `semver.Version` where a method returns one.
#[derive(Debug, Clone)]
struct Semver(Version);

const POINTER: Type = Type::Named("*semver.Version", Kind::Pointer);

impl Object for Semver {
    fn go_type(&self) -> Type {
        POINTER
    }

    fn text(&self) -> Option<Text> {
        Some(self.0.to_string().into())
    }

    fn method(self: Rc<Self>, name: &str) -> Option<Function> {
        Some(match name {
            "Major" => function(move || self.0.major),
            "Minor" => function(move || self.0.minor),
            "Patch" => function(move || self.0.patch),
            "Prerelease" => function(move || Text::from(&self.0.prerelease)),
            "Metadata" => function(move || Text::from(&self.0.metadata)),
            "Original" => function(move || Text::from(&self.0.original)),
            "String" => function(move || self.0.to_string()),
            "Compare" => function(move |other: Semver| self.0.precedence(&other.0) as i64),
            "Equal" => self.compare(Ordering::is_eq),
            "LessThan" => self.compare(Ordering::is_lt),
            "LessThanEqual" => self.compare(Ordering::is_le),
            "GreaterThan" => self.compare(Ordering::is_gt),
            "GreaterThanEqual" => self.compare(Ordering::is_ge),
            "IncMajor" => function(move || self.increment(Part::Major)),
            "IncMinor" => function(move || self.increment(Part::Minor)),
            "IncPatch" => function(move || self.increment(Part::Patch)),
            "SetPrerelease" => function(move |text: String| self.with_prerelease(text)),
            "SetMetadata" => function(move |text: String| self.with_metadata(text)),
            _ => return None,
        })
    }

    fn is_equal(&self, other: &dyn Object) -> bool {
        other
            .downcast_ref::<Self>()
            .is_some_and(|other| self.0 == other.0)
    }
}

/// A number of a version.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Major,
    Minor,
    Patch,
}

impl Semver {
    fn compare(self: Rc<Self>, is_it: fn(Ordering) -> bool) -> Function {
        function(move |other: Semver| is_it(self.0.precedence(&other.0)))
    }

    /// Returns the version with another prefix-keeping original text, as Masterminds' `Inc…` and `Set…` do.
    fn rewritten(&self, version: Version) -> Self {
        let prefix = if self.0.original.starts_with('v') { "v" } else { "" };
        Self(Version {
            original: format!("{prefix}{version}"),
            ..version
        })
    }

    /// Counts a number up. A pre-release of a patch becomes that patch.
    fn increment(&self, part: Part) -> Self {
        let Version {
            major, minor, patch, ..
        } = self.0;
        let (major, minor, patch) = match part {
            Part::Major => (major.wrapping_add(1), 0, 0),
            Part::Minor => (major, minor.wrapping_add(1), 0),
            Part::Patch if self.0.is_prerelease() => (major, minor, patch),
            Part::Patch => (major, minor, patch.wrapping_add(1)),
        };
        let (prerelease, metadata) = (String::new(), String::new());
        self.rewritten(Version {
            major,
            minor,
            patch,
            prerelease,
            metadata,
            ..self.0.clone()
        })
    }

    fn with_prerelease(&self, prerelease: String) -> Result<Self, String> {
        // whatever is no pre-release does not parse behind a version either
        if !prerelease.is_empty() {
            Version::parse_strict(&format!("1.0.0-{prerelease}")).map_err(|_| "invalid prerelease string")?;
        }
        Ok(self.rewritten(Version {
            prerelease,
            ..self.0.clone()
        }))
    }

    fn with_metadata(&self, metadata: String) -> Result<Self, String> {
        if !metadata.is_empty() {
            Version::parse_strict(&format!("1.0.0+{metadata}")).map_err(|_| "invalid metadata string")?;
        }
        Ok(self.rewritten(Version {
            metadata,
            ..self.0.clone()
        }))
    }
}

impl FromArg for Semver {
    const TYPE: Type = POINTER;

    fn from_arg(value: Value) -> Result<Self, String> {
        value.downcast_ref::<Self>().cloned().ok_or_else(|| {
            format!(
                "wrong type for value; expected *semver.Version; got {}",
                value.type_name()
            )
        })
    }
}

impl From<Semver> for Value {
    fn from(version: Semver) -> Self {
        Self::object(version)
    }
}
