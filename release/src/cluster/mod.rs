//! What the API server knows, and how to ask it.

mod call;
mod discovery;
mod error;
mod group_list;
mod live;
mod logs;
mod lookup;
mod resources;

use std::fmt;
use std::sync::Arc;

use kube::client::Body;

pub use discovery::{ApiVersions, MappingError, ServerVersion};
pub use error::ApiError;
pub use logs::ContainerLog;
pub use lookup::ClusterLookup;
pub use resources::{ResourceForm, ResourcesError, live_resources};

pub(crate) use logs::PodsOf;

pub(crate) use call::{Answer, Call, PatchFormat};
pub(crate) use discovery::Mapping;
pub(crate) use live::{list, list_metadata};

use discovery::Cache;

/// A connection to a cluster, and the namespace that objects without one belong to.
///
/// Cheap to clone: all clones share the connections and what was discovered.
#[derive(Clone)]
pub struct Cluster {
    inner: Arc<Inner>,
}

struct Inner {
    client: kube::Client,
    server: String,
    cache: Cache,
}

impl fmt::Debug for Cluster {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.debug_struct("Cluster")
            .field("server", &self.inner.server)
            .field("namespace", &self.namespace())
            .finish_non_exhaustive()
    }
}

impl Cluster {
    /// Uses `client`; its default namespace becomes the cluster's.
    pub fn new(client: kube::Client) -> Self {
        Cluster::at(client, "")
    }

    /// As [`Cluster::new`], with the server's URL for messages about requests that got no answer.
    pub fn at(client: kube::Client, server: impl Into<String>) -> Self {
        Cluster {
            inner: Arc::new(Inner {
                client,
                server: server.into().trim_end_matches('/').to_owned(),
                cache: Cache::default(),
            }),
        }
    }

    /// Returns the namespace of objects that name none.
    pub fn namespace(&self) -> &str {
        self.inner.client.default_namespace()
    }

    /// Sends one request.
    ///
    /// # Errors
    ///
    /// When there is no answer, or the answer is an error.
    pub(crate) async fn send(&self, call: Call) -> Result<Answer, ApiError> {
        let shown = call.shown(&self.inner.server);
        let request = call.into_request()?;
        let response = self.inner.client.send(request.map(Body::from)).await;
        let response = response.map_err(|error| ApiError::transport(&shown, &self.inner.server, &error))?;
        let (parts, body) = response.into_parts();
        let body = body
            .collect_bytes()
            .await
            .map_err(|error| ApiError::transport(&shown, &self.inner.server, &error))?;
        if !parts.status.is_success() {
            return Err(ApiError::from_answer(parts.status.as_u16(), &body));
        }
        Ok(Answer::new(&parts, body.to_vec()))
    }

    pub(crate) fn client(&self) -> &kube::Client {
        &self.inner.client
    }
}
