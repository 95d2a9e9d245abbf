//! Trying objects out before anything is sent: the server says of each whether it would take it.
//!
//! Helm asks with a GET whether a new object is there already. A dry run says that too, so it takes that request's place:
//! it costs nothing more, and what is invalid, not allowed or over quota is known while nothing has happened yet.

use std::collections::BTreeSet;

use chart::quote::quote;
use serde_json::Value;

use super::ownership::{self, Owner, OwnershipError};
use super::rights::{self, Missing};
use super::runs::each;
use super::send::{SendError, shown};
use super::{ApplyError, Object};
use crate::FIELD_MANAGER;
use crate::cluster::{ApiError, Call, Cluster, PatchFormat};
use crate::rehearsal::Stage;

/// How objects are tried out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Trial<'a> {
    pub(crate) cluster: &'a Cluster,
    pub(crate) way: Way,
    /// Whether nothing of the release is there yet.
    pub(crate) is_install: bool,
    /// Whom objects must belong to that are there; nobody in particular for `None`.
    pub(crate) owner: Option<Owner<'a>>,
}

/// How objects are to be sent: they are tried out with the same request, which asks for the same rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// By server-side apply; unknown and doubled fields are refused.
    Apply {
        /// Whether fields of other managers may be taken.
        forces: bool,
    },
    /// By POST. That says nothing of objects that are there, which are not tried out then.
    Create,
}

impl Way {
    /// What is done with objects.
    fn verbs(self) -> &'static [&'static str] {
        match self {
            Way::Apply { .. } => &["get", "create", "patch"],
            Way::Create => &["get", "create"],
        }
    }

    /// The request that tries an object out.
    fn trial(self, object: &Object) -> Call {
        let call = match self {
            Way::Apply { forces } => Call::patch(object.path(), PatchFormat::Apply, &object.body)
                .query("fieldValidation", "Strict")
                .query("force", if forces { "true" } else { "false" }),
            Way::Create => Call::post(object.collection(), &object.body).query("fieldValidation", "Ignore"),
        };
        call.query("fieldManager", FIELD_MANAGER).dry()
    }
}

/// Objects would not be taken. Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PreflightError {
    /// One belongs to somebody else, or cannot be looked at.
    #[error(transparent)]
    Ownership(#[from] OwnershipError),
    /// The server refuses some: all of them.
    #[error("nothing was sent, objects would be refused")]
    Refused(#[source] ApplyError),
    /// The user may not do what is needed.
    #[error("nothing was sent, rights are missing: {}", rights::joined(missing))]
    Rights {
        /// All that is missing for the objects.
        missing: Vec<Missing>,
        /// The first refusal.
        #[source]
        source: ApiError,
    },
    /// The user may not delete what is to be deleted.
    #[error("nothing was sent, rights are missing: {}", rights::joined(.0))]
    Deletion(Vec<Missing>),
}

/// What the server says of an object.
enum Verdict {
    New,
    There,
    Refused(ApiError),
}

impl Trial<'_> {
    /// Tries out objects: `fresh` ones that this release did not have, and `changed` ones that it had. Returns those of
    /// `fresh` that are there already.
    ///
    /// # Errors
    ///
    /// The first object that is somebody else's; else the rights that are missing; else all that would be refused.
    pub(crate) async fn run(
        self,
        fresh: &[Object],
        changed: &[Object],
    ) -> Result<Vec<Object>, PreflightError> {
        let changed = match self.way {
            Way::Apply { .. } => changed,
            Way::Create => &[],
        };
        let siblings = &Siblings {
            is_install: self.is_install,
            ..Siblings::of(fresh.iter().chain(changed))
        };
        let (fresh_verdicts, changed_verdicts) = tokio::join!(
            each(fresh, |object| self.judge_fresh(object, siblings)),
            each(changed, |object| self.judge(object, siblings)),
        );
        let mut there = Vec::new();
        let mut refused = Vec::new();
        for (object, verdict) in fresh.iter().zip(fresh_verdicts) {
            match verdict? {
                Verdict::New => {}
                Verdict::There => there.push(object.clone()),
                Verdict::Refused(error) => refused.push((object, error)),
            }
        }
        for (object, verdict) in changed.iter().zip(changed_verdicts) {
            if let Verdict::Refused(error) = verdict {
                refused.push((object, error));
            }
        }
        if refused.is_empty() {
            return Ok(there);
        }
        Err(self.refusal(fresh.iter().chain(changed), refused).await)
    }

    /// As [`Trial::run`] in a rehearsal, of objects that the release did not have: what is refused shows when it is sent, and
    /// what is somebody else's is noted.
    pub(crate) async fn rehearse(&self, stage: &Stage, fresh: &[Object]) -> Vec<Object> {
        let siblings = &Siblings::of(fresh.iter());
        let verdicts = each(fresh, |object| self.judge_fresh(object, siblings)).await;
        let mut there = Vec::new();
        for (object, verdict) in fresh.iter().zip(verdicts) {
            match verdict {
                Ok(Verdict::There) => there.push(object.clone()),
                Ok(_) => {}
                Err(error) => stage.protest(object, error.line()),
            }
        }
        there
    }

    async fn judge_fresh(&self, object: &Object, siblings: &Siblings<'_>) -> Result<Verdict, OwnershipError> {
        let verdict = if object.name.is_empty() || object.has_generated_name() {
            Verdict::There
        } else {
            self.judge(object, siblings).await
        };
        if let Verdict::New = verdict {
            return Ok(Verdict::New);
        }
        let found = ownership::existing(self.cluster, std::slice::from_ref(object), self.owner).await;
        match (found, verdict) {
            // What may not be looked at may not be sent either; that says more.
            (Err(OwnershipError::Get { .. }), Verdict::Refused(error)) => Ok(Verdict::Refused(error)),
            (Err(error), _) => Err(error),
            (Ok(found), Verdict::Refused(error)) if found.is_empty() => Ok(Verdict::Refused(error)),
            (Ok(found), _) if found.is_empty() => Ok(Verdict::New),
            (Ok(_), _) => Ok(Verdict::There),
        }
    }

    async fn judge(&self, object: &Object, siblings: &Siblings<'_>) -> Verdict {
        if siblings.groups.contains(object.mapping.gvk.group.as_str()) {
            return Verdict::There;
        }
        match self.cluster.send(self.way.trial(object)).await {
            Ok(answer) if answer.code == 201 => Verdict::New,
            Err(error) if siblings.cannot_help(&error) => Verdict::Refused(error),
            // It is there; or a conflict, a namespace still to be made, a webhook that cannot try out: all of that shows
            // when the object is sent.
            _ => Verdict::There,
        }
    }

    async fn refusal(
        &self,
        objects: impl Iterator<Item = &Object>,
        refused: Vec<(&Object, ApiError)>,
    ) -> PreflightError {
        if let Some((_, source)) = refused.iter().find(|(_, error)| is_missing_right(error)) {
            let missing = rights::missing(self.cluster, objects, self.way.verbs()).await;
            if !missing.is_empty() {
                let source = source.clone();
                return PreflightError::Rights { missing, source };
            }
        }
        let mut errors: Vec<_> = refused
            .into_iter()
            .map(|(object, source)| SendError::ServerSide {
                object: shown(object),
                source,
            })
            .collect();
        PreflightError::Refused(if errors.len() == 1 {
            ApplyError::One(Box::new(errors.remove(0)))
        } else {
            ApplyError::Several {
                errors,
                separator: "\n",
            }
        })
    }
}

