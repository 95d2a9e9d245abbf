//! Following objects: a list, then a watch from where the list ended, again and again until nobody listens.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::time::Duration;

use futures::StreamExt;
use kube::api::{Api, ListParams, WatchParams};
use kube::core::{ApiResource, DynamicObject, GroupVersionKind, TypeMeta, WatchEvent};
use tokio::sync::mpsc::Sender;
use tokio::task::JoinSet;
use tokio::time::Instant;

use super::last_words::{self, Pod, Question};
use super::{Key, Target, WaitError, key};
use crate::cluster::ApiError;

/// How often a failing list is tried again before the wait is given up.
const RETRIES: u32 = 5;

/// The least time between two lists.
const PAUSE: Duration = Duration::from_secs(1);

/// News about an object.
pub(super) enum Change {
    /// It is there, like this.
    Seen(Key, Box<DynamicObject>),
    /// It is not there.
    Gone(Key),
    /// A container crashed, and this is what it wrote last.
    Said(Pod, String),
}

/// Objects of one kind in one namespace.
pub(super) struct Source {
    api: ApiResource,
    namespace: Option<String>,
    /// The names that somebody waits for; empty for all there are.
    names: BTreeSet<String>,
    purpose: Purpose,
}

/// What objects are followed for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    /// They, or what they tell, are needed.
    Needed,
    /// They only explain: who may not see them waits all the same.
    Explaining,
}

impl Source {
    /// The targets by kind and namespace.
    pub(super) fn of(targets: &[Target]) -> Vec<Source> {
        let mut sources: BTreeMap<(String, String, Option<String>), Source> = BTreeMap::new();
        for target in targets {
            let place = (
                target.api.api_version.clone(),
                target.api.plural.clone(),
                target.namespace.clone(),
            );
            let source = sources.entry(place).or_insert_with(|| Source {
                api: target.api.clone(),
                namespace: target.namespace.clone(),
                names: BTreeSet::new(),
                purpose: Purpose::Needed,
            });
            source.names.insert(target.name.clone());
        }
        sources.into_values().collect()
    }

    /// All pods of a namespace.
    pub(super) fn pods(namespace: String) -> Source {
        let kind = GroupVersionKind::gvk("", "v1", "Pod");
        let api = ApiResource::from_gvk_with_plural(&kind, "pods");
        Source {
            api,
            namespace: Some(namespace),
            names: BTreeSet::new(),
            purpose: Purpose::Needed,
        }
    }

    /// All events of a namespace that tell of pods that could not be made.
    pub(super) fn failures(namespace: String) -> Source {
        let kind = GroupVersionKind::gvk("", "v1", "Event");
        Source {
            api: ApiResource::from_gvk_with_plural(&kind, "events"),
            namespace: Some(namespace),
            names: BTreeSet::new(),
            purpose: Purpose::Explaining,
        }
    }

    fn objects(&self, client: kube::Client) -> Api<DynamicObject> {
        match &self.namespace {
            Some(namespace) => Api::namespaced_with(client, namespace, &self.api),
            None => Api::all_with(client, &self.api),
        }
    }

    /// A single name is asked for alone; more are picked from all there are, in one request.
    fn field_selector(&self) -> Option<String> {
        if self.purpose == Purpose::Explaining {
            return Some("reason=FailedCreate".to_owned());
        }
        match self.names.first() {
            Some(name) if self.names.len() == 1 => Some(format!("metadata.name={name}")),
            _ => None,
        }
    }

    fn is_wanted(&self, name: &str) -> bool {
        self.names.is_empty() || self.names.contains(name)
    }

    fn types(&self) -> TypeMeta {
        TypeMeta {
            api_version: self.api.api_version.clone(),
            kind: self.api.kind.clone(),
        }
    }

    fn key(&self, name: &str) -> Key {
        key(&self.api, self.namespace.as_deref(), name)
    }
}

/// Follows sources in tasks of their own, which end with it.
pub(super) struct Follower {
    client: kube::Client,
    sender: Sender<Result<Change, WaitError>>,
    tasks: JoinSet<()>,
}

impl Follower {
    pub(super) fn new(client: kube::Client, sender: Sender<Result<Change, WaitError>>) -> Self {
        Follower {
            client,
            sender,
            tasks: JoinSet::new(),
        }
    }

    pub(super) fn follow(&mut self, source: Source) {
        let objects = source.objects(self.client.clone());
        self.tasks.spawn(follow(source, objects, self.sender.clone()));
    }

