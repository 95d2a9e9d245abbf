//! Steps that several verbs take.

use super::options::ApplyOptions;
use super::{Context, Error, HookError};
use crate::apply::{Cascade, Changes, Method, Object, Validation, build, delete};
use crate::manifest::Resource;
use crate::record::ApplyMethod;
use crate::store::History;

/// Returns the documents of a stored or rendered plan as objects.
pub(super) async fn objects_of(
    cx: &Context,
    resources: &[Resource],
    (validation, step): (Validation, &'static str),
) -> Result<Vec<Object>, Error> {
    let objects = build(&cx.cluster, resources, validation).await;
    objects.map_err(|source| Error::Build { step, source })
}

pub(super) fn hooks_failed(step: &'static str, source: HookError) -> Error {
    Error::Hooks {
        step,
        source: Box::new(source),
    }
}

pub(super) fn validation(apply: &ApplyOptions) -> Validation {
    if apply.disable_validation {
        Validation::None
    } else {
        Validation::Strict
    }
}

/// Removes old records so that one more fits. `limit` 0 keeps all.
pub(super) async fn make_room(cx: &Context, history: &History, limit: usize) -> Result<(), Error> {
    if limit > 0 {
        history.prune(cx.store.as_ref(), limit - 1).await?;
    }
    Ok(())
}

/// Deletes what an action that failed has made.
pub(super) async fn clean_up(cx: &Context, target: &[Object], changes: &Changes) -> Result<(), Error> {
    let is_new = |object: &&Object| changes.created.contains(&object.reference());
    let created: Vec<_> = target.iter().filter(is_new).cloned().collect();
    let method = Method::for_creation(ApplyMethod::ServerSide);
    match delete(&cx.sender(method), &created, Cascade::Background).await {
        Ok(_) => Ok(()),
        Err(error) => Err(Error::from(error).during("unable to cleanup resources")),
    }
}
