//! The lease on a release: a note on the cluster that says who is at work, renewed for as long as he is.
//!
//! The pending record says that somebody began; only the lease says whether he still lives. It is a plain
//! `coordination.k8s.io/v1` Lease beside the record. Where leases may not be written, work goes on without, as in Helm.

mod holder;
mod object;

use std::sync::Arc;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio::time::Instant;

pub use holder::{Busy, Holder, Tenant};
pub(crate) use object::is_lease_name;

use crate::cluster::{Answer, ApiError, Call, Cluster};
use crate::interrupt::{Cause, Interrupt};
use object::{DURATION, LeaseObject, lease_name};

/// How often the lease is renewed: often enough that two may fail.
const RENEWAL: Duration = Duration::from_secs(5);

/// How often a lease that goes away or changes while it is looked at is tried for.
const TRIES: u32 = 5;

/// A lease that is held, and renewed in the background until it is given back or left.
#[derive(Debug)]
pub(crate) struct Lease {
    shared: Arc<Shared>,
    renewing: JoinHandle<()>,
}

/// What came of trying to get a lease.
#[derive(Debug)]
pub(crate) enum Attempt {
    /// It is ours; if it was somebody's who died, his.
    Held(Lease, Option<Tenant>),
    /// There can be none here: no right to it, no such API, no such namespace.
    Refused(ApiError),
    /// It was only looked at; if it was somebody's who died, his.
    Seen(Option<Tenant>),
}

/// What a lease is for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Purpose<'a> {
    /// The release.
    pub(crate) name: &'a str,
    /// What will be done to it: `upgrade`.
    pub(crate) action: &'static str,
    /// When, by our clock.
    pub(crate) now: Timestamp,
}

#[derive(Debug)]
struct Shared {
    cluster: Cluster,
    holder: Holder,
    path: String,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    lease: LeaseObject,
    clock: ServerClock,
    renewed: Instant,
}

/// The server's clock, as last heard of.
#[derive(Clone, Copy, Debug)]
struct ServerClock {
    showed: Timestamp,
    at: Instant,
}

impl ServerClock {
    fn of(answer: &Answer) -> Option<Self> {
        Some(ServerClock {
            showed: answer.date()?,
            at: Instant::now(),
        })
    }

    fn now(&self) -> Timestamp {
        let elapsed = SignedDuration::try_from(self.at.elapsed()).unwrap_or_default();
        self.showed.saturating_add(elapsed).unwrap_or(self.showed)
    }
}

/// The lease of somebody else.
struct Found {
    lease: LeaseObject,
    server_now: Option<Timestamp>,
}

impl Lease {
    /// Gets the lease on a release, also out of the hands of the dead.
    ///
    /// # Errors
    ///
    /// When somebody else holds it, as far as is known.
    pub(crate) async fn acquire(
        cluster: &Cluster,
        holder: &Holder,
        purpose: Purpose<'_>,
        interrupt: &Interrupt,
    ) -> Result<Attempt, Busy> {
        let namespace = cluster.namespace();
        let wanted = LeaseObject::new(purpose.name, namespace, holder, (purpose.action, purpose.now));
        let collection = collection(cluster);
        let path = format!("{collection}/{}", lease_name(purpose.name));
        let hold = |answer: &Answer, dead| Lease::hold(cluster, holder, (&path, interrupt), answer, dead);
        let mut refusal = ApiError::local("the lease changes too often");
        for _ in 0..TRIES {
            match cluster.send(Call::post(&collection, &wanted)).await {
                Ok(answer) => return Ok(hold(&answer, None)),
                // Without an answer it may be there all the same.
                Err(error) if error.is_already_exists() || error.code == 0 => refusal = error,
                Err(error) => return Ok(Attempt::Refused(error)),
            }
            let (found, answer) = match look(cluster, &path).await {
                Ok(found) => found,
                Err(error) if error.is_not_found() && refusal.code != 0 => continue,
                Err(error) => return Ok(Attempt::Refused(error)),
            };
            if found.lease.is_of(holder) {
                return Ok(hold(&answer, None));
            }
            check_dead(cluster, holder, &path, &found).await?;
            let tenant = found.lease.tenant();
            let taken = wanted.clone().in_place_of(&found.lease, found.server_now);
            match cluster.send(Call::put(&path, &taken)).await {
                Ok(answer) => return Ok(hold(&answer, Some(tenant))),
                // Somebody was quicker, to take it over or to give it back.
                Err(error) if error.is_conflict() || error.is_not_found() => refusal = error,
                Err(error) => return Ok(Attempt::Refused(error)),
            }
        }
        Ok(Attempt::Refused(refusal))
    }

    /// Looks whose lease it is, without touching it: returns the dead one out of whose hands [`Lease::acquire`] would take it.
    /// One that may not be read is nobody's.
    ///
    /// # Errors
    ///
    /// When somebody else holds it, as far as is known.
    pub(crate) async fn inspect(
        cluster: &Cluster,
        holder: &Holder,
        name: &str,
    ) -> Result<Option<Tenant>, Busy> {
        let path = format!("{}/{}", collection(cluster), lease_name(name));
        let Ok((found, _)) = look(cluster, &path).await else {
            return Ok(None);
        };
        check_dead(cluster, holder, &path, &found).await?;
        Ok(Some(found.lease.tenant()))
    }

