//! `Stage`: stands between a verb and the server, and has changes tried out instead of made.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::Value;
use tokio::sync::Notify;

use super::Step;
use super::deed::{Deed, Verb};
use super::definitions;
use super::foresight::{self, Wanted};
use super::outcome::{self, Outcome};
use super::room::{self, Quotas};
use super::standing::{Standing, State};
use super::steps::{Log, Place};
use super::verdict::{Verdict, judge};
use crate::apply::{Object, ObjectRef, each, is_built_in_group};
use crate::cluster::{Answer, ApiError, Call, Cluster, Mapping};
use crate::diff::Note;
use crate::manifest::GroupVersionKind;

/// What a rehearsal has seen and done.
#[derive(Debug, Default)]
pub(crate) struct Stage {
    scene: Mutex<Scene>,
    /// Wakes those who wait for a list.
    arrival: Notify,
}

#[derive(Debug, Default)]
pub(super) struct Scene {
    pub(super) standing: Standing,
    log: Log,
    /// Steps of which it is not known yet how the object was before, by path: a list is to tell.
    late: BTreeMap<String, Place>,
    /// What the server said to changes that a verb itself had tried out first, by path.
    tried: BTreeMap<String, (Vec<u8>, Answer)>,
    /// Objects that the verb will not touch, and why.
    protests: BTreeMap<String, String>,
    /// Objects that stay although they should go.
    kept: Vec<ObjectRef>,
    /// Objects of which a change of ownership was sent.
    disowned: Vec<String>,
    /// Kinds that the rehearsal brought.
    kinds: Vec<Mapping>,
    /// What is to be said of the action as a whole.
    notes: Vec<Note>,
    /// The quotas of the namespaces where workloads grow.
    quotas: Quotas,
}

impl Scene {
    /// Takes in a list of objects with their paths, of all in the collection that can be had at once.
    fn arrive(&mut self, collection: &str, found: Vec<(String, Arc<Value>)>) {
        for (path, object) in found {
            match self.late.remove(&path) {
                Some(place) => self.log.complete(place, Some(object)),
                None => self.standing.saw(&path, Some(object)),
            }
        }
        self.standing.end_list(collection);
    }

    /// Takes out the steps that no list will complete any more, with their objects' paths.
    fn take_late(&mut self) -> Vec<(String, Place)> {
        let is_in_list = |path: &String, _: &mut Place| !self.standing.is_in_list(path);
        self.late.extract_if(.., is_in_list).collect()
    }
}

impl Stage {
    /// Answers a request as the server would if all that went before had been real.
    ///
    /// # Errors
    ///
    /// When there is no answer, and those that the verb knows what to do about.
    pub(crate) async fn perform(&self, cluster: &Cluster, call: Call) -> Result<Answer, ApiError> {
        if call.is_read() {
            return cluster.transmit(call).await;
        }
        if call.is_dry() {
            return self.try_for_the_verb(cluster, call).await;
        }
        if call.is_question() {
            return cluster.transmit(call.dry()).await;
        }
        self.change(cluster, call).await
    }

    /// Reads one object as it would be by now; `None` if it is not there.
    ///
    /// # Errors
    ///
    /// When the server refuses or does not answer.
    pub(crate) async fn get(&self, cluster: &Cluster, path: &str) -> Result<Option<Value>, ApiError> {
        let object = self.look(cluster, path).await?;
        Ok(object.map(Arc::unwrap_or_clone))
    }

    /// As [`Stage::get`]. An object that is to be in a list is waited for.
    async fn look(&self, cluster: &Cluster, path: &str) -> Result<Option<Arc<Value>>, ApiError> {
        loop {
            let arrival = self.arrival.notified();
            let state = self.scene().standing.get(path).cloned();
            match state {
                Some(State::Live(object) | State::Left(object)) => return Ok(object),
                None if self.scene().standing.is_in_list(path) => arrival.await,
                None => break,
            }
        }
        let object = cluster.read(path).await?.map(Arc::new);
        self.scene().standing.saw(path, object.clone());
        Ok(object)
    }

    /// Reads many objects at once that are changed meanwhile.
    ///
    /// # Errors
    ///
    /// When one that was changed before it was read cannot be read.
    pub(crate) async fn foresee(&self, cluster: &Cluster, lists: Vec<Wanted>) -> Result<(), ApiError> {
        for mut wanted in lists {
            let found = wanted.list(cluster).await;
            self.scene().arrive(&wanted.collection, found);
            self.arrival.notify_waiters();
        }
        self.catch_up(cluster).await
    }

