//! What the server answers when asked for its kinds, in the old form and in the one that says everything at once.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::discovery::Mapping;
use super::{Answer, ApiError};
use crate::manifest::GroupVersionKind;

/// Asks for everything at once, and takes the old form from a server that cannot.
pub(super) const AGGREGATED: &str = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,\
    application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json";

/// What the server says it has.
pub(super) enum GroupList {
    Aggregated(AggregatedList),
    Plain(Vec<String>),
}

impl GroupList {
    /// Reads an answer, whichever form the server chose.
    ///
    /// # Errors
    ///
    /// When it is neither.
    pub(super) fn read(answer: &Answer) -> Result<Self, ApiError> {
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

/// The kinds of one group and version.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ResourceList {
    pub(super) resources: Vec<Resource>,
}

/// One kind, or a part of one.
#[derive(Deserialize)]
pub(super) struct Resource {
    name: String,
    pub(super) kind: String,
    #[serde(default)]
    namespaced: bool,
}

impl ResourceList {
    /// Returns the kinds that have objects of their own; a name with a slash is a part of another's.
    pub(super) fn mappings(&self, api_version: &str) -> BTreeMap<String, Mapping> {
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
pub(super) struct AggregatedList {
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
    pub(super) fn resource_lists(self) -> Vec<(String, ResourceList)> {
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
