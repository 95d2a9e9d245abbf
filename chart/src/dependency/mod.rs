//! `Dependency` and `Lock`: which charts a chart needs, and which it was built with.

mod enable;
mod import;

use serde::{Deserialize, Serialize};

use crate::Value;
use crate::metadata::{ValidationError, sanitize};
use crate::quote::quote;

pub(crate) use enable::enable;
pub use enable::is_compatible;
pub(crate) use import::import;

/// A chart that another chart depends on: the wish in `Chart.yaml`, or the choice in `Chart.lock`.
///
/// The field order is that of Helm's struct, because the JSON of a dependency list is hashed into the lock file.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Dependency {
    /// The name in the dependency's own `Chart.yaml`.
    pub name: String,
    /// A version, or a range of versions.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// Where to get it: a repository's URL, `file://…`, `oci://…`, `@name`, or empty when it is already in `charts/`.
    pub repository: String,
    /// Comma-separated paths into the values; the first that holds a boolean decides.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    /// Names in the values' `tags` table that switch the dependency.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Set while a chart is configured.
    #[serde(skip_serializing_if = "is_false")]
    pub enabled: bool,
    /// What the parent takes over from the dependency's values: `"name"` or `{child, parent}`.
    #[serde(rename = "import-values", skip_serializing_if = "Vec::is_empty")]
    pub import_values: Vec<Value>,
    /// The name the dependency goes by in this chart.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub alias: String,
}

impl Dependency {
    /// Returns the name under which the parent knows the dependency: its alias, if it has one.
    pub fn local_name(&self) -> &str {
        if self.alias.is_empty() {
            &self.name
        } else {
            &self.alias
        }
    }

    /// Cleans the text fields and checks the alias.
    ///
    /// # Errors
    ///
    /// When the alias has other characters than letters, digits, `_` and `-`.
    pub fn validate(&mut self) -> Result<(), ValidationError> {
        for text in [
            &mut self.name,
            &mut self.version,
            &mut self.repository,
            &mut self.condition,
        ] {
            sanitize(text);
        }
        self.tags.iter_mut().for_each(sanitize);
        let is_legal = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if !self.alias.chars().all(is_legal) {
            let name = quote(&self.name);
            return Err(ValidationError::new(format!(
                "dependency {name} has disallowed characters in the alias"
            )));
        }
        Ok(())
    }
}

/// A lock file: the exact dependencies that the ranges in `Chart.yaml` were resolved to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Lock {
    /// When the file was written, in RFC 3339 as Go writes it (no zeros at the end of the fraction).
    #[serde(deserialize_with = "lock_time")]
    pub generated: String,
    /// A hash over the wishes and the choices, to see that they still belong together.
    pub digest: String,
    /// The choices.
    pub dependencies: Vec<Dependency>,
}

impl Default for Lock {
    fn default() -> Self {
        // Go's zero time, which is what a lock file without a time is read as.
        Lock {
            generated: "0001-01-01T00:00:00Z".to_owned(),
            digest: String::new(),
            dependencies: Vec::new(),
        }
    }
}

/// Reads a time as Go does: RFC 3339 to the letter.
fn lock_time<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    normal_time(&text).ok_or_else(|| {
        let shown = quote(&format!("\"{text}\""));
        let layout = quote("\"2006-01-02T15:04:05Z07:00\"");
        serde::de::Error::custom(format!(
            "parsing time {shown} as {layout}: cannot parse {}",
            quote(&text)
        ))
    })
}

/// Writes a time of RFC 3339 as Go does: no zeros at the end of the fraction, `Z` for no offset. Nothing, if it is none.
pub fn normal_time(text: &str) -> Option<String> {
    const LAYOUT: &[u8] = b"dddd-dd-ddTdd:dd:dd";
    let (fixed, rest) = text.split_at_checked(LAYOUT.len())?;
    let fits = fixed.bytes().zip(LAYOUT).all(|(byte, wanted)| match wanted {
        b'd' => byte.is_ascii_digit(),
        other => byte == *other,
    });
    let (fraction, zone) = rest.split_at(rest.find(['Z', '+', '-'])?);
    let digits = fraction.strip_prefix('.').unwrap_or(fraction);
    let fraction_fits = digits.bytes().all(|byte| byte.is_ascii_digit())
        && (digits.len() < fraction.len()) != digits.is_empty();
    let zone = match zone {
        "Z" | "+00:00" | "-00:00" => "Z",
        other => other,
    };
    let zone_fits = zone == "Z" || (zone.len() == 6 && zone.as_bytes()[3] == b':');
    let nanoseconds = &digits[..digits.len().min(9)].trim_end_matches('0');
    let point = if nanoseconds.is_empty() { "" } else { "." };
    (fits && fraction_fits && zone_fits).then(|| format!("{fixed}{point}{nanoseconds}{zone}"))
}

fn is_false(flag: &bool) -> bool {
    !flag
}
