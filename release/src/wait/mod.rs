//! Waiting until objects are ready, done, or gone; with a reason for each that is not.
//!
//! One list and one watch a kind and namespace, however many objects are waited for; nothing is polled. Pods are only
//! looked at once a workload is not ready, to say why.

mod failures;
mod last_words;
pub(crate) mod legacy;
mod ready;
mod reason;
#[cfg(test)]
mod statuses;
mod watch;

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;
use std::time::Duration;

use kube::core::{ApiResource, DynamicObject};
use tokio::sync::mpsc;
use tokio::time::Instant;

use failures::Failures;
use last_words::{LastWords, Question};
pub use ready::Status;
use watch::{Change, Follower, Source};

/// An object that is waited for.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its kind, as the API server names it.
    pub api: ApiResource,
    /// Its namespace; none for a cluster-wide object.
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
}

/// What is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Goal {
    /// Objects work. A Job counts as soon as it has started.
    Ready,
    /// As [`Goal::Ready`], and Jobs are complete.
    ReadyWithJobs,
    /// Objects work, as Helm 3 understood it.
    Legacy,
    /// As [`Goal::Legacy`], and Jobs are complete.
    LegacyWithJobs,
    /// Jobs and Pods ran to their end (hooks); other objects are there.
    Done,
    /// Objects are gone.
    Gone,
}

/// What became known about one object while waiting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The object, as `Kind/name`.
    pub object: String,
    /// Its namespace; empty for a cluster-wide object.
    pub namespace: String,
    /// How it is.
    pub state: State,
}

/// How an object is, while it is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Not yet as wanted, because of this.
    Waiting(String),
    /// It works, or has run to its end.
    Ready,
    /// It is there, and nothing tells when objects of its kind work.
    Present,
    /// It is gone, as wanted.
    Gone,
    /// It will not get there without help, because of this.
    Failed(String),
}

/// Why waiting ended without success.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WaitError {
    /// Objects did not get there: those that failed, and, when time ran out, those that were not there yet.
    #[error("{}{}", missed_lines(.objects), if *.timed_out { "\ncontext deadline exceeded" } else { "" })]
    Missed {
        /// Each object with its state.
        objects: Vec<Missed>,
        /// Whether the time ran out; otherwise every object listed has failed.
        timed_out: bool,
    },
    /// The API server does not let us look.
    #[error("cannot watch {kind}")]
    Watch {
        /// The kind.
        kind: String,
        /// What the API server says.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
}

/// An object that did not get where it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missed {
    /// `Kind/namespace/name`, as Helm writes it.
    pub object: String,
    /// Whether it was to go away.
    pub should_be_gone: bool,
    /// How it was at the end.
    pub status: Status,
    /// What is wrong with its pods, if anything.
    pub reason: Option<String>,
}

/// The lines of Helm's `pkg/kube/statuswait.go`, each with the reason that Helm does not know.
fn missed_lines(objects: &[Missed]) -> String {
    let lines: Vec<String> = objects.iter().map(ToString::to_string).collect();
    lines.join("\n")
}

impl fmt::Display for Missed {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = if self.should_be_gone {
            "still exists"
        } else {
            "not ready"
        };
        let (status, message) = (self.status.name(), self.status.message());
        write!(
            formatter,
            "resource {} {what}. status: {status}, message: {message}",
            self.object
        )?;
        match &self.reason {
            Some(reason) => write!(formatter, "; {reason}"),
            None => Ok(()),
        }
    }
}

/// Is told about every change while waiting.
pub type Report<'a> = &'a (dyn Fn(Progress) + Send + Sync);

