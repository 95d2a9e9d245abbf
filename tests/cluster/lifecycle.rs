//! A real chart, from install to uninstall.

use k8s_openapi::api::apps::v1::Deployment;
use k8s_openapi::api::core::v1::Secret;

use crate::support::{TestEnv, project};

#[test]
fn a_real_chart_lives_and_goes() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let chart = project().join("testdata/charts/whoami-6.0.0.tgz");
    let chart = chart.display();
    let flags = "--namespace life --wait";

    let said = env
        .cox(&format!(
            "upgrade web {chart} --install --create-namespace {flags} --set replicaCount=2"
        ))
        .ok();
    assert!(
        said.starts_with("Release \"web\" does not exist. Installing it now.\nNAME: web\n"),
        "{said}"
    );
    let deployment: Deployment = env.get("life", "web-whoami");
    assert_eq!(
        deployment.status.and_then(|status| status.available_replicas),
        Some(2)
    );
    let labels = deployment.metadata.labels.unwrap_or_default();
    assert_eq!(labels["app.kubernetes.io/managed-by"], "Helm");
    assert_eq!(
        deployment.metadata.annotations.unwrap_or_default()["meta.helm.sh/release-name"],
        "web"
    );

    let said = env
        .cox(&format!(
            "upgrade web {chart} {flags} --set serviceAccount.create=false,replicaCount=1"
        ))
        .ok();
    assert!(
        said.starts_with("Release \"web\" has been upgraded. Happy Helming!\n"),
        "{said}"
    );
    let gone = env.with_api(
        "life",
        |api: kube::Api<k8s_openapi::api::core::v1::ServiceAccount>| async move {
            api.get_opt("web-whoami").await.expect("the API server answers")
        },
    );
    assert_eq!(gone, None, "what left the manifest is deleted");

    assert_eq!(
        env.cox(&format!("rollback web {flags}")).ok(),
        "Rollback was a success! Happy Helming!\n"
    );
    assert_eq!(
        env.cox("uninstall web --namespace life --wait").ok(),
        "release \"web\" uninstalled\n"
    );
    let records = env.with_api("life", |api: kube::Api<Secret>| async move {
        api.list(&kube::api::ListParams::default())
            .await
            .expect("the API server answers")
            .items
    });
    assert_eq!(records.len(), 0, "no record stays");
}

#[test]
fn labels_of_release_secrets_are_helms() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let chart = project().join("testdata/charts/whoami-6.0.0.tgz");
    env.cox(&format!(
        "install web {} --namespace labels --create-namespace --labels team=blue",
        chart.display()
    ))
    .ok();
    let record = env.record("labels", "web", 1);
    let labels = record.secret.metadata.labels.unwrap_or_default();
    for (key, value) in [
        ("name", "web"),
        ("owner", "helm"),
        ("status", "deployed"),
        ("version", "1"),
        ("team", "blue"),
    ] {
        assert_eq!(labels[key], value);
    }
    assert_eq!(record.secret.type_.as_deref(), Some("helm.sh/release.v1"));
    assert_eq!(record.json["apply_method"], "ssa");
    env.cox("uninstall web --namespace labels").ok();
}
