//! When an object is ready: a pure rule per kind, on the object as the API server shows it.
//!
//! The rules and messages are those of kstatus (`sigs.k8s.io/cli-utils`, `pkg/kstatus/status`), which Helm's watcher uses.

use kube::core::DynamicObject;
use serde_json::Value;

use super::{Goal, legacy};

/// Seconds that a pod may be unschedulable before that counts as a failure.
const SCHEDULE_WINDOW: i64 = 15;

/// The state of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Status {
    /// Nothing is known yet.
    Unknown,
    /// There is no such object.
    NotFound,
    /// It is being deleted.
    Terminating,
    /// It is on its way, and this is what is missing.
    InProgress(String),
    /// It cannot get there, because of this.
    Failed(String),
    /// It is as its specification says.
    Current(String),
}

impl Status {
    /// The word for the state in Helm's messages.
    pub fn name(&self) -> &'static str {
        match self {
            Status::Unknown => "Unknown",
            Status::NotFound => "NotFound",
            Status::Terminating => "Terminating",
            Status::InProgress(_) => "InProgress",
            Status::Failed(_) => "Failed",
            Status::Current(_) => "Current",
        }
    }

    /// What is to be said about it.
    pub fn message(&self) -> &str {
        match self {
            Status::Unknown => "",
            Status::NotFound => "Resource not found",
            Status::Terminating => "Resource scheduled for deletion",
            Status::InProgress(message) | Status::Failed(message) | Status::Current(message) => message,
        }
    }

    pub(super) fn is_reached(&self, goal: Goal) -> bool {
        match goal {
            Goal::Gone => *self == Status::NotFound,
            Goal::Ready | Goal::ReadyWithJobs | Goal::Legacy | Goal::LegacyWithJobs | Goal::Done => {
                matches!(self, Status::Current(_))
            }
        }
    }
}

pub(super) fn in_progress(message: impl Into<String>) -> Status {
    Status::InProgress(message.into())
}

pub(super) fn failed(message: impl Into<String>) -> Status {
    Status::Failed(message.into())
}

pub(super) fn current(message: impl Into<String>) -> Status {
    Status::Current(message.into())
}

/// Judges an object that is there.
pub(super) fn status(object: &DynamicObject, goal: Goal) -> Status {
    let kind = kind(object);
    match goal {
        Goal::Gone => in_progress("Resource exists"),
        Goal::Done if kind == ("batch", "Job") => finished_job(object),
        Goal::Done if kind == ("", "Pod") => finished_pod(object),
        Goal::Done => current("Resource is current"),
        Goal::ReadyWithJobs if kind == ("batch", "Job") => finished_job(object),
        Goal::Ready | Goal::ReadyWithJobs => readiness(object, kind),
        Goal::Legacy | Goal::LegacyWithJobs => legacy::status(object, kind, goal),
    }
}

/// Group and kind.
fn kind(object: &DynamicObject) -> (&str, &str) {
    let Some(types) = &object.types else {
        return ("", "");
    };
    let group = types.api_version.split_once('/').map_or("", |(group, _)| group);
    (group, &types.kind)
}

fn readiness(object: &DynamicObject, kind: (&str, &str)) -> Status {
    if let Some(status) = generic(object, kind.1) {
        return status;
    }
    match kind {
        ("apps", "Deployment") => deployment(object),
        ("apps", "StatefulSet") => stateful_set(object),
        ("apps", "DaemonSet") => daemon_set(object),
        ("apps", "ReplicaSet") => replica_set(object),
        ("batch", "Job") => job(object),
        ("", "Pod") => pod(object),
        ("", "PersistentVolumeClaim") => claim(object),
        ("", "Service") => service(object),
        ("apiextensions.k8s.io", "CustomResourceDefinition") => definition(object),
        ("policy", "PodDisruptionBudget") => current("AllowedDisruptions has been computed."),
        ("", "ConfigMap" | "Secret") | ("batch", "CronJob") => current("Resource is always ready"),
        _ => custom(object),
    }
}

