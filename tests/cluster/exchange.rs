//! One release in two hands: each action once by `cox`, once by `helm`; both see the same after every step.

use serde_json::Value;

use super::record::shape;
use crate::support::{TestEnv, project};

/// What either program is asked after every step.
const QUESTIONS: [&str; 9] = [
    "list -o json",
    "list",
    "history web -o json",
    "history web",
    "status web -o yaml",
    "get values web -o json",
    "get values web --all -o yaml",
    "get manifest web",
    "get notes web",
];

#[test]
fn cox_begins_and_helm_ends() {
    hand_over("exchange-cox", [TestEnv::cox, TestEnv::helm]);
}

#[test]
fn helm_begins_and_cox_ends() {
    hand_over("exchange-helm", [TestEnv::helm, TestEnv::cox]);
}

type Program = fn(&TestEnv, &str) -> crate::support::Outcome;

/// Install with the first, upgrade with the second, roll back with the first, uninstall with the second.
fn hand_over(namespace: &str, [first, second]: [Program; 2]) {
    let Some(env) = TestEnv::on_cluster() else { return };
    let chart = project().join("testdata/charts/whoami-6.0.0.tgz");
    let chart = chart.display();
    let flags = format!("--namespace {namespace} --wait");

    first(
        &env,
        &format!("install web {chart} {flags} --create-namespace --set replicaCount=2 --labels team=blue"),
    )
    .ok();
    agree(&env, namespace);
    second(
        &env,
        &format!("upgrade web {chart} {flags} --set replicaCount=3,image.tag=v2"),
    )
    .ok();
    agree(&env, namespace);
    same_shape(&env, namespace, [1, 2]);
    first(&env, &format!("rollback web 1 {flags}")).ok();
    agree(&env, namespace);
    same_shape(&env, namespace, [2, 3]);
    second(
        &env,
        &format!("uninstall web --namespace {namespace} --keep-history"),
    )
    .ok();
    agree_about(
        &env,
        namespace,
        &["list -o json", "history web -o json", "get values web -o json"],
    );
    first(&env, &format!("uninstall web --namespace {namespace}")).ok();
    agree_about(&env, namespace, &["list -o json"]);
}

fn agree(env: &TestEnv, namespace: &str) {
    agree_about(env, namespace, &QUESTIONS);
}

/// Both programs give the same answer, byte for byte.
fn agree_about(env: &TestEnv, namespace: &str, questions: &[&str]) {
    for question in questions {
        let line = format!("{question} --namespace {namespace}");
        assert_eq!(
            settled(&env.cox(&line).ok()),
            settled(&env.helm(&line).ok()),
            "{line}"
        );
    }
}

/// Live objects go on changing between two questions: what counts up is left out.
fn settled(text: &str) -> String {
    let counts = |line: &&str| !line.trim_start().starts_with("resourceVersion:");
    text.lines().filter(counts).collect::<Vec<_>>().join("\n")
}

/// The decoded records of two revisions, one made by each program, have the same keys and types.
fn same_shape(env: &TestEnv, namespace: &str, revisions: [u32; 2]) {
    let [left, right] = revisions.map(|revision| env.record(namespace, "web", revision));
    assert_eq!(
        shape(&without_values(left.json)),
        shape(&without_values(right.json))
    );
    assert_eq!(left.secret.type_, right.secret.type_);
    let keys = |secret: &k8s_openapi::api::core::v1::Secret| {
        let labels = secret.metadata.labels.clone().unwrap_or_default();
        // When a record was last changed depends on what happened to it, not on who wrote it.
        labels
            .into_keys()
            .filter(|key| key != "createdAt" && key != "modifiedAt")
            .collect::<Vec<_>>()
    };
    assert_eq!(keys(&left.secret), keys(&right.secret));
}

/// User values differ from revision to revision on purpose.
fn without_values(mut json: Value) -> Value {
    json.as_object_mut()
        .expect("a record is an object")
        .remove("config");
    json
}
