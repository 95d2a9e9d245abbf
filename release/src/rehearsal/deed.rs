//! `Deed`: what a request would do, and to what.

use http::Method;
use serde_json::Value;

use crate::apply::ObjectRef;
use crate::cluster::{Call, PatchFormat};
use crate::lease::is_lease_name;
use crate::manifest::GroupVersionKind;
use crate::store::stores_record;

/// How an object is changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verb {
    /// POST.
    Make,
    /// Server-side apply: made or changed, as it is there or not.
    Apply,
    /// A merge patch.
    Merge,
    /// A JSON patch; we only change with it who owns fields.
    Disown,
    /// PUT.
    Replace,
    /// DELETE.
    Delete,
}

/// A request that changes an object.
#[derive(Clone, Debug)]
pub(super) struct Deed {
    pub(super) verb: Verb,
    /// The object's path; that of a POST is made of its body.
    pub(super) path: String,
    /// What is sent: the object, or a patch.
    pub(super) content: Value,
}

impl Deed {
    pub(super) fn of(call: &Call) -> Self {
        let content = call.content();
        let verb = match (call.method(), call.patch_format()) {
            (&Method::POST, _) => Verb::Make,
            (&Method::PUT, _) => Verb::Replace,
            (&Method::DELETE, _) => Verb::Delete,
            (_, Some(PatchFormat::Merge)) => Verb::Merge,
            (_, Some(PatchFormat::Json)) => Verb::Disown,
            _ => Verb::Apply,
        };
        let path = match verb {
            Verb::Make => format!("{}/{}", call.path(), name_of(&content)),
            _ => call.path().to_owned(),
        };
        Deed { verb, path, content }
    }

    /// Says whether it makes what is not there.
    pub(super) fn can_make(&self) -> bool {
        matches!(self.verb, Verb::Make | Verb::Apply)
    }

    /// Says whether it is about the book-keeping of releases: their records, and the leases on them.
    pub(super) fn is_bookkeeping(&self) -> bool {
        let (collection, name) = self.path.rsplit_once('/').unwrap_or_default();
        match (self.group(), collection.rsplit('/').next().unwrap_or_default()) {
            ("", "secrets" | "configmaps") => stores_record(name),
            ("coordination.k8s.io", "leases") => is_lease_name(name),
            _ => false,
        }
    }

    /// Says whether what is sent was known before: who owns fields is worked out at the last moment.
    pub(super) fn has_planned_content(&self) -> bool {
        !matches!(self.verb, Verb::Delete | Verb::Disown)
    }

    /// Names the object as the server does in errors: `configmaps "a"`.
    pub(super) fn shown(&self) -> String {
        let (collection, name) = self.path.rsplit_once('/').unwrap_or_default();
        let plural = collection.rsplit('/').next().unwrap_or_default();
        format!("{plural} \"{name}\"")
    }

    /// Says whether the object defines a kind.
    pub(super) fn is_definition(&self) -> bool {
        self.collection().ends_with("/customresourcedefinitions")
    }

    /// Returns the collection of the object.
    pub(super) fn collection(&self) -> &str {
        self.path
            .rsplit_once('/')
            .map_or("", |(collection, _)| collection)
    }

    /// Returns the API group; empty for the core group.
    pub(super) fn group(&self) -> &str {
        let mut words = self.path.split('/').skip(1);
        match words.next() {
            Some("apis") => words.next().unwrap_or_default(),
            _ => "",
        }
    }

    /// Returns the path of the namespace that the object is in.
    pub(super) fn namespace_path(&self) -> Option<String> {
        let (_, rest) = self.path.split_once("/namespaces/")?;
        let (namespace, object) = rest.split_once('/')?;
        (!object.is_empty()).then(|| format!("/api/v1/namespaces/{namespace}"))
    }

    /// Names the object, from any form of it.
    pub(super) fn object(&self, forms: [Option<&Value>; 3]) -> ObjectRef {
        let text = |pointer: &str| {
            let mut found = forms
                .iter()
                .flatten()
                .filter_map(|form| form.pointer(pointer)?.as_str());
            found.next().unwrap_or_default()
        };
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let namespace = self.namespace_path();
        let namespace = namespace.as_deref().and_then(|path| path.rsplit('/').next());
        ObjectRef {
            gvk: GroupVersionKind::new(text("/apiVersion"), text("/kind")),
            namespace: namespace.unwrap_or_default().to_owned(),
            name: match text("/metadata/name") {
                "" => name.to_owned(),
                known => known.to_owned(),
            },
        }
    }
}

/// Returns an object's name, or how the name begins that the server makes up.
fn name_of(object: &Value) -> &str {
    let text = |field: &str| object.get("metadata")?.get(field)?.as_str();
    text("name").or_else(|| text("generateName")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn requests_are_understood() {
        let body = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web"}});
        let deed = Deed::of(&Call::post("/apis/apps/v1/namespaces/shop/deployments", &body));
        assert_eq!((deed.verb, deed.group()), (Verb::Make, "apps"));
        assert_eq!(deed.path, "/apis/apps/v1/namespaces/shop/deployments/web");
        assert_eq!(deed.namespace_path().as_deref(), Some("/api/v1/namespaces/shop"));
        let object = deed.object([None, Some(&body), None]);
        assert_eq!(
            (object.to_string().as_str(), object.namespace.as_str()),
            ("Deployment/web", "shop")
        );

        let call = Call::patch("/api/v1/namespaces/shop", PatchFormat::Apply, &body);
        let deed = Deed::of(&call);
        assert_eq!((deed.verb, deed.group()), (Verb::Apply, ""));
        assert_eq!(deed.namespace_path(), None);
    }
}
