//! What a release looks like in the cluster: its objects, and the pods they make.

use std::collections::{BTreeMap, BTreeSet};

use chart::Remark;
use futures::future::{join_all, try_join_all};
use serde_json::{Map, Value, json};

use super::{ApiError, Call, Cluster, MappingError};
use crate::manifest::{Plan, PlanError, Resource};
use crate::record::Release;

/// The form in which objects are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceForm {
    /// The object itself.
    Object,
    /// The rows that the server makes of it for people.
    Table,
}

/// Why the objects of a release cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResourcesError {
    /// The recorded manifest cannot be read.
    #[error(transparent)]
    Manifest(#[from] PlanError),
    /// A kind is not known to the server.
    #[error("resource mapping not found for name: {}", chart::quote::quote(name))]
    Mapping {
        /// The object.
        name: String,
        /// What the server says.
        #[source]
        source: MappingError,
    },
    /// The server refuses or does not answer.
    #[error(transparent)]
    Api(#[from] ApiError),
}

/// Under this name the pods of workloads are listed.
const RELATED_PODS: &str = "v1/Pod(related)";

/// The objects of a release as they are.
#[derive(Debug)]
pub struct LiveResources {
    /// By `version/Kind`, and below `v1/Pod(related)` the pods of the workloads.
    pub objects: BTreeMap<String, Vec<Value>>,
    /// What could not be seen.
    pub remarks: Vec<Remark>,
}

/// Reads the live objects of a release, and the pods of its workloads, as Helm's `pkg/kube/client.go` does. Objects that
/// are gone, or that the server does not show us, are left out; so are pods, with a remark.
///
/// # Errors
///
/// See [`ResourcesError`].
pub async fn live_resources(
    cluster: &Cluster,
    release: &Release,
    form: ResourceForm,
) -> Result<LiveResources, ResourcesError> {
    let plan = Plan::from_release(release)?;
    let resources: Vec<&Resource> = plan
        .resources
        .iter()
        .filter(|resource| !resource.kind.is_empty())
        .collect();
    let objects = try_join_all(
        resources
            .iter()
            .map(|resource| read(cluster, resource, &release.namespace, form)),
    );
    let selections = selections(&resources, &release.namespace);
    let pods = join_all(selections.iter().map(|selection| pods(cluster, selection, form)));
    let (objects, pods) = futures::join!(objects, pods);
    let objects = objects?;
    let mut by_kind: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (resource, object) in resources.iter().zip(objects) {
        let gvk = resource.gvk();
        by_kind
            .entry(format!("{}/{}", gvk.version, gvk.kind))
            .or_default()
            .extend(object);
    }
    let mut remarks = Vec::new();
    for pods in pods {
        match pods {
            Ok(pods) => by_kind.entry(RELATED_PODS.to_owned()).or_default().extend(pods),
            Err(error) if error.code == 0 => return Err(error.into()),
            Err(error) => remarks.push(hidden(&error)),
        }
    }
    by_kind.retain(|_, objects| !objects.is_empty());
    let objects = by_kind;
    Ok(LiveResources { objects, remarks })
}

/// Says in Helm's words that the server does not show us pods.
fn hidden(error: &ApiError) -> Remark {
    Remark::warning("get the relation pod is failed").about("error", error.to_string())
}

async fn read(
    cluster: &Cluster,
    resource: &Resource,
    namespace: &str,
    form: ResourceForm,
) -> Result<Option<Value>, ResourcesError> {
    let mapping = cluster.mapping(&resource.gvk()).await;
    let mapping = mapping.map_err(|source| ResourcesError::Mapping {
        name: resource.name.clone(),
        source,
    })?;
    let path = mapping.object(resource.namespace().unwrap_or(namespace), &resource.name);
    match cluster.send(call(path, form)).await {
        Ok(answer) => Ok(Some(answer.json()?)),
        Err(error) if error.code != 0 => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn call(path: String, form: ResourceForm) -> Call {
    match form {
        ResourceForm::Object => Call::get(path),
        ResourceForm::Table => Call::get(path).accept(AS_TABLE).query("includeObject", "Object"),
    }
}

const AS_TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";

/// A namespace and the labels of pods in it.
type Selection = (String, BTreeMap<String, String>);

/// The pods that the workloads among the resources select, each selection once.
fn selections(resources: &[&Resource], namespace: &str) -> Vec<Selection> {
    let mut seen = BTreeSet::new();
    let mut selections = Vec::new();
    for resource in resources {
        let Some(labels) = selector(resource) else {
            continue;
        };
        if seen.insert(labels.clone()) {
            selections.push((resource.namespace().unwrap_or(namespace).to_owned(), labels));
        }
    }
    selections
}

fn selector(resource: &Resource) -> Option<BTreeMap<String, String>> {
    let pointer = match resource.kind.as_str() {
        "ReplicaSet" | "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => "/spec/selector/matchLabels",
        "ReplicationController" => "/spec/selector",
        _ => return None,
    };
    let labels: &Map<String, Value> = resource.object.pointer(pointer)?.as_object()?;
    labels
        .iter()
        .map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())))
        .collect()
}

async fn pods(cluster: &Cluster, selection: &Selection, form: ResourceForm) -> Result<Vec<Value>, ApiError> {
    let (namespace, labels) = selection;
    let terms: Vec<String> = labels
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let path = format!("/api/v1/namespaces/{namespace}/pods");
    let mut list: Value = cluster
        .send(call(path, form).query("labelSelector", terms.join(",")))
        .await?
        .json()?;
    if form == ResourceForm::Table {
        let is_empty = list["rows"].as_array().is_none_or(Vec::is_empty);
        return Ok(if is_empty { Vec::new() } else { vec![list] });
    }
    let Some(items) = list["items"].as_array_mut() else {
        return Ok(Vec::new());
    };
    items.iter_mut().for_each(name_as_pod);
    Ok(if items.is_empty() { Vec::new() } else { vec![list] })
}

/// Items of a list do not say what they are.
fn name_as_pod(item: &mut Value) {
    if let Some(object) = item.as_object_mut() {
        object.insert("apiVersion".to_owned(), json!("v1"));
        object.insert("kind".to_owned(), json!("Pod"));
    }
}