/// What holds for every kind: deletion, an observed generation that lags, the standard conditions.
fn generic(object: &DynamicObject, kind: &str) -> Option<Status> {
    if object.metadata.deletion_timestamp.is_some() {
        return Some(Status::Terminating);
    }
    let observed = object
        .data
        .pointer("/status/observedGeneration")
        .and_then(Value::as_i64);
    if let (Some(generation), Some(observed)) = (object.metadata.generation, observed)
        && generation != observed
    {
        return Some(in_progress(format!(
            "{kind} generation is {generation}, but latest observed generation is {observed}"
        )));
    }
    let conditions = conditions(object);
    let standard = conditions
        .iter()
        .find(|condition| condition.is("Reconciling", "True"));
    let stalled = conditions
        .iter()
        .find(|condition| condition.is("Stalled", "True"));
    match (standard, stalled) {
        (Some(condition), _) => Some(in_progress(condition.message)),
        (None, Some(condition)) => Some(failed(condition.message)),
        (None, None) => None,
    }
}

pub(super) struct Condition<'a> {
    name: &'a str,
    status: &'a str,
    reason: &'a str,
    message: &'a str,
}

impl Condition<'_> {
    pub(super) fn is(&self, name: &str, status: &str) -> bool {
        self.name == name && self.status == status
    }
}

pub(super) fn conditions(object: &DynamicObject) -> Vec<Condition<'_>> {
    let list = object
        .data
        .pointer("/status/conditions")
        .and_then(Value::as_array);
    list.into_iter().flatten().map(condition).collect()
}

fn condition(json: &Value) -> Condition<'_> {
    let text = |key: &str| json.get(key).and_then(Value::as_str).unwrap_or_default();
    Condition {
        name: text("type"),
        status: text("status"),
        reason: text("reason"),
        message: text("message"),
    }
}

pub(super) fn number(object: &DynamicObject, pointer: &str, default: i64) -> i64 {
    object
        .data
        .pointer(pointer)
        .and_then(Value::as_i64)
        .unwrap_or(default)
}

pub(super) fn text<'a>(object: &'a DynamicObject, pointer: &str) -> &'a str {
    object
        .data
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

/// A count that must be reached, in the form of kstatus: `Ready: 1/3`.
pub(super) fn too_few(what: &str, have: i64, want: i64) -> Option<Status> {
    (want > have).then(|| in_progress(format!("{what}: {have}/{want}")))
}

fn too_many(have: i64, want: i64) -> Option<Status> {
    (have > want).then(|| in_progress(format!("Pending termination: {}", have - want)))
}

fn deployment(object: &DynamicObject) -> Status {
    if object.data.pointer("/spec/paused").and_then(Value::as_bool) == Some(true) {
        return current("Deployment is paused");
    }
    let conditions = conditions(object);
    if conditions
        .iter()
        .any(|it| it.name == "Progressing" && it.reason == "ProgressDeadlineExceeded")
    {
        return failed("Progress deadline exceeded");
    }
    let wanted = number(object, "/spec/replicas", 1);
    let replicas = number(object, "/status/replicas", 0);
    let updated = number(object, "/status/updatedReplicas", 0);
    let available = number(object, "/status/availableReplicas", 0);
    let is_progressing = number(object, "/spec/progressDeadlineSeconds", i64::from(i32::MAX))
        == i64::from(i32::MAX)
        || conditions
            .iter()
            .any(|it| it.is("Progressing", "True") && it.reason == "NewReplicaSetAvailable");
    let is_available = conditions.iter().any(|it| it.is("Available", "True"));
    too_few("Replicas", replicas, wanted)
        .or_else(|| too_few("Updated", updated, wanted))
        .or_else(|| too_many(replicas, wanted))
        .or_else(|| too_few("Available", available, updated))
        .or_else(|| too_few("Ready", number(object, "/status/readyReplicas", 0), wanted))
        .or_else(|| (!is_progressing).then(|| in_progress("ReplicaSet not Available")))
        .or_else(|| (!is_available).then(|| in_progress("Deployment not Available")))
        .unwrap_or_else(|| current(format!("Deployment is available. Replicas: {replicas}")))
}

