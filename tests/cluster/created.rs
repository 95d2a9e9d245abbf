//! The charts that `create` writes, run as they are.

use crate::support::TestEnv;

#[test]
fn both_starters_live_and_go() {
    let Some(env) = TestEnv::on_cluster() else { return };
    for engine in ["tera", "gotpl"] {
        env.write(&format!("{engine}/x"), "");
        env.cox(&format!("create {engine}/web --engine {engine}")).ok();
        let namespace = format!("created-{engine}");
        let flags = format!("--namespace {namespace} --wait");
        let said = env
            .cox(&format!("install web {engine}/web --create-namespace {flags}"))
            .ok();
        let notes = format!(
            "NOTES:\n1. Get the application URL by running these commands:\n  export POD_NAME=$(kubectl get pods --namespace {namespace} "
        );
        assert!(said.contains(&notes), "{said}");
        let tested = env.cox(&format!("test web --namespace {namespace}")).ok();
        assert!(
            tested.contains("TEST SUITE:     web-test-connection\n")
                && tested.contains("Phase:          Succeeded\n"),
            "{tested}"
        );
        let switches = "autoscaling.enabled=true,ingress.enabled=true,serviceAccount.create=false";
        env.cox(&format!("upgrade web {engine}/web {flags} --set {switches}"))
            .ok();
        env.cox(&format!("uninstall web {flags}")).ok();
    }
}
