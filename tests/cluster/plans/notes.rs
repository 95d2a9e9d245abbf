//! What a plan says besides the changes: each concern, on a real object.

use release::diff::ChangeSet;
use serde_json::json;

use crate::cluster::scenarios::snapshot::Api;
use crate::support::TestEnv;
use crate::support::patience::until_so;

/// A release whose chart is one template, and a namespace for it.
struct Shop {
    env: TestEnv,
    api: Api,
    namespace: &'static str,
}

impl Shop {
    fn new(namespace: &'static str) -> Option<Self> {
        let env = TestEnv::on_cluster()?;
        env.write("shop/Chart.yaml", "apiVersion: v2\nname: shop\nversion: 1.0.0\n");
        let api = Api::of(&env);
        api.make_namespace(namespace);
        Some(Shop { env, api, namespace })
    }

    fn install(&self, template: &str) {
        self.env.write("shop/templates/all.yaml", template);
        let line = format!("install web ./shop --namespace {}", self.namespace);
        self.env.cox(&line).ok();
    }

    /// Plans a command; returns the exit code and the notes, as `Kind/name concern: text`.
    fn plan(&self, line: &str) -> (i32, Vec<String>) {
        let said = self
            .env
            .cox(&format!("plan {line} -o json --namespace {}", self.namespace));
        let plan: ChangeSet = serde_json::from_str(&said.stdout)
            .unwrap_or_else(|error| panic!("{error}: {}{}", said.stdout, said.stderr));
        let notes = plan.objects.iter().flat_map(|change| {
            let name = change.object.to_string();
            let notes = change.notes.iter();
            notes.map(move |note| format!("{name} {}: {}", note.concern.as_str(), note.text))
        });
        (said.code, notes.collect())
    }

    fn upgrade(&self, template: &str) -> (i32, Vec<String>) {
        self.env.write("shop/templates/all.yaml", template);
        self.plan("upgrade web ./shop")
    }
}

#[track_caller]
fn has(notes: &[String], wanted: &str) {
    assert!(
        notes.iter().any(|note| note.contains(wanted)),
        "{wanted:?} is not in {notes:#?}"
    );
}

const WORKLOADS: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: c, image: 'a:1'}]}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec:
  serviceName: db
  selector: {matchLabels: {app: db}}
  template:
    metadata: {labels: {app: db}}
    spec: {containers: [{name: c, image: 'a:1'}]}
";

#[test]
fn pods_and_what_cannot_change() {
    let Some(shop) = Shop::new("notes-pods") else {
        return;
    };
    shop.install(WORKLOADS);
    let (code, notes) = shop.upgrade(
        &WORKLOADS
            .replace("replicas: 3", "replicas: 1")
            .replace("a:1", "a:2")
            .replace("serviceName: db", "serviceName: other"),
    );
    assert_eq!(code, 3);
    has(&notes, "Deployment/web replicas: replicas goes down from 3 to 1");
    has(
        &notes,
        "Deployment/web restart: pods are replaced one after the other: spec.containers[name=c].image",
    );
    has(&notes, "StatefulSet/db immutable: ");
}

#[test]
fn data_and_hooks() {
    let Some(shop) = Shop::new("notes-data") else {
        return;
    };
    let hook = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: pre-upgrade, helm.sh/hook-delete-policy: hook-succeeded}\n";
    let claim = "---\napiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: data}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}\n";
    shop.install(claim);
    let path = format!(
        "/api/v1/namespaces/{}/persistentvolumeclaims/data",
        shop.namespace
    );
    until_so("the claim is bound", || {
        !shop.api.get(&path).expect("it is there")["spec"]["volumeName"].is_null()
    });
    let (code, notes) = shop.upgrade(hook);
    assert_eq!(code, 3);
    has(&notes, "PersistentVolumeClaim/data dataLoss: its volume ");
    has(
        &notes,
        "ConfigMap/h hook: runs as pre-upgrade hook, and goes when it is done",
    );
    let (code, notes) = shop.plan("uninstall web");
    assert_eq!(code, 3);
    has(&notes, "PersistentVolumeClaim/data dataLoss: ");
}

