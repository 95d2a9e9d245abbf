//! Rolling updates that are waited for, with a reason for what is not ready yet.

use crate::support::{TestEnv, project};

#[test]
fn a_wait_says_what_it_waits_for() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let chart = project().join("testdata/charts/whoami-6.0.0.tgz");
    let flags = "--namespace wait --create-namespace --wait --timeout 8s";
    let error = env
        .cox(&format!(
            "install web {} {flags} --set image.tag=does-not-exist",
            chart.display()
        ))
        .failed();
    assert!(error.contains("Deployment/web-whoami"), "{error}");
    assert!(
        error.contains("ImagePullBackOff") || error.contains("ErrImagePull"),
        "{error}"
    );
    assert!(error.contains("does-not-exist"), "the image is named: {error}");
    let history = env.cox("history web --namespace wait -o json").ok();
    assert!(history.contains("\"status\":\"failed\""), "{history}");
    env.cox("uninstall web --namespace wait").ok();
}

#[test]
fn progress_goes_to_standard_error_as_plain_lines() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let chart = project().join("testdata/charts/whoami-6.0.0.tgz");
    let slow = "--set-string 'podAnnotations.coxswain\\.test/behaviour=slow'";
    let outcome = env.cox(&format!(
        "install web {} --namespace slow --create-namespace --wait {slow}",
        chart.display()
    ));
    assert!(
        !outcome.stderr.contains('\u{1b}'),
        "no escape sequences where nobody watches: {}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("Deployment/web-whoami"),
        "{}",
        outcome.stderr
    );
    outcome.ok();
    env.cox("uninstall web --namespace slow").ok();
}
