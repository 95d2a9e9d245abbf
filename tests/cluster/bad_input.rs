//! Errors name the thing and leave nothing behind.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use k8s_openapi::api::core::v1::{ConfigMap, Namespace, Secret, Service};

use crate::support::proxy::{Act, Proxy};
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
    assert_one_line(
        &error,
        &[
            "unreachable",
            "the server has asked for the client to provide credentials",
        ],
    );
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

/// Writes a chart with these objects.
fn write_chart(env: &TestEnv, name: &str, objects: &str) {
    env.write(
        &format!("{name}/Chart.yaml"),
        &format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n"),
    );
    env.write(&format!("{name}/templates/objects.yaml"), objects);
}

const MAP: &str = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: left}\n";

#[test]
fn invalid_objects_are_all_named() {
    let Some(env) = TestEnv::on_cluster() else { return };
    env.namespace("invalid");
    let service =
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: port}\nspec: {ports: [{port: 99999}]}\n";
    let surplus = "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: surplus}\nsurplus: 1\n";
    let named = "---\napiVersion: v1\nkind: Secret\nmetadata: {name: Not_Valid}\n";
    write_chart(&env, "invalid", &[MAP, service, surplus, named].concat());
    let error = env.cox("install invalid ./invalid --namespace invalid").failed();
    for part in [
        "nothing was sent",
        "invalid/port",
        "99999",
        "surplus",
        "Not_Valid",
    ] {
        assert!(error.contains(part), "{part:?} is not in: {error}");
    }
    assert_nothing_left(&env, "invalid", "invalid");

    write_chart(&env, "invalid", MAP);
    env.cox("install invalid ./invalid --namespace invalid").ok();
    write_chart(&env, "invalid", &[MAP, surplus, named].concat());
    let error = env.cox("upgrade invalid ./invalid --namespace invalid").failed();
    assert!(
        error.contains("surplus") && error.contains("Not_Valid"),
        "{error}"
    );
    let history = env.cox("history invalid --namespace invalid -o json").ok();
    assert!(!history.contains("failed"), "{history}");
    env.cox("uninstall invalid --namespace invalid").ok();
}

#[test]
fn what_depends_on_its_siblings_is_sent() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let account = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: runner}\n";
    let pod = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {serviceAccountName: runner, containers: \
               [{name: c, image: nginx}]}\n";
    write_chart(&env, "siblings", &[account, pod].concat());
    env.cox("install siblings ./siblings --namespace siblings --create-namespace")
        .ok();
    env.cox("uninstall siblings --namespace siblings").ok();
}

#[test]
fn unknown_kinds_are_all_named() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let unknown = "---\napiVersion: example.test/v1\nkind: Nothing\nmetadata: {name: a}\n---\napiVersion: \
                   apps/v9\nkind: Deployment\nmetadata: {name: b}\n";
    write_chart(&env, "unknown", &[MAP, unknown].concat());
    let error = env.cox("install unknown ./unknown --namespace default").failed();
    for part in [
        "\"Nothing\"",
        "example.test/v1",
        "\"Deployment\"",
        "apps/v9",
        "ensure CRDs are installed first",
    ] {
        assert!(error.contains(part), "{part:?} is not in: {error}");
    }
    assert_nothing_left(&env, "default", "unknown");
}

#[test]
fn missing_rights_are_all_named() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let roles = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: keeper}\nrules:\n- \
                 {apiGroups: [\"\"], resources: [secrets], verbs: [\"*\"]}\n- {apiGroups: [\"\"], resources: \
                 [configmaps], verbs: [get, patch]}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: \
                 RoleBinding\nmetadata: {name: keeper}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, \
                 name: keeper}\nsubjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: nobody}]\n";
    write_chart(&env, "roles", roles);
    env.cox("install roles ./roles --namespace rights --create-namespace")
        .ok();
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n";
    let role = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: bad-input}\nrules: []\n";
    write_chart(&env, "poor", &[MAP, service, role].concat());
    let error = env
        .cox("install poor ./poor --namespace rights --kube-context nobody")
        .failed();
    for part in [
        "rights are missing",
        "create configmaps in namespace \"rights\"",
        "get, create, patch services in namespace \"rights\"",
        "get, create, patch clusterroles.rbac.authorization.k8s.io",
        "User \"nobody\"",
    ] {
        assert!(error.contains(part), "{part:?} is not in: {error}");
    }
    assert_nothing_left(&env, "rights", "poor");
    env.cox("uninstall roles --namespace rights").ok();
}

