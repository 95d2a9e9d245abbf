//! Why a workload is not ready: what its pods, or the one who makes them, suffer from.

use kube::core::DynamicObject;
use serde_json::Value;

/// States of a waiting container that do not pass by themselves within seconds.
const TROUBLES: [&str; 9] = [
    "ErrImagePull",
    "ImagePullBackOff",
    "InvalidImageName",
    "ErrImageNeverPull",
    "CreateContainerConfigError",
    "CreateContainerError",
    "RunContainerError",
    "StartError",
    "CrashLoopBackOff",
];

/// Whether the object makes pods, whose state then tells about it.
pub(super) fn has_pods(object: &DynamicObject) -> bool {
    object.data.pointer("/spec/selector").is_some() && object.data.pointer("/spec/template").is_some()
}

/// What keeps an object from being ready; nothing when nothing is wrong, only slow. `failure` is why a pod could not be
/// made, at some time.
pub(super) fn of<'a>(
    object: &DynamicObject,
    kind: &str,
    pods: impl Iterator<Item = &'a DynamicObject>,
    failure: Option<&str>,
) -> Option<String> {
    if kind == "Pod" {
        return of_pod(object);
    }
    let own: Vec<&DynamicObject> = pods.filter(|pod| is_selected(object, pod)).collect();
    let mut troubled = own
        .iter()
        .filter_map(|pod| Some((pod.metadata.name.as_deref()?, of_pod(pod)?)));
    if let Some((name, trouble)) = troubled.next() {
        let more = match troubled.count() {
            0 => String::new(),
            1 => " (and 1 more pod)".to_owned(),
            count => format!(" (and {count} more pods)"),
        };
        return Some(format!("pod {name}: {trouble}{more}"));
    }
    let is_short = || own.len() < wanted_pods(object);
    replica_failure(object).or_else(|| failure.filter(|_| is_short()).map(str::to_owned))
}

/// How many pods a workload should have at least, if it is not done.
fn wanted_pods(object: &DynamicObject) -> usize {
    let wanted = ["/spec/replicas", "/status/desiredNumberScheduled"];
    let wanted = wanted.iter().find_map(|path| object.data.pointer(path)?.as_u64());
    wanted.map_or(1, |wanted| usize::try_from(wanted).unwrap_or(usize::MAX))
}

/// Returns the container of a pod that crashes again and again.
pub(super) fn crashing(pod: &DynamicObject) -> Option<&str> {
    let is_crashing = |it: &&Value| it["state"]["waiting"]["reason"] == "CrashLoopBackOff";
    containers(pod).find(is_crashing)?["name"].as_str()
}

/// Says whether a reason will not pass while the specification stays as it is. Images may still be pushed, secrets made,
/// quotas raised, and crashes end when a database is there.
pub(super) fn is_final(reason: &str) -> bool {
    reason.contains(": InvalidImageName")
}

/// Who holds up a deletion.
pub(super) fn of_deletion(object: &DynamicObject) -> Option<String> {
    let finalizers = object
        .metadata
        .finalizers
        .as_deref()
        .filter(|list| !list.is_empty())?;
    Some(format!("waits for its finalizers: {}", finalizers.join(", ")))
}

/// Pods cannot be made at all: quota, admission.
fn replica_failure(object: &DynamicObject) -> Option<String> {
    let conditions = object.data.pointer("/status/conditions")?.as_array()?;
    let is_failure = |it: &&Value| it["type"] == "ReplicaFailure" && it["status"] == "True";
    conditions.iter().find(is_failure)?["message"]
        .as_str()
        .map(str::to_owned)
}

/// Whether the workload's selector picks the pod, and the pod is not on its way out.
fn is_selected(workload: &DynamicObject, pod: &DynamicObject) -> bool {
    if pod.metadata.deletion_timestamp.is_some() {
        return false;
    }
    let selector = workload.data.pointer("/spec/selector");
    // A ReplicationController's selector is the labels themselves.
    let wanted = selector
        .and_then(|it| it.get("matchLabels").or(Some(it)))
        .and_then(Value::as_object);
    let labels = pod.metadata.labels.as_ref();
    let (Some(wanted), Some(labels)) = (wanted, labels) else {
        return false;
    };
    !wanted.is_empty()
        && wanted
            .iter()
            .all(|(key, value)| labels.get(key).map(String::as_str) == value.as_str())
}

/// What is wrong with a pod, most telling first.
fn of_pod(pod: &DynamicObject) -> Option<String> {
    unschedulable(pod)
        .or_else(|| containers(pod).find_map(of_container))
        .or_else(|| of_phase(pod))
}

fn unschedulable(pod: &DynamicObject) -> Option<String> {
    let conditions = pod.data.pointer("/status/conditions")?.as_array()?;
    let is_it = |it: &&Value| it["type"] == "PodScheduled" && it["status"] == "False";
    let condition = conditions.iter().find(is_it)?;
    Some(format!(
        "cannot be scheduled: {}",
        condition["message"].as_str().unwrap_or("no reason given")
    ))
}

fn containers(pod: &DynamicObject) -> impl Iterator<Item = &Value> {
    ["/status/initContainerStatuses", "/status/containerStatuses"]
        .into_iter()
        .filter_map(|pointer| pod.data.pointer(pointer)?.as_array())
        .flatten()
}

