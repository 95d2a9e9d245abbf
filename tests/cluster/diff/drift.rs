//! Drift: what somebody changed by hand is found, and nothing else.

use kube::Api;
use kube::api::{ApiResource, DeleteParams, DynamicObject, GroupVersionKind, Patch, PatchParams};
use serde_json::{Value, json};

use super::{differs, lines, write_chart};
use crate::support::TestEnv;

/// Changes an object as somebody with an editor does.
fn edit(env: &TestEnv, (group, version, kind): (&str, &str, &str), patch: Value) {
    let resource = ApiResource::from_gvk(&GroupVersionKind::gvk(group, version, kind));
    env.with_client(|client| async move {
        let api: Api<DynamicObject> = Api::namespaced_with(client, "drift", &resource);
        let by = PatchParams {
            field_manager: Some("kubectl-edit".to_owned()),
            ..PatchParams::default()
        };
        api.patch("shop", &by, &Patch::Merge(patch))
            .await
            .expect("it may be changed");
    });
}

const DEPLOYMENT: (&str, &str, &str) = ("apps", "v1", "Deployment");

#[test]
fn drift_is_found_exactly() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_chart(&env, "web", "1.0.0", "");
    for program in [TestEnv::cox, TestEnv::helm] {
        for flags in ["", "--server-side=false"] {
            program(
                &env,
                &format!("install shop web -n drift --create-namespace {flags}"),
            )
            .ok();
            assert_eq!(env.cox("diff shop -n drift --exit-code").ok(), SAME);
            drift(&env);
            program(&env, "uninstall shop -n drift --wait").ok();
        }
    }
}

const SAME: &str = "drift of shop in drift, revision 1 (web 1.0.0) → the cluster: no drift\n";

fn drift(env: &TestEnv) {
    // What is not of the release is not drift.
    let addition = json!({"metadata": {"labels": {"mine": "1"}, "annotations": {"mine": "1"}}});
    edit(env, DEPLOYMENT, addition.clone());
    edit(env, ("", "v1", "ConfigMap"), json!({"data": {"mine": "1"}}));
    assert_eq!(lines(env, "diff shop -n drift"), Vec::<String>::new());

    drift_everywhere(env);
    let mut found = lines(env, "diff shop -n drift");
    found.sort();
    assert_eq!(found, all_drift());
    secrets_stay_hidden(env);
    env.with_api(
        "drift",
        |api: Api<k8s_openapi::api::core::v1::Service>| async move {
            api.delete("shop", &DeleteParams::default())
                .await
                .expect("it goes");
        },
    );
    assert!(lines(env, "diff shop -n drift").contains(&"delete Service/shop".to_owned()));
}

/// Changes objects of seven kinds by hand.
fn drift_everywhere(env: &TestEnv) {
    edit(env, DEPLOYMENT, json!({"spec": {"replicas": 5}}));
    let container = json!([{
        "name": "web", "image": "nginx:1.27", "args": ["-a", "-x", "-b"], "env": [{"name": "MODE", "value": "slow"}],
        "ports": [{"containerPort": 80}], "resources": {"requests": {"cpu": "1000m", "memory": "2Gi"}},
    }]);
    edit(
        env,
        DEPLOYMENT,
        json!({"spec": {"template": {"spec": {"containers": container}}}}),
    );
    edit(
        env,
        ("", "v1", "ConfigMap"),
        json!({"data": {"app.conf": "one\n2\nthree\n"}}),
    );
    edit(
        env,
        ("", "v1", "Secret"),
        json!({"data": {"password": "b3RoZXItc2VjcmV0"}}),
    );
    edit(
        env,
        ("", "v1", "Service"),
        json!({"spec": {"ports": [{"name": "http", "port": 81, "targetPort": 80}]}}),
    );
    let rules = json!([{"apiGroups": [""], "resources": ["pods", "secrets"], "verbs": ["get", "list"]}]);
    edit(
        env,
        ("rbac.authorization.k8s.io", "v1", "Role"),
        json!({"rules": rules}),
    );
    let without = json!({"metadata": {"annotations": {"example.com/owner": null}}});
    edit(env, ("", "v1", "ServiceAccount"), without);
}

/// What is to be found then.
fn all_drift() -> Vec<String> {
    let web = "update Deployment/shop .spec.template.spec.containers[name=web]";
    let mut expected = vec![
        "update ConfigMap/shop .data[\"app.conf\"]".to_owned(),
        "update Deployment/shop .spec.replicas".to_owned(),
        "update Role/shop .rules[0].resources[1]".to_owned(),
        "update Secret/shop .data.password".to_owned(),
        "update Service/shop .spec.ports[port=80,protocol=TCP].name".to_owned(),
        "update Service/shop .spec.ports[port=80,protocol=TCP].port".to_owned(),
        "update Service/shop .spec.ports[port=80,protocol=TCP].targetPort".to_owned(),
        "update ServiceAccount/shop .metadata.annotations[\"example.com/owner\"]".to_owned(),
    ];
    for field in [
        ".args[1]",
        ".env[name=MODE].value",
        ".image",
        ".resources.limits.cpu",
        ".resources.requests.memory",
    ] {
        expected.push(format!("{web}{field}"));
    }
    expected.sort();
    expected
}

fn secrets_stay_hidden(env: &TestEnv) {
    let outcome = env.cox("diff shop -n drift --exit-code");
    assert!(differs(&outcome));
    assert!(
        outcome.stdout.contains("! changed by kubectl-edit at 20"),
        "{}",
        outcome.stdout
    );
    let json = env.cox("diff shop -n drift -o json").ok();
    for secret in [
        "first-secret",
        "other-secret",
        "b3RoZXItc2VjcmV0",
        "Zmlyc3Qtc2VjcmV0",
    ] {
        assert!(
            !outcome.stdout.contains(secret) && !json.contains(secret),
            "{secret}"
        );
    }
}

#[test]
fn a_release_that_is_not_there_is_an_error() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let error = env.cox("diff nobody -n drift").failed();
    assert!(error.contains("release: not found"), "{error}");
}
