//! Plans by somebody who may not change anything.

use serde_json::{Value, json};

use crate::cluster::scenarios::snapshot::Api;
use crate::support::TestEnv;
use crate::support::patience::until_so;

const AT: &str = "--namespace planner";

/// Lets `viewer` do everything in the namespace, but for real nothing: what RBAC cannot say a policy can.
fn only_dry_runs(api: &Api) {
    let policy = json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicy",
        "metadata": {"name": "only-dry-runs"},
        "spec": {
            "matchConstraints": {"resourceRules": [{
                "apiGroups": ["*"], "apiVersions": ["*"], "resources": ["*"], "operations": ["CREATE", "UPDATE", "DELETE"],
            }]},
            "matchConditions": [{"name": "planner", "expression": "request.userInfo.username == 'viewer'"}],
            "validations": [{
                "expression": "has(request.dryRun) && request.dryRun",
                "message": "for real you may not",
            }],
        },
    });
    let binding = json!({
        "apiVersion": "admissionregistration.k8s.io/v1",
        "kind": "ValidatingAdmissionPolicyBinding",
        "metadata": {"name": "only-dry-runs"},
        "spec": {"policyName": "only-dry-runs", "validationActions": ["Deny"]},
    });
    for (plural, object) in [
        ("validatingadmissionpolicies", policy),
        ("validatingadmissionpolicybindings", binding),
    ] {
        api.make(
            &format!("/apis/admissionregistration.k8s.io/v1/{plural}"),
            &object,
        );
    }
    bind(api, &["*"]);
}

/// Gives `viewer` verbs on everything in the namespace.
fn bind(api: &Api, verbs: &[&str]) {
    let rules = json!([{"apiGroups": ["*"], "resources": ["*"], "verbs": verbs}]);
    bind_rules(api, ("planner", &format!("planner-{}", verbs.len())), &rules);
}

/// Gives `viewer` rights in a namespace by a role of this name.
fn bind_rules(api: &Api, (namespace, name): (&str, &str), rules: &Value) {
    let root = format!("/apis/rbac.authorization.k8s.io/v1/namespaces/{namespace}");
    let role = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": name, "namespace": namespace},
        "rules": rules,
    });
    let binding = json!({
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "RoleBinding",
        "metadata": {"name": name, "namespace": namespace},
        "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "Role", "name": name},
        "subjects": [{"apiGroup": "rbac.authorization.k8s.io", "kind": "User", "name": "viewer"}],
    });
    api.make(&format!("{root}/roles"), &role);
    api.make(&format!("{root}/rolebindings"), &binding);
}

fn plan(env: &TestEnv, who: &str) -> (i32, Value) {
    let line = format!("plan upgrade web ./shop --set size=2 -o json {AT} --kube-context {who}");
    let said = env.cox(&line);
    let plan = serde_json::from_str(&said.stdout);
    (
        said.code,
        plan.unwrap_or_else(|error| panic!("{error}: {}{}", said.stdout, said.stderr)),
    )
}

#[test]
fn a_plan_needs_no_more_than_dry_runs() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let api = Api::of(&env);
    env.write("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {size: '{{ .Values.size }}'}\n";
    env.write("shop/templates/a.yaml", map);
    env.cox(&format!(
        "install web ./shop --set size=1 --create-namespace {AT}"
    ))
    .ok();

    bind(&api, &["get", "list"]);
    let (code, reader) = plan(&env, "viewer");
    assert_eq!(code, 3, "{reader}");
    let change = &reader["objects"][0];
    assert_eq!(change["fields"][0]["path"], ".data.size", "{reader}");
    assert_eq!(change["notes"][0]["concern"], "rights", "{reader}");

    only_dry_runs(&api);
    let refused = || {
        env.cox(&format!(
            "upgrade web ./shop --set size=1 {AT} --kube-context viewer"
        ))
        .stderr
    };
    until_so("the policy comes into force", || {
        refused().contains("for real you may not")
    });
    let (mine, theirs) = (plan(&env, "admin"), plan(&env, "viewer"));
    assert_eq!(mine.0, 2);
    assert_eq!(mine, theirs);
    let live = api
        .get("/api/v1/namespaces/planner/configmaps/a")
        .expect("it is there");
    assert_eq!(live["data"]["size"], "1");
}

/// Objects that may be read, but not listed, are read one by one after they were tried out.
#[test]
fn a_plan_needs_no_lists() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let at = "--namespace unlisted";
    env.write("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
    let maps = "{{ range until 20 }}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: 'a{{ . }}'}\ndata: {size: '{{ \
                $.Values.size }}'}\n{{ end }}";
    env.write("shop/templates/a.yaml", maps);
    env.cox(&format!(
        "install web ./shop --set size=1 --create-namespace {at}"
    ))
    .ok();
    let rules = json!([
        {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "patch", "create"]},
        {"apiGroups": ["", "coordination.k8s.io"], "resources": ["secrets", "leases"], "verbs": ["*"]},
    ]);
    bind_rules(&Api::of(&env), ("unlisted", "no-lists"), &rules);
    let plan = |who: &str| {
        let line = format!("plan upgrade web ./shop --set size=2 -o json {at} --kube-context {who}");
        let said = env.cox(&line);
        (said.code, said.stdout)
    };
    let (mine, theirs) = (plan("admin"), plan("viewer"));
    assert_eq!(mine.1.matches("\"effect\": \"update\"").count(), 20, "{}", mine.1);
    assert_eq!(mine, theirs);
}