/// Waits until all targets have reached the goal, at most for `timeout`.
///
/// A paused Deployment is not waited for (Helm's rule). An object that has failed ends the wait for itself only: the
/// others are still waited for, then the failure is returned.
///
/// # Errors
/// [`WaitError::Missed`] with every object that is not there and why; [`WaitError::Watch`] when the API server refuses.
pub async fn wait(
    client: &kube::Client,
    targets: &[Target],
    goal: Goal,
    timeout: Duration,
    report: Report<'_>,
) -> Result<(), WaitError> {
    if targets.is_empty() {
        return Ok(());
    }
    let (sender, mut changes) = mpsc::channel(256);
    let mut follower = Follower::new(client.clone(), sender);
    let mut waiter = Waiter::new(targets, goal, report);
    for source in Source::of(targets) {
        follower.follow(source);
    }
    let deadline = Instant::now() + timeout;
    loop {
        match tokio::time::timeout_at(deadline, changes.recv()).await {
            Ok(Some(change)) => waiter.note(change?),
            Ok(None) | Err(_) => return waiter.verdict(Ending::TimeIsUp),
        }
        while let Ok(change) = changes.try_recv() {
            waiter.note(change?);
        }
        waiter.tell();
        if waiter.is_over() {
            return waiter.verdict(Ending::NothingLeft);
        }
        for question in waiter.questions() {
            follower.ask(question);
        }
        for namespace in waiter.namespaces_to_look_into() {
            follower.follow(Source::pods(namespace));
        }
        for namespace in waiter.namespaces_with_silent_workloads() {
            follower.follow(Source::failures(namespace));
        }
    }
}

/// Why waiting ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    NothingLeft,
    TimeIsUp,
}

/// Names one object among all that are followed.
type Key = (String, String, String);

fn key(api: &ApiResource, namespace: Option<&str>, name: &str) -> Key {
    (
        format!("{}/{}", api.group, api.kind),
        namespace.unwrap_or_default().to_owned(),
        name.to_owned(),
    )
}

struct Item {
    kind: String,
    status: Status,
    object: Option<DynamicObject>,
    told: Option<State>,
}

struct Waiter<'a> {
    goal: Goal,
    items: BTreeMap<Key, Item>,
    /// Pods by namespace and name, once somebody is interested in them.
    pods: BTreeMap<(String, String), DynamicObject>,
    pod_namespaces: BTreeSet<String>,
    failures: Failures,
    words: LastWords,
    report: Report<'a>,
}

impl<'a> Waiter<'a> {
    fn new(targets: &[Target], goal: Goal, report: Report<'a>) -> Self {
        let item = |target: &Target| Item {
            kind: target.api.kind.clone(),
            status: Status::Unknown,
            object: None,
            told: None,
        };
        let items = targets
            .iter()
            .map(|target| {
                (
                    key(&target.api, target.namespace.as_deref(), &target.name),
                    item(target),
                )
            })
            .collect();
        Waiter {
            goal,
            items,
            pods: BTreeMap::new(),
            pod_namespaces: BTreeSet::new(),
            failures: Failures::default(),
            words: LastWords::default(),
            report,
        }
    }

    fn note(&mut self, change: Change) {
        match change {
            Change::Seen(key, object) => {
                if let Some(item) = self.items.get_mut(&key) {
                    item.status = ready::status(&object, self.goal);
                    item.object = Some(*object);
                } else if key.0 == "/Pod" {
                    self.pods.insert((key.1, key.2), *object);
                } else if key.0 == "/Event" {
                    self.failures.note(&object);
                }
            }
            Change::Said(pod, text) => self.words.note(pod, text),
            Change::Gone(key) => {
                if let Some(item) = self.items.get_mut(&key) {
                    item.status = Status::NotFound;
                    item.object = None;
                } else {
                    self.pods.remove(&(key.1, key.2));
                }
            }
        }
    }

    /// Reports what is new about each object.
    fn tell(&mut self) {
        let states: Vec<(Key, State)> = self
            .items
            .iter()
            .filter(|(_, item)| item.status != Status::Unknown)
            .map(|(key, item)| (key.clone(), self.state(key, item)))
            .collect();
        for (key, state) in states {
            let item = self
                .items
                .get_mut(&key)
                .expect("the key was just read from the map");
            if item.told.as_ref() == Some(&state) {
                continue;
            }
            item.told = Some(state.clone());
            let object = format!("{}/{}", item.kind, key.2);
            (self.report)(Progress {
                object,
                namespace: key.1,
                state,
            });
        }
    }