fn stateful_set(object: &DynamicObject) -> Status {
    if text(object, "/spec/updateStrategy/type") == "OnDelete" {
        return current("StatefulSet is using the ondelete update strategy");
    }
    let wanted = number(object, "/spec/replicas", 1);
    let replicas = number(object, "/status/replicas", 0);
    too_few("Replicas", replicas, wanted)
        .or_else(|| too_few("Ready", number(object, "/status/readyReplicas", 0), wanted))
        .or_else(|| too_many(replicas, wanted))
        .unwrap_or_else(|| stateful_set_rollout(object, wanted, replicas))
}

fn stateful_set_rollout(object: &DynamicObject, wanted: i64, replicas: i64) -> Status {
    let partition = number(object, "/spec/updateStrategy/rollingUpdate/partition", -1);
    if partition != -1 {
        let updated = number(object, "/status/updatedReplicas", 0);
        return too_few("updated", updated, wanted - partition)
            .unwrap_or_else(|| current(format!("Partition rollout complete. updated: {updated}")));
    }
    if let Some(status) = too_few("current", number(object, "/status/currentReplicas", 0), wanted) {
        return status;
    }
    if text(object, "/status/currentRevision") != text(object, "/status/updateRevision") {
        return in_progress("Waiting for updated revision to match current");
    }
    current(format!(
        "All replicas scheduled as expected. Replicas: {replicas}"
    ))
}

fn daemon_set(object: &DynamicObject) -> Status {
    let observed = object.data.pointer("/status/observedGeneration");
    if observed.is_none() {
        return in_progress("DaemonSet status.observedGeneration not found");
    }
    let wanted = number(object, "/status/desiredNumberScheduled", -1);
    if wanted == -1 {
        return in_progress("Missing .status.desiredNumberScheduled");
    }
    too_few(
        "Current",
        number(object, "/status/currentNumberScheduled", 0),
        wanted,
    )
    .or_else(|| {
        too_few(
            "Updated",
            number(object, "/status/updatedNumberScheduled", 0),
            wanted,
        )
    })
    .or_else(|| too_few("Available", number(object, "/status/numberAvailable", 0), wanted))
    .or_else(|| too_few("Ready", number(object, "/status/numberReady", 0), wanted))
    .unwrap_or_else(|| current(format!("All replicas scheduled as expected. Replicas: {wanted}")))
}

fn replica_set(object: &DynamicObject) -> Status {
    if conditions(object)
        .iter()
        .any(|it| it.is("ReplicaFailure", "True"))
    {
        return in_progress("Replica Failure condition. Check Pods");
    }
    let wanted = number(object, "/spec/replicas", 1);
    let replicas = number(object, "/status/replicas", 0);
    too_few(
        "Labelled",
        number(object, "/status/fullyLabeledReplicas", 0),
        wanted,
    )
    .or_else(|| {
        too_few(
            "Available",
            number(object, "/status/availableReplicas", 0),
            wanted,
        )
    })
    .or_else(|| too_few("Ready", number(object, "/status/readyReplicas", 0), wanted))
    .or_else(|| too_many(replicas, wanted))
    .unwrap_or_else(|| current(format!("ReplicaSet is available. Replicas: {replicas}")))
}

