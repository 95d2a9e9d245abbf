//! When an object is ready by the rules of Helm 3, which `--wait=legacy` keeps: Helm's `pkg/kube/ready.go`.
//!
//! What a Deployment's newest pods are is read off its own status: those of older ones count as ready as long as there
//! are any, so that a rollout is never said to be over too soon. ReplicaSets must have all their pods; Helm is content
//! with those that are there.

use kube::core::DynamicObject;
use serde_json::Value;

use super::Goal;
use super::ready::{Status, conditions, current, failed, in_progress, number, text, too_few};

/// Judges an object that is there. Kinds without a rule are ready.
pub(super) fn status(object: &DynamicObject, kind: (&str, &str), goal: Goal) -> Status {
    match kind {
        ("", "Pod") => pod(object),
        ("batch", "Job") if goal == Goal::LegacyWithJobs => job(object),
        ("apps", "Deployment") => deployment(object),
        ("apps", "StatefulSet") => stateful_set(object),
        ("apps", "DaemonSet") => daemon_set(object),
        ("apps", "ReplicaSet") | ("", "ReplicationController") => replicas(object),
        ("", "PersistentVolumeClaim") => claim(object),
        ("", "Service") => service(object),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definition(object),
        _ => ready(),
    }
}

/// Says whether objects of a kind may have to be waited for.
pub(crate) fn has_rule(group: &str, kind: &str, goal: Goal) -> bool {
    match (group, kind) {
        ("batch", "Job") => goal == Goal::LegacyWithJobs,
        ("apps", "Deployment" | "StatefulSet" | "DaemonSet" | "ReplicaSet")
        | ("", "Pod" | "ReplicationController" | "PersistentVolumeClaim" | "Service")
        | ("apiextensions.k8s.io", "CustomResourceDefinition") => true,
        _ => false,
    }
}

fn ready() -> Status {
    current("Resource is ready")
}

/// The controller has not seen the newest specification.
fn unseen(object: &DynamicObject) -> Option<Status> {
    let generation = object.metadata.generation.unwrap_or_default();
    let observed = number(object, "/status/observedGeneration", 0);
    (generation != observed).then(|| {
        in_progress(format!(
            "generation is {generation}, but latest observed generation is {observed}"
        ))
    })
}

fn pod(object: &DynamicObject) -> Status {
    if conditions(object).iter().any(|it| it.is("Ready", "True")) {
        return ready();
    }
    in_progress("Pod is not Ready")
}

fn job(object: &DynamicObject) -> Status {
    let failures = number(object, "/status/failed", 0);
    if failures > number(object, "/spec/backoffLimit", 6) {
        let place = object.metadata.namespace.as_deref().unwrap_or_default();
        let name = object.metadata.name.as_deref().unwrap_or_default();
        return failed(format!("job is failed: {place}/{name}"));
    }
    let wanted = number(object, "/spec/completions", 0);
    too_few("Succeeded", number(object, "/status/succeeded", 0), wanted).unwrap_or_else(ready)
}

fn deployment(object: &DynamicObject) -> Status {
    if object.data.pointer("/spec/paused").and_then(Value::as_bool) == Some(true) {
        return current("Deployment is paused");
    }
    let wanted = number(object, "/spec/replicas", 1);
    let is_rolling = text(object, "/spec/strategy/type") != "Recreate";
    let spare = share(object, "/spec/strategy/rollingUpdate", wanted).filter(|_| is_rolling);
    let older = number(object, "/status/replicas", 0) - number(object, "/status/updatedReplicas", 0);
    let newest = number(object, "/status/readyReplicas", 0) - older;
    unseen(object)
        .or_else(|| too_few("Ready", newest.max(0), wanted - spare.unwrap_or_default()))
        .unwrap_or_else(ready)
}

/// How many pods may be missing: a number, or a percentage that is rounded down. Where neither a pod more nor a pod less
/// is allowed, one less is.
fn share(object: &DynamicObject, pointer: &str, wanted: i64) -> Option<i64> {
    let update = object.data.pointer(pointer)?;
    let unavailable = scaled(&update["maxUnavailable"], wanted, 0);
    let surge = scaled(&update["maxSurge"], wanted, 99);
    let spare = if unavailable == 0 && surge == 0 {
        1
    } else {
        unavailable
    };
    Some(spare.min(wanted))
}

/// A number, or a share of `whole` in percent; `round` is added to the hundredths before they are cut off.
fn scaled(value: &Value, whole: i64, round: i64) -> i64 {
    let percent = value
        .as_str()
        .and_then(|text| text.strip_suffix('%')?.parse::<i64>().ok());
    match (value.as_i64(), percent) {
        (Some(number), _) => number,
        (None, Some(percent)) => (percent * whole + round) / 100,
        (None, None) => 0,
    }
}

fn stateful_set(object: &DynamicObject) -> Status {
    let wanted = number(object, "/spec/replicas", 1);
    let partition = number(object, "/spec/updateStrategy/rollingUpdate/partition", 0);
    if let Some(status) = unseen(object) {
        return status;
    }
    if text(object, "/spec/updateStrategy/type") != "RollingUpdate" {
        return ready();
    }
    let updated = number(object, "/status/updatedReplicas", 0);
    if let Some(status) = too_few("Updated", updated, wanted - partition) {
        return status;
    }
    let count = number(object, "/status/readyReplicas", 0);
    if count != wanted {
        return in_progress(format!("Ready: {count}/{wanted}"));
    }
    let is_moving = text(object, "/status/currentRevision") != text(object, "/status/updateRevision");
    if partition == 0 && is_moving {
        return in_progress("Waiting for updated revision to match current");
    }
    ready()
}

