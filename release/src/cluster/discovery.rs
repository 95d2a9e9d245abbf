//! Which kinds the server has, and under which path. Asked once, and only for what is needed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde::Deserialize;
use tokio::sync::Mutex;

use super::group_list::{AGGREGATED, GroupList, ResourceList};
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
        let pretended = || self.stage()?.kind(gvk);
        kinds
            .get(&gvk.kind)
            .cloned()
            .or_else(pretended)
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
        GroupList::read(&self.send(Call::get(path).accept(AGGREGATED)).await?)
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

#[cfg(test)]
mod tests {
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
}
