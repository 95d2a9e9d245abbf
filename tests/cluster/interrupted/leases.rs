//! Who holds a lease, who takes one over, and what happens where there is none.

use k8s_openapi::api::coordination::v1::Lease;
use kube::api::{Api, PostParams};
use serde_json::json;

use super::{running, write_charts};
use crate::support::TestEnv;

/// Makes a release that looks as if its upgrade were under way, and a lease renewed `age` seconds ago if there is one.
pub(in super::super) fn leave_pending(env: &TestEnv, namespace: &str, age: Option<i64>) {
    let record = env.record(namespace, "web", 1);
    let mut secret = record.secret;
    secret.metadata.name = Some("sh.helm.release.v1.web.v2".to_owned());
    secret.metadata.resource_version = None;
    let mut json = record.json;
    json["version"] = json!(2);
    json["info"]["status"] = json!("pending-upgrade");
    let labels = secret.metadata.labels.get_or_insert_default();
    labels.insert("version".to_owned(), "2".to_owned());
    labels.insert("status".to_owned(), "pending-upgrade".to_owned());
    let packed = k8s_openapi::ByteString(super::super::record::pack(&json));
    secret
        .data
        .get_or_insert_default()
        .insert("release".to_owned(), packed);
    env.with_api(namespace, |api| async move {
        api.create(&PostParams::default(), &secret)
            .await
            .expect("a record can be made");
    });
    let Some(age) = age else { return };
    let renewed = jiff::Timestamp::now() - jiff::SignedDuration::from_secs(age);
    let lease = json!({
        "metadata": {"name": "coxswain.v1.web"},
        "spec": {
            "holderIdentity": "me@elsewhere/7/x", "leaseDurationSeconds": 1,
            "acquireTime": format!("{renewed:.6}"), "renewTime": format!("{renewed:.6}"),
        },
    });
    let lease: Lease = serde_json::from_value(lease).expect("a lease");
    env.with_api(namespace, |api: Api<Lease>| async move {
        api.create(&PostParams::default(), &lease)
            .await
            .expect("a lease can be made");
    });
}

/// Installs a release in a namespace of its own.
pub(in super::super) fn released(env: &TestEnv, namespace: &str) {
    write_charts(env);
    env.namespace(namespace);
    env.cox(&format!("install web ./one --namespace {namespace}"))
        .ok();
}

#[test]
fn the_living_are_left_alone_and_the_dead_are_not() {
    let Some(env) = TestEnv::on_cluster() else { return };
    released(&env, "tenants");
    leave_pending(&env, "tenants", Some(-3600));
    let command = "upgrade web ./two --namespace tenants";
    let error = env.cox(&format!("{command} --take-over")).failed();
    let helms = "UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress: in progress by elsewhere";
    assert!(error.contains(helms) && error.contains("(pid 7)"), "{error}");
    // The lease counts from when the server made it, so it is dead two seconds after that.
    let lease = |api: Api<Lease>| async move {
        let mut lease = api.get("coxswain.v1.web").await.expect("the lease is there");
        if let Some(spec) = lease.spec.as_mut() {
            spec.renew_time = None;
        }
        api.replace("coxswain.v1.web", &PostParams::default(), &lease)
            .await
            .expect("it can be changed");
    };
    env.with_api("tenants", lease);
    std::thread::sleep(std::time::Duration::from_secs(3));
    let outcome = env.cox(command);
    assert!(outcome.stderr.contains("elsewhere (pid 7)"), "{outcome:?}");
    outcome.ok();
    assert_eq!(env.state("tenants", "web"), running("two"));
    env.cox("uninstall web --namespace tenants").ok();
}

#[test]
fn what_nobody_is_known_to_hold_takes_a_flag() {
    let Some(env) = TestEnv::on_cluster() else { return };
    released(&env, "unowned");
    leave_pending(&env, "unowned", None);
    let error = env.cox("upgrade web ./two --namespace unowned").failed();
    let first = "Error: UPGRADE FAILED: another operation (install/upgrade/rollback) is in progress\n";
    assert!(
        error.starts_with(first) && error.contains("--take-over"),
        "{error}"
    );
    assert!(!env.state("unowned", "web").has_lease);
    env.cox("upgrade web ./two --namespace unowned --take-over").ok();
    assert_eq!(env.state("unowned", "web"), running("two"));
    env.cox("uninstall web --namespace unowned").ok();
}

#[test]
fn rights_made_for_helm_suffice() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_charts(&env);
    env.namespace("plain-rights");
    let role = json!({
        "metadata": {"name": "helm"},
        "rules": [{"apiGroups": [""], "resources": ["secrets", "configmaps"], "verbs": ["*"]}],
    });
    let role: k8s_openapi::api::rbac::v1::Role = serde_json::from_value(role).expect("a role");
    let binding = json!({
        "metadata": {"name": "helm"},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": "helm"},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "nobody"}],
    });
    let binding: k8s_openapi::api::rbac::v1::RoleBinding =
        serde_json::from_value(binding).expect("a binding");
    // Both may be there from before.
    env.with_api("plain-rights", |api| async move {
        let _ = api.create(&PostParams::default(), &role).await;
    });
    env.with_api("plain-rights", |api| async move {
        let _ = api.create(&PostParams::default(), &binding).await;
    });
    let flags = "--namespace plain-rights --kube-context nobody";
    let outcome = env.cox(&format!("install web ./one {flags}"));
    assert!(!outcome.stderr.contains("level="), "{outcome:?}");
    outcome.ok();
    let outcome = env.cox(&format!("upgrade web ./two {flags} --debug"));
    assert!(outcome.stderr.contains("without a lease"), "{outcome:?}");
    outcome.ok();
    env.cox(&format!("uninstall web {flags}")).ok();
}
