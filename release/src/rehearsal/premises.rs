//! `Premises`: what a plan stands on. It holds as long as a plan that is made anew stands on the same.

use chart::Chart;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::changes::Course;
use super::records::Written;
use super::script;
use crate::apply::ObjectRef;
use crate::diff::{Effect, ObjectChange, Secrecy};
use crate::record::Release;

/// What may be behind it when the same chart with the same values comes to something else. It is not chance, nor the time:
/// these are part of a plan.
const UNSAID: &str = ", though chart and values are the same: templates look up something in the cluster or the network that \
    has changed, or a post-renderer does not always answer the same";

/// What must not have moved when a plan is carried out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Premises {
    /// The server's URL.
    pub server: String,
    /// The releases that change.
    pub releases: Vec<ReleasePremise>,
    /// The objects that change, in the order of the action.
    pub objects: Vec<ObjectPremise>,
}

/// What a plan knows of a release.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ReleasePremise {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// The revision that runs, if one does.
    pub running: Option<u64>,
    /// The revision that is written.
    pub writes: u64,
    /// Digest of the chart.
    pub chart: String,
    /// Digest of the user's values.
    pub values: String,
}

/// What a plan knows of an object.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ObjectPremise {
    /// Which one.
    pub object: ObjectRef,
    /// Where it is on the server.
    pub path: String,
    /// The identity of the live object; nothing if it is not there.
    pub uid: Option<String>,
    /// Digests of what is sent, one for each request.
    pub sent: Vec<String>,
}

