//! Interfaces of Kubernetes that are on their way out.

use crate::capabilities::KubeVersion;

/// Every deprecated type of the client library that Helm 4.2.4 is built with: `apiVersion`, kind, since when, when it is
/// gone, and what to use instead; the last two may be empty.
const TYPES: &str = include_str!("deprecations.tsv");

/// Returns what Kubernetes says about using the type, if `version` has it deprecated.
pub(super) fn warning(api_version: &str, kind: &str, version: &KubeVersion) -> Option<String> {
    let columns = TYPES
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .find(|columns| columns.starts_with(&[api_version, kind]))?;
    let [_, _, since, gone, instead] = columns[..] else {
        return None;
    };
    if numbers(since)? > (version.major.parse().ok()?, version.minor.parse().ok()?) {
        return None;
    }
    let mut text = format!("{api_version} {kind} is deprecated in v{since}+");
    if !gone.is_empty() {
        text.push_str(&format!(", unavailable in v{gone}+"));
    }
    if !instead.is_empty() {
        text.push_str(&format!("; use {instead}"));
    }
    Some(text)
}

/// Says that a type is not there any more in `version` of Kubernetes, and what to use instead; nothing if it is.
pub fn removal(api_version: &str, kind: &str, version: &KubeVersion) -> Option<String> {
    let columns = TYPES
        .lines()
        .map(|line| line.split('\t').collect::<Vec<_>>())
        .find(|columns| columns.starts_with(&[api_version, kind]))?;
    let [_, _, _, gone, instead] = columns[..] else {
        return None;
    };
    if numbers(gone)? > (version.major.parse().ok()?, version.minor.parse().ok()?) {
        return None;
    }
    let end = if instead.is_empty() {
        String::new()
    } else {
        format!("; use {instead}")
    };
    Some(format!(
        "{api_version} {kind} is not there any more from Kubernetes {gone} on{end}"
    ))
}

fn numbers(version: &str) -> Option<(u64, u64)> {
    let (major, minor) = version.split_once('.')?;
    Some((major.parse().ok()?, minor.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_can_be_read() {
        for line in TYPES.lines() {
            let columns: Vec<_> = line.split('\t').collect();
            assert_eq!(columns.len(), 5, "{line}");
            assert!(numbers(columns[2]).is_some(), "{line}");
            assert!(columns[3].is_empty() || numbers(columns[3]).is_some(), "{line}");
        }
    }

    #[test]
    fn a_type_is_gone_from_its_version_on() {
        let at = |version: &str| removal("batch/v1beta1", "CronJob", &KubeVersion::parse(version).unwrap());
        let text =
            "batch/v1beta1 CronJob is not there any more from Kubernetes 1.25 on; use batch/v1 CronJob";
        assert_eq!(at("v1.25.0").as_deref(), Some(text));
        assert_eq!(at("v1.24.9"), None);
    }

    #[test]
    fn a_type_is_deprecated_from_its_version_on() {
        let at = |version: &str| warning("batch/v1beta1", "CronJob", &KubeVersion::parse(version).unwrap());
        let text =
            "batch/v1beta1 CronJob is deprecated in v1.21+, unavailable in v1.25+; use batch/v1 CronJob";
        assert_eq!(at("v1.21.0").as_deref(), Some(text));
        assert_eq!(at("v1.20.9"), None);
    }
}