/// Lets `nobody` do all that a release needs in its namespace, but for deleting some kinds.
const MAY_NOT_DELETE: &str = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: timid}\nrules:\n- \
     {apiGroups: [\"\"], resources: [secrets], verbs: [\"*\"]}\n- {apiGroups: [coordination.k8s.io], resources: \
     [leases], verbs: [\"*\"]}\n- {apiGroups: [\"\"], resources: [configmaps, services, serviceaccounts], verbs: [get, list, \
     watch, create, patch, update]}\n- {apiGroups: [\"\"], resources: [serviceaccounts], verbs: [delete]}\n- {apiGroups: \
     [\"\"], resources: [configmaps], verbs: [delete], resourceNames: [allowed]}\n---\napiVersion: \
     rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: timid}\nroleRef: {apiGroup: \
     rbac.authorization.k8s.io, kind: Role, name: timid}\nsubjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, \
     name: nobody}]\n";

fn has_map(env: &TestEnv, name: &'static str) -> bool {
    let found = env.with_api("timid", move |api: kube::Api<ConfigMap>| async move {
        api.get_opt(name).await.expect("the API server answers")
    });
    found.is_some()
}

#[test]
fn what_may_not_be_deleted_is_named_before_anything_is_sent() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_chart(&env, "timid", MAY_NOT_DELETE);
    let at = "--namespace timid";
    env.cox(&format!("install timid ./timid {at} --create-namespace"))
        .ok();
    let map = |name: &str, more: &str| {
        format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}{more}}}\n")
    };
    let service = "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n";
    let account = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n";
    let held = map("held", ", annotations: {helm.sh/resource-policy: keep}");
    let (denied, allowed) = (map("denied", ""), map("allowed", ""));
    write_chart(
        &env,
        "all",
        &[&denied, &allowed, &held, service, account].concat(),
    );
    env.cox(&format!("install web ./all {at}")).ok();
    let maps = "delete configmaps in namespace \"timid\"";
    let services = "delete services in namespace \"timid\"";
    let nobody = "--namespace timid --kube-context nobody";
    let before = env.cox(&format!("get all web {at}")).ok();

    write_chart(&env, "fewer", &map("new", ""));
    for line in ["upgrade web ./fewer", "uninstall web"] {
        let error = env.cox(&format!("{line} {nobody}")).failed();
        assert!(
            error.contains("nothing was sent, rights are missing"),
            "{line}: {error}"
        );
        assert!(
            error.contains(maps) && error.contains(services),
            "{line}: {error}"
        );
        assert!(!error.contains("serviceaccounts"), "{line}: {error}");
        assert_eq!(env.cox(&format!("get all web {at}")).ok(), before, "{line}");
        assert!(!has_map(&env, "new"), "{line}");
    }
    // One that rules name may go, and what stays needs no right.
    write_chart(&env, "one-less", &[&denied, service].concat());
    env.cox(&format!("upgrade web ./one-less {nobody}")).ok();
    assert!(has_map(&env, "held") && !has_map(&env, "allowed"));
    env.cox(&format!("uninstall web timid {at}")).ok();
}

#[test]
fn a_rollback_that_cannot_succeed_leaves_no_trace() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let rules = MAY_NOT_DELETE.replace("timid", "stuck");
    write_chart(&env, "rules", &rules);
    let at = "--namespace stuck";
    env.cox(&format!("install rules ./rules {at} --create-namespace"))
        .ok();
    let ingress = "---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {name: stuck}\nspec: \
                   {controller: example.com/none}\n";
    let map = |data: &str| format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m}}\n{data}\n");
    let fixed = map("immutable: true\ndata: {a: \"2\"}");
    write_chart(&env, "first", &[&map("data: {a: \"1\"}"), ingress].concat());
    write_chart(
        &env,
        "second",
        &[MAP.replace("name: ", "name: x"), fixed].concat(),
    );
    env.cox(&format!("install web ./first {at}")).ok();
    env.cox(&format!("upgrade web ./second {at}")).ok();
    let before = env.cox(&format!("history web {at}")).ok();
    let rights = [
        "rights are missing",
        "create, patch ingressclasses.networking.k8s.io",
        "delete configmaps in namespace \"stuck\"",
    ];
    let refused = ["nothing was sent, objects would be refused", "field is immutable"];
    for (context, parts) in [("nobody", rights.as_slice()), ("admin", &refused)] {
        let error = env
            .cox(&format!("rollback web 1 {at} --kube-context {context}"))
            .failed();
        for part in parts {
            assert!(error.contains(part), "{part:?} is not in: {error}");
        }
        assert_eq!(env.cox(&format!("history web {at}")).ok(), before, "{context}");
    }
    env.cox(&format!("uninstall web rules {at}")).ok();
}