/// A Job counts as soon as it runs.
fn job(object: &DynamicObject) -> Status {
    match finished_job(object) {
        Status::InProgress(_) if text(object, "/status/startTime").is_empty() => {
            in_progress("Job not started")
        }
        Status::InProgress(_) => current(format!(
            "Job in progress. success:{}, active: {}, failed: {}",
            number(object, "/status/succeeded", 0),
            number(object, "/status/active", 0),
            number(object, "/status/failed", 0)
        )),
        finished => finished,
    }
}

fn finished_job(object: &DynamicObject) -> Status {
    let parallelism = number(object, "/spec/parallelism", 1);
    let completions = number(object, "/spec/completions", parallelism);
    let conditions = conditions(object);
    if conditions.iter().any(|it| it.is("Complete", "True")) {
        let succeeded = number(object, "/status/succeeded", 0);
        return current(format!("Job Completed. succeeded: {succeeded}/{completions}"));
    }
    if conditions.iter().any(|it| it.is("Failed", "True")) {
        let count = number(object, "/status/failed", 0);
        return failed(format!("Job Failed. failed: {count}/{completions}"));
    }
    in_progress("Job in progress")
}

fn pod(object: &DynamicObject) -> Status {
    match text(object, "/status/phase") {
        "Succeeded" => current("Pod has completed successfully"),
        "Failed" => current("Pod has completed, but not successfully"),
        "Running" => running_pod(object),
        "Pending" => pending_pod(object),
        "" => in_progress("Pod phase not available"),
        phase => in_progress(format!("unknown phase {phase}")),
    }
}

fn running_pod(object: &DynamicObject) -> Status {
    if conditions(object).iter().any(|it| it.is("Ready", "True")) {
        return current("Pod is Ready");
    }
    let containers = object
        .data
        .pointer("/status/containerStatuses")
        .and_then(Value::as_array);
    let crashing: Vec<&str> = containers
        .into_iter()
        .flatten()
        .filter(|it| it.pointer("/state/waiting/reason").and_then(Value::as_str) == Some("CrashLoopBackOff"))
        .filter_map(|it| it.get("name").and_then(Value::as_str))
        .collect();
    if crashing.is_empty() {
        return in_progress("Pod is running but is not Ready");
    }
    failed(format!("Containers in CrashLoop state: {}", crashing.join(",")))
}

fn pending_pod(object: &DynamicObject) -> Status {
    let conditions = conditions(object);
    let unschedulable = conditions
        .iter()
        .any(|it| it.is("PodScheduled", "False") && it.reason == "Unschedulable");
    if !unschedulable {
        return in_progress("Pod is in the Pending phase");
    }
    let created = object
        .metadata
        .creation_timestamp
        .as_ref()
        .map_or(0, |time| time.0.as_second());
    let age = k8s_openapi::jiff::Timestamp::now().as_second() - created;
    if age < SCHEDULE_WINDOW {
        in_progress("Pod has not been scheduled")
    } else {
        failed("Pod could not be scheduled")
    }
}

fn finished_pod(object: &DynamicObject) -> Status {
    match text(object, "/status/phase") {
        "Succeeded" => current(format!("pod {} succeeded", name(object))),
        "Failed" => failed(format!("pod {} failed", name(object))),
        _ => in_progress("Pod in progress"),
    }
}

fn name(object: &DynamicObject) -> &str {
    object.metadata.name.as_deref().unwrap_or_default()
}

fn claim(object: &DynamicObject) -> Status {
    match text(object, "/status/phase") {
        "Bound" => current("PVC is Bound"),
        "" => in_progress("PVC is not Bound. phase: unknown"),
        phase => in_progress(format!("PVC is not Bound. phase: {phase}")),
    }
}

fn service(object: &DynamicObject) -> Status {
    if text(object, "/spec/type") == "LoadBalancer" && text(object, "/spec/clusterIP").is_empty() {
        return in_progress("ClusterIP not set. Service type: LoadBalancer");
    }
    current("Service is ready")
}

