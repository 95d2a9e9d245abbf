//! Which kinds the server has, and under which path. Asked once, and only for what is needed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use tokio::sync::Mutex;

use super::{ApiError, Call, Cluster};
use crate::manifest::GroupVersionKind;

/// Where objects of a kind live.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Mapping {
    pub(crate) gvk: GroupVersionKind,
    /// The name in URLs: `deployments`.
    pub(crate) plural: String,
    pub(crate) is_namespaced: bool,
}

impl Mapping {
    /// Returns the path of all objects of the kind, in `namespace` if the kind has them.
    pub(crate) fn collection(&self, namespace: &str) -> String {
        let root = group_version_path(&self.gvk.api_version());
        if self.is_namespaced && !namespace.is_empty() {
            return format!("{root}/namespaces/{namespace}/{}", self.plural);
        }
        format!("{root}/{}", self.plural)
    }

    /// Returns the path of one object.
    pub(crate) fn object(&self, namespace: &str, name: &str) -> String {
        format!("{}/{name}", self.collection(namespace))
    }
}

fn group_version_path(api_version: &str) -> String {
    if api_version.contains('/') {
        format!("/apis/{api_version}")
    } else {
        format!("/api/{api_version}")
    }
}

/// The server has no such kind, or could not be asked.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MappingError {
    /// There is no such kind.
    #[error(
        "no matches for kind {} in version {}",
        chart::quote::quote(kind),
        chart::quote::quote(api_version)
    )]
    NoMatch {
        /// The kind.
        kind: String,
        /// The group and version.
        api_version: String,
    },
    /// The server could not be asked.
    #[error(transparent)]
    Api(#[from] ApiError),
}

impl MappingError {
    /// Says whether the server answered, but has no such kind.
    pub fn is_no_match(&self) -> bool {
        matches!(self, MappingError::NoMatch { .. })
    }
}

/// The server's version.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ServerVersion {
    /// `1`
    pub major: String,
    /// `36`; some vendors add a `+`.
    pub minor: String,
    /// `v1.36.3`, with whatever the vendor adds.
    pub git_version: String,
}

/// What `.Capabilities.APIVersions` holds for a cluster: every `group/version` and `group/version/Kind`.
pub type ApiVersions = BTreeSet<String>;

/// The kinds of one group and version.
type Kinds = Arc<BTreeMap<String, Mapping>>;

/// What was discovered so far, by `group/version`.
#[derive(Debug, Default)]
pub(super) struct Cache(Mutex<BTreeMap<String, Kinds>>);

impl Cluster {
    /// Asks for the server's version; the cheapest way to see that it is there.
    ///
    /// # Errors
    ///
    /// When it does not answer.
    pub async fn version(&self) -> Result<ServerVersion, ApiError> {
        self.send(Call::get("/version")).await?.json()
    }

    /// Returns where objects of a kind live.
    ///
    /// # Errors
    ///
    /// When the server has no such kind or does not answer.
    pub(crate) async fn mapping(&self, gvk: &GroupVersionKind) -> Result<Mapping, MappingError> {
        let api_version = gvk.api_version();
        let kinds = self.kinds(&api_version).await?;
        kinds
            .get(&gvk.kind)
            .cloned()
            .ok_or_else(|| MappingError::NoMatch {
                kind: gvk.kind.clone(),
                api_version,
            })
    }

    /// Returns the kinds of a group and version; none if the server does not have it.
    async fn kinds(&self, api_version: &str) -> Result<Kinds, ApiError> {
        // Held while asking: two that need the same group should not both ask.
        let mut cache = self.inner.cache.0.lock().await;
        if let Some(kinds) = cache.get(api_version) {
            return Ok(kinds.clone());
        }
        let kinds = match self.resources(api_version).await {
            Ok(list) => Kinds::new(list.mappings(api_version)),
            // Not kept: the kind may be on its way.
            Err(error) if error.is_not_found() => return Ok(Kinds::default()),
            Err(error) => return Err(error),
        };
        cache.insert(api_version.to_owned(), kinds.clone());
        Ok(kinds)
    }

