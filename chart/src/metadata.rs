//! `Metadata`: what `Chart.yaml` says, and what it must say.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::quote::{is_printable, quote};
use crate::{Dependency, Value, Version};

/// A person who looks after a chart.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Maintainer {
    /// A person or an organisation.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Where to write to.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub email: String,
    /// Where to look.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub url: String,
}

/// The content of `Chart.yaml`. An empty text field is one that is not there.
///
/// Field names, order and omissions are those of Helm's JSON: the release record and the OCI config hold it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct Metadata {
    /// The chart's name. Required.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The project's page.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub home: String,
    /// Where the sources are.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<String>,
    /// The chart's version. Required.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub version: String,
    /// One sentence.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// Words to find it by.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub keywords: Vec<String>,
    /// Who looks after it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub maintainers: Vec<Maintainer>,
    /// The URL of an icon.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub icon: String,
    /// `v1` or `v2`. Required.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub api_version: String,
    /// Unused by Helm; kept for the record.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub condition: String,
    /// Unused by Helm; kept for the record.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub tags: String,
    /// The version of what the chart installs.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub app_version: String,
    /// Whether the chart is on its way out.
    #[serde(skip_serializing_if = "is_false")]
    pub deprecated: bool,
    /// Free notes for other programs.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub annotations: BTreeMap<String, String>,
    /// A range of Kubernetes versions.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kube_version: String,
    /// The charts this one needs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dependencies: Vec<Dependency>,
    /// Whether the file has a list of dependencies with nothing in it, which is another thing to Helm than no list: only
    /// with one does it look what subcharts need in turn.
    #[serde(skip)]
    pub lists_no_dependency: bool,
    /// `application` (also when empty) or `library`.
    #[serde(rename = "type", skip_serializing_if = "String::is_empty")]
    pub kind: String,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// Something is wrong with a chart's metadata.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("validation: {0}")]
pub struct ValidationError(String);

impl ValidationError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        ValidationError(message.into())
    }
}

/// Which lists of a `Chart.yaml` have an empty item.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct NullNodes {
    pub(crate) maintainers: bool,
    dependencies: bool,
}

impl NullNodes {
    pub(crate) fn of(metadata: &Value) -> Self {
        let has_null = |name: &str| {
            let entries = metadata.as_map().into_iter().flatten();
            let lists = entries
                .filter(|(key, _)| key.eq_ignore_ascii_case(name))
                .filter_map(|(_, list)| list.as_list());
            lists.flatten().any(Value::is_null)
        };
        NullNodes {
            maintainers: has_null("maintainers"),
            dependencies: has_null("dependencies"),
        }
    }
}

/// Says whether a `Chart.yaml` has a list of dependencies with nothing in it.
pub(crate) fn lists_no_dependency(metadata: &Value) -> bool {
    let mut entries = metadata.as_map().into_iter().flatten();
    entries.any(|(key, value)| {
        key.eq_ignore_ascii_case("dependencies") && value.as_list().is_some_and(|list| list.is_empty())
    })
}

/// The `apiVersion` of charts that keep their dependencies in `requirements.yaml`.
pub(crate) const API_VERSION_V1: &str = "v1";

/// The `apiVersion` of charts that keep their dependencies in `Chart.yaml`.
pub(crate) const API_VERSION_V2: &str = "v2";

impl Metadata {
    /// Cleans the text fields (any space becomes a blank, what cannot be printed goes) and checks them.
    ///
    /// # Errors
    ///
    /// The first broken rule, in Helm's order and words (`pkg/chart/v2/metadata.go`).
    pub fn validate(&mut self) -> Result<(), ValidationError> {
        self.validate_nodes(NullNodes::default())
    }

    /// As [`Metadata::validate`], for metadata that was read from a text with `null` among the list items.
    pub(crate) fn validate_nodes(&mut self, nulls: NullNodes) -> Result<(), ValidationError> {
        self.sanitize();
        self.check_identity()?;
        if nulls.maintainers {
            return Err(ValidationError::new(
                "maintainers must not contain empty or null nodes",
            ));
        }
        if nulls.dependencies {
            return Err(ValidationError::new(
                "dependencies must not contain empty or null nodes",
            ));
        }
        for maintainer in &mut self.maintainers {
            [&mut maintainer.name, &mut maintainer.email, &mut maintainer.url]
                .into_iter()
                .for_each(sanitize);
        }
        self.check_dependencies()
    }