fn definition(object: &DynamicObject) -> Status {
    for condition in conditions(object) {
        match (condition.name, condition.status) {
            ("NamesAccepted", "False") => return failed(condition.message),
            ("Established", "False") if condition.reason != "Installing" => return failed(condition.message),
            ("Established", "True") => return current("CRD is established"),
            _ => {}
        }
    }
    in_progress("Install in progress")
}

/// Any other kind: its `Ready` condition, when it has one; otherwise being there is enough.
/// Says whether all that is known of an object is that it is there: a kind that is not Kubernetes' own and has no
/// `Ready` condition. `kind` begins with its group.
pub(super) fn is_only_there(kind: &str, status: &Status) -> bool {
    let group = kind.split('/').next().unwrap_or_default();
    let is_foreign = group.contains('.') && !group.ends_with(".k8s.io");
    is_foreign && status.message() == "Resource is current"
}

fn custom(object: &DynamicObject) -> Status {
    let conditions = conditions(object);
    match conditions.iter().find(|condition| condition.name == "Ready") {
        Some(condition) if condition.status == "True" => current("Resource is Ready"),
        Some(condition) if !condition.status.is_empty() => in_progress(condition.message),
        _ => current("Resource is current"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judge(json: Value) -> Status {
        status(&serde_json::from_value(json).unwrap(), Goal::Ready)
    }

    #[test]
    fn a_deployment_goes_through_its_rollout() {
        let deployment = |generation: i64, status: Value| {
            json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "generation": generation},
                   "spec": {"replicas": 3, "progressDeadlineSeconds": 600}, "status": status})
        };
        let rolled = json!({"observedGeneration": 2, "replicas": 3, "updatedReplicas": 3, "availableReplicas": 3,
            "readyReplicas": 3, "conditions": [{"type": "Available", "status": "True"},
            {"type": "Progressing", "status": "True", "reason": "NewReplicaSetAvailable"}]});
        assert_eq!(judge(deployment(2, rolled.clone())).name(), "Current");
        let lagging = judge(deployment(3, rolled));
        assert_eq!(
            lagging.message(),
            "Deployment generation is 3, but latest observed generation is 2"
        );
        assert_eq!(judge(deployment(1, json!({}))), in_progress("Replicas: 0/3"));
        let partly = json!({"replicas": 4, "updatedReplicas": 3, "availableReplicas": 3});
        assert_eq!(
            judge(deployment(1, partly)),
            in_progress("Pending termination: 1")
        );
        let stuck = json!({"conditions": [{"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}]});
        assert_eq!(judge(deployment(1, stuck)), failed("Progress deadline exceeded"));
    }

    #[test]
    fn kinds_have_their_own_rules() {
        let cases = [
            (
                json!({"apiVersion": "v1", "kind": "Service", "metadata": {}, "spec": {"type": "ClusterIP"}}),
                "Current",
            ),
            (
                json!({"apiVersion": "v1", "kind": "Service", "metadata": {}, "spec": {"type": "LoadBalancer"}}),
                "InProgress",
            ),
            (
                json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {}}),
                "InProgress",
            ),
            (
                json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {}, "status": {"startTime": "now"}}),
                "Current",
            ),
            (
                json!({"apiVersion": "v1", "kind": "PersistentVolumeClaim", "metadata": {}, "status": {"phase": "Pending"}}),
                "InProgress",
            ),
            (
                json!({"apiVersion": "x.io/v1", "kind": "Widget", "metadata": {}}),
                "Current",
            ),
            (
                json!({"apiVersion": "x.io/v1", "kind": "Widget", "metadata": {},
                    "status": {"conditions": [{"type": "Ready", "status": "False"}]}}),
                "InProgress",
            ),
            (
                json!({"apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {},
                    "spec": {"updateStrategy": {"type": "OnDelete"}}}),
                "Current",
            ),
        ];
        for (object, expected) in cases {
            assert_eq!(judge(object.clone()).name(), expected, "{object}");
        }
    }
}
