//! Whether there is room for the pods of workloads that grow, where a ResourceQuota counts them. The server only says so when
//! the pods are made, which is long after the workload was.
//!
//! Quotas with scopes are left alone: which pods they count is not known before there are any.

mod demand;
mod quantity;

use std::collections::BTreeMap;

use serde_json::Value;

use self::demand::Demand;
use self::quantity::Quantity;
use super::changes::Course;
use crate::cluster::{Call, Cluster, list};
use crate::diff::{Concern, Effect, Note, ObjectChange};

/// The quotas of namespaces, by the paths of these.
pub(super) type Quotas = BTreeMap<String, Vec<Value>>;

/// Says whether more is asked for by the pods of an object after a change.
pub(super) fn is_more_wanted(before: Option<&Value>, after: Option<&Value>) -> bool {
    let demand = |object: Option<&Value>| object.map(Demand::of).unwrap_or_default();
    demand(after).beyond(&demand(before)).next().is_some()
}

/// Reads the quotas of a namespace. Where they may not be read there are none.
pub(super) async fn quotas(cluster: &Cluster, namespace: &str) -> Vec<Value> {
    let listed = list::<Value>(cluster, Call::get(format!("{namespace}/resourcequotas"))).await;
    let quotas = listed.map(|listed| listed.items).unwrap_or_default();
    quotas.into_iter().filter(has_no_scope).collect()
}

fn has_no_scope(quota: &Value) -> bool {
    let spec = &quota["spec"];
    spec["scopes"].as_array().is_none_or(Vec::is_empty) && spec["scopeSelector"].is_null()
}

/// Notes at the workloads that grow what does not fit. Hooks come and go, and are not counted.
pub(super) fn note(courses: &[Course<'_>], changes: &mut [ObjectChange], quotas: &Quotas) {
    for (namespace, quotas) in quotas {
        let mut total = Demand::default();
        let mut grown: Vec<(usize, Demand, Demand)> = Vec::new();
        for (at, (course, change)) in courses.iter().zip(changes.iter()).enumerate() {
            if course.hook().is_some() || course.first().deed.namespace_path().as_ref() != Some(namespace) {
                continue;
            }
            let (before, after) = demands(course, change.effect);
            total.change(&after, &before);
            grown.push((at, before, after));
        }
        let full: Vec<_> = quotas.iter().flat_map(|quota| overdrawn(quota, &total)).collect();
        for (at, before, after) in &grown {
            let is_his = |name: &str| after.beyond(before).any(|grown| grown == name);
            let his = full.iter().filter(|(name, _)| is_his(name));
            let notes = his.map(|(_, text)| Note::new(Concern::Room, text.clone()));
            changes[*at].notes.extend(notes);
            changes[*at].notes.sort();
        }
    }
}

fn demands(course: &Course<'_>, effect: Effect) -> (Demand, Demand) {
    let before = course.first().before.as_deref().map(Demand::of);
    let after = course.sent().filter(|_| effect != Effect::Delete).map(Demand::of);
    (before.unwrap_or_default(), after.unwrap_or_default())
}

/// Returns what a quota has too little of, by the name that demands have for it, with words for it.
fn overdrawn(quota: &Value, wanted: &Demand) -> Vec<(String, String)> {
    let name = quota["metadata"]["name"].as_str().unwrap_or_default();
    let hard = quota["status"]["hard"].as_object();
    let hard = hard.or_else(|| quota["spec"]["hard"].as_object());
    let of = |value: &Value| Quantity::parse(value.as_str()?);
    let mut full = Vec::new();
    for (resource, hard) in hard.into_iter().flatten() {
        let own = own_name(resource);
        let more = wanted.amount(&own);
        let Some(allowed) = of(hard).filter(|_| more.is_some()) else {
            continue;
        };
        let used = of(&quota["status"]["used"][resource]).unwrap_or_default();
        if used.plus(more) > allowed {
            let text = format!(
                "its pods would not fit into ResourceQuota {name}: of {resource} {allowed} are allowed, {used} are in use, \
                 and {more} more would be asked for"
            );
            full.push((own, text));
        }
    }
    full
}

/// Quotas have several names for some things.
fn own_name(resource: &str) -> String {
    match resource {
        "count/pods" => "pods".to_owned(),
        "cpu" | "memory" | "ephemeral-storage" => format!("requests.{resource}"),
        other => other.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn deployment(replicas: i64) -> Value {
        json!({"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"replicas": replicas, "template": {"spec": {
            "containers": [{"resources": {"requests": {"cpu": "250m"}}}],
        }}}})
    }

    #[test]
    fn what_is_allowed_in_use_and_asked_for_is_said() {
        let quota = json!({"metadata": {"name": "q"}, "status": {
            "hard": {"pods": "3", "cpu": "2", "memory": "1Gi"}, "used": {"pods": "1", "cpu": "250m"},
        }});
        let (one, four) = (Demand::of(&deployment(1)), Demand::of(&deployment(4)));
        let mut wanted = Demand::default();
        wanted.change(&four, &one);
        let texts: Vec<_> = overdrawn(&quota, &wanted)
            .into_iter()
            .map(|(_, text)| text)
            .collect();
        let expected = "its pods would not fit into ResourceQuota q: of pods 3 are allowed, 1 are in use, and 3 more would be \
                        asked for";
        assert_eq!(texts, [expected]);
    }

    #[test]
    fn only_growth_counts() {
        let (one, two) = (deployment(1), deployment(2));
        assert!(is_more_wanted(None, Some(&one)) && is_more_wanted(Some(&one), Some(&two)));
        assert!(!is_more_wanted(Some(&two), Some(&one)) && !is_more_wanted(Some(&one), None));
        assert!(
            has_no_scope(&json!({"spec": {}})) && !has_no_scope(&json!({"spec": {"scopes": ["BestEffort"]}}))
        );
    }
}
