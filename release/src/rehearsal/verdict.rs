//! `Verdict`: what a server's refusal of a try says about the real thing.

use super::deed::{Deed, Verb};
use super::standing::Standing;
use crate::cluster::ApiError;

/// What becomes of a change that the server did not try out well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The verb knows what to do about it, or nothing can be done without an answer.
    Passed,
    /// The real change will be refused as well.
    Refused,
    /// The server cannot know: what the change stands on is only made by this action.
    Unknown,
}

/// Judges a failed try.
pub(super) fn judge(deed: &Deed, error: &ApiError, standing: &Standing) -> Verdict {
    let says = |words: &str| error.message.contains(words);
    match error.code {
        0 | 401 | 415 => Verdict::Passed,
        400 if says("does not support dry run") => Verdict::Unknown,
        404 if !deed.can_make() => Verdict::Passed,
        404 if stands_on_new_ground(deed, standing) => Verdict::Unknown,
        409 => judge_conflict(deed, error),
        // The definition that the server judges by may be another one by then.
        400 | 422 | 500 if standing.brings_group(deed.group()) => Verdict::Unknown,
        _ if standing.is_named_in(&error.message) => Verdict::Unknown,
        _ => Verdict::Refused,
    }
}

/// What is there already is only in the way of objects, not of definitions and namespaces; and who was slower than
/// somebody else computes a new patch.
fn judge_conflict(deed: &Deed, error: &ApiError) -> Verdict {
    let is_ground = deed.is_definition() || deed.collection().ends_with("/api/v1/namespaces");
    match deed.verb {
        Verb::Make if error.is_already_exists() && !is_ground => Verdict::Refused,
        Verb::Apply if !error.is_quota_conflict() => Verdict::Refused,
        _ => Verdict::Passed,
    }
}

/// Says whether the namespace or the kind of an object is only made by this action.
fn stands_on_new_ground(deed: &Deed, standing: &Standing) -> bool {
    let namespace = deed.namespace_path();
    namespace.is_some_and(|path| standing.was_made(&path)) || standing.brings_group(deed.group())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::cluster::{Call, PatchFormat};

    #[test]
    fn what_the_action_makes_is_known_to_be_coming() {
        let body = json!({"metadata": {"name": "a"}});
        let path = "/apis/shop.test/v1/namespaces/new/carts/a";
        let deed = Deed::of(&Call::patch(path, PatchFormat::Apply, &body));
        let missing = ApiError::refused(404, "namespaces \"new\" not found");
        let mut standing = Standing::default();
        assert_eq!(judge(&deed, &missing, &standing), Verdict::Refused);
        standing.leave("/api/v1/namespaces/new", Some(Arc::new(json!({}))));
        assert_eq!(judge(&deed, &missing, &standing), Verdict::Unknown);

        let mut standing = Standing::default();
        let definition = json!({"spec": {"group": "shop.test"}});
        standing.leave(
            "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/carts.shop.test",
            Some(Arc::new(definition)),
        );
        assert_eq!(
            judge(&deed, &ApiError::refused(404, ""), &standing),
            Verdict::Unknown
        );
        let account = ApiError::refused(
            403,
            "error looking up service account x/b: serviceaccount \"b\" not found",
        );
        assert_eq!(judge(&deed, &account, &standing), Verdict::Refused);
        standing.leave(
            "/api/v1/namespaces/x/serviceaccounts/b",
            Some(Arc::new(json!({}))),
        );
        assert_eq!(judge(&deed, &account, &standing), Verdict::Unknown);
    }

    #[test]
    fn invalid_objects_stay_invalid() {
        let deed = Deed::of(&Call::post(
            "/api/v1/namespaces/x/services",
            &json!({"metadata": {"name": "a"}}),
        ));
        let standing = Standing::default();
        assert_eq!(
            judge(&deed, &ApiError::refused(422, "is invalid"), &standing),
            Verdict::Refused
        );
        assert_eq!(
            judge(&deed, &ApiError::refused(0, "connection refused"), &standing),
            Verdict::Passed
        );
    }
}