#[test]
fn rights_to_delete_cost_a_request_a_kind() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let maps = |from: u32| -> String {
        (from..20)
            .map(|n| format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: m{n}}}\n"))
            .collect()
    };
    let accounts = "---\napiVersion: v1\nkind: ServiceAccount\nmetadata: {name: a}\n---\napiVersion: v1\nkind: \
                    ServiceAccount\nmetadata: {name: b}\n";
    write_chart(&env, "many", &(maps(0) + accounts));
    write_chart(&env, "rest", &maps(10));
    let proxy = Proxy::start(env.kubeconfig().expect("a kubeconfig"), env.path());
    let asked = Arc::new(AtomicUsize::new(0));
    let questions = |line: &str| {
        let counter = asked.clone();
        asked.store(0, Ordering::SeqCst);
        proxy.set_request_rule(move |_, request| {
            if request.uri().path().ends_with("/selfsubjectaccessreviews") {
                counter.fetch_add(1, Ordering::SeqCst);
            }
            Act::Forward
        });
        let ended = env.start(proxy.kubeconfig(), &format!("{line} --namespace costs"));
        let ended = ended.wait_with_output().expect("it ends");
        assert!(ended.status.success(), "{line}: {ended:?}");
        asked.load(Ordering::SeqCst)
    };
    assert_eq!(questions("install web ./many --create-namespace"), 0);
    assert_eq!(questions("upgrade web ./many"), 0);
    assert_eq!(questions("upgrade web ./rest"), 2);
    assert_eq!(questions("uninstall web"), 1);
}

#[test]
fn who_only_makes_objects_needs_no_right_to_change_them() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let roles = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: maker}\nrules:\n- \
                 {apiGroups: [\"\"], resources: [secrets], verbs: [\"*\"]}\n- {apiGroups: [\"\"], resources: \
                 [configmaps], verbs: [get, create]}\n---\napiVersion: rbac.authorization.k8s.io/v1\nkind: \
                 RoleBinding\nmetadata: {name: maker}\nroleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, \
                 name: maker}\nsubjects: [{apiGroup: rbac.authorization.k8s.io, kind: User, name: nobody}]\n";
    write_chart(&env, "makers", roles);
    env.cox("install makers ./makers --namespace making --create-namespace")
        .ok();
    write_chart(&env, "made", MAP);
    let error = env
        .cox("install made ./made --namespace making --kube-context nobody")
        .failed();
    assert!(
        error.contains("patch configmaps in namespace \"making\""),
        "{error}"
    );
    env.cox("install made ./made --namespace making --kube-context nobody --server-side=false")
        .ok();
    env.cox("uninstall made makers --namespace making").ok();
}

#[test]
fn a_namespace_that_goes() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_chart(
        &env,
        "held",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, finalizers: [coxswain.test/stay]}\n",
    );
    env.cox("install held ./held --namespace going --create-namespace")
        .ok();
    env.with_cluster_api(|api: kube::Api<Namespace>| async move {
        let deleted = api.delete("going", &kube::api::DeleteParams::default()).await;
        deleted.expect("the namespace is there");
    });
    write_chart(&env, "late", MAP);
    let error = env.cox("install late ./late --namespace going").failed();
    assert!(error.contains("being terminated"), "{error}");
    assert_nothing_left(&env, "going", "late");
    let release = serde_json::json!({"metadata": {"finalizers": null}});
    env.with_api("going", |api: kube::Api<ConfigMap>| async move {
        let patch = kube::api::Patch::Merge(release);
        let patched = api
            .patch("held", &kube::api::PatchParams::default(), &patch)
            .await;
        patched.expect("the object is there");
    });
}

#[test]
fn a_webhook_that_is_down() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let webhook = "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingWebhookConfiguration\nmetadata: {name: \
                   bad-input}\nwebhooks:\n- name: down.coxswain.test\n  admissionReviewVersions: [v1]\n  sideEffects: \
                   None\n  timeoutSeconds: 1\n  clientConfig: {url: \"https://127.0.0.1:1/\"}\n  rules: [{apiGroups: \
                   [\"\"], apiVersions: [v1], operations: [CREATE], resources: [configmaps]}]\n  \
                   namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: hooked}}\n";
    write_chart(&env, "webhook", webhook);
    env.cox("install webhook ./webhook --namespace hooked --create-namespace")
        .ok();
    write_chart(&env, "stopped", MAP);
    let error = env.cox("install stopped ./stopped --namespace hooked").failed();
    for part in ["nothing was sent", "down.coxswain.test", "connection refused"] {
        assert!(error.contains(part), "{part:?} is not in: {error}");
    }
    assert_nothing_left(&env, "hooked", "stopped");
    env.cox("uninstall webhook --namespace hooked").ok();
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
