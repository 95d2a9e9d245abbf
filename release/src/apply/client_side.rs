//! Client-side changes: compute what is different, send that.

use serde_json::Value;

use super::merge::{self, merge_patch, three_way};
use super::merge_keys::Schema;
use super::{CustomMerge, Object, SendError, Sender};
use crate::FIELD_MANAGER;
use crate::cluster::{ApiError, Call, PatchFormat};

/// How often a change is computed anew because somebody else was quicker.
const TRIES: u32 = 5;

/// How a patch is computed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Way {
    /// What is in the last manifest and not in this one goes, what is in this one comes, and all else stays as it is
    /// live. Lists of built-in kinds are merged by their keys.
    ThreeWay(Schema),
    /// The difference between the last manifest and this one, whatever is live.
    TwoWay,
}

impl Way {
    /// Returns how Helm treats the object's kind.
    pub(super) fn of(object: &Object, custom: CustomMerge) -> Self {
        let gvk = &object.mapping.gvk;
        if merge::is_built_in(gvk) {
            Way::ThreeWay(Schema::of(&gvk.group, &gvk.kind))
        } else {
            match custom {
                CustomMerge::LastManifest => Way::TwoWay,
                CustomMerge::LiveObject => Way::ThreeWay(Schema::none()),
            }
        }
    }
}

/// Makes an object.
///
/// # Errors
///
/// When the server refuses, in particular when the object is there already.
pub(super) async fn create(sender: &Sender<'_>, object: &Object) -> Result<(), ApiError> {
    let mut tries = 1;
    loop {
        let call = Call::post(object.collection(), &object.body).query("fieldManager", FIELD_MANAGER);
        match sender.call(call).await {
            Err(error) if error.is_conflict() && tries < TRIES => tries += 1,
            other => return other.map(drop),
        }
    }
}

/// Changes a live object. Without an `original` the live object counts as what was sent the last time.
///
/// # Errors
///
/// When the server refuses.
pub(super) async fn patch(
    sender: &Sender<'_>,
    original: Option<&Value>,
    mut live: Value,
    object: &Object,
    way: Way,
) -> Result<(), SendError> {
    let patch_error = |source| SendError::Patch {
        name: object.name.clone(),
        kind: object.kind().to_owned(),
        source,
    };
    let mut tries = 1;
    loop {
        let Some(patch) = compute(original, &live, object, way) else {
            return Ok(());
        };
        let call =
            Call::patch(object.path(), PatchFormat::Merge, &patch).query("fieldManager", FIELD_MANAGER);
        match sender.call(call).await {
            Err(error) if error.is_conflict() && tries < TRIES => tries += 1,
            other => return other.map(drop).map_err(patch_error),
        }
        let read = sender.cluster.get(&object.path()).await.map_err(SendError::Get)?;
        live = read.unwrap_or(Value::Null);
    }
}

fn compute(original: Option<&Value>, live: &Value, object: &Object, way: Way) -> Option<Value> {
    let wanted = &object.body;
    match way {
        Way::TwoWay => merge_patch(original.unwrap_or(live), wanted),
        Way::ThreeWay(schema) => {
            let merged = three_way(original.unwrap_or(live), wanted, live, schema);
            let mut patch = merge_patch(live, &merged)?;
            // Merged lists are sent whole, so they must not meet with somebody else's change.
            if let Some(version) = live.pointer("/metadata/resourceVersion")
                && let Some(metadata) = super::object::metadata_mut(&mut patch)
            {
                metadata.insert("resourceVersion".to_owned(), version.clone());
            }
            Some(patch)
        }
    }
}

/// Puts an object in the place of the live one.
///
/// # Errors
///
/// When the server refuses.
pub(super) async fn replace(sender: &Sender<'_>, live: &Value, object: &Object) -> Result<(), SendError> {
    let mut body = object.body.clone();
    if let Some(version) = live.pointer("/metadata/resourceVersion")
        && let Some(metadata) = super::object::metadata_mut(&mut body)
    {
        metadata
            .entry("resourceVersion")
            .or_insert_with(|| version.clone());
    }
    let call = Call::put(object.path(), &body)
        .query("fieldManager", FIELD_MANAGER)
        .query("fieldValidation", "Strict");
    sender.call(call).await.map(drop).map_err(SendError::Replace)
}
