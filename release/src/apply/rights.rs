//! Which rights a user lacks. Asked after the server refused something, and before something is deleted: a deletion cannot
//! be tried out without trusting that every server, those of others among them, knows what a dry run is.

use std::collections::BTreeSet;
use std::fmt;

use futures::StreamExt;
use futures::stream;
use serde_json::{Value, json};

use super::Object;
use super::delete::asks_to_stay;
use super::preflight::{place, resource_name};
use super::runs::each;
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
    let places: BTreeSet<Place> = objects.map(place_of).collect();
    let questions = places
        .iter()
        .flat_map(|place| verbs.iter().map(|verb| (*place, *verb)));
    let answers = questions
        .clone()
        .map(|(place, verb)| is_denied(cluster, place, (verb, "")));
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

/// A kind in a namespace: group, resource, namespace.
type Place<'a> = (&'a str, &'a str, &'a str);

fn place_of(object: &Object) -> Place<'_> {
    let mapping = &object.mapping;
    let namespace = if mapping.is_namespaced {
        object.namespace.as_str()
    } else {
        ""
    };
    (&mapping.gvk.group, &mapping.plural, namespace)
}

/// Returns the kinds of which `objects` are to be deleted and may not be: one question a kind and namespace. Only if that is
/// answered with no each object is looked at: rules may allow single ones, and those that are gone or ask to stay need no
/// right. In a rehearsal nothing is asked: there each deletion is tried out itself.
pub(crate) async fn undeletable(cluster: &Cluster, objects: &[Object]) -> Vec<Missing> {
    if cluster.stage().is_some() {
        return Vec::new();
    }
    let mut found = missing(cluster, objects.iter(), &["delete"]).await;
    if found.is_empty() {
        return found;
    }
    let denied = each(objects, |object| async move {
        let place = place_of(object);
        let live = cluster.get(&object.path()).await.ok().flatten();
        live.is_some_and(|live| !asks_to_stay(&live))
            && is_denied(cluster, place, ("delete", &object.name)).await
    });
    let denied: BTreeSet<(String, &str)> = objects
        .iter()
        .zip(denied.await)
        .filter(|(_, is_denied)| *is_denied)
        .map(|(object, _)| {
            let (group, plural, namespace) = place_of(object);
            (resource_name(group, plural), namespace)
        })
        .collect();
    found.retain(|missing| denied.contains(&(missing.resource.clone(), &missing.namespace)));
    found
}

/// Adds what is missing for another reason to what is missing.
pub(crate) fn join(missing: &mut Vec<Missing>, more: Vec<Missing>) {
    for new in more {
        let same = missing
            .iter_mut()
            .find(|old| old.resource == new.resource && old.namespace == new.namespace);
        match same {
            Some(old) => old.verbs.extend(new.verbs),
            None => missing.push(new),
        }
    }
}

async fn is_denied(cluster: &Cluster, place: Place<'_>, (verb, name): (&str, &str)) -> bool {
    let (group, plural, namespace) = place;
    let review = json!({
        "apiVersion": "authorization.k8s.io/v1",
        "kind": "SelfSubjectAccessReview",
        "spec": {"resourceAttributes": {
            "group": group, "resource": plural, "namespace": namespace, "verb": verb, "name": name,
        }},
    });
    let call = Call::post("/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", &review);
    let answer = cluster.send(call).await.and_then(|answer| answer.json::<Value>());
    answer.is_ok_and(|review| review["status"]["allowed"] == false)
}