    /// Says whether the server has the group and version of a kind at all.
    pub(super) async fn has_version(&self, gvk: &GroupVersionKind) -> bool {
        self.kinds(&gvk.api_version())
            .await
            .is_ok_and(|kinds| !kinds.is_empty())
    }

    async fn resources(&self, api_version: &str) -> Result<ResourceList, ApiError> {
        if api_version.is_empty() {
            return Ok(ResourceList::default());
        }
        self.send(Call::get(group_version_path(api_version)))
            .await?
            .json()
    }

    /// Forgets what was discovered, because kinds were added.
    pub(crate) async fn forget_kinds(&self) {
        self.inner.cache.0.lock().await.clear();
    }

    /// Asks for everything the server has: two requests if it is younger than Kubernetes 1.26, else one per group.
    ///
    /// # Errors
    ///
    /// When it does not answer. Groups whose own server is down are left out.
    pub async fn api_versions(&self) -> Result<ApiVersions, ApiError> {
        let (core, groups) = tokio::try_join!(self.group_list("/api"), self.group_list("/apis"))?;
        let mut found = BTreeMap::new();
        for list in [core, groups] {
            match list {
                GroupList::Aggregated(list) => found.extend(list.resource_lists()),
                GroupList::Plain(versions) => found.extend(self.each_version(versions).await?),
            }
        }
        let mut cache = self.inner.cache.0.lock().await;
        let mut names = ApiVersions::new();
        for (api_version, list) in found {
            names.extend(list.resources.iter().map(|r| format!("{api_version}/{}", r.kind)));
            cache.insert(api_version.clone(), Kinds::new(list.mappings(&api_version)));
            names.insert(api_version);
        }
        Ok(names)
    }

    async fn group_list(&self, path: &str) -> Result<GroupList, ApiError> {
        let answer = self.send(Call::get(path).accept(AGGREGATED)).await?;
        let plain: PlainList = answer.json()?;
        if plain.kind == "APIGroupDiscoveryList" {
            return Ok(GroupList::Aggregated(answer.json()?));
        }
        let of_groups = plain.groups.into_iter().flat_map(|group| group.versions);
        let versions = of_groups.map(|version| version.group_version);
        Ok(GroupList::Plain(
            plain.versions.into_iter().chain(versions).collect(),
        ))
    }

    async fn each_version(&self, versions: Vec<String>) -> Result<Vec<(String, ResourceList)>, ApiError> {
        let asked = versions.into_iter().map(|api_version| async move {
            match self.resources(&api_version).await {
                Ok(list) => Ok((api_version, list)),
                Err(error) if error.code != 0 => Ok((api_version, ResourceList::default())),
                Err(error) => Err(error),
            }
        });
        futures::future::try_join_all(asked).await
    }
}

/// Asks for everything at once, and takes the old form from a server that cannot.
const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
    application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

