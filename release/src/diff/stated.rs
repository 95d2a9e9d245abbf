//! What releases say beside each other: their objects, hooks among them.

use std::collections::BTreeMap;

use chart::Chart;
use serde_json::Value;

use super::{Effect, ObjectChange, Secrecy, compare};
use crate::apply::{ObjectRef, flatten};
use crate::manifest::Plan;
use crate::manifest::{GroupVersionKind, PlanError, crd_files, read_documents};
use crate::record::Release;

/// An object as a manifest states it.
#[derive(Clone, Debug, PartialEq)]
pub struct Stated {
    /// Which one. The namespace is empty if it names none.
    pub object: ObjectRef,
    /// The object.
    pub body: Value,
    /// When it runs, if it is a hook.
    pub hook: Option<String>,
}

impl Stated {
    /// Reads the objects of a release and its hooks; lists are taken apart.
    ///
    /// # Errors
    ///
    /// When a document cannot be read.
    pub fn of_release(release: &Release) -> Result<Vec<Stated>, PlanError> {
        let plan = Plan::from_release(release)?;
        let mut stated = Vec::new();
        for hook in &plan.hooks {
            let events: Vec<_> = hook.events.iter().map(|event| event.as_str()).collect();
            for resource in read_documents(&hook.path, &hook.manifest)? {
                stated.extend(all(&resource.object, Some(&events.join(","))));
            }
        }
        for resource in &plan.resources {
            stated.extend(all(&resource.object, None));
        }
        Ok(stated)
    }

    /// Reads the objects of a chart's `crds/`, those of its subcharts included.
    ///
    /// # Errors
    ///
    /// When a document cannot be read.
    pub fn of_crds(chart: &Chart) -> Result<Vec<Stated>, PlanError> {
        let mut stated = Vec::new();
        for file in crd_files(chart) {
            for resource in read_documents(&file.path, &file.text)? {
                stated.extend(all(&resource.object, None));
            }
        }
        Ok(stated)
    }
}

fn all(object: &Value, hook: Option<&str>) -> Vec<Stated> {
    let text = |body: &Value, path: &str| {
        let found = body.pointer(path).and_then(Value::as_str);
        found.unwrap_or_default().to_owned()
    };
    let stated = flatten(object).into_iter().map(|body| Stated {
        object: ObjectRef {
            gvk: GroupVersionKind::new(&text(body, "/apiVersion"), text(body, "/kind")),
            namespace: text(body, "/metadata/namespace"),
            name: text(body, "/metadata/name"),
        },
        body: body.clone(),
        hook: hook.map(str::to_owned),
    });
    stated.collect()
}

/// Returns what is different between two releases: the objects of the second in their order, then those that only the first
/// has. Objects of another API version are the same object.
pub fn differences(before: &[Stated], after: &[Stated], secrecy: &Secrecy) -> Vec<ObjectChange> {
    let mut old: BTreeMap<_, Vec<&Stated>> = BTreeMap::new();
    // From the end, as they are taken from the end: an object that is there twice is paired in order.
    for stated in before.iter().rev() {
        old.entry(identity(stated)).or_default().push(stated);
    }
    let mut changes = Vec::new();
    for stated in after {
        let known = old.get_mut(&identity(stated)).and_then(Vec::pop);
        changes.push(change(known, Some(stated), secrecy));
    }
    let is_left = |stated: &&Stated| {
        let left = old.get(&identity(stated));
        left.is_some_and(|left| left.iter().any(|it| std::ptr::eq(*it, *stated)))
    };
    let gone = before.iter().filter(is_left);
    changes.extend(gone.map(|stated| change(Some(stated), None, secrecy)));
    changes.retain(|change| change.effect != Effect::Nothing);
    changes
}

fn identity(stated: &Stated) -> (&str, &str, &str, &str) {
    let object = &stated.object;
    (
        &object.gvk.group,
        &object.gvk.kind,
        &object.namespace,
        &object.name,
    )
}

fn change(before: Option<&Stated>, after: Option<&Stated>, secrecy: &Secrecy) -> ObjectChange {
    let shown = after.or(before).expect("an object is on one side at least");
    let body = |stated: Option<&Stated>| stated.map(|stated| stated.body.clone());
    let fields = compare(
        &shown.object.gvk,
        body(before).as_ref(),
        body(after).as_ref(),
        secrecy,
    );
    let effect = match (before, after) {
        (None, _) => Effect::Create,
        (_, None) => Effect::Delete,
        _ if fields.is_empty() => Effect::Nothing,
        _ => Effect::Update,
    };
    ObjectChange {
        object: shown.object.clone(),
        effect,
        fields,
        notes: Vec::new(),
        hook: shown.hook.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn release(manifest: &str) -> Vec<Stated> {
        let release = Release {
            manifest: manifest.to_owned(),
            ..Release::default()
        };
        Stated::of_release(&release).expect("it can be read")
    }

    #[test]
    fn objects_are_paired_whatever_their_version() {
        let before = release(
            "---\n# Source: a/templates/a.yaml\napiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\n\
             ---\n# Source: a/templates/b.yaml\napiVersion: v1\nkind: Secret\nmetadata: {name: b}\ndata: {x: c2VjcmV0}\n",
        );
        let after = release(
            "---\n# Source: a/templates/a.yaml\napiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a}\n\
             ---\n# Source: a/templates/c.yaml\napiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: ConfigMap, metadata: {name: c}}\n",
        );
        let told: Vec<_> = differences(&before, &after, &Secrecy::new(*b"k"))
            .into_iter()
            .map(|change| {
                (
                    change.effect,
                    change.object.to_string(),
                    change.fields[0].path.clone(),
                )
            })
            .collect();
        let expected = [
            (Effect::Update, "CronJob/a", ".apiVersion"),
            (Effect::Create, "ConfigMap/c", ".apiVersion"),
            (Effect::Delete, "Secret/b", ".apiVersion"),
        ];
        assert_eq!(
            told,
            expected.map(|(effect, name, path)| (effect, name.to_owned(), path.to_owned()))
        );
    }
}