impl Premises {
    pub(super) fn of(server: &str, pages: &Written, courses: &[Course<'_>], secrecy: &Secrecy) -> Self {
        let releases = pages.releases().into_iter();
        Premises {
            server: server.to_owned(),
            releases: releases
                .map(|release| premise(release, pages.running(release), secrecy))
                .collect(),
            objects: courses
                .iter()
                .map(|course| object_premise(course, secrecy))
                .collect(),
        }
    }

    /// Says what is otherwise than it was, in sentences. `was` and `is` are the changes of the two plans, digested with the
    /// same key.
    pub fn moved(&self, now: &Premises, (was, is): (&[ObjectChange], &[ObjectChange])) -> Vec<String> {
        let mut moved = Vec::new();
        if self.server != now.server {
            moved.push(format!(
                "the plan is for {}, and this is {}",
                self.server, now.server
            ));
        }
        moved.extend(moved_releases(&self.releases, &now.releases));
        if moved.is_empty() {
            moved.extend(moved_objects((&self.objects, was), (&now.objects, is)));
        }
        moved
    }
}

fn premise(release: &Release, running: Option<&Release>, secrecy: &Secrecy) -> ReleasePremise {
    ReleasePremise {
        namespace: release.namespace.clone(),
        name: release.name.clone(),
        running: running.map(|running| running.revision),
        writes: release.revision,
        chart: secrecy.digest(&content(&release.chart)),
        values: secrecy.digest(&json!(release.config)),
    }
}

/// Returns all that a chart consists of.
fn content(chart: &Chart) -> Value {
    let files = [&chart.raw, &chart.templates, &chart.files].into_iter().flatten();
    let files: Vec<Value> = files.map(|file| json!([file.name, file.data.to_vec()])).collect();
    let subcharts: Vec<Value> = chart.subcharts.iter().map(content).collect();
    json!([
        chart.metadata.name,
        chart.metadata.version,
        chart.values,
        files,
        subcharts
    ])
}

fn object_premise(course: &Course<'_>, secrecy: &Secrecy) -> ObjectPremise {
    let first = course.first();
    let uid = first
        .before
        .as_ref()
        .and_then(|live| live.pointer("/metadata/uid")?.as_str());
    let deeds = course
        .steps()
        .map(|step| &step.deed)
        .filter(|deed| deed.has_planned_content());
    ObjectPremise {
        object: first.object.clone(),
        path: first.deed.path.clone(),
        uid: uid.map(str::to_owned),
        sent: deeds.map(|deed| script::digest(deed, secrecy)).collect(),
    }
}

fn moved_releases(was: &[ReleasePremise], is: &[ReleasePremise]) -> Vec<String> {
    let same = |a: &ReleasePremise, b: &ReleasePremise| (&a.namespace, &a.name) == (&b.namespace, &b.name);
    let mut moved = Vec::new();
    for old in was {
        match is.iter().find(|new| same(old, new)) {
            None => moved.push(format!("release {} is not what would be changed now", old.name)),
            Some(new) => moved.extend(moved_release(old, new)),
        }
    }
    let added = is.iter().filter(|new| !was.iter().any(|old| same(old, new)));
    moved.extend(added.map(|new| format!("release {} would be changed now as well", new.name)));
    moved
}

fn moved_release(old: &ReleasePremise, new: &ReleasePremise) -> Vec<String> {
    let name = &old.name;
    let mut moved = Vec::new();
    if old.running != new.running {
        let revision = |revision: Option<u64>| {
            revision.map_or("none".to_owned(), |revision| format!("revision {revision}"))
        };
        let (was, is) = (revision(old.running), revision(new.running));
        moved.push(format!(
            "release {name}: {was} ran when the plan was made, now it is {is}"
        ));
    } else if old.writes != new.writes {
        moved.push(format!(
            "release {name}: the plan writes revision {}, now it would be {}",
            old.writes, new.writes
        ));
    }
    if old.chart != new.chart {
        moved.push(format!(
            "release {name}: the chart is another one than was planned with"
        ));
    }
    if old.values != new.values {
        moved.push(format!(
            "release {name}: the values are other ones than were planned with"
        ));
    }
    moved
}

type Objects<'a> = (&'a [ObjectPremise], &'a [ObjectChange]);

fn moved_objects((was, was_changes): Objects<'_>, (is, is_changes): Objects<'_>) -> Vec<String> {
    let mut moved = Vec::new();
    for (old, old_change) in was.iter().zip(was_changes) {
        let Some(place) = is.iter().position(|new| new.path == old.path) else {
            moved.push(format!("{} would not be touched now", shown(&old.object)));
            continue;
        };
        let (new, new_change) = (&is[place], &is_changes[place]);
        moved.extend(moved_object((old, old_change), (new, new_change)));
    }
    let added = is
        .iter()
        .filter(|new| !was.iter().any(|old| old.path == new.path));
    moved.extend(added.map(|new| format!("{} would be touched now as well", shown(&new.object))));
    moved
}

fn moved_object(
    (old, old_change): (&ObjectPremise, &ObjectChange),
    (new, new_change): (&ObjectPremise, &ObjectChange),
) -> Option<String> {
    let name = shown(&old.object);
    match (&old.uid, &new.uid) {
        (None, Some(_)) => return Some(format!("{name} is there by now")),
        (Some(_), None) => return Some(format!("{name} is gone")),
        (Some(a), Some(b)) if a != b => return Some(format!("{name} was deleted and made anew")),
        _ => {}
    }
    if old_change.effect != new_change.effect {
        let (was, is) = (old_change.effect.as_str(), new_change.effect.as_str());
        let fields = moved_fields(old_change, new_change);
        return Some(format!(
            "{name}: planned was {was}, now it would be {is}{}",
            after_colon(&fields)
        ));
    }
    // What the server adds to new objects it may make up each time.
    if old_change.effect == Effect::Update && old_change.fields != new_change.fields {
        let fields = moved_fields(old_change, new_change);
        return Some(format!("{name} has changed{}", after_colon(&fields)));
    }
    if old.sent != new.sent {
        return Some(format!("{name}: something else would be sent{UNSAID}"));
    }
    let (was, is) = (grave(old_change), grave(new_change));
    let text = is.into_iter().find(|note| !was.contains(note))?;
    Some(format!("{name}: {text}"))
}

/// Returns the fields that one of two plans changes otherwise than the other.
fn moved_fields(old: &ObjectChange, new: &ObjectChange) -> Vec<String> {
    let only = |a: &ObjectChange, b: &ObjectChange| {
        let alone = a.fields.iter().filter(|field| !b.fields.contains(field));
        alone.map(|field| field.path.clone()).collect::<Vec<_>>()
    };
    let mut fields = only(old, new);
    fields.extend(only(new, old));
    fields.sort();
    fields.dedup();
    fields
}

fn after_colon(fields: &[String]) -> String {
    if fields.is_empty() {
        String::new()
    } else {
        format!(": {}", fields.join(", "))
    }
}

/// Returns what a person would have had to look at.
fn grave(change: &ObjectChange) -> Vec<&str> {
    let notes = change.notes.iter().filter(|note| note.concern.needs_attention());
    notes.map(|note| note.text.as_str()).collect()
}

fn shown(object: &ObjectRef) -> String {
    match object.namespace.as_str() {
        "" => object.to_string(),
        namespace => format!("{object} in namespace {namespace}"),
    }
}
