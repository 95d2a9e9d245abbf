//! Which rights a user lacks. Asked only after the server refused something.

use std::collections::BTreeSet;
use std::fmt;

use futures::StreamExt;
use futures::stream;
use serde_json::{Value, json};

use super::Object;
use super::preflight::{place, resource_name};
use crate::cluster::{Call, Cluster};

/// How many questions are under way at the same time.
const AT_ONCE: usize = 8;

/// Verbs that are not allowed for one kind in one namespace.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missing {
    /// What may not be done.
    pub verbs: Vec<&'static str>,
    /// The kind as rules name it: `deployments.apps`.
    pub resource: String,
    /// Where; empty for kinds without namespaces.
    pub namespace: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let verbs = self.verbs.join(", ");
        write!(f, "{verbs} {}{}", self.resource, place(&self.namespace))
    }
}

pub(super) fn joined(missing: &[Missing]) -> String {
    missing
        .iter()
        .map(Missing::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}

/// Asks for each kind and namespace of `objects` whether `verbs` may be done, and returns what may not. A question that gets no
/// answer counts as allowed: the refusal itself is then told.
pub(super) async fn missing(
    cluster: &Cluster,
    objects: impl Iterator<Item = &Object>,
    verbs: &[&'static str],
) -> Vec<Missing> {
    let places: BTreeSet<(&str, &str, &str)> = objects
        .map(|object| {
            let mapping = &object.mapping;
            let namespace = if mapping.is_namespaced {
                object.namespace.as_str()
            } else {
                ""
            };
            (mapping.gvk.group.as_str(), mapping.plural.as_str(), namespace)
        })
        .collect();
    let questions = places
        .iter()
        .flat_map(|place| verbs.iter().map(|verb| (*place, *verb)));
    let answers = questions
        .clone()
        .map(|(place, verb)| is_denied(cluster, place, verb));
    let denied: Vec<bool> = stream::iter(answers).buffered(AT_ONCE).collect().await;
    let mut found: Vec<Missing> = Vec::new();
    for (((group, plural, namespace), verb), is_denied) in questions.zip(denied) {
        if !is_denied {
            continue;
        }
        let resource = resource_name(group, plural);
        match found.last_mut() {
            Some(last) if last.resource == resource && last.namespace == namespace => last.verbs.push(verb),
            _ => found.push(Missing {
                verbs: vec![verb],
                resource,
                namespace: namespace.to_owned(),
            }),
        }
    }
    found
}

async fn is_denied(cluster: &Cluster, (group, plural, namespace): (&str, &str, &str), verb: &str) -> bool {
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {
            "group": group, "resource": plural, "namespace": namespace, "verb": verb,
        }},
    });
    let call = Call::post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", &review);
    let answer = cluster.send(call).await.and_then(|answer| answer.json::<Value>());
    answer.is_ok_and(|review| review["status"]["allowed"] == false)
}
