//! Rolling updates that are waited for, with a reason for what is not ready yet.

use serde_json::json;

use super::scenarios::snapshot::Api;
use crate::support::patience::until_so;
use crate::support::{TestEnv, project};

#[test]
fn a_wait_says_what_it_waits_for() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let chart = project().join("testdata/charts/whoami-6.0.0.tgz");
    let line = format!("install web {} --set image.tag=does-not-exist", chart.display());
    named(
        &env,
        &line,
        "wait",
        &["Deployment/web-whoami", "ImagePull", "does-not-exist"],
    );
    let history = env.cox("history web --namespace wait -o json").ok();
    assert!(history.contains("\"status\":\"failed\""), "{history}");
    env.cox("uninstall web --namespace wait").ok();
}

/// Runs what fails until its error has all the words: within five seconds, or, on a machine that is too busy for that,
/// with as much time as it takes.
#[track_caller]
fn named(env: &TestEnv, line: &str, namespace: &str, words: &[&str]) {
    let place = format!("--namespace {namespace}");
    let mut error = String::new();
    for timeout in [5, 30, 120] {
        let flags = format!("{place} --create-namespace --wait --wait-for-jobs --timeout {timeout}s");
        error = env.cox(&format!("{line} {flags}")).failed();
        if words.iter().all(|word| error.contains(word)) {
            return;
        }
        env.cox(&format!("uninstall web {place}")).ok();
    }
    panic!("{line}: {words:?} are not all in: {error}");
}

/// A Deployment whose pods behave like that, and `more` in their specification.
fn deployment(behaviour: &str, more: &str) -> String {
    format!(
        "---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {{name: d}}\nspec:\n  selector: {{matchLabels: {{app: \
         d}}}}\n  template:\n    metadata: {{labels: {{app: d}}, annotations: {{coxswain.test/behaviour: {behaviour}, \
         coxswain.test/logs: \"connecting\\nno such database\\n\"}}}}\n    spec: {{containers: [{{name: c, image: \
         nginx}}]{more}}}\n"
    )
}

/// What goes wrong, the objects that do, and what is said about it.
fn troubles() -> Vec<(&'static str, String, &'static [&'static str])> {
    let job = "---\napiVersion: batch/v1\nkind: Job\nmetadata: {name: j}\nspec:\n  backoffLimit: 0\n  template:\n    \
               metadata: {annotations: {coxswain.test/behaviour: fail}}\n    spec: {restartPolicy: Never, containers: \
               [{name: c, image: busybox}]}\n";
    vec![
        ("pull", deployment("image-pull", ""), &["ImagePull"]),
        (
            "crash",
            deployment("crash-loop", ""),
            &["CrashLoopBackOff", "connecting | no such database"],
        ),
        (
            "place",
            deployment("run", ", nodeSelector: {disk: fast}"),
            &["cannot be scheduled", "node"],
        ),
        ("probe", deployment("never-ready", ""), &["probe has not passed"]),
        (
            "admission",
            deployment("run", ", serviceAccountName: absent"),
            &["serviceaccount \"absent\" not found"],
        ),
        ("job", job.to_owned(), &["Job Failed", "exit code 1"]),
    ]
}

#[test]
fn the_cause_is_named_while_it_is_waited_for() {
    if TestEnv::on_cluster().is_none() {
        return;
    }
    std::thread::scope(|scope| {
        for (name, objects, words) in troubles() {
            scope.spawn(move || {
                let env = TestEnv::on_cluster().expect("there is a control plane");
                let head = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
                env.write(&format!("{name}/Chart.yaml"), &head);
                env.write(&format!("{name}/templates/objects.yaml"), &objects);
                named(
                    &env,
                    &format!("install web ./{name}"),
                    &format!("cause-{name}"),
                    words,
                );
                env.cox(&format!("uninstall web --namespace cause-{name}")).ok();
            });
        }
    });
}

/// Workloads that say only by events why they have no pods, and the policy that their pods must have.
const SILENT: [(&str, &str, &str); 4] = [
    ("apps/v1", "Deployment", "Always"),
    ("apps/v1", "StatefulSet", "Always"),
    ("apps/v1", "DaemonSet", "Always"),
    ("batch/v1", "Job", "Never"),
];

/// A workload of that kind.
fn workload((version, kind, policy): (&str, &str, &str)) -> String {
    let selector = if kind == "Job" {
        ""
    } else {
        "selector: {matchLabels: {app: w}}, "
    };
    let service = if kind == "StatefulSet" {
        "serviceName: w, "
    } else {
        ""
    };
    format!(
        "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: w}}\nspec: {{{service}{selector}template: {{metadata: \
         {{labels: {{app: w}}}}, spec: {{restartPolicy: {policy}, containers: [{{name: c, image: nginx}}]}}}}}}\n"
    )
}

/// Forbids pods in a namespace, and waits until that is in force: the server looks at quotas in a copy of its own, which
/// follows what is stored when there is time for it.
fn forbid_pods(api: &Api, namespace: &str) {
    api.make_namespace(namespace);
    let place = format!("/api/v1/namespaces/{namespace}");
    let quota = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"pods": "0"}}});
    api.make(&format!("{place}/resourcequotas"), &quota);
    let pod = json!({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p"}, "spec": {"containers": [{"name": "c", "image": "nginx"}]}});
    let trial = format!("{place}/pods?dryRun=All");
    until_so("the quota is in force", || {
        let refusal = api.try_make(&trial, &pod).err();
        refusal.is_some_and(|error| error.to_string().contains("exceeded quota"))
    });
}

#[test]
fn a_quota_is_named_whatever_makes_the_pods() {
    if TestEnv::on_cluster().is_none() {
        return;
    }
    std::thread::scope(|scope| {
        for silent in SILENT {
            scope.spawn(move || {
                let env = TestEnv::on_cluster().expect("there is a control plane");
                let namespace = format!("silent-{}", silent.1.to_lowercase());
                forbid_pods(&Api::of(&env), &namespace);
                env.write("w/Chart.yaml", "apiVersion: v2\nname: w\nversion: 1.0.0\n");
                env.write("w/templates/all.yaml", &workload(silent));
                named(&env, "install web ./w", &namespace, &["exceeded quota", silent.1]);
                env.cox(&format!("uninstall web --namespace {namespace}")).ok();
            });
        }
    });
}

#[test]
fn unknown_kinds_do_not_hang() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let definition = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: \
                      things.waiting.test}\nspec:\n  group: waiting.test\n  names: {kind: Thing, plural: things}\n  \
                      scope: Namespaced\n  versions: [{name: v1, served: true, storage: true, schema: \
                      {openAPIV3Schema: {type: object}}}]\n";
    env.write(
        "thing/Chart.yaml",
        "apiVersion: v2\nname: thing\nversion: 1.0.0\n",
    );
    env.write("thing/crds/thing.yaml", definition);
    let thing = "apiVersion: waiting.test/v1\nkind: Thing\nmetadata: {name: t}\n";
    env.write("thing/templates/thing.yaml", thing);
    let outcome = env.cox("install web ./thing --namespace thing --create-namespace --wait --timeout 90s");
    let said = "Thing/t is there; nothing tells when it is ready";
    assert!(outcome.stderr.contains(said), "{}", outcome.stderr);
    outcome.ok();
    env.cox("uninstall web --namespace thing").ok();
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