enum GroupList {
    Aggregated(AggregatedList),
    Plain(Vec<String>),
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct PlainList {
    kind: String,
    versions: Vec<String>,
    groups: Vec<PlainGroup>,
}

#[derive(Deserialize)]
struct PlainGroup {
    #[serde(default)]
    versions: Vec<PlainVersion>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PlainVersion {
    group_version: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct ResourceList {
    resources: Vec<Resource>,
}

#[derive(Deserialize)]
struct Resource {
    name: String,
    kind: String,
    #[serde(default)]
    namespaced: bool,
}

impl ResourceList {
    /// Returns the kinds that have objects of their own; a name with a slash is a part of another's.
    fn mappings(&self, api_version: &str) -> BTreeMap<String, Mapping> {
        let of_objects = self
            .resources
            .iter()
            .filter(|resource| !resource.name.contains('/'));
        let mappings = of_objects.map(|resource| Mapping {
            gvk: GroupVersionKind::new(api_version, &resource.kind),
            plural: resource.name.clone(),
            is_namespaced: resource.namespaced,
        });
        mappings
            .map(|mapping| (mapping.gvk.kind.clone(), mapping))
            .collect()
    }
}

#[derive(Deserialize)]
struct AggregatedList {
    #[serde(default)]
    items: Vec<AggregatedGroup>,
}

#[derive(Deserialize)]
struct AggregatedGroup {
    #[serde(default)]
    metadata: GroupName,
    #[serde(default)]
    versions: Vec<AggregatedVersion>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct GroupName {
    name: String,
}

#[derive(Deserialize)]
struct AggregatedVersion {
    version: String,
    #[serde(default)]
    resources: Vec<AggregatedResource>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AggregatedResource {
    resource: String,
    #[serde(default)]
    response_kind: Option<ResponseKind>,
    #[serde(default)]
    scope: String,
    #[serde(default)]
    subresources: Vec<Subresource>,
}

#[derive(Deserialize)]
struct ResponseKind {
    kind: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Subresource {
    subresource: String,
    #[serde(default)]
    response_kind: Option<ResponseKind>,
}

impl AggregatedList {
    fn resource_lists(self) -> Vec<(String, ResourceList)> {
        let mut lists = Vec::new();
        for group in self.items {
            for version in group.versions {
                let api_version = match group.metadata.name.as_str() {
                    "" => version.version,
                    name => format!("{name}/{}", version.version),
                };
                let resources = version
                    .resources
                    .into_iter()
                    .flat_map(AggregatedResource::flatten);
                lists.push((
                    api_version,
                    ResourceList {
                        resources: resources.collect(),
                    },
                ));
            }
        }
        lists
    }
}

impl AggregatedResource {
    fn flatten(self) -> Vec<Resource> {
        let namespaced = self.scope == "Namespaced";
        let own = self.response_kind.map(|kind| (self.resource.clone(), kind));
        let parts = self.subresources.into_iter().filter_map(|part| {
            let name = format!("{}/{}", self.resource, part.subresource);
            part.response_kind.map(|kind| (name, kind))
        });
        let all = own.into_iter().chain(parts);
        all.filter(|(_, response)| !response.kind.is_empty())
            .map(|(name, response)| Resource {
                name,
                kind: response.kind,
                namespaced,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_know_groups_and_scopes() {
        let mapping = |api_version: &str, kind: &str, plural: &str, is_namespaced| Mapping {
            gvk: GroupVersionKind::new(api_version, kind),
            plural: plural.to_owned(),
            is_namespaced,
        };
        let service = mapping("v1", "Service", "services", true);
        assert_eq!(service.object("web", "a"), "/api/v1/namespaces/web/services/a");
        assert_eq!(service.collection(""), "/api/v1/services");
        let role = mapping(
            "rbac.authorization.k8s.io/v1",
            "ClusterRole",
            "clusterroles",
            false,
        );
        assert_eq!(
            role.object("web", "a"),
            "/apis/rbac.authorization.k8s.io/v1/clusterroles/a"
        );
    }

    #[test]
    fn aggregated_lists_are_flattened() {
        let list: AggregatedList = serde_json::from_value(json!({"items": [{
            "metadata": {"name": "apps"},
            "versions": [{"version": "v1", "resources": [{
                "resource": "deployments",
                "responseKind": {"group": "apps", "version": "v1", "kind": "Deployment"},
                "scope": "Namespaced",
                "subresources": [{"subresource": "scale", "responseKind": {"kind": "Scale"}}],
            }]}],
        }]}))
        .unwrap();
        let lists = list.resource_lists();
        let (api_version, resources) = &lists[0];
        assert_eq!(api_version, "apps/v1");
        let kinds: Vec<_> = resources.resources.iter().map(|r| r.kind.as_str()).collect();
        assert_eq!(kinds, ["Deployment", "Scale"]);
        assert!(resources.mappings(api_version)["Deployment"].is_namespaced);
        assert!(!resources.mappings(api_version).contains_key("Scale"));
    }
}