    /// Asks what a container wrote.
    pub(super) fn ask(&mut self, question: Question) {
        let (client, sender) = (self.client.clone(), self.sender.clone());
        self.tasks.spawn(async move {
            if let Some((pod, text)) = last_words::ask(client, question).await {
                // Nobody listening means that the wait is over.
                let _ = sender.send(Ok(Change::Said(pod, text))).await;
            }
        });
    }
}

/// Runs until nobody listens or the API server refuses for good.
async fn follow(source: Source, objects: Api<DynamicObject>, sender: Sender<Result<Change, WaitError>>) {
    let mut failures = 0;
    loop {
        match list(&source, &objects, &sender).await {
            Ok(Some(version)) => {
                failures = 0;
                let began = Instant::now();
                if watch(&source, &objects, &version, &sender).await.is_none() {
                    return;
                }
                // Who may list but not watch gets a list now and then.
                tokio::time::sleep(PAUSE.saturating_sub(began.elapsed())).await;
            }
            Ok(None) => return,
            Err(error) if failures < RETRIES && is_passing(&error) => {
                failures += 1;
                tokio::time::sleep(Duration::from_millis(200) * 2_u32.pow(failures)).await;
            }
            Err(_) if source.purpose == Purpose::Explaining => return,
            Err(error) => {
                let refused = WaitError::Watch {
                    kind: source.api.kind.clone(),
                    source: refusal(error),
                };
                // Nobody listening means that the wait is over, which is no one's trouble.
                let _ = sender.send(Err(refused)).await;
                return;
            }
        }
    }
}

/// What the API server said, without what its client says around it.
fn refusal(error: kube::Error) -> Box<dyn Error + Send + Sync> {
    match error {
        kube::Error::Api(status) => Box::new(ApiError {
            code: status.code,
            reason: status.reason.clone(),
            message: status.message.clone(),
        }),
        other => Box::new(other),
    }
}

/// A refusal by the API server stays one; anything else may pass.
fn is_passing(error: &kube::Error) -> bool {
    match error {
        kube::Error::Api(status) => status.code == 429 || status.code >= 500,
        _ => true,
    }
}

/// Sends all objects, and who is missing; returns the version to watch from, or nothing when nobody listens.
async fn list(
    source: &Source,
    objects: &Api<DynamicObject>,
    sender: &Sender<Result<Change, WaitError>>,
) -> Result<Option<String>, kube::Error> {
    let parameters = match source.field_selector() {
        Some(selector) => ListParams::default().fields(&selector),
        None => ListParams::default(),
    };
    let list = objects.list(&parameters).await?;
    let mut missing = source.names.clone();
    for mut object in list.items {
        // The items of a list do not say what they are.
        object.types.get_or_insert_with(|| source.types());
        let Some(name) = object.metadata.name.clone().filter(|name| source.is_wanted(name)) else {
            continue;
        };
        missing.remove(&name);
        if sender
            .send(Ok(Change::Seen(source.key(&name), Box::new(object))))
            .await
            .is_err()
        {
            return Ok(None);
        }
    }
    for name in missing {
        if sender.send(Ok(Change::Gone(source.key(&name)))).await.is_err() {
            return Ok(None);
        }
    }
    Ok(Some(list.metadata.resource_version.unwrap_or_default()))
}

/// Sends what changes from `version` on until the watch ends; nothing when nobody listens any more.
async fn watch(
    source: &Source,
    objects: &Api<DynamicObject>,
    version: &str,
    sender: &Sender<Result<Change, WaitError>>,
) -> Option<()> {
    let parameters = match source.field_selector() {
        Some(selector) => WatchParams::default().fields(&selector),
        None => WatchParams::default(),
    };
    // A watch that cannot begin or breaks off is made up for by the next list.
    let Ok(stream) = objects.watch(&parameters, version).await else {
        return Some(());
    };
    let mut stream = std::pin::pin!(stream);
    while let Some(Ok(event)) = stream.next().await {
        let change = match event {
            WatchEvent::Added(object) | WatchEvent::Modified(object) => {
                let name = object.metadata.name.clone().unwrap_or_default();
                source
                    .is_wanted(&name)
                    .then(|| Change::Seen(source.key(&name), Box::new(object)))
            }
            WatchEvent::Deleted(object) => {
                let name = object.metadata.name.unwrap_or_default();
                source.is_wanted(&name).then(|| Change::Gone(source.key(&name)))
            }
            WatchEvent::Bookmark(_) => None,
            WatchEvent::Error(_) => return Some(()),
        };
        if let Some(change) = change {
            sender.send(Ok(change)).await.ok()?;
        }
    }
    Some(())
}
