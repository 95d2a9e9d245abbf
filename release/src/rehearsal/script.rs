//! `Script`: a plan that is carried out. What it does not say is not sent.

use std::collections::BTreeMap;

use serde_json::Value;

use super::deed::Deed;
use super::premises::Premises;
use crate::cluster::{ApiError, Call};
use crate::diff::Secrecy;

/// What may be sent: the digests of the contents by path.
#[derive(Debug)]
pub(crate) struct Script {
    contents: BTreeMap<String, Vec<String>>,
    secrecy: Secrecy,
}

impl Script {
    pub(crate) fn of(premises: &Premises, secrecy: &Secrecy) -> Self {
        let objects = premises.objects.iter();
        Script {
            contents: objects
                .map(|object| (object.path.clone(), object.sent.clone()))
                .collect(),
            secrecy: secrecy.clone(),
        }
    }

    /// Makes sure that a request is in the plan, if it changes an object. How a release is recorded is not.
    ///
    /// # Errors
    ///
    /// When it is not, or sends something else.
    pub(crate) fn check(&self, call: &Call) -> Result<(), ApiError> {
        if call.is_read() || call.is_dry() || call.is_question() {
            return Ok(());
        }
        let deed = Deed::of(call);
        if deed.is_bookkeeping() {
            return Ok(());
        }
        let stop = |why: &str| Err(ApiError::local(format!("{} {why}", deed.shown())));
        match self.contents.get(&deed.path) {
            None => stop("is not in the plan"),
            Some(_) if !deed.has_planned_content() => Ok(()),
            Some(planned) if planned.contains(&digest(&deed, &self.secrecy)) => Ok(()),
            Some(_) => stop("would get something else than was planned"),
        }
    }
}

/// Digests what is sent. A patch says which state of the live object it was made for; that state may be another one as
/// long as the patch is the same.
pub(super) fn digest(deed: &Deed, secrecy: &Secrecy) -> String {
    let mut content = deed.content.clone();
    if let Some(metadata) = content.get_mut("metadata").and_then(Value::as_object_mut) {
        metadata.remove("resourceVersion");
        if metadata.is_empty() {
            content.as_object_mut().map(|fields| fields.remove("metadata"));
        }
    }
    secrecy.digest(&content)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::apply::ObjectRef;
    use crate::cluster::PatchFormat;
    use crate::manifest::GroupVersionKind;
    use crate::rehearsal::ObjectPremise;

    #[test]
    fn only_what_is_written_is_said() {
        let secrecy = Secrecy::new("key");
        let path = "/api/v1/namespaces/a/configmaps/b";
        let patch = |body| Call::patch(path, PatchFormat::Merge, &body);
        let planned = patch(json!({"data": {"c": "d"}, "metadata": {"resourceVersion": "1"}}));
        let premises = Premises {
            objects: vec![ObjectPremise {
                object: ObjectRef {
                    gvk: GroupVersionKind::new("v1", "ConfigMap"),
                    namespace: "a".to_owned(),
                    name: "b".to_owned(),
                },
                path: path.to_owned(),
                uid: None,
                sent: vec![digest(&Deed::of(&planned), &secrecy)],
            }],
            ..Premises::default()
        };
        let script = Script::of(&premises, &secrecy);
        let same = patch(json!({"data": {"c": "d"}, "metadata": {"resourceVersion": "2"}}));
        assert!(script.check(&planned).is_ok() && script.check(&same).is_ok());
        let other = script.check(&patch(json!({"data": {"c": "e"}}))).unwrap_err();
        assert_eq!(
            other.message,
            "configmaps \"b\" would get something else than was planned"
        );
        let elsewhere = Call::delete("/api/v1/namespaces/a/configmaps/c", &json!({}));
        assert!(
            script
                .check(&elsewhere)
                .unwrap_err()
                .message
                .ends_with("is not in the plan")
        );
        let record = Call::delete(
            "/api/v1/namespaces/a/secrets/sh.helm.release.v1.web.v1",
            &json!({}),
        );
        assert!(script.check(&record).is_ok() && script.check(&elsewhere.clone().dry()).is_ok());
    }
}