    fn hold(
        cluster: &Cluster,
        holder: &Holder,
        (path, interrupt): (&str, &Interrupt),
        answer: &Answer,
        dead: Option<Tenant>,
    ) -> Attempt {
        let lease = match answer.json() {
            Ok(lease) => lease,
            Err(error) => return Attempt::Refused(error),
        };
        let now = Instant::now();
        let shared = Arc::new(Shared {
            cluster: cluster.clone(),
            holder: holder.clone(),
            path: path.to_owned(),
            state: Mutex::new(State {
                lease,
                clock: ServerClock::of(answer).unwrap_or(ServerClock {
                    showed: Timestamp::now(),
                    at: now,
                }),
                renewed: now,
            }),
        });
        let renewing = tokio::spawn(renew_for_ever(shared.clone(), interrupt.clone()));
        Attempt::Held(Lease { shared, renewing }, dead)
    }

    /// Makes sure that the lease is still ours. It is, without asking, unless it was not renewed for too long (the
    /// machine slept, the server was away).
    ///
    /// # Errors
    ///
    /// Who has it now.
    pub(crate) async fn confirm(&self) -> Result<(), Tenant> {
        let mut state = self.shared.state.lock().await;
        if state.renewed.elapsed() < DURATION {
            return Ok(());
        }
        match self.shared.renew(&mut state).await {
            Err(Renewal::Lost(tenant)) => Err(tenant),
            Ok(()) | Err(Renewal::Failed) => Ok(()),
        }
    }

    /// Gives the lease back.
    ///
    /// # Errors
    ///
    /// When it cannot be deleted; it expires then.
    pub(crate) async fn release(self) -> Result<(), ApiError> {
        // A renewal under way ends first: it changes the version that is to be deleted.
        let state = self.shared.state.lock().await;
        self.renewing.abort();
        let version = &state.lease.metadata.resource_version;
        let options = json!({"preconditions": {"resourceVersion": version}});
        let deleted = self
            .shared
            .cluster
            .send(Call::delete(&self.shared.path, &options))
            .await;
        match deleted {
            Err(error) if !error.is_not_found() && !error.is_conflict() => Err(error),
            // Gone, or somebody else's by now.
            _ => Ok(()),
        }
    }

    /// Lets the lease expire, so that whoever comes next takes over what is left.
    pub(crate) fn leave(self) {
        self.renewing.abort();
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.renewing.abort();
    }
}

fn collection(cluster: &Cluster) -> String {
    let namespace = cluster.namespace();
    format!("/apis/coordination.k8s.io/v1/namespaces/{namespace}/leases")
}

async fn look(cluster: &Cluster, path: &str) -> Result<(Found, Answer), ApiError> {
    let answer = cluster.send(Call::get(path)).await?;
    let found = Found {
        lease: answer.json()?,
        server_now: answer.date(),
    };
    Ok((found, answer))
}

/// Judges by the server's clock whether a holder is dead. A server (or proxy) that does not tell the time is watched
/// instead: who does not renew for as long as his lease lasts is dead.
async fn check_dead(cluster: &Cluster, holder: &Holder, path: &str, found: &Found) -> Result<(), Busy> {
    let lease = &found.lease;
    let busy = |patience| Busy {
        tenant: lease.tenant(),
        patience,
    };
    if lease.is_of_the_dead(holder) {
        return Ok(());
    }
    if let Some(server_now) = found.server_now {
        return lease.left(server_now).map_or(Ok(()), |left| Err(busy(left)));
    }
    let began = Instant::now();
    while began.elapsed() < lease.duration() {
        tokio::time::sleep(Duration::from_secs(1)).await;
        match look(cluster, path).await {
            Ok((now, _)) if now.lease.is_unchanged(lease) => {}
            Err(error) if error.is_not_found() => return Ok(()),
            _ => return Err(busy(lease.duration().as_secs())),
        }
    }
    Ok(())
}

async fn renew_for_ever(shared: Arc<Shared>, interrupt: Interrupt) {
    loop {
        tokio::time::sleep(RENEWAL).await;
        let mut state = shared.state.lock().await;
        if let Err(Renewal::Lost(tenant)) = shared.renew(&mut state).await {
            interrupt.raise(Cause::LeaseLost(tenant));
            return;
        }
    }
}

/// A renewal that did not work.
enum Renewal {
    /// For the moment; nobody else can have taken the lease over while the server is away.
    Failed,
    /// For good.
    Lost(Tenant),
}

impl Shared {
    async fn renew(&self, state: &mut State) -> Result<(), Renewal> {
        for _ in 0..TRIES {
            state.lease.spec.renew_time = Some(state.clock.now());
            let answer = match self.cluster.send(Call::put(&self.path, &state.lease)).await {
                Ok(answer) => answer,
                Err(error) if error.is_conflict() => {
                    self.read_again(state).await?;
                    continue;
                }
                Err(error) if error.is_not_found() => {
                    return Err(Renewal::Lost(Tenant::nobody()));
                }
                Err(_) => return Err(Renewal::Failed),
            };
            if let Ok(lease) = answer.json() {
                state.lease = lease;
            }
            state.clock = ServerClock::of(&answer).unwrap_or(state.clock);
            state.renewed = Instant::now();
            return Ok(());
        }
        Err(Renewal::Failed)
    }

    /// Somebody wrote to the lease: took it over, or only labelled it.
    async fn read_again(&self, state: &mut State) -> Result<(), Renewal> {
        match look(&self.cluster, &self.path).await {
            Ok((found, _)) if found.lease.is_of(&self.holder) => state.lease = found.lease,
            Ok((found, _)) => return Err(Renewal::Lost(found.lease.tenant())),
            Err(error) if error.is_not_found() => return Err(Renewal::Lost(Tenant::nobody())),
            Err(_) => return Err(Renewal::Failed),
        }
        Ok(())
    }
}
