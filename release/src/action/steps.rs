//! Steps that several verbs take.

use super::options::{ApplyOptions, DryRun};
use super::{Context, Error, HookError};
use crate::apply::{
    Cascade, Changes, Method, Object, Owner, PreflightError, Trial, Validation, Way, build, delete, existing,
    join, undeletable,
};
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

/// What is to be sent, and how, before anybody knows of it.
pub(super) struct Sending<'a> {
    pub(super) apply: &'a ApplyOptions,
    pub(super) method: ApplyMethod,
    pub(super) dry_run: DryRun,
    pub(super) is_install: bool,
    pub(super) owner: Owner<'a>,
    /// Objects that the release did not have.
    pub(super) fresh: &'a [Object],
    /// Objects that it had, and that are different now.
    pub(super) changed: &'a [Object],
    /// Objects that it had, and that are to go.
    pub(super) departed: &'a [Object],
}

impl<'a> Sending<'a> {
    /// Says how an update goes, without its objects.
    pub(super) fn update(
        apply: &'a ApplyOptions,
        (method, dry_run): (ApplyMethod, DryRun),
        owner: Owner<'a>,
    ) -> Self {
        Sending {
            apply,
            method,
            dry_run,
            is_install: false,
            owner,
            fresh: &[],
            changed: &[],
            departed: &[],
        }
    }

    /// Has the server try the objects out, and returns those of the fresh ones that are there already; they must be the
    /// owner's unless anything may be taken over. What is to go must be allowed to be deleted.
    ///
    /// Without validation, and in a dry run, which shows what would be sent whatever becomes of it, it is only asked what is
    /// there.
    pub(super) async fn check(&self, cx: &Context) -> Result<Vec<Object>, PreflightError> {
        if self.departed.is_empty() || self.dry_run.is_dry() {
            return self.check_sent(cx).await;
        }
        let (checked, undeletable) =
            tokio::join!(self.check_sent(cx), undeletable(&cx.cluster, self.departed));
        match checked {
            Err(PreflightError::Rights { mut missing, source }) => {
                join(&mut missing, undeletable);
                Err(PreflightError::Rights { missing, source })
            }
            Ok(_) if !undeletable.is_empty() => Err(PreflightError::Deletion(undeletable)),
            checked => checked,
        }
    }

    async fn check_sent(&self, cx: &Context) -> Result<Vec<Object>, PreflightError> {
        let owner = (!self.apply.take_ownership).then_some(self.owner);
        if self.apply.disable_validation || self.dry_run.is_dry() {
            return Ok(existing(&cx.cluster, self.fresh, owner).await?);
        }
        let trial = Trial {
            cluster: &cx.cluster,
            way: match self.method {
                ApplyMethod::ServerSide => Way::Apply {
                    forces: self.apply.force_conflicts,
                },
                ApplyMethod::ClientSide => Way::Create,
            },
            is_install: self.is_install,
            owner,
        };
        match cx.cluster.stage() {
            Some(stage) => Ok(trial.rehearse(stage, self.fresh).await),
            None => trial.run(self.fresh, self.changed).await,
        }
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