    fn sanitize(&mut self) {
        for text in [
            &mut self.name,
            &mut self.description,
            &mut self.home,
            &mut self.icon,
            &mut self.condition,
            &mut self.tags,
            &mut self.app_version,
            &mut self.kube_version,
        ] {
            sanitize(text);
        }
        self.sources.iter_mut().for_each(sanitize);
        self.keywords.iter_mut().for_each(sanitize);
    }

    fn check_identity(&self) -> Result<(), ValidationError> {
        let fail = |message: String| Err(ValidationError(format!("chart.metadata.{message}")));
        if self.api_version.is_empty() {
            return fail("apiVersion is required".to_owned());
        }
        if self.name.is_empty() {
            return fail("name is required".to_owned());
        }
        if self.name == "." || self.name == ".." {
            return fail(format!("name {} is not allowed", quote(&self.name)));
        }
        if self.name.contains('/') {
            return fail(format!("name {} is invalid", quote(&self.name)));
        }
        if self.version.is_empty() {
            return fail("version is required".to_owned());
        }
        if Version::parse(&self.version).is_err() {
            return fail(format!("version {} is invalid", quote(&self.version)));
        }
        if !matches!(self.kind.as_str(), "" | "application" | "library") {
            return fail("type must be application or library".to_owned());
        }
        Ok(())
    }

    fn check_dependencies(&mut self) -> Result<(), ValidationError> {
        let mut names = BTreeSet::new();
        for dependency in &mut self.dependencies {
            dependency.validate()?;
            let name = dependency.local_name();
            if !names.insert(name) {
                let name = quote(name);
                return Err(ValidationError(format!(
                    "more than one dependency with name or alias {name}"
                )));
            }
        }
        Ok(())
    }
}

/// Turns every kind of space into a blank and drops what cannot be printed.
pub(crate) fn sanitize(text: &mut String) {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return;
    }
    *text = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .filter(|c| is_printable(*c))
        .collect();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata() -> Metadata {
        Metadata {
            api_version: "v2".to_owned(),
            name: "web".to_owned(),
            version: "1.2.3".to_owned(),
            ..Metadata::default()
        }
    }

    #[test]
    fn text_is_cleaned() {
        let mut metadata = Metadata {
            description: "a\u{200b}\tb\u{a0}c\u{0}".to_owned(),
            ..metadata()
        };
        metadata.validate().unwrap();
        assert_eq!(metadata.description, "a b c");
    }

    #[test]
    fn broken_rules_are_named() {
        type Change = fn(&mut Metadata);
        let cases: [(Change, &str); 7] = [
            (
                |m| m.version = "1.2.".into(),
                "validation: chart.metadata.version \"1.2.\" is invalid",
            ),
            (
                |m| m.api_version.clear(),
                "validation: chart.metadata.apiVersion is required",
            ),
            (|m| m.name.clear(), "validation: chart.metadata.name is required"),
            (
                |m| m.name = "..".into(),
                "validation: chart.metadata.name \"..\" is not allowed",
            ),
            (
                |m| m.name = "a/b".into(),
                "validation: chart.metadata.name \"a/b\" is invalid",
            ),
            (
                |m| m.version.clear(),
                "validation: chart.metadata.version is required",
            ),
            (
                |m| m.kind = "x".into(),
                "validation: chart.metadata.type must be application or library",
            ),
        ];
        for (change, message) in cases {
            let mut metadata = metadata();
            change(&mut metadata);
            assert_eq!(metadata.validate().unwrap_err().to_string(), message);
        }
    }

    #[test]
    fn json_is_helms() {
        let text = r#"{"name":"web","version":"1.2.3","apiVersion":"v2","dependencies":[{"name":"db","repository":"","import-values":["x"]}],"type":"library"}"#;
        let metadata: Metadata = serde_json::from_str(text).unwrap();
        assert_eq!(serde_json::to_string(&metadata).unwrap(), text);
    }
}
