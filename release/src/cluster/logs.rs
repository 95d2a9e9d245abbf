//! What containers wrote.

use serde_json::Value;

use super::live::list;
use super::{ApiError, Call, Cluster};

/// What one container of a pod wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ContainerLog {
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// Its output, both streams.
    pub text: String,
}

/// Which pods.
#[derive(Clone, Copy, Debug)]
pub(crate) enum PodsOf<'a> {
    /// Those of a Job.
    Job(&'a str),
    /// The one with this name.
    Name(&'a str),
}

impl Cluster {
    /// Returns what the containers of some pods wrote; init containers are left out, as in Helm's hook logs.
    ///
    /// # Errors
    ///
    /// When the pods cannot be listed, and the first container whose log cannot be read.
    pub(crate) async fn pod_logs(
        &self,
        namespace: &str,
        pods: PodsOf<'_>,
    ) -> Result<Vec<ContainerLog>, ApiError> {
        let call = Call::get(format!("/api/v1/namespaces/{namespace}/pods"));
        let call = match pods {
            PodsOf::Job(name) => call.query("labelSelector", format!("job-name={name}")),
            PodsOf::Name(name) => call.query("fieldSelector", format!("metadata.name={name}")),
        };
        let mut logs = Vec::new();
        for pod in list(self, call).await?.items {
            let name = text_at(&pod, "/metadata/name");
            for container in container_names(&pod, "containers") {
                logs.push(self.container_log(namespace, &name, container).await?);
            }
        }
        Ok(logs)
    }

    /// Returns the names of a pod's containers, init containers first; `None` if there is no such pod.
    ///
    /// # Errors
    ///
    /// When the server refuses or does not answer.
    pub(crate) async fn pod_containers(
        &self,
        namespace: &str,
        pod: &str,
    ) -> Result<Option<Vec<String>>, ApiError> {
        let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}");
        let Some(pod) = self.get(&path).await? else {
            return Ok(None);
        };
        let mut names = container_names(&pod, "initContainers");
        names.extend(container_names(&pod, "containers"));
        Ok(Some(names))
    }

    /// Returns what one container wrote.
    ///
    /// # Errors
    ///
    /// When the server or the node refuses.
    pub(crate) async fn container_log(
        &self,
        namespace: &str,
        pod: &str,
        container: String,
    ) -> Result<ContainerLog, ApiError> {
        let path = format!("/api/v1/namespaces/{namespace}/pods/{pod}/log");
        let call = Call::get(path)
            .accept("*/*")
            .query("container", container.clone());
        let answer = self.send(call).await?;
        Ok(ContainerLog {
            pod: pod.to_owned(),
            container,
            text: String::from_utf8_lossy(&answer.body).into_owned(),
        })
    }
}

fn container_names(pod: &Value, list: &str) -> Vec<String> {
    let containers = pod.pointer(&format!("/spec/{list}")).and_then(Value::as_array);
    let containers = containers.into_iter().flatten();
    containers.map(|container| text_at(container, "/name")).collect()
}

fn text_at(object: &Value, path: &str) -> String {
    let text = object.pointer(path).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}