    fn state(&self, key: &Key, item: &Item) -> State {
        if item.status.is_reached(self.goal) {
            return match self.goal {
                Goal::Gone => State::Gone,
                _ if ready::is_only_there(&key.0, &item.status) => State::Present,
                _ => State::Ready,
            };
        }
        let message = match self.reason(key, item) {
            Some(reason) => format!("{}; {reason}", item.status.message()),
            None => item.status.message().to_owned(),
        };
        if self.is_hopeless(key, item) {
            State::Failed(message)
        } else {
            State::Waiting(message)
        }
    }

    fn reason(&self, key: &Key, item: &Item) -> Option<String> {
        let object = item.object.as_ref()?;
        if self.goal == Goal::Gone {
            return reason::of_deletion(object);
        }
        let pods = self
            .pods
            .iter()
            .filter(|((namespace, _), _)| *namespace == key.1)
            .map(|(_, pod)| pod);
        let reason = reason::of(object, &item.kind, pods, self.failures.of(object))?;
        let own = if item.kind == "Pod" { key.2.as_str() } else { "" };
        Some(match self.words.of(&key.1, own, &reason) {
            Some(words) => format!("{reason}; it wrote: {words}"),
            None => reason,
        })
    }

    /// Whether waiting longer is of no use: it has failed, or will, for a reason that does not pass.
    fn is_hopeless(&self, key: &Key, item: &Item) -> bool {
        let is_final = || {
            self.reason(key, item)
                .is_some_and(|reason| reason::is_final(&reason))
        };
        matches!(item.status, Status::Failed(_)) || is_final()
    }

    /// Containers that crash and were not asked about yet.
    fn questions(&mut self) -> Vec<Question> {
        if self.goal == Goal::Gone {
            return Vec::new();
        }
        let pods = self.pods.iter();
        let own = self.items.iter().filter(|(key, _)| key.0 == "/Pod");
        let own: Vec<_> = own
            .filter_map(|(key, item)| Some(((key.1.clone(), key.2.clone()), item.object.as_ref()?)))
            .collect();
        let words = &mut self.words;
        pods.chain(own.iter().map(|(pod, object)| (pod, *object)))
            .filter_map(|(pod, object)| words.question(pod, object))
            .collect()
    }

    /// Whether nothing is left to wait for.
    fn is_over(&self) -> bool {
        self.items
            .iter()
            .all(|(key, item)| item.status.is_reached(self.goal) || self.is_hopeless(key, item))
    }

    /// Namespaces whose pods may tell why a workload is not ready, each named once.
    fn namespaces_to_look_into(&mut self) -> Vec<String> {
        if self.goal == Goal::Gone {
            return Vec::new();
        }
        let late = self
            .items
            .iter()
            .filter(|(_, item)| !item.status.is_reached(self.goal));
        let workloads = late.filter(|(_, item)| item.object.as_ref().is_some_and(reason::has_pods));
        let wanted: BTreeSet<String> = workloads.map(|(key, _)| key.1.clone()).collect();
        let new: Vec<String> = wanted.difference(&self.pod_namespaces).cloned().collect();
        self.pod_namespaces.extend(new.iter().cloned());
        new
    }

    /// Namespaces with workloads that do not say themselves why they have no pods, each named once.
    fn namespaces_with_silent_workloads(&mut self) -> Vec<String> {
        let goal = self.goal;
        let late = self
            .items
            .iter()
            .filter(|(_, item)| goal != Goal::Gone && !item.status.is_reached(goal));
        let silent = late.filter(|(_, item)| failures::is_silent(&item.kind));
        let wanted = silent.map(|(key, _)| key.1.clone()).collect();
        self.failures.new_namespaces(wanted)
    }

    fn verdict(&self, ending: Ending) -> Result<(), WaitError> {
        let objects: Vec<Missed> = self
            .items
            .iter()
            .filter(|(_, item)| !item.status.is_reached(self.goal))
            .map(|(key, item)| Missed {
                object: format!("{}/{}/{}", item.kind, key.1, key.2),
                should_be_gone: self.goal == Goal::Gone,
                status: item.status.clone(),
                reason: self.reason(key, item),
            })
            .collect();
        if objects.is_empty() {
            Ok(())
        } else {
            Err(WaitError::Missed {
                objects,
                timed_out: ending == Ending::TimeIsUp,
            })
        }
    }
}