    /// Says what is worth a list of what is going to be changed. Whoever asks has to [`foresee`](Stage::foresee) it.
    pub(crate) fn prospect<'a>(&self, objects: impl Iterator<Item = &'a Object>) -> Vec<Wanted> {
        let mut lists = foresight::worth_listing(objects);
        let mut scene = self.scene();
        lists.retain(|wanted| scene.standing.begin_list(&wanted.collection));
        lists
    }

    /// Reads what was changed before it was read, and was in no list.
    async fn catch_up(&self, cluster: &Cluster) -> Result<(), ApiError> {
        let late = self.scene().take_late();
        let read = each(&late, |(path, _)| cluster.read(path)).await;
        let mut scene = self.scene();
        for ((_, place), before) in late.iter().zip(read) {
            scene.log.complete(*place, before?.map(Arc::new));
        }
        Ok(())
    }

    /// Returns where objects of a kind live that the rehearsal brought.
    pub(crate) fn kind(&self, gvk: &GroupVersionKind) -> Option<Mapping> {
        let scene = self.scene();
        scene.kinds.iter().find(|mapping| mapping.gvk == *gvk).cloned()
    }

    /// Notes that a verb would stop because of an object.
    pub(crate) fn protest(&self, object: &Object, why: String) {
        self.scene().protests.insert(object.path(), why);
    }

    /// Notes what is to be known of the action as a whole.
    pub(crate) fn announce(&self, note: Note) {
        self.scene().notes.push(note);
    }

    pub(super) fn notes(&self) -> Vec<Note> {
        self.scene().notes.clone()
    }

    pub(super) fn quotas(&self) -> Quotas {
        self.scene().quotas.clone()
    }

    pub(super) fn keep(&self, object: ObjectRef) {
        self.scene().kept.push(object);
    }

    pub(super) fn kept(&self) -> Vec<ObjectRef> {
        self.scene().kept.clone()
    }

    pub(super) fn begin_hook(&self, event: String, object: &str) {
        self.scene().log.begin_hook(event, object);
    }

    pub(super) fn end_hook(&self) {
        self.scene().log.end_hook();
    }

    pub(super) fn steps(&self) -> Vec<Step> {
        let scene = self.scene();
        let mut steps = scene.log.done();
        for step in &mut steps {
            step.protest = scene.protests.get(&step.deed.path).cloned();
        }
        steps
    }

    fn scene(&self) -> MutexGuard<'_, Scene> {
        self.scene.lock().expect("nothing panics while holding the scene")
    }

    async fn try_for_the_verb(&self, cluster: &Cluster, call: Call) -> Result<Answer, ApiError> {
        let (path, bytes) = (Deed::of(&call).path, call.bytes().to_vec());
        let answer = cluster.transmit(call).await?;
        self.scene().tried.insert(path, (bytes, answer.clone()));
        Ok(answer)
    }

    async fn change(&self, cluster: &Cluster, call: Call) -> Result<Answer, ApiError> {
        let deed = Deed::of(&call);
        if deed.verb == Verb::Disown {
            return self.disown(cluster, deed).await;
        }
        let place = self.scene().log.begin();
        let outcome = self.rehearse(cluster, &call, &deed).await?;
        let answer = outcome.answer();
        let misfits = match (&outcome.before, &outcome.after) {
            (Some(before), Some(after)) if deed.is_definition() => {
                definitions::misfits(cluster, before, after).await
            }
            _ => Vec::new(),
        };
        self.read_quotas(cluster, &deed, &outcome).await;
        let mut scene = self.scene();
        if outcome.is_late {
            scene.late.insert(deed.path.clone(), place);
        }
        scene.standing.leave(&deed.path, outcome.after.clone());
        scene
            .kinds
            .extend(outcome::brought_kinds(&deed, outcome.after.as_deref()));
        let step = outcome.into_step(deed);
        scene.log.end(place, Step { misfits, ..step });
        Ok(answer)
    }

    /// Reads the quotas of a namespace once, if more is asked for there.
    async fn read_quotas(&self, cluster: &Cluster, deed: &Deed, outcome: &Outcome) {
        let namespace = deed.namespace_path();
        let is_more = || room::is_more_wanted(outcome.before.as_deref(), outcome.after.as_deref());
        let Some(namespace) = namespace.filter(|_| is_more()) else {
            return;
        };
        if self.scene().quotas.contains_key(&namespace) {
            return;
        }
        // Others of the kind are under way: they need not ask.
        self.scene().quotas.insert(namespace.clone(), Vec::new());
        let quotas = room::quotas(cluster, &namespace).await;
        self.scene().quotas.insert(namespace, quotas);
    }

    /// Who owns fields is of no interest to anybody; it matters for the change that comes next.
    async fn disown(&self, cluster: &Cluster, deed: Deed) -> Result<Answer, ApiError> {
        let live = self.look(cluster, &deed.path).await?;
        self.scene().disowned.push(deed.path);
        Ok(Answer::pretended(200, live.as_deref().unwrap_or_default()))
    }

    async fn rehearse(&self, cluster: &Cluster, call: &Call, deed: &Deed) -> Result<Outcome, ApiError> {
        let state = self.scene().standing.get(&deed.path).cloned();
        match (state, deed.verb) {
            (Some(State::Left(None)), _) if deed.can_make() => self.make_anew(cluster, call, deed).await,
            (Some(State::Left(now)), _) => Outcome::imagined(deed, now),
            (_, Verb::Delete) => self.delete(cluster, call, deed).await,
            _ => self.send(cluster, call, deed).await,
        }
    }

    /// Servers of other groups need not know what a dry run is, so they are not asked to delete anything.
    async fn delete(&self, cluster: &Cluster, call: &Call, deed: &Deed) -> Result<Outcome, ApiError> {
        let Some(before) = self.look(cluster, &deed.path).await? else {
            return Err(outcome::not_found(deed));
        };
        if is_built_in_group(deed.group())
            && let Err(error) = cluster.transmit(call.clone().dry()).await
        {
            return self.refused(deed, error, Some(before));
        }
        Ok(Outcome::deleted(before))
    }

    async fn send(&self, cluster: &Cluster, call: &Call, deed: &Deed) -> Result<Outcome, ApiError> {
        let is_disowned = self.scene().disowned.contains(&deed.path);
        let call = match is_disowned {
            true => self.replacement(cluster, call, deed).await?,
            false => call.clone(),
        };
        let answer = match self.answer_to(&call, deed) {
            Some(answer) => Ok(answer),
            None => cluster.transmit(call.dry()).await,
        };
        match answer {
            Ok(answer) => {
                let is_new = answer.code == 201;
                let outcome = Outcome::tried(answer)?;
                match is_new {
                    true => Ok(outcome),
                    false if self.can_wait(deed, &outcome) => Ok(outcome.late()),
                    false => Ok(outcome.to(self.look(cluster, &deed.path).await?)),
                }
            }
            Err(error) => {
                // What may not even be read is as good as not there.
                let before = self.look(cluster, &deed.path).await.ok().flatten();
                self.refused(deed, error, before)
            }
        }
    }

    /// Says whether it is early enough to learn from a list how an object was: nothing hangs on it before the end.
    fn can_wait(&self, deed: &Deed, outcome: &Outcome) -> bool {
        let wants_room = || room::is_more_wanted(None, outcome.after.as_deref());
        self.scene().standing.is_in_list(&deed.path) && !deed.is_definition() && !wants_room()
    }

    /// After a change of ownership the server takes away what is ours and not wanted any more. It cannot try out two
    /// changes after each other, so it gets what they come to.
    async fn replacement(&self, cluster: &Cluster, call: &Call, deed: &Deed) -> Result<Call, ApiError> {
        let live = self.look(cluster, &deed.path).await?.unwrap_or_default();
        let merged = outcome::applied_as_owner(&live, &deed.content);
        Ok(call.clone().replacing(&merged))
    }

    fn answer_to(&self, call: &Call, deed: &Deed) -> Option<Answer> {
        let (bytes, answer) = self.scene().tried.remove(&deed.path)?;
        (bytes == call.bytes()).then_some(answer)
    }

    /// The name is taken until the deletion is real, so the server tries the object under another one.
    async fn make_anew(&self, cluster: &Cluster, call: &Call, deed: &Deed) -> Result<Outcome, ApiError> {
        let (stand_in, names) = outcome::stand_in(call, deed);
        match cluster.transmit(stand_in.dry()).await {
            Ok(answer) => Outcome::stood_in(&answer, &names),
            Err(error) => self.refused(deed, error, None),
        }
    }

    fn refused(&self, deed: &Deed, error: ApiError, before: Option<Arc<Value>>) -> Result<Outcome, ApiError> {
        match judge(deed, &error, &self.scene().standing) {
            Verdict::Passed => Err(error),
            Verdict::Refused => Ok(Outcome::guessed(deed, before, Some(error))),
            Verdict::Unknown => Ok(Outcome::guessed(deed, before, None)),
        }
    }
}
