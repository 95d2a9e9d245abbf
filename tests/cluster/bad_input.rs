//! Errors name the thing and leave nothing behind.

use std::io::{Read, Write};
use std::net::TcpListener;

use k8s_openapi::api::core::v1::{ConfigMap, Secret, Service};

use crate::support::{TestEnv, project};

fn whoami() -> String {
    project()
        .join("testdata/charts/whoami-6.0.0.tgz")
        .display()
        .to_string()
}

/// One line of error, perhaps a hint below it, nothing else.
#[track_caller]
fn assert_one_line(error: &str, parts: &[&str]) {
    let lines: Vec<&str> = error.lines().collect();
    assert!(lines[0].starts_with("Error: "), "{error}");
    assert!(
        lines.len() == 1 || lines.len() == 2 && lines[1].starts_with("Hint: "),
        "{error}"
    );
    for part in parts {
        assert!(error.contains(part), "{part:?} is not in: {error}");
    }
}

#[test]
fn no_server() {
    let env = TestEnv::offline();
    let error = env.cox("list --kube-apiserver http://127.0.0.1:1").failed();
    assert_one_line(
        &error,
        &[
            "kubernetes cluster unreachable",
            "127.0.0.1:1",
            "connection refused",
        ],
    );
    let error = env
        .cox(&format!(
            "install web {} --kube-apiserver http://127.0.0.1:1",
            whoami()
        ))
        .failed();
    assert_one_line(
        &error,
        &["INSTALLATION FAILED", "unreachable", "connection refused"],
    );
}

#[test]
fn no_kubeconfig() {
    let error = TestEnv::offline().cox("list").failed();
    assert_one_line(
        &error,
        &["kubernetes cluster unreachable", "localhost:8080", "KUBECONFIG"],
    );
}

#[test]
fn a_server_that_is_no_api_server() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let mut buffer = [0; 4096];
            let _ = stream.read(&mut buffer);
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
        }
    });
    let error = TestEnv::offline()
        .cox(&format!("list --kube-apiserver http://{address}"))
        .failed();
    assert_one_line(&error, &["unreachable"]);
}

#[test]
fn a_certificate_that_is_not_trusted() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let kubeconfig =
        std::fs::read_to_string(env.kubeconfig().expect("a kubeconfig")).expect("it can be read");
    let server = kubeconfig
        .lines()
        .find_map(|line| line.trim().strip_prefix("server: "))
        .expect("it names a server");
    let bare = TestEnv::offline();
    let error = bare
        .cox(&format!("list --kube-apiserver {}", server.trim_matches('"')))
        .failed();
    assert_one_line(&error, &["unreachable", "certificate", "--kube-ca-file"]);
}

#[test]
fn unknown_user_and_missing_rights() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let error = env.cox("list --kube-token wrong").failed();
    assert_one_line(&error, &["Unauthorized"]);
    let error = env.cox("list --kube-context nobody --namespace default").failed();
    assert_one_line(&error, &["forbidden", "nobody", "secrets", "list"]);
    let error = env
        .cox(&format!(
            "install denied {} --kube-context nobody --namespace default",
            whoami()
        ))
        .failed();
    assert_one_line(&error, &["forbidden", "nobody"]);
    assert_nothing_left(&env, "default", "denied");
}

#[test]
fn unknown_context() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let error = env.cox("list --kube-context staging").failed();
    assert_one_line(&error, &["context \"staging\" does not exist", "admin"]);
}

#[test]
fn names() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let flags = "--namespace names --create-namespace";
    env.cox(&format!("install taken {} {flags}", whoami())).ok();
    let error = env.cox(&format!("install taken {} {flags}", whoami())).failed();
    assert_one_line(&error, &["cannot reuse a name that is still in use"]);
    let error = env
        .cox(&format!("install Not_Valid {} {flags}", whoami()))
        .failed();
    assert_one_line(&error, &["Not_Valid", "release name"]);
    let error = env.cox("upgrade absent . --namespace names").failed();
    assert!(error.starts_with("Error: "), "{error}");
    let error = env
        .cox(&format!("upgrade absent {} --namespace names", whoami()))
        .failed();
    assert_one_line(&error, &["\"absent\" has no deployed releases"]);
    let error = env.cox("uninstall absent --namespace names").failed();
    assert_one_line(&error, &["absent", "not found"]);
    env.cox("uninstall taken --namespace names").ok();
}

#[test]
fn charts_that_are_none() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let error = env.cox("install web ./missing --namespace default").failed();
    assert_one_line(&error, &["path \"./missing\" not found"]);
    let error = env.cox("install web missing --namespace default").failed();
    assert_one_line(&error, &["missing"]);
    env.write(
        "broken/Chart.yaml",
        "apiVersion: v2\nname: broken\nversion: 1.0.0\n",
    );
    env.write(
        "broken/templates/a.yaml",
        "kind: ConfigMap\napiVersion: v1\nmetadata:\n  name: left\n",
    );
    env.write("broken/templates/b.yaml", "a: b: c\n");
    let error = env.cox("install broken ./broken --namespace default").failed();
    assert_one_line(
        &error,
        &["broken/templates/b.yaml", "mapping values are not allowed"],
    );
    assert_nothing_left(&env, "default", "broken");
    env.write("broken/templates/b.yaml", "a: {{ .Values.missing.value }}\n");
    let error = env.cox("install broken ./broken --namespace default").failed();
    assert!(
        error.contains("broken/templates/b.yaml:1:") && error.contains("nil pointer evaluating"),
        "{error}"
    );
    assert_nothing_left(&env, "default", "broken");
    env.write("broken/values.yaml", "a: [\n");
    let error = env.cox("install broken ./broken --namespace default").failed();
    assert_one_line(&error, &["values.yaml", "line"]);
    env.write("list.yaml", "- a\n");
    let error = env
        .cox(&format!(
            "install web {} -f list.yaml --namespace default",
            whoami()
        ))
        .failed();
    assert_one_line(&error, &["list.yaml"]);
}

/// No object and no record of the release stays.
fn assert_nothing_left(env: &TestEnv, namespace: &str, release: &str) {
    let any = kube::api::ListParams::default();
    let secrets = env.with_api(namespace, |api: kube::Api<Secret>| {
        let any = any.clone();
        async move { api.list(&any).await.expect("the API server answers").items }
    });
    let owned = |secret: &&Secret| {
        secret
            .metadata
            .name
            .as_ref()
            .is_some_and(|name| name.contains(&format!(".{release}.")))
    };
    assert_eq!(secrets.iter().filter(owned).count(), 0, "a record stays");
    let maps = env.with_api(namespace, |api: kube::Api<ConfigMap>| async move {
        api.get_opt("left").await.expect("the API server answers")
    });
    assert_eq!(maps, None, "an object stays");
    let service = format!("{release}-whoami");
    let services = env.with_api(namespace, |api: kube::Api<Service>| async move {
        api.get_opt(&service).await.expect("the API server answers")
    });
    assert_eq!(services, None, "an object stays");
}
