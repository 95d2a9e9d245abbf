//! `.Capabilities`: which Kubernetes, which of its interfaces, which Helm.

use crate::gotmpl::{Function, Kind, List, Object, Text, Type, Value, function};
use std::rc::Rc;

/// What templates may know of the cluster and of us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// The version of Kubernetes.
    pub kube_version: KubeVersion,
    /// The API versions that the cluster serves: `apps/v1`, and with a real cluster `apps/v1/Deployment` too.
    pub api_versions: Vec<String>,
    /// Which Helm we stand in for.
    pub helm_version: BuildInfo,
}

impl Capabilities {
    /// Returns what Helm assumes without a cluster: the Kubernetes that its client library is of, and the API versions
    /// that this library knows, in its order.
    pub fn offline() -> Self {
        Self {
            kube_version: KubeVersion::parse("v1.36.0").expect("the version is one"),
            api_versions: API_VERSIONS.iter().map(|version| (*version).to_owned()).collect(),
            helm_version: BuildInfo::default(),
        }
    }
}

/// A version of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersion {
    /// The version in full: `v1.33.4-gke.1245000`.
    pub version: String,
    /// The numbers alone, which constraints are checked against: `v1.33.4`.
    pub normalized: String,
    /// The first number.
    pub major: String,
    /// The second number.
    pub minor: String,
}

/// A text is no version of Kubernetes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct KubeVersionError(String);

impl KubeVersion {
    /// Parses two or more numbers with dots between them, a `v` before and anything behind, as
    /// `k8s.io/apimachinery/pkg/util/version` does.
    ///
    /// # Errors
    ///
    /// Fails when there are no two numbers, or a number is too large.
    pub fn parse(text: &str) -> Result<Self, KubeVersionError> {
        let fail = |message: String| Err(KubeVersionError(message));
        let trimmed = text.trim_start();
        let body = trimmed.strip_prefix('v').unwrap_or(trimmed);
        let components = components(body);
        if components.is_empty() {
            return fail(format!("could not parse {text:?} as version"));
        }
        if components.len() < 2 {
            return fail(format!("illegal version string {text:?}"));
        }
        if components[0].starts_with('0') && components[0] != "0" {
            return fail(format!(
                "illegal zero-prefixed version component {:?} in {text:?}",
                components[0]
            ));
        }
        let mut numbers = Vec::new();
        for component in &components {
            match component.parse::<u64>() {
                Ok(number) => numbers.push(number.to_string()),
                Err(_) => {
                    return fail(format!(
                        "illegal non-numeric version component {component:?} in {text:?}: strconv.ParseUint: parsing \
                         {component:?}: value out of range"
                    ));
                }
            }
        }
        let version = if text.starts_with('v') {
            text.to_owned()
        } else {
            format!("v{text}")
        };
        let normalized = format!("v{}", numbers.join("."));
        Ok(Self {
            version,
            normalized,
            major: numbers[0].clone(),
            minor: numbers[1].clone(),
        })
    }
}

/// Returns the numbers at the start of a text, with single dots between them.
fn components(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = text;
    loop {
        let length = rest.bytes().take_while(u8::is_ascii_digit).count();
        if length == 0 {
            return found;
        }
        found.push(&rest[..length]);
        match rest[length..].strip_prefix('.') {
            Some(next) => rest = next,
            None => return found,
        }
    }
}

/// Which Helm we stand in for: charts check this against the versions that they need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuildInfo {
    /// The version.
    pub version: String,
    /// The commit it was built from.
    pub git_commit: String,
    /// Whether the commit was all there was.
    pub git_tree_state: String,
    /// The compiler.
    pub go_version: String,
    /// The version of Kubernetes that the client library is of.
    pub kube_client_version: String,
}

impl Default for BuildInfo {
    /// The release of Helm that this program follows, as its official build describes itself.
    fn default() -> Self {
        Self {
            version: "v4.2.4".into(),
            git_commit: String::new(),
            git_tree_state: String::new(),
            go_version: "go1.26.8".into(),
            kube_client_version: "v1.36".into(),
        }
    }
}

/// Makes the value of `.Capabilities`.
pub(crate) fn value(capabilities: &Capabilities) -> Value {
    Value::object(CapabilitiesObject {
        kube_version: Value::object(KubeVersionObject(capabilities.kube_version.clone())),
        api_versions: Value::object(VersionSet(List::strings(&capabilities.api_versions))),
        helm_version: Value::object(BuildInfoObject(capabilities.helm_version.clone())),
    })
}

struct CapabilitiesObject {
    kube_version: Value,
    api_versions: Value,
    helm_version: Value,
}

