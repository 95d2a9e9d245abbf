//! `Chart.yaml`: is it one, and does it say what it should?

use super::urls::{is_email, is_request_url, is_url};
use super::{Finding, Kind, Severity, Subject};
use crate::metadata::{API_VERSION_V1, API_VERSION_V2, NullNodes};
use crate::quote::quote;
use crate::{Map, Metadata, Value, Version, VersionReq, yaml};

const PATH: &str = "Chart.yaml";

/// Checks the `Chart.yaml` of a chart.
pub fn chart_file(subject: &Subject) -> Vec<Finding> {
    let mut findings = Vec::new();
    if subject.kind(PATH) == Ok(Kind::Folder) {
        findings.push(Finding::new(
            Severity::Error,
            PATH,
            "should be a file, not a directory",
        ));
    }
    let bytes = match subject.read(PATH) {
        Ok(bytes) => bytes,
        Err(err) => {
            findings.push(Finding::new(
                Severity::Error,
                PATH,
                format!("unable to parse YAML\n\t{err}"),
            ));
            return findings;
        }
    };
    match yaml::from_slice_as::<Metadata>(&bytes) {
        Ok(metadata) => findings.extend(checks(&bytes, &metadata)),
        Err(err) => {
            findings.push(Finding::new(
                Severity::Error,
                PATH,
                format!("unable to parse YAML\n\t{err}"),
            ));
        }
    }
    findings
}

fn checks(bytes: &[u8], metadata: &Metadata) -> Vec<Finding> {
    let raw = yaml::from_slice(bytes).unwrap_or_default();
    let types = raw.as_map().cloned().unwrap_or_default();
    let strict = yaml::from_slice_as_strict::<Metadata>(bytes).err();
    let strict = strict.map(|err| format!("failed to strictly parse chart metadata file\n\t{err}"));
    let results = [
        (Severity::Warning, strict),
        (Severity::Error, name(metadata)),
        (Severity::Error, api_version(metadata)),
        (Severity::Error, must_be_text(&types, "version")),
        (Severity::Error, version(metadata)),
        (Severity::Error, must_be_text(&types, "appVersion")),
        (Severity::Error, maintainers(metadata, &raw)),
        (Severity::Error, sources(metadata)),
        (
            Severity::Info,
            metadata.icon.is_empty().then(|| "icon is recommended".to_owned()),
        ),
        (Severity::Error, icon(metadata)),
        (Severity::Error, kind(metadata)),
        (Severity::Error, dependencies(metadata)),
        (Severity::Warning, strict_version(metadata)),
    ];
    let found = results
        .into_iter()
        .filter_map(|(severity, message)| Some((severity, message?)));
    found
        .map(|(severity, message)| Finding::new(severity, PATH, message))
        .collect()
}

fn name(metadata: &Metadata) -> Option<String> {
    if metadata.name.is_empty() {
        return Some("name is required".to_owned());
    }
    metadata
        .name
        .contains('/')
        .then(|| format!("chart name {} is invalid", quote(&metadata.name)))
}

fn api_version(metadata: &Metadata) -> Option<String> {
    let must = "The value must be either \"v1\" or \"v2\"";
    match metadata.api_version.as_str() {
        API_VERSION_V1 | API_VERSION_V2 => None,
        "" => Some(format!("apiVersion is required. {must}")),
        other => Some(format!("apiVersion '{other}' is not valid. {must}")),
    }
}

fn must_be_text(types: &Map, key: &str) -> Option<String> {
    let name = match types.get(key)? {
        Value::String(_) => return None,
        Value::Null => "<nil>",
        Value::Bool(_) => "bool",
        Value::Int(_) | Value::Float(_) => "float64",
        Value::List(_) => "[]interface {}",
        Value::Map(_) => "map[string]interface {}",
    };
    Some(format!("{key} should be of type string but it's of type {name}"))
}

fn version(metadata: &Metadata) -> Option<String> {
    if metadata.version.is_empty() {
        return Some("version is required".to_owned());
    }
    let Ok(version) = Version::parse(&metadata.version) else {
        return Some(format!("version '{}' is not a valid SemVer", metadata.version));
    };
    let range = VersionReq::parse(">0.0.0-0").expect("this is a range");
    let shown = quote(&version.to_string());
    (!range.matches(&version)).then(|| format!("version {shown} is less than or equal to \"0.0.0-0\""))
}

fn maintainers(metadata: &Metadata, raw: &Value) -> Option<String> {
    if NullNodes::of(raw).maintainers {
        return Some("a maintainer entry is empty".to_owned());
    }
    metadata.maintainers.iter().find_map(|maintainer| {
        let name = &maintainer.name;
        if name.is_empty() {
            Some("each maintainer requires a name".to_owned())
        } else if !maintainer.email.is_empty() && !is_email(&maintainer.email) {
            Some(format!(
                "invalid email '{}' for maintainer '{name}'",
                maintainer.email
            ))
        } else if !maintainer.url.is_empty() && !is_url(&maintainer.url) {
            Some(format!(
                "invalid url '{}' for maintainer '{name}'",
                maintainer.url
            ))
        } else {
            None
        }
    })
}

fn sources(metadata: &Metadata) -> Option<String> {
    let bad = metadata.sources.iter().find(|source| !is_request_url(source))?;
    Some(format!("invalid source URL '{bad}'"))
}

fn icon(metadata: &Metadata) -> Option<String> {
    let icon = &metadata.icon;
    (!icon.is_empty() && !is_request_url(icon)).then(|| format!("invalid icon URL '{icon}'"))
}

fn kind(metadata: &Metadata) -> Option<String> {
    let version = &metadata.api_version;
    (!metadata.kind.is_empty() && version != API_VERSION_V2)
        .then(|| format!("chart type is not valid in apiVersion '{version}'. It is valid in apiVersion 'v2'"))
}

fn dependencies(metadata: &Metadata) -> Option<String> {
    let version = &metadata.api_version;
    (!metadata.dependencies.is_empty() && version != API_VERSION_V2).then(|| {
        format!(
            "dependencies are not valid in the Chart file with apiVersion '{version}'. They are valid in apiVersion 'v2'"
        )
    })
}

fn strict_version(metadata: &Metadata) -> Option<String> {
    let version = &metadata.version;
    Version::parse_strict(version)
        .is_err()
        .then(|| format!("version '{version}' is not a valid SemVerV2"))
}
