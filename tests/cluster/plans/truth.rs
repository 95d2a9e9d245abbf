//! What really happened to objects, in the form of a plan.

use std::collections::BTreeMap;

use release::diff::{ChangeSet, Effect, FieldChange, ObjectChange, Secrecy, Shown, compare};
use release::manifest::GroupVersionKind;
use serde_json::Value;

use super::audit::Write;

/// Fields that the server makes up anew each time, and those that controllers write at their own pace.
const BY_CHANCE: [&str; 13] = [
    ".spec.clusterIP",
    ".spec.clusterIPs",
    ".spec.healthCheckNodePort",
    "nodePort",
    "kube-api-access-",
    "controller-uid",
    ".spec.volumeName",
    ".spec.nodeName",
    ".metadata.name",
    "deployment.kubernetes.io/revision",
    "pv.kubernetes.io/",
    "volume.kubernetes.io/",
    "volume.beta.kubernetes.io/",
];

/// What happened to one object: fields by path, before and after.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Told {
    pub(super) effect: String,
    pub(super) fields: BTreeMap<String, (String, String)>,
}

/// What happens to objects, by `Kind namespace/name`.
pub(super) type Tale = BTreeMap<String, Told>;

/// Reads a plan.
pub(super) fn of_plan(plan: &ChangeSet) -> Tale {
    let changes = plan.objects.iter().filter(|change| change.effect.is_change());
    changes
        .map(|change| (name(change), told(change.effect, &change.fields)))
        .collect()
}

/// Works out what was done: the objects as they were are asked for by path.
pub(super) fn of_writes(writes: &[Write], before: &BTreeMap<String, Value>) -> Tale {
    let mut courses: BTreeMap<&str, Vec<&Write>> = BTreeMap::new();
    for write in writes {
        courses.entry(&write.path).or_default().push(write);
    }
    let mut tale = Tale::new();
    for (path, writes) in courses {
        let first = before.get(path);
        let sent = writes
            .iter()
            .rev()
            .find(|write| write.verb != "delete")
            .map(|write| &write.answer);
        let is_anew = writes[..writes.len() - 1]
            .iter()
            .any(|write| write.verb == "delete");
        let Some(one) = sent.or(first) else {
            // The plan did not even look at it.
            tale.insert(path.to_owned(), told(Effect::Delete, &[]));
            continue;
        };
        let text = |pointer: &str| one.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
        let gvk = GroupVersionKind::new(text("/apiVersion"), text("/kind"));
        let fields = compare(&gvk, first, sent, &Secrecy::new("key"));
        let effect = match (first, sent) {
            (None, _) => Effect::Create,
            (_, None) => Effect::Delete,
            _ if is_anew => Effect::Replace,
            _ if fields.is_empty() => continue,
            _ => Effect::Update,
        };
        let fields = if effect == Effect::Delete {
            Vec::new()
        } else {
            fields
        };
        let told = told(effect, &fields);
        if told.fields.is_empty() && effect == Effect::Update {
            continue;
        }
        tale.insert(
            format!(
                "{} {}/{}",
                gvk.kind,
                text("/metadata/namespace"),
                text("/metadata/name")
            ),
            told,
        );
    }
    tale
}

fn name(change: &ObjectChange) -> String {
    let object = &change.object;
    format!("{} {}/{}", object.gvk.kind, object.namespace, object.name)
}

fn told(effect: Effect, fields: &[FieldChange]) -> Told {
    let text = |field: &FieldChange| format!("{} {}", field.path, shown(field.after.as_ref()));
    let is_by_chance = |field: &&FieldChange| BY_CHANCE.iter().any(|part| text(field).contains(part));
    let fields = fields.iter().filter(|field| !is_by_chance(field));
    Told {
        effect: effect.as_str().to_owned(),
        fields: fields
            .map(|field| {
                (
                    field.path.clone(),
                    (shown(field.before.as_ref()), shown(field.after.as_ref())),
                )
            })
            .collect(),
    }
}

/// Digests of two runs have different keys.
fn shown(value: Option<&Shown>) -> String {
    match value {
        None => "nothing".to_owned(),
        Some(Shown::Hidden(_)) => "hidden".to_owned(),
        Some(Shown::Plain(value)) => value.to_string(),
    }
}