fn daemon_set(object: &DynamicObject) -> Status {
    if let Some(status) = unseen(object) {
        return status;
    }
    if text(object, "/spec/updateStrategy/type") != "RollingUpdate" {
        return ready();
    }
    let wanted = number(object, "/status/desiredNumberScheduled", 0);
    let updated = number(object, "/status/updatedNumberScheduled", 0);
    if updated != wanted {
        return in_progress(format!("Updated: {updated}/{wanted}"));
    }
    let allowed = object
        .data
        .pointer("/spec/updateStrategy/rollingUpdate/maxUnavailable");
    let spare = allowed.map_or(wanted, |allowed| scaled(allowed, wanted, 99));
    too_few("Ready", number(object, "/status/numberReady", 0), wanted - spare).unwrap_or_else(ready)
}

fn replicas(object: &DynamicObject) -> Status {
    let wanted = number(object, "/spec/replicas", 1);
    unseen(object)
        .or_else(|| too_few("Ready", number(object, "/status/readyReplicas", 0), wanted))
        .unwrap_or_else(ready)
}

fn claim(object: &DynamicObject) -> Status {
    match text(object, "/status/phase") {
        "Bound" => ready(),
        phase => in_progress(format!("PVC is not Bound. phase: {phase}")),
    }
}

fn service(object: &DynamicObject) -> Status {
    let form = text(object, "/spec/type");
    if form == "ExternalName" {
        return ready();
    }
    if text(object, "/spec/clusterIP").is_empty() {
        return in_progress(format!("ClusterIP not set. Service type: {form}"));
    }
    let has_any = |pointer: &str| {
        let list = object.data.pointer(pointer).and_then(Value::as_array);
        list.is_some_and(|list| !list.is_empty())
    };
    if form == "LoadBalancer" && !has_any("/spec/externalIPs") && !has_any("/status/loadBalancer/ingress") {
        return in_progress("the load balancer has no address yet");
    }
    ready()
}

fn definition(object: &DynamicObject) -> Status {
    let is_known =
        |it: &super::ready::Condition| it.is("Established", "True") || it.is("NamesAccepted", "False");
    if conditions(object).iter().any(is_known) {
        return ready();
    }
    in_progress("Install in progress")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judge(json: Value) -> &'static str {
        let object: DynamicObject = serde_json::from_value(json).unwrap();
        super::super::ready::status(&object, Goal::LegacyWithJobs).name()
    }

    #[test]
    fn a_rollout_may_miss_some_pods() {
        let deployment = |unavailable: Value, status: Value| {
            judge(
                json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"generation": 2},
                "spec": {"replicas": 4, "strategy": {"type": "RollingUpdate",
                    "rollingUpdate": {"maxUnavailable": unavailable, "maxSurge": "25%"}}}, "status": status}),
            )
        };
        let three = json!({"observedGeneration": 2, "replicas": 4, "updatedReplicas": 4, "readyReplicas": 3});
        assert_eq!(deployment(json!("25%"), three.clone()), "Current");
        assert_eq!(deployment(json!(0), three.clone()), "InProgress");
        assert_eq!(deployment(json!(1), three), "Current");
        let old = json!({"observedGeneration": 2, "replicas": 5, "updatedReplicas": 2, "readyReplicas": 5});
        assert_eq!(deployment(json!(1), old), "InProgress");
        let unseen =
            json!({"observedGeneration": 1, "replicas": 4, "updatedReplicas": 4, "readyReplicas": 4});
        assert_eq!(deployment(json!(1), unseen), "InProgress");
    }

    #[test]
    fn kinds_have_the_rules_of_helm_3() {
        let cases = [
            (
                json!({"apiVersion": "v1", "kind": "Service", "metadata": {},
                "spec": {"type": "LoadBalancer", "clusterIP": "10.0.0.1"}}),
                "InProgress",
            ),
            (
                json!({"apiVersion": "v1", "kind": "Service", "metadata": {},
                "spec": {"type": "LoadBalancer", "clusterIP": "10.0.0.1"},
                "status": {"loadBalancer": {"ingress": [{"ip": "1.2.3.4"}]}}}),
                "Current",
            ),
            (
                json!({"apiVersion": "v1", "kind": "Service", "metadata": {}, "spec": {"type": "ExternalName"}}),
                "Current",
            ),
            (
                json!({"apiVersion": "x.io/v1", "kind": "Widget", "metadata": {},
                "status": {"conditions": [{"type": "Ready", "status": "False"}]}}),
                "Current",
            ),
            (
                json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {}, "spec": {"completions": 1, "backoffLimit": 1},
                "status": {"failed": 2}}),
                "Failed",
            ),
            (
                json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {}, "spec": {"completions": 2},
                "status": {"succeeded": 1}}),
                "InProgress",
            ),
            (
                json!({"apiVersion": "v1", "kind": "Pod", "metadata": {}, "status": {"phase": "Succeeded"}}),
                "InProgress",
            ),
            (
                json!({"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {},
                "spec": {"updateStrategy": {"type": "OnDelete"}}}),
                "Current",
            ),
            (
                json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {}, "spec": {"replicas": 3,
                "updateStrategy": {"type": "RollingUpdate", "rollingUpdate": {"partition": 2}}},
                "status": {"updatedReplicas": 1, "readyReplicas": 3, "currentRevision": "a", "updateRevision": "b"}}),
                "Current",
            ),
        ];
        for (object, expected) in cases {
            assert_eq!(judge(object.clone()), expected, "{object}");
        }
    }
}
