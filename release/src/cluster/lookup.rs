//! `lookup`: templates that ask the cluster.

use chart::{Map, Value};
use serde_json::Value as Json;
use templates::{Lookup, LookupError};
use tokio::runtime::Handle;

use super::{ApiError, Cluster, MappingError};
use crate::manifest::GroupVersionKind;

/// Answers templates from a cluster.
///
/// Rendering is synchronous and this waits for the answer, so it must run on a thread that is not one of the
/// runtime's own.
#[derive(Clone, Debug)]
pub struct ClusterLookup {
    cluster: Cluster,
    runtime: Handle,
}

impl ClusterLookup {
    /// Asks `cluster` by way of `runtime`.
    pub fn new(cluster: Cluster, runtime: Handle) -> Self {
        ClusterLookup { cluster, runtime }
    }

    async fn find(&self, gvk: &GroupVersionKind, namespace: &str, name: &str) -> Result<Json, LookupError> {
        let mapping = match self.cluster.mapping(gvk).await {
            Ok(mapping) => mapping,
            Err(error) => return self.unknown_kind(gvk, error).await,
        };
        let path = if name.is_empty() {
            mapping.collection(namespace)
        } else {
            mapping.object(namespace, name)
        };
        let found = self.cluster.get(&path).await;
        let found = found.map_err(|error| LookupError(error.to_string()))?;
        Ok(found.unwrap_or(Json::Null))
    }

    /// A kind that its group does not have is simply not found; a group that the server does not have is an error.
    async fn unknown_kind(&self, gvk: &GroupVersionKind, error: MappingError) -> Result<Json, LookupError> {
        let cause = match error {
            MappingError::NoMatch { .. } if self.cluster.has_version(gvk).await => return Ok(Json::Null),
            MappingError::NoMatch { .. } => ApiError::from_answer(404, b""),
            MappingError::Api(error) => error,
        };
        let message = format!("unable to get apiresource from unstructured: {gvk}: {cause}");
        Err(LookupError(message))
    }
}

impl Lookup for ClusterLookup {
    fn lookup(&self, api_version: &str, kind: &str, namespace: &str, name: &str) -> Result<Map, LookupError> {
        let gvk = GroupVersionKind::new(api_version, kind);
        let found = self.runtime.block_on(self.find(&gvk, namespace, name))?;
        Ok(to_value(found).into_map().unwrap_or_default())
    }
}

/// Turns JSON into what templates see. Unlike values from files, whole numbers of live objects are integers to them.
fn to_value(json: Json) -> Value {
    match json {
        Json::Null => Value::Null,
        Json::Bool(flag) => Value::Bool(flag),
        Json::Number(number) => match number.as_i64() {
            Some(whole) => Value::Int(whole),
            None => Value::Float(number.as_f64().unwrap_or_default()),
        },
        Json::String(text) => Value::String(text),
        Json::Array(items) => Value::List(items.into_iter().map(to_value).collect()),
        Json::Object(fields) => Value::Map(
            fields
                .into_iter()
                .map(|(key, value)| (key, to_value(value)))
                .collect(),
        ),
    }
}
