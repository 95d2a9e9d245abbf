//! Drift: what a release says beside what is in the cluster. It only reads.
//!
//! `owners` reads who set which field, `owned` takes the part of a live object that the release speaks of.

mod owners;
mod owned;

use futures::StreamExt as _;
use serde_json::Value;

use crate::apply::{BuildError, ObjectRef, flatten, locate};
use crate::cluster::{ApiError, Cluster};
use crate::diff::{Concern, Effect, Note, ObjectChange, Secrecy, compare};
use crate::manifest::{GroupVersionKind, Plan, PlanError};
use crate::record::Release;

/// How many objects are asked for at once.
const AT_ONCE: usize = 16;

/// Drift cannot be told.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DriftError {
    /// The manifest of the release cannot be read.
    #[error(transparent)]
    Manifest(#[from] PlanError),
    /// A document of it is no object.
    #[error(transparent)]
    Object(#[from] BuildError),
    /// An object could not be read.
    #[error("failed to read {object}")]
    Live {
        /// Which one.
        object: Box<ObjectRef>,
        /// Why.
        #[source]
        source: ApiError,
    },
}

/// Returns what is different in the cluster from what a release says: `before` is what it says, `after` what is there.
///
/// Only what the release speaks of counts: fields that others add, and items of lists that are merged by key, do not. Nor does
/// a field that the server writes otherwise (`1000m` and `1`) while it is still ours. Objects without a difference are left
/// out, hooks as well. Objects that cannot be read are told by a note.
///
/// # Errors
///
/// When the manifest cannot be read, or the server does not answer.
pub async fn drift(
    cluster: &Cluster,
    release: &Release,
    secrecy: &Secrecy,
) -> Result<Vec<ObjectChange>, DriftError> {
    let plan = Plan::from_release(release)?;
    let bodies = plan
        .resources
        .iter()
        .flat_map(|resource| flatten(&resource.object));
    let mut looks = futures::stream::iter(bodies.map(|body| look(cluster, body, secrecy))).buffered(AT_ONCE);
    let mut changes = Vec::new();
    while let Some(change) = looks.next().await {
        changes.extend(change?);
    }
    Ok(changes)
}

/// Looks at one object.
async fn look(
    cluster: &Cluster,
    body: &Value,
    secrecy: &Secrecy,
) -> Result<Option<ObjectChange>, DriftError> {
    let object = match locate(cluster, body).await {
        Ok(object) => object,
        Err(BuildError::NoMapping { name, namespace, .. }) => {
            let text = |field: &str| body.get(field).and_then(Value::as_str).unwrap_or_default();
            let gvk = GroupVersionKind::new(text("apiVersion"), text("kind"));
            let object = ObjectRef { gvk, namespace, name };
            let note = Note::new(Concern::Drift, "the server does not know this kind any more");
            return Ok(Some(missing(object, vec![note])));
        }
        Err(error) => return Err(error.into()),
    };
    match cluster.get(&object.path()).await {
        Ok(Some(live)) => Ok(difference(&object.body, &object.reference(), &live, secrecy)),
        Ok(None) => Ok(Some(missing(object.reference(), Vec::new()))),
        Err(error) if error.code == 403 => {
            let note = Note::new(Concern::Unchecked, format!("it may not be read: {error}"));
            Ok(Some(ObjectChange {
                effect: Effect::Nothing,
                ..missing(object.reference(), vec![note])
            }))
        }
        Err(source) => Err(DriftError::Live {
            object: Box::new(object.reference()),
            source,
        }),
    }
}

fn missing(object: ObjectRef, notes: Vec<Note>) -> ObjectChange {
    ObjectChange {
        object,
        effect: Effect::Delete,
        fields: Vec::new(),
        notes,
        hook: None,
    }
}

/// Returns how a live object differs from what is said of it; nothing if it does not.
pub(crate) fn difference(
    said: &Value,
    object: &ObjectRef,
    live: &Value,
    secrecy: &Secrecy,
) -> Option<ObjectChange> {
    let gvk = &object.gvk;
    let wanted = owned::as_stored(gvk, said);
    let (there, changers) = owned::owned(gvk, &wanted, live);
    let fields = compare(gvk, Some(&wanted), Some(&there), secrecy);
    if fields.is_empty() {
        return None;
    }
    let notes = changers
        .iter()
        .map(|changer| Note::new(Concern::Drift, format!("changed by {changer}")));
    Some(ObjectChange {
        object: object.clone(),
        effect: Effect::Update,
        fields,
        notes: notes.collect(),
        hook: None,
    })
}