impl Object for CapabilitiesObject {
    fn go_type(&self) -> Type {
        Type::Named("*common.Capabilities", Kind::Pointer)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("KubeVersion", self.kube_version.clone()),
            ("APIVersions", self.api_versions.clone()),
            ("HelmVersion", self.helm_version.clone()),
        ]
    }

    fn json_fields(&self) -> Option<Vec<(&'static str, Value)>> {
        Some(self.fields())
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "KubeVersion" => Some(self.kube_version.clone()),
            "APIVersions" => Some(self.api_versions.clone()),
            "HelmVersion" => Some(self.helm_version.clone()),
            _ => None,
        }
    }
}

struct KubeVersionObject(KubeVersion);

impl Object for KubeVersionObject {
    fn go_type(&self) -> Type {
        Type::Named("common.KubeVersion", Kind::Struct)
    }

    /// The normalized version is a private field: it prints, but cannot be asked for.
    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Version", self.0.version.as_str().into()),
            ("normalizedVersion", self.0.normalized.as_str().into()),
            ("Major", self.0.major.as_str().into()),
            ("Minor", self.0.minor.as_str().into()),
        ]
    }

    fn field(&self, name: &str) -> Option<Value> {
        match name {
            "Version" => Some(self.0.version.as_str().into()),
            "Major" => Some(self.0.major.as_str().into()),
            "Minor" => Some(self.0.minor.as_str().into()),
            _ => None,
        }
    }

    fn method(self: Rc<Self>, name: &str) -> Option<Function> {
        let text = match name {
            "String" => self.0.normalized.clone(),
            "GitVersion" => self.0.version.clone(),
            _ => return None,
        };
        Some(function(move || text.clone()))
    }

    fn action_text(&self) -> Option<Text> {
        Some(self.0.normalized.as_str().into())
    }

    fn json_fields(&self) -> Option<Vec<(&'static str, Value)>> {
        let public = |name| Some((name, self.field(name)?));
        ["Version", "Major", "Minor"].into_iter().map(public).collect()
    }

    fn to_plain(&self) -> Value {
        Value::from_iter(self.json_fields().unwrap_or_default())
    }
}

struct VersionSet(List);

impl Object for VersionSet {
    fn go_type(&self) -> Type {
        Type::Named("common.VersionSet", Kind::Slice)
    }

    fn method(self: Rc<Self>, name: &str) -> Option<Function> {
        (name == "Has").then(|| {
            function(move |version: Text| self.0.iter().any(|known| known.as_text() == Some(&version)))
        })
    }

    fn len(&self) -> Option<usize> {
        Some(self.0.len())
    }

    fn entries(&self) -> Option<Vec<(Value, Value)>> {
        Some(
            self.0
                .iter()
                .enumerate()
                .map(|(position, item)| (Value::from(position as i64), item.clone()))
                .collect(),
        )
    }

    fn to_plain(&self) -> Value {
        self.0.clone().into()
    }
}

struct BuildInfoObject(BuildInfo);

impl Object for BuildInfoObject {
    fn go_type(&self) -> Type {
        Type::Named("version.BuildInfo", Kind::Struct)
    }

    fn fields(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("Version", self.0.version.as_str().into()),
            ("GitCommit", self.0.git_commit.as_str().into()),
            ("GitTreeState", self.0.git_tree_state.as_str().into()),
            ("GoVersion", self.0.go_version.as_str().into()),
            ("KubeClientVersion", self.0.kube_client_version.as_str().into()),
        ]
    }

    fn json_fields(&self) -> Option<Vec<(&'static str, Value)>> {
        let names = [
            ("version", &self.0.version),
            ("git_commit", &self.0.git_commit),
            ("git_tree_state", &self.0.git_tree_state),
            ("go_version", &self.0.go_version),
        ];
        let filled = names.into_iter().filter(|(_, text)| !text.is_empty());
        let always = [("kube_client_version", &self.0.kube_client_version)];
        let fields = filled.chain(always);
        Some(fields.map(|(name, text)| (name, text.as_str().into())).collect())
    }

    fn to_plain(&self) -> Value {
        Value::from_iter(self.json_fields().unwrap_or_default())
    }
}

/// The group versions that Kubernetes' client library 0.36 knows, with those of custom resource definitions, in the
/// order in which Helm lists them.
const API_VERSIONS: [&str; 55] = [
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha2",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_of_kubernetes() {
        let parsed =
            |text: &str| KubeVersion::parse(text).map(|version| (version.version, version.normalized));
        assert_eq!(
            parsed("1.33.4-gke.1"),
            Ok(("v1.33.4-gke.1".into(), "v1.33.4".into()))
        );
        assert_eq!(parsed("v1.20"), Ok(("v1.20".into(), "v1.20".into())));
        assert!(parsed("v1").is_err());
        assert!(parsed("latest").is_err());
        assert!(parsed("01.2").is_err());
    }
}
