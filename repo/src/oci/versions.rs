//! Which of the tags is meant: Helm's rules (`pkg/registry/tag.go` and `Tags` of its client).

use chart::{RequirementError, Version, VersionReq};

use super::reference::version_of;

/// The versions among the tags of a repository, the highest first. Tags that are no strict versions are none of charts.
pub(super) fn versions(tags: &[String]) -> Vec<Version> {
    let mut versions: Vec<Version> = tags
        .iter()
        .filter_map(|tag| Version::parse_strict(&version_of(tag)).ok())
        .collect();
    versions.sort_by(|a, b| b.precedence(a));
    versions
}

/// Chooses the first of the versions that is `wanted` to the letter, else the first that the range takes in; no text
/// takes in every version but pre-releases.
///
/// # Errors
/// When `wanted` is neither a version that is there nor a range.
pub(super) fn choose(versions: &[Version], wanted: &str) -> Result<Option<String>, RequirementError> {
    let exact = versions
        .iter()
        .map(ToString::to_string)
        .find(|version| version == wanted);
    if exact.is_some() {
        return Ok(exact);
    }
    let range = VersionReq::parse(if wanted.is_empty() { "*" } else { wanted })?;
    Ok(versions
        .iter()
        .find(|version| range.matches(version))
        .map(ToString::to_string))
}

#[cfg(test)]
mod tests {
    use super::{choose, versions};

    #[test]
    fn the_highest_version_that_fits_is_chosen() {
        let tags = [
            "latest",
            "1.2.0",
            "v9.0.0",
            "1.10.0_b.1",
            "2.0.0-rc.1",
            "1",
            "0.9.0",
        ]
        .map(str::to_owned);
        let versions = versions(&tags);
        let texts: Vec<String> = versions.iter().map(ToString::to_string).collect();
        assert_eq!(texts, ["2.0.0-rc.1", "1.10.0+b.1", "1.2.0", "0.9.0"]);
        let chosen = |wanted: &str| choose(&versions, wanted).expect("a range");
        assert_eq!(chosen("").as_deref(), Some("1.10.0+b.1"));
        assert_eq!(chosen("<1.5").as_deref(), Some("1.2.0"));
        assert_eq!(chosen("2.0.0-rc.1").as_deref(), Some("2.0.0-rc.1"));
        assert_eq!(chosen(">0.0.0-0").as_deref(), Some("2.0.0-rc.1"));
        assert_eq!(chosen("^3"), None);
        assert!(choose(&versions, "not a range").is_err());
    }
}