fn of_container(container: &Value) -> Option<String> {
    let name = container["name"].as_str().unwrap_or_default();
    let waiting = &container["state"]["waiting"];
    let reason = waiting["reason"].as_str().unwrap_or_default();
    if TROUBLES.contains(&reason) {
        let last = last_exit(container)
            .map(|exit| format!(", {exit}"))
            .unwrap_or_default();
        let message = waiting["message"]
            .as_str()
            .map(|text| format!(": {text}"))
            .unwrap_or_default();
        return Some(format!("container {name}: {reason}{message}{last}"));
    }
    let code = container["state"]["terminated"]["exitCode"]
        .as_i64()
        .filter(|code| *code != 0)?;
    let reason = container["state"]["terminated"]["reason"]
        .as_str()
        .unwrap_or("Error");
    Some(format!(
        "container {name}: ended with exit code {code} ({reason})"
    ))
}

fn last_exit(container: &Value) -> Option<String> {
    let code = container["lastState"]["terminated"]["exitCode"].as_i64()?;
    let restarts = container["restartCount"].as_i64().unwrap_or_default();
    Some(format!("last exit code {code}, {restarts} restarts"))
}

/// Phases that say something by themselves: evicted pods, containers that run and fail their probes.
fn of_phase(pod: &DynamicObject) -> Option<String> {
    let status = pod.data.get("status")?;
    match status["phase"].as_str()? {
        "Failed" => Some(format!(
            "failed: {}",
            status["message"]
                .as_str()
                .or(status["reason"].as_str())
                .unwrap_or("no reason given")
        )),
        "Running" => {
            let is_late = |it: &&Value| it["ready"] == false && it["state"].get("running").is_some();
            let name = containers(pod).find(is_late)?["name"].as_str()?;
            Some(format!(
                "container {name} runs but is not ready: its readiness or startup probe has not passed"
            ))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn object(json: Value) -> DynamicObject {
        serde_json::from_value(json).unwrap()
    }

    #[test]
    fn a_deployment_is_explained_by_its_pods() {
        let deployment = object(json!({"metadata": {"name": "web"},
            "spec": {"selector": {"matchLabels": {"app": "web"}}, "template": {}}}));
        let pod = |name: &str, app: &str| {
            object(
                json!({"metadata": {"name": name, "labels": {"app": app}}, "status": {"phase": "Pending",
                "containerStatuses": [{"name": "c", "state": {"waiting":
                    {"reason": "ImagePullBackOff", "message": "Back-off pulling image \"x:y\""}}}]}}),
            )
        };
        let pods = [pod("other", "db"), pod("web-1", "web"), pod("web-2", "web")];
        let reason = of(&deployment, "Deployment", pods.iter(), None);
        let expected =
            "pod web-1: container c: ImagePullBackOff: Back-off pulling image \"x:y\" (and 1 more pod)";
        assert_eq!(reason.as_deref(), Some(expected));
        assert_eq!(of(&deployment, "Deployment", [].iter(), None), None);
    }

    #[test]
    fn a_failure_counts_while_pods_are_missing() {
        let set = object(json!({"metadata": {"name": "s"},
            "spec": {"replicas": 1, "selector": {"matchLabels": {"app": "s"}}, "template": {}}}));
        let pod = object(json!({"metadata": {"name": "s-0", "labels": {"app": "s"}}}));
        let said = Some("exceeded quota");
        assert_eq!(of(&set, "StatefulSet", [].iter(), said).as_deref(), said);
        assert_eq!(of(&set, "StatefulSet", [pod].iter(), said), None);
    }

    #[test]
    fn a_crash_tells_its_exit_code() {
        let pod = object(
            json!({"metadata": {"name": "p"}, "status": {"phase": "Running", "containerStatuses": [
            {"name": "c", "restartCount": 4, "state": {"waiting": {"reason": "CrashLoopBackOff"}},
             "lastState": {"terminated": {"exitCode": 3}}}]}}),
        );
        assert_eq!(
            of_pod(&pod).as_deref(),
            Some("container c: CrashLoopBackOff, last exit code 3, 4 restarts")
        );
    }

    #[test]
    fn some_reasons_are_final() {
        let pod = |reason: &str| {
            object(
                json!({"metadata": {"name": "p"}, "status": {"phase": "Pending", "containerStatuses": [
                {"name": "c", "state": {"waiting": {"reason": reason, "message": "m"}}}]}}),
            )
        };
        let is_hopeless = |reason: &str| is_final(&of_pod(&pod(reason)).unwrap());
        assert!(is_hopeless("InvalidImageName"));
        assert!(!is_hopeless("ImagePullBackOff") && !is_hopeless("CrashLoopBackOff"));
        assert_eq!(crashing(&pod("CrashLoopBackOff")), Some("c"));
        assert_eq!(crashing(&pod("ErrImagePull")), None);
    }

    #[test]
    fn what_cannot_be_scheduled_or_made_says_so() {
        let pod = object(
            json!({"metadata": {}, "status": {"phase": "Pending", "conditions": [
            {"type": "PodScheduled", "status": "False", "message": "0/1 nodes are available"}]}}),
        );
        assert_eq!(
            of_pod(&pod).as_deref(),
            Some("cannot be scheduled: 0/1 nodes are available")
        );
        let set = object(json!({"metadata": {}, "status": {"conditions": [
            {"type": "ReplicaFailure", "status": "True", "message": "exceeded quota: small"}]}}));
        assert_eq!(
            of(&set, "ReplicaSet", [].iter(), None).as_deref(),
            Some("exceeded quota: small")
        );
    }
}
