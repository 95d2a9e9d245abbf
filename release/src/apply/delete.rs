//! Deleting objects.

use serde_json::{Value, json};

use super::ownership::{Owner, is_owned};
use super::runs::in_runs;
use super::{ApplyError, Change, Changes, Index, Object, SendError, Sender};
use crate::cluster::{ApiError, Call, Cluster};

/// What happens to objects that belong to a deleted one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cascade {
    /// They are deleted after it.
    #[default]
    Background,
    /// They are deleted before it.
    Foreground,
    /// They stay.
    Orphan,
}

impl Cascade {
    fn as_str(self) -> &'static str {
        match self {
            Cascade::Background => "Background",
            Cascade::Foreground => "Foreground",
            Cascade::Orphan => "Orphan",
        }
    }
}

/// Deletes objects, kind after kind, those of a kind at once; returns those that were there.
///
/// # Errors
///
/// All that could not be deleted; the others are.
pub(crate) async fn delete(
    sender: &Sender<'_>,
    objects: &[Object],
    cascade: Cascade,
) -> Result<Vec<Object>, ApplyError> {
    sender
        .foreseeing(objects.iter(), delete_all(sender, objects, cascade))
        .await
}

async fn delete_all(
    sender: &Sender<'_>,
    objects: &[Object],
    cascade: Cascade,
) -> Result<Vec<Object>, ApplyError> {
    let mut deleted = Vec::new();
    let mut errors = Vec::new();
    for run in in_runs(objects) {
        let results = run
            .each(|object| delete_one(sender.cluster, object, cascade))
            .await;
        for (object, result) in run.objects().iter().zip(results) {
            match result {
                Ok(()) => {
                    sender.tell(object.reference(), Change::Deleted);
                    deleted.push(object.clone());
                }
                Err(error) if error.is_not_found() => {}
                Err(error) => errors.push(SendError::Plain(error)),
            }
        }
    }
    ApplyError::check(errors, "; ").map(|()| deleted)
}

async fn delete_one(cluster: &Cluster, object: &Object, cascade: Cascade) -> Result<(), ApiError> {
    let options = json!({"propagationPolicy": cascade.as_str()});
    cluster
        .send(Call::delete(object.path(), &options))
        .await
        .map(drop)
}

/// Deletes what is in `current` and not in `target`, unless the live object asks to stay.
///
/// Objects that cannot be read are passed over, as in Helm.
///
/// # Errors
///
/// All that could not be deleted; the others are.
pub(crate) async fn delete_departed(
    sender: &Sender<'_>,
    current: &[Object],
    target: &[Object],
    changes: &mut Changes,
) -> Result<(), ApplyError> {
    delete_where(sender, &departed(current, target), |_, _| true, changes).await
}

/// Returns what is in `current` and not in `target`.
pub(crate) fn departed(current: &[Object], target: &[Object]) -> Vec<Object> {
    let wanted = Index::of(target);
    let departed = current.iter().filter(|object| !wanted.has(object));
    departed.cloned().collect()
}

/// Deletes those of `objects` that belong to a release, unless the live object asks to stay.
///
/// # Errors
///
/// See [`delete_departed`].
pub(crate) async fn delete_owned(
    sender: &Sender<'_>,
    objects: &[Object],
    owner: Owner<'_>,
    changes: &mut Changes,
) -> Result<(), ApplyError> {
    let is_ours = |object: &Object, live: &Value| is_owned(object, live, owner);
    delete_where(sender, objects, is_ours, changes).await
}

async fn delete_where(
    sender: &Sender<'_>,
    objects: &[Object],
    is_meant: impl Fn(&Object, &Value) -> bool,
    changes: &mut Changes,
) -> Result<(), ApplyError> {
    sender
        .foreseeing(objects.iter(), delete_each(sender, objects, is_meant, changes))
        .await
}

async fn delete_each(
    sender: &Sender<'_>,
    objects: &[Object],
    is_meant: impl Fn(&Object, &Value) -> bool,
    changes: &mut Changes,
) -> Result<(), ApplyError> {
    let mut errors = Vec::new();
    for run in in_runs(objects) {
        let results = run
            .each(|object| delete_unless_kept(sender.cluster, object, &is_meant))
            .await;
        for (object, result) in run.objects().iter().zip(results) {
            match result {
                Ok(Some(change)) => sender.note(changes, object.reference(), change),
                Ok(None) => {}
                Err(error) => errors.push(error),
            }
        }
    }
    ApplyError::check(errors, " && ")
}

async fn delete_unless_kept(
    cluster: &Cluster,
    object: &Object,
    is_meant: &impl Fn(&Object, &Value) -> bool,
) -> Result<Option<Change>, SendError> {
    let Ok(Some(live)) = cluster.get(&object.path()).await else {
        return Ok(None);
    };
    if !is_meant(object, &live) {
        return Ok(None);
    }
    if asks_to_stay(&live) {
        return Ok(Some(Change::Kept));
    }
    match delete_one(cluster, object, Cascade::Background).await {
        Ok(()) => Ok(Some(Change::Deleted)),
        Err(error) if error.is_not_found() => Ok(None),
        Err(source) => Err(SendError::Delete {
            namespace: object.namespace.clone(),
            name: object.name.clone(),
            kind: object.kind().to_owned(),
            source,
        }),
    }
}

/// The annotation that keeps an object when its release goes.
pub(crate) const RESOURCE_POLICY: &str = "helm.sh/resource-policy";

/// Says whether a live object asks to stay. Only `keep`, exactly so, does; uninstalling is less strict.
pub(super) fn asks_to_stay(live: &Value) -> bool {
    let annotations = live.pointer("/metadata/annotations");
    annotations
        .and_then(|all| all.get(RESOURCE_POLICY))
        .and_then(Value::as_str)
        == Some("keep")
}
