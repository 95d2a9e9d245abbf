//! What became of a release's objects: the live ones, for `status`.

use std::collections::BTreeMap;

use futures::future::join_all;
use serde_json::Value;

use super::Error;
use crate::apply::{Object, Validation, build};
use crate::cluster::{ApiError, Call, Cluster, list};
use crate::manifest::Plan;
use crate::record::Release;

/// How live objects are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ResourceForm {
    /// As tables that the server makes of them.
    Table,
    /// As they are.
    Object,
}

const TABLE: &str = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

/// Reads a release's live objects and the pods of its workloads, by version and kind (`v1/Service`,
/// `v1/Pod(related)`). Objects that are gone are left out.
///
/// # Errors
///
/// When the manifest cannot be read, or the cluster does not know its kinds.
pub async fn live_resources(
    cluster: &Cluster,
    release: &Release,
    form: ResourceForm,
) -> Result<BTreeMap<String, Vec<Value>>, Error> {
    let plan = Plan::from_release(release)?;
    let objects = build(cluster, &plan.resources, Validation::None).await?;
    let reads = objects.iter().map(|object| read(cluster, object.path(), form));
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    let mut selectors = Vec::new();
    for (object, live) in objects.iter().zip(join_all(reads).await) {
        let Ok(live) = live else { continue };
        let gvk = &object.mapping.gvk;
        found
            .entry(format!("{}/{}", gvk.version, gvk.kind))
            .or_default()
            .push(live);
        if let Some(selector) = selector(object)
            && !selectors.contains(&selector)
        {
            let pods = pods(cluster, object, &selector, form).await.unwrap_or_default();
            if !pods.is_empty() {
                found.entry("v1/Pod(related)".to_owned()).or_default().extend(pods);
            }
            selectors.push(selector);
        }
    }
    Ok(found)
}

async fn read(cluster: &Cluster, path: String, form: ResourceForm) -> Result<Value, ApiError> {
    let call = match form {
        ResourceForm::Table => Call::get(path).accept(TABLE).query("includeObject", "Object"),
        ResourceForm::Object => Call::get(path),
    };
    cluster.send(call).await?.json()
}

async fn pods(
    cluster: &Cluster,
    object: &Object,
    selector: &str,
    form: ResourceForm,
) -> Result<Vec<Value>, ApiError> {
    let path = format!("/api/v1/namespaces/{}/pods", object.namespace);
    match form {
        ResourceForm::Table => {
            let call = Call::get(path)
                .accept(TABLE)
                .query("includeObject", "Object")
                .query("labelSelector", selector);
            Ok(vec![cluster.send(call).await?.json()?])
        }
        ResourceForm::Object => {
            let call = Call::get(path).query("labelSelector", selector);
            Ok(list(cluster, call).await?.items)
        }
    }
}

/// Returns the labels by which a workload finds its pods, as a selector.
fn selector(object: &Object) -> Option<String> {
    let path = match object.kind() {
        "ReplicaSet" | "Deployment" | "StatefulSet" | "DaemonSet" | "Job" => "/spec/selector/matchLabels",
        "ReplicationController" => "/spec/selector",
        _ => return None,
    };
    let labels = object.body.pointer(path)?.as_object()?;
    let terms = labels
        .iter()
        .map(|(label, value)| format!("{label}={}", value.as_str().unwrap_or_default()));
    Some(terms.collect::<Vec<_>>().join(","))
}
