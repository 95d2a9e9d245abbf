//! `Stage`: stands between a verb and the server, and has changes tried out instead of made.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard};

use serde_json::Value;

use super::Step;
use super::deed::{Deed, Verb};
use super::definitions;
use super::foresight;
use super::outcome::{self, Outcome};
use super::room::{self, Quotas};
use super::standing::{Standing, State};
use super::steps::Log;
use super::verdict::{Verdict, judge};
use crate::apply::{Object, ObjectRef, is_built_in_group};
use crate::cluster::{Answer, ApiError, Call, Cluster, Mapping};
use crate::diff::Note;
use crate::manifest::GroupVersionKind;

/// What a rehearsal has seen and done.
#[derive(Debug, Default)]
pub(crate) struct Stage(Mutex<Scene>);

#[derive(Debug, Default)]
pub(super) struct Scene {
    pub(super) standing: Standing,
    log: Log,
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
        if let Some(State::Live(object) | State::Left(object)) = self.scene().standing.get(path) {
            return Ok(object.clone());
        }
        let object = cluster.read(path).await?;
        self.scene().standing.saw(path, object.clone());
        Ok(object)
    }

    /// Reads many objects at once that are going to be changed.
    pub(crate) async fn foresee(&self, cluster: &Cluster, objects: impl Iterator<Item = &Object>) {
        for wanted in foresight::worth_listing(objects) {
            if self.scene().standing.begin_list(&wanted.collection) {
                let found = wanted.list(cluster).await;
                let mut scene = self.scene();
                for (path, object) in found {
                    scene.standing.saw(&path, Some(object));
                }
            }
        }
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
        self.0.lock().expect("nothing panics while holding the scene")
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
        scene.standing.leave(&deed.path, outcome.after.clone());
        scene
            .kinds
            .extend(outcome::brought_kinds(&deed, outcome.after.as_ref()));
        let step = outcome.into_step(deed);
        scene.log.end(place, Step { misfits, ..step });
        Ok(answer)
    }

    /// Reads the quotas of a namespace once, if more is asked for there.
    async fn read_quotas(&self, cluster: &Cluster, deed: &Deed, outcome: &Outcome) {
        let namespace = deed.namespace_path();
        let is_more = || room::is_more_wanted(outcome.before.as_ref(), outcome.after.as_ref());
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
        let live = self.get(cluster, &deed.path).await?;
        self.scene().disowned.push(deed.path);
        Ok(Answer::pretended(200, &live.unwrap_or_default()))
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
        let Some(before) = self.get(cluster, &deed.path).await? else {
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
            Ok(answer) if answer.code == 201 => Outcome::tried(answer, None),
            Ok(answer) => {
                let before = self.get(cluster, &deed.path).await?;
                Outcome::tried(answer, before)
            }
            Err(error) => {
                // What may not even be read is as good as not there.
                let before = self.get(cluster, &deed.path).await.ok().flatten();
                self.refused(deed, error, before)
            }
        }
    }

    /// After a change of ownership the server takes away what is ours and not wanted any more. It cannot try out two
    /// changes after each other, so it gets what they come to.
    async fn replacement(&self, cluster: &Cluster, call: &Call, deed: &Deed) -> Result<Call, ApiError> {
        let live = self.get(cluster, &deed.path).await?.unwrap_or_default();
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

    fn refused(&self, deed: &Deed, error: ApiError, before: Option<Value>) -> Result<Outcome, ApiError> {
        match judge(deed, &error, &self.scene().standing) {
            Verdict::Passed => Err(error),
            Verdict::Refused => Ok(Outcome::guessed(deed, before, Some(error))),
            Verdict::Unknown => Ok(Outcome::guessed(deed, before, None)),
        }
    }
}
