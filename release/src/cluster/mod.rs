//! What the API server knows, and how to ask it.

mod call;
mod discovery;
mod error;
mod group_list;
mod live;
mod logs;
mod lookup;
mod resources;
mod retry;
mod under_way;

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http::header::RETRY_AFTER;
use kube::client::Body;

pub use discovery::{ApiVersions, MappingError, ServerVersion};
pub use error::ApiError;
pub use logs::ContainerLog;
pub use lookup::ClusterLookup;
pub use resources::{LiveResources, ResourceForm, ResourcesError, live_resources};

pub(crate) use logs::PodsOf;

pub(crate) use call::{Answer, Call, PatchFormat};
pub(crate) use discovery::Mapping;
pub(crate) use live::{Pages, list, list_metadata};

use discovery::Cache;
use retry::{Failure, Retry};
use under_way::{Ticket, UnderWay};

use crate::diff::Secrecy;
use crate::rehearsal::{Premises, Script, Stage};

/// A connection to a cluster, and the namespace that objects without one belong to.
///
/// Cheap to clone: all clones share the connections and what was discovered.
#[derive(Clone)]
pub struct Cluster {
    inner: Arc<Inner>,
    direction: Direction,
}

/// Who says which changes are made.
#[derive(Clone)]
enum Direction {
    /// Nobody but the one who asks for them.
    Free,
    /// None is: they are tried out.
    Rehearsed(Arc<Stage>),
    /// A plan does.
    Scripted(Arc<Script>),
}

struct Inner {
    client: kube::Client,
    server: String,
    cache: Cache,
    /// The server has answered, whatever it said.
    is_known: AtomicBool,
    under_way: UnderWay,
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
                is_known: AtomicBool::new(false),
                under_way: UnderWay::default(),
            }),
            direction: Direction::Free,
        }
    }

    /// Returns the same cluster, on which every change is only tried out from here on. What is discovered is its own: kinds
    /// may be pretended there.
    pub(crate) fn on(&self, stage: Arc<Stage>) -> Self {
        let cluster = Cluster::at(self.inner.client.clone(), self.inner.server.clone());
        Cluster {
            direction: Direction::Rehearsed(stage),
            ..cluster
        }
    }

    /// Returns the same cluster, to which nothing is sent that is not in a plan: see
    /// [`Rehearsal::outcome`](crate::Rehearsal::outcome). `secrecy` is the one that the plan was made with.
    #[must_use]
    pub fn by_plan(&self, plan: &Premises, secrecy: &Secrecy) -> Self {
        Cluster {
            direction: Direction::Scripted(Arc::new(Script::of(plan, secrecy))),
            ..self.clone()
        }
    }

    /// Returns where changes are tried out, if they are not made.
    pub(crate) fn stage(&self) -> Option<&Stage> {
        match &self.direction {
            Direction::Rehearsed(stage) => Some(stage),
            _ => None,
        }
    }

    /// Returns the server's URL, as far as it was told.
    pub fn server(&self) -> &str {
        &self.inner.server
    }

    /// Returns the namespace of objects that name none.
    pub fn namespace(&self) -> &str {
        self.inner.client.default_namespace()
    }

    /// Sends one request, again if the server was only busy or away for a while.
    ///
    /// A change goes to its end even if the future is dropped: see [`Cluster::settle`].
    ///
    /// # Errors
    ///
    /// When there is no answer, or the answer is an error.
    pub(crate) async fn send(&self, call: Call) -> Result<Answer, ApiError> {
        match &self.direction {
            // A stage asks the server itself, and so comes here again.
            Direction::Rehearsed(stage) => return Box::pin(stage.perform(self, call)).await,
            Direction::Scripted(script) => script.check(&call)?,
            Direction::Free => {}
        }
        self.transmit(call).await
    }

    /// As [`Cluster::send`], without a stage in between.
    pub(crate) async fn transmit(&self, call: Call) -> Result<Answer, ApiError> {
        if call.is_read() {
            return self.persist(&call).await;
        }
        let cluster = self.clone();
        let ticket = Ticket::new(self.inner.clone());
        let sent = tokio::spawn(async move {
            let answer = cluster.persist(&call).await;
            drop(ticket);
            answer
        });
        sent.await
            .unwrap_or_else(|error| Err(ApiError::local(error.to_string())))
    }

    async fn persist(&self, call: &Call) -> Result<Answer, ApiError> {
        let mut retry = Retry {
            is_repeatable: call.is_repeatable(),
            ..Retry::default()
        };
        loop {
            let failure = match self.send_once(call).await {
                Ok(answer) => return Ok(answer),
                Err(failure) => failure,
            };
            retry.is_known = self.inner.is_known.load(Ordering::Relaxed);
            match retry.after(&failure) {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(failure.error),
            }
        }
    }

    async fn send_once(&self, call: &Call) -> Result<Answer, Failure> {
        let local = |error| Failure {
            error,
            retry_after: None,
            is_refused: false,
        };
        // Before anything else Helm asks for the version, and so it is that which gets no answer.
        let asked = |call: &Call| match self.inner.is_known.load(Ordering::Relaxed) {
            true => call.shown(&self.inner.server),
            false => Call::get("/version").shown(&self.inner.server),
        };
        let unanswered = |error: kube::Error| Failure {
            error: ApiError::transport(&asked(call), &self.inner.server, &error),
            retry_after: None,
            is_refused: error::is_refused(&error),
        };
        let request = call.to_request().map_err(local)?;
        let response = self.inner.client.send(request.map(Body::from)).await;
        let (parts, body) = response.map_err(unanswered)?.into_parts();
        let body = body.collect_bytes().await.map_err(unanswered)?;
        self.inner.is_known.store(true, Ordering::Relaxed);
        if parts.status.is_success() {
            return Ok(Answer::new(&parts, body.to_vec()));
        }
        Err(Failure {
            error: ApiError::from_answer(parts.status.as_u16(), &body),
            retry_after: retry::retry_after(parts.headers.get(RETRY_AFTER)),
            is_refused: false,
        })
    }

    pub(crate) fn client(&self) -> &kube::Client {
        &self.inner.client
    }
}
