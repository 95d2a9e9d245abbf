//! Which version is meant: Helm's rules (`Get` in `pkg/repo/v1/index.go`). Pure.

use chart::{Remark, RequirementError, Version, VersionReq};

use super::Entry;

/// No version is meant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LookupError {
    /// There is no such chart.
    #[error("no chart name found")]
    NoChart,
    /// The chart has no versions.
    #[error("no chart version found")]
    NoVersions,
    /// None of the versions is in the range.
    #[error("no chart version found for {name}-{version}")]
    NoVersion {
        /// The chart.
        name: String,
        /// The range.
        version: String,
    },
    /// The range is none.
    #[error(transparent)]
    Range(#[from] RequirementError),
}

/// Chooses among the versions of a chart, the newest first: the one that is called exactly so, or the first one in the
/// range. No range at all is every version but pre-releases. Adds a remark when a version was given and another one taken.
///
/// # Errors
/// When there is none.
pub fn choose<'a>(
    entries: &'a [Entry],
    name: &str,
    version: &str,
) -> Result<(&'a Entry, Option<Remark>), LookupError> {
    if entries.is_empty() {
        return Err(LookupError::NoVersions);
    }
    let range = VersionReq::parse(if version.is_empty() { "*" } else { version })?;
    let exact = entries.iter().find(|entry| entry.metadata.version == version);
    if let Some(entry) = exact.filter(|_| !version.is_empty()) {
        return Ok((entry, None));
    }
    let fits =
        |entry: &&Entry| Version::parse(&entry.metadata.version).is_ok_and(|version| range.matches(&version));
    let Some(entry) = entries.iter().find(fits) else {
        return Err(LookupError::NoVersion {
            name: name.to_owned(),
            version: version.to_owned(),
        });
    };
    let is_guess = !version.is_empty() && !is_range(version);
    let remark = is_guess.then(|| {
        Remark::warning("unable to find exact version requested; falling back to closest available version")
            .about("chart", name)
            .about("requested", version)
            .about("selected", &entry.metadata.version)
    });
    Ok((entry, remark))
}

/// Whether a text is meant as a range, and not as a version.
fn is_range(version: &str) -> bool {
    let core = version.split(['-', '+']).next().unwrap_or(version);
    version.contains(['^', '~', '<', '>', '=', '!', '*'])
        || version.contains("||")
        || version.contains(" - ")
        || core.contains(['x', 'X'])
}
