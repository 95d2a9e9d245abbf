//! A rehearsal: a verb is carried out as ever, but on a stage, where each change is only tried out by the server. What was
//! tried, and what the server said to it, is the plan.
//!
//! Since the verbs do not know, a plan cannot say anything else than what they do. What is different on a stage: nothing is
//! waited for, refusals are written down instead of ending the action, and what the rehearsal itself made or deleted counts
//! as made or deleted for the rest of it.

mod deed;
mod definitions;
mod foresight;
mod outcome;
mod stage;
mod standing;
mod verdict;
mod steps;
mod watcher;
mod records;
mod changes;
mod notes;
mod room;
mod premises;
mod script;

use std::sync::Arc;

use serde_json::Value;
use templates::KubeVersion;

use crate::cluster::Cluster;
use crate::diff::{ChangeSet, Concern, Effect, Note, ObjectChange, Secrecy, Stated, compare_values};
use crate::observer::Observer;
use crate::record::Release;
use crate::store::Store;

pub use premises::{ObjectPremise, Premises, ReleasePremise};
pub use records::Kept;
use steps::Step;

pub(crate) use script::Script;
pub(crate) use stage::Stage;

use changes::Course;
use records::{Pages, Records};
use watcher::Watcher;

/// A verb on a stage.
///
/// Give the verb a [`Context`](crate::Context) with the [`cluster`](Rehearsal::cluster), the
/// [`observer`](Rehearsal::observer) and the [`store`](Rehearsal::store) of the rehearsal. Leases are only looked at.
#[derive(Debug)]
pub struct Rehearsal {
    cluster: Cluster,
    stage: Arc<Stage>,
    pages: Arc<Pages>,
}

impl Rehearsal {
    /// Sets up a stage that looks like a cluster.
    pub fn on(cluster: &Cluster) -> Self {
        let stage = Arc::new(Stage::default());
        Rehearsal {
            cluster: cluster.on(stage.clone()),
            stage,
            pages: Arc::default(),
        }
    }

    /// Returns the cluster to work on.
    pub fn cluster(&self) -> Cluster {
        self.cluster.clone()
    }

    /// Returns who is to be told what the verb does; it tells `audience`.
    pub fn observer(&self, audience: Arc<dyn Observer>) -> Arc<dyn Observer> {
        Arc::new(Watcher {
            stage: self.stage.clone(),
            audience,
        })
    }

    /// Returns where to keep records. A `store` on the cluster must be on that of the rehearsal.
    pub fn store(&self, store: Arc<dyn Store>, kept: Kept) -> Arc<dyn Store> {
        Arc::new(Records {
            store,
            kept,
            pages: self.pages.clone(),
        })
    }

    /// Returns what the verb, whose name is `action`, changes, and what that stands on. Secrets are digested.
    ///
    /// With `target`, what that version of Kubernetes does not have any more is noted.
    pub fn outcome(
        &self,
        action: &str,
        secrecy: &Secrecy,
        target: Option<&KubeVersion>,
    ) -> (ChangeSet, Premises) {
        let steps = self.stage.steps();
        let secrecy = &informed(secrecy, &steps);
        let (records, objects): (Vec<_>, Vec<_>) = steps.into_iter().partition(Step::is_bookkeeping);
        let courses = Course::of(&objects);
        let mut changes: Vec<_> = courses.iter().map(|course| course.change(secrecy)).collect();
        self.note_drift(&courses, &mut changes, secrecy);
        room::note(&courses, &mut changes, &self.stage.quotas());
        if let Some(target) = target {
            changes
                .iter_mut()
                .for_each(|change| notes::outlook(change, target));
        }
        changes.extend(self.stage.kept().into_iter().map(stays));
        let changes = ChangeSet {
            action: action.to_owned(),
            objects: changes,
            notes: self.notes(&records),
            ..self.releases(secrecy)
        };
        let premises = Premises::of(self.cluster.server(), &self.pages.lock(), &courses, secrecy);
        (changes, premises)
    }

    /// Returns what is to be said of the action as a whole.
    fn notes(&self, records: &[Step]) -> Vec<Note> {
        let mut notes = self.stage.notes();
        notes.extend(records.iter().filter_map(unrecorded));
        notes.sort();
        notes
    }

    /// Notes what somebody changed in objects of the running revision, and this action changes back.
    fn note_drift(&self, courses: &[Course<'_>], changes: &mut [ObjectChange], secrecy: &Secrecy) {
        let pages = self.pages.lock();
        let [release] = pages.releases()[..] else { return };
        let Some(Ok(stated)) = pages.running(release).map(Stated::of_release) else {
            return;
        };
        let said = notes::Said::of(&stated, &release.namespace);
        for (course, change) in courses.iter().zip(changes) {
            notes::drift(course, change, &said, secrecy);
        }
    }

    /// Tells which releases change, and how their values do.
    fn releases(&self, secrecy: &Secrecy) -> ChangeSet {
        let pages = self.pages.lock();
        let releases = pages.releases();
        let names: Vec<&str> = releases.iter().map(|release| release.name.as_str()).collect();
        let mut set = ChangeSet {
            release: (!names.is_empty()).then(|| names.join(", ")),
            ..ChangeSet::default()
        };
        let [release] = releases[..] else { return set };
        let running = pages.running(release);
        set.namespace = Some(release.namespace.clone());
        set.from = running.map(revision);
        set.to = running
            .is_none_or(|running| running.revision < release.revision)
            .then(|| revision(release));
        let empty = chart::Map::new();
        let before = json(running.map_or(&empty, |running| &running.config));
        set.values = compare_values(&before, &json(&release.config), secrecy);
        set
    }
}

/// Adds to what is secret what is in the Secrets that change.
fn informed(secrecy: &Secrecy, steps: &[Step]) -> Secrecy {
    let mut secrecy = secrecy.clone();
    let forms = steps.iter().flat_map(|step| [&step.before, &step.after]);
    forms.flatten().for_each(|object| secrecy.texts.learn(object));
    secrecy
}

fn json(values: &chart::Map) -> Value {
    serde_json::to_value(values).unwrap_or_default()
}

fn revision(release: &Release) -> String {
    let metadata = &release.chart.metadata;
    format!(
        "revision {} ({}-{})",
        release.revision, metadata.name, metadata.version
    )
}

fn stays(object: crate::apply::ObjectRef) -> ObjectChange {
    ObjectChange {
        object,
        effect: Effect::Keep,
        fields: Vec::new(),
        notes: Vec::new(),
        hook: None,
    }
}

fn unrecorded(step: &Step) -> Option<Note> {
    let error = step.refusal.as_ref()?;
    let Note { concern, text } = notes::refusal(error);
    let concern = if concern == Concern::Conflict {
        Concern::Refused
    } else {
        concern
    };
    Some(Note::new(
        concern,
        format!("the release cannot be recorded: {text}"),
    ))
}