/// What the objects that are sent together may change about each other's chances.
struct Siblings<'a> {
    /// Groups of which kinds are defined or redefined.
    groups: BTreeSet<&'a str>,
    has_quota: bool,
    is_install: bool,
}

impl<'a> Siblings<'a> {
    fn of(objects: impl Iterator<Item = &'a Object>) -> Self {
        let mut siblings = Siblings {
            groups: BTreeSet::new(),
            has_quota: false,
            is_install: false,
        };
        for object in objects {
            match object.kind() {
                "CustomResourceDefinition" => {
                    let group = object.body.pointer("/spec/group").and_then(Value::as_str);
                    siblings.groups.extend(group);
                }
                "ResourceQuota" => siblings.has_quota = true,
                _ => {}
            }
        }
        siblings
    }

    /// Says whether the server would not take an object even after all others were sent. Admission may well change its
    /// mind by then: a Pod waits for its service account, a webhook for the Deployment that an upgrade mends.
    fn cannot_help(&self, error: &ApiError) -> bool {
        let says = |words: &str| error.message.contains(words);
        match error.code {
            422 => true,
            400 => !says("admission webhook"),
            403 => {
                is_missing_right(error)
                    || says("being terminated")
                    || says("exceeded quota") && !self.has_quota
            }
            // That fields are unknown or of a wrong type is an internal error to the server.
            500 => {
                says("failed to create typed patch object")
                    || says("failed calling webhook") && self.is_install
            }
            _ => false,
        }
    }
}

/// Says whether it is the user who may not, not the object.
fn is_missing_right(error: &ApiError) -> bool {
    error.is_forbidden() && error.message.contains(" cannot ") && error.message.contains("User ")
}

/// Returns a kind of object in URLs and rules: `deployments.apps`.
pub(super) fn resource_name(group: &str, plural: &str) -> String {
    if group.is_empty() {
        plural.to_owned()
    } else {
        format!("{plural}.{group}")
    }
}

/// Returns ` in namespace "x"`, or nothing.
pub(super) fn place(namespace: &str) -> String {
    if namespace.is_empty() {
        String::new()
    } else {
        format!(" in namespace {}", quote(namespace))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_siblings_may_change_is_no_refusal() {
        let refuses = |is_install, code, message| {
            let siblings = Siblings {
                is_install,
                ..Siblings::of([].iter())
            };
            siblings.cannot_help(&ApiError::refused(code, message))
        };
        assert!(refuses(false, 422, "spec.ports: Invalid value"));
        assert!(refuses(true, 500, "failed calling webhook \"a\""));
        assert!(!refuses(false, 500, "failed calling webhook \"a\""));
        assert!(!refuses(
            true,
            400,
            "admission webhook \"a\" does not support dry run"
        ));
        assert!(!refuses(
            true,
            403,
            "error looking up service account a/b: serviceaccount \"b\" not found"
        ));
        assert!(!refuses(true, 404, "namespaces \"x\" not found"));
        assert!(!refuses(true, 409, "conflict"));
    }

    #[test]
    fn users_are_told_from_objects() {
        let user = "services is forbidden: User \"a\" cannot patch resource \"services\" in API group \"\"";
        assert!(is_missing_right(&ApiError::refused(403, user)));
        assert!(!is_missing_right(&ApiError::refused(
            403,
            "services \"a\" is forbidden: exceeded quota: q"
        )));
    }
}
