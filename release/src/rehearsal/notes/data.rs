//! What would be lost: volumes, and all that goes with what is deleted.

use serde_json::Value;

use super::super::changes::Course;
use crate::diff::{Concern, Effect, Note, ObjectChange};

pub(super) fn of(course: &Course<'_>, change: &ObjectChange) -> Option<Note> {
    let live = course.first().before.as_ref()?;
    let text = |path: &str| live.pointer(path).and_then(Value::as_str).unwrap_or_default();
    let loss = match (change.effect, change.object.gvk.kind.as_str()) {
        (Effect::Delete | Effect::Replace, kind) => match kind {
            "PersistentVolumeClaim" => match text("/spec/volumeName") {
                "" => return None,
                volume => {
                    format!("its volume {volume} goes with it, unless the volume's reclaim policy is Retain")
                }
            },
            "PersistentVolume" if text("/spec/persistentVolumeReclaimPolicy") == "Delete" => {
                "the storage behind it is deleted".to_owned()
            }
            "Namespace" => "everything in the namespace goes with it".to_owned(),
            "CustomResourceDefinition" => {
                format!("all objects of the kind {} go with it", text("/spec/names/kind"))
            }
            "StatefulSet" if retention(live, "whenDeleted") => {
                "the volume claims of its pods are deleted (persistentVolumeClaimRetentionPolicy)".to_owned()
            }
            _ => return None,
        },
        (Effect::Update, "StatefulSet") if retention(live, "whenScaled") && loses_pods(course) => {
            "the volume claims of the pods that go are deleted (persistentVolumeClaimRetentionPolicy)"
                .to_owned()
        }
        _ => return None,
    };
    Some(Note::new(Concern::DataLoss, loss))
}

/// Says whether volume claims go at that moment.
fn retention(live: &Value, moment: &str) -> bool {
    live["spec"]["persistentVolumeClaimRetentionPolicy"][moment] == "Delete"
}

fn loses_pods(course: &Course<'_>) -> bool {
    let replicas = |object: Option<&Value>| object?.pointer("/spec/replicas")?.as_i64();
    let (before, after) = (
        replicas(course.first().before.as_deref()),
        replicas(course.sent()),
    );
    matches!((before, after), (Some(before), Some(after)) if after < before)
}