#[test]
fn definitions_and_versions() {
    let Some(shop) = Shop::new("notes-kinds") else {
        return;
    };
    let definition = |properties: &str| {
        format!(
            "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {{name: carts.notes.test}}\nspec:\n  group: notes.test\n  scope: Namespaced\n  names: {{kind: Cart, plural: carts, singular: cart}}\n  versions:\n  - name: v1\n    served: true\n    storage: true\n    schema: {{openAPIV3Schema: {{type: object, properties: {{spec: {{type: object, properties: {properties}}}}}}}}}\n"
        )
    };
    shop.install(&definition("{size: {type: integer}, color: {type: string}}"));
    let cart = json!({"apiVersion": "notes.test/v1", "kind": "Cart", "metadata": {"name": "a"}, "spec": {"size": 9, "color": "red"}});
    let carts = format!("/apis/notes.test/v1/namespaces/{}/carts", shop.namespace);
    until_so("the kind is served", || {
        shop.api.make(&carts, &cart);
        shop.api.get(&format!("{carts}/a")).is_some()
    });
    let (code, notes) = shop.upgrade(&definition("{size: {type: integer, maximum: 5}}"));
    assert_eq!(code, 3);
    has(
        &notes,
        "CustomResourceDefinition/carts.notes.test crd: Cart notes-kinds/a does not fit any more: at '/spec/size'",
    );
    has(
        &notes,
        "crd: Cart notes-kinds/a has fields that are not declared any more: .spec.color",
    );
    let (_, notes) = shop.plan("upgrade web ./shop --target-kubernetes 1.40");
    assert!(notes.iter().all(|note| !note.contains("apiRemoved")), "{notes:?}");
}

#[test]
fn what_is_full_or_taken() {
    let Some(shop) = Shop::new("notes-full") else {
        return;
    };
    let map = |name: &str| {
        format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}}}\ndata: {{a: b}}\n")
    };
    shop.install(&map("one"));
    let mut foreign = json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "theirs"}});
    foreign["metadata"]["namespace"] = shop.namespace.into();
    shop.api.apply(&foreign, "somebody");
    let quota = json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": "q"}, "spec": {"hard": {"configmaps": "1"}}});
    shop.api.make(
        &format!("/api/v1/namespaces/{}/resourcequotas", shop.namespace),
        &quota,
    );
    let path = format!("/api/v1/namespaces/{}/resourcequotas/q", shop.namespace);
    until_so("the quota is counted", || {
        !shop.api.get(&path).expect("it is there")["status"]["used"]["configmaps"].is_null()
    });
    let (code, notes) = shop.upgrade(&[map("one"), map("two"), map("theirs")].concat());
    assert_eq!(code, 3);
    has(&notes, "ConfigMap/two quota: ");
    has(
        &notes,
        "ConfigMap/theirs takeover: ConfigMap \"theirs\" in namespace \"notes-full\" exists and cannot be imported",
    );
}

#[test]
fn pods_that_do_not_fit() {
    let Some(shop) = Shop::new("notes-room") else {
        return;
    };
    let web = |replicas: usize, cpu: &str| {
        let head = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n";
        format!(
            "{head}  replicas: {replicas}\n  template:\n    metadata: {{labels: {{app: web}}}}\n    spec: {{containers: [{{name: c, \
             image: 'a:1', resources: {{requests: {{cpu: {cpu}}}}}}}]}}\n"
        )
    };
    let quota = |name: &str, spec: serde_json::Value| {
        let quota =
            json!({"apiVersion": "v1", "kind": "ResourceQuota", "metadata": {"name": name}, "spec": spec});
        let quotas = format!("/api/v1/namespaces/{}/resourcequotas", shop.namespace);
        shop.api.make(&quotas, &quota);
    };
    quota("q", json!({"hard": {"pods": "3", "requests.cpu": "1"}}));
    quota(
        "scoped",
        json!({"hard": {"pods": "1"}, "scopes": ["Terminating"]}),
    );
    shop.install(&web(1, "200m"));
    let path = format!("/api/v1/namespaces/{}/resourcequotas/q", shop.namespace);
    until_so("the pod is counted", || {
        shop.api.get(&path).expect("it is there")["status"]["used"]["pods"] == "1"
    });
    let (code, notes) = shop.upgrade(&web(5, "200m"));
    assert_eq!(code, 3);
    let words = "Deployment/web room: its pods would not fit into ResourceQuota q: of pods 3 are allowed, 1 are in use, and 4 \
                 more would be asked for";
    assert_eq!(
        notes.iter().filter(|note| note.contains(" room: ")).count(),
        1,
        "{notes:?}"
    );
    has(&notes, words);
    let (_, notes) = shop.upgrade(&web(2, "600m"));
    has(
        &notes,
        "of requests.cpu 1 are allowed, 200m are in use, and 1 more would be asked for",
    );
    let (code, notes) = shop.upgrade(&web(2, "250m"));
    assert!(
        code == 2 && notes.iter().all(|note| !note.contains(" room: ")),
        "{notes:?}"
    );
}
