//! What there is in a namespace, without what differs between any two runs.

use std::io::Read;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use kube::config::{KubeConfigOptions, Kubeconfig};
use serde_json::{Value, json};

use crate::support::TestEnv;

/// Kinds that are looked for in the namespace.
const NAMESPACED: [&str; 19] = [
    "api/v1/configmaps",
    "api/v1/secrets",
    "api/v1/services",
    "api/v1/serviceaccounts",
    "api/v1/persistentvolumeclaims",
    "api/v1/pods",
    "api/v1/resourcequotas",
    "apis/apps/v1/deployments",
    "apis/apps/v1/statefulsets",
    "apis/apps/v1/daemonsets",
    "apis/batch/v1/jobs",
    "apis/batch/v1/cronjobs",
    "apis/networking.k8s.io/v1/ingresses",
    "apis/networking.k8s.io/v1/networkpolicies",
    "apis/rbac.authorization.k8s.io/v1/roles",
    "apis/rbac.authorization.k8s.io/v1/rolebindings",
    "apis/policy/v1/poddisruptionbudgets",
    "apis/autoscaling/v2/horizontalpodautoscalers",
    "apis/coordination.k8s.io/v1/leases",
];

/// Kinds without a namespace; only objects that name it are looked at.
const CLUSTER_WIDE: [&str; 5] = [
    "api/v1/namespaces",
    "apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "apis/rbac.authorization.k8s.io/v1/clusterroles",
    "apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "apis/scheduling.k8s.io/v1/priorityclasses",
];

/// Requests to the API server, one at a time.
pub(crate) struct Api {
    client: kube::Client,
    runtime: tokio::runtime::Runtime,
}

impl Api {
    pub(crate) fn of(env: &TestEnv) -> Self {
        let kubeconfig = env
            .kubeconfig()
            .expect("cluster tests have a kubeconfig")
            .to_owned();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .expect("a runtime");
        let client = runtime.block_on(client(&kubeconfig));
        Api { client, runtime }
    }

    /// Asks; nothing where the server has no such thing.
    pub(crate) fn get(&self, path: &str) -> Option<Value> {
        self.send("GET", path, "application/json", &Value::Null).ok()
    }

    pub(crate) fn make_namespace(&self, name: &str) {
        let body = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
        // It may be there from before.
        let _ = self.send("POST", "/api/v1/namespaces", "application/json", &body);
    }

    /// Makes an object; it may be there already.
    pub(crate) fn make(&self, collection: &str, object: &Value) {
        let _ = self.try_make(collection, object);
    }

    /// Makes an object, or tells why the server does not.
    pub(crate) fn try_make(&self, collection: &str, object: &Value) -> Result<Value, kube::Error> {
        self.send("POST", collection, "application/json", object)
    }

    pub(crate) fn apply(&self, object: &Value, manager: &str) {
        let path = format!("{}?fieldManager={manager}&force=true", path(object));
        let sent = self.send("PATCH", &path, "application/apply-patch+yaml", object);
        sent.expect("the server takes it");
    }

    pub(crate) fn patch(&self, object: &Value, manager: &str) {
        let path = format!("{}?fieldManager={manager}", path(object));
        let sent = self.send("PATCH", &path, "application/merge-patch+json", object);
        sent.expect("the server takes it");
    }

    pub(crate) fn delete(&self, object: &Value) {
        let sent = self.send("DELETE", &path(object), "application/json", &json!({}));
        sent.expect("the server deletes it");
    }

    fn send(&self, method: &str, path: &str, content: &str, body: &Value) -> Result<Value, kube::Error> {
        let body = if body.is_null() {
            Vec::new()
        } else {
            serde_json::to_vec(body).expect("it is JSON")
        };
        let request = http::Request::builder().method(method).uri(path);
        let request = request
            .header("content-type", content)
            .body(body)
            .expect("a request");
        self.runtime.block_on(self.client.request(request))
    }
}

async fn client(kubeconfig: &Path) -> kube::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let file = Kubeconfig::read_from(kubeconfig).expect("the kubeconfig can be read");
    let options = KubeConfigOptions::default();
    let config = kube::Config::from_custom_kubeconfig(file, &options).await;
    kube::Client::try_from(config.expect("a configuration")).expect("a client")
}

/// Where an object is. Its kind's plural ends in `s`.
fn path(object: &Value) -> String {
    let text = |pointer: &str| {
        object
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    let version = text("/apiVersion");
    let root = if version.contains('/') { "apis" } else { "api" };
    let plural = format!("{}s", text("/kind").to_lowercase());
    let place = match text("/metadata/namespace") {
        "-" => String::new(),
        namespace => format!("/namespaces/{namespace}"),
    };
    format!("/{root}/{version}{place}/{plural}/{}", text("/metadata/name"))
}

/// The objects and the records of a namespace, as text.
pub(crate) struct Snapshot {
    pub(crate) objects: String,
    pub(crate) records: String,
}

/// How long objects that are being deleted are waited for.
const SETTLING: Duration = Duration::from_secs(30);

impl Snapshot {
    pub(crate) fn of(api: &Api, namespace: &str) -> Self {
        let begin = std::time::Instant::now();
        loop {
            let all = live(api, namespace);
            let is_going = |object: &Value| !object["metadata"]["deletionTimestamp"].is_null();
            if begin.elapsed() > SETTLING
                || !all
                    .iter()
                    .any(|object| is_going(object) && !has_finalizer(object))
            {
                return Self::from(all);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }

    fn from(all: Vec<Value>) -> Self {
        let (records, objects): (Vec<_>, Vec<_>) = all.into_iter().partition(is_record);
        let objects: Vec<_> = objects.into_iter().filter(is_ours).map(plain).collect();
        let records: Vec<_> = records.into_iter().map(record).collect();
        let text = |values: &Vec<Value>| serde_json::to_string_pretty(values).expect("it is JSON");
        Snapshot {
            objects: text(&objects),
            records: text(&records),
        }
    }
}

fn has_finalizer(object: &Value) -> bool {
    let is_foreign = |name: &Value| name.as_str() == Some("coxswain.test/stay");
    object["metadata"]["finalizers"]
        .as_array()
        .is_some_and(|all| all.iter().any(is_foreign))
}

fn live(api: &Api, namespace: &str) -> Vec<Value> {
    let mut all = Vec::new();
    for kind in NAMESPACED {
        let (group, plural) = kind.rsplit_once('/').expect("a path");
        all.extend(items(api, &format!("/{group}/namespaces/{namespace}/{plural}")));
    }
    let mut wide = Vec::new();
    for kind in CLUSTER_WIDE {
        let found = items(api, &format!("/{kind}"));
        wide.extend(
            found
                .into_iter()
                .filter(|object| name(object).contains(namespace)),
        );
    }
    for definition in wide.iter().filter(|object| object["spec"]["names"].is_object()) {
        let spec = &definition["spec"];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (group, plural) = (text(&spec["group"]), text(&spec["names"]["plural"]));
        let version = text(&spec["versions"][0]["name"]);
        all.extend(items(api, &format!("/apis/{group}/{version}/{plural}")));
    }
    all.extend(wide);
    all
}

/// Lists objects. In a list they do not say their kind: the path says it here.
fn items(api: &Api, path: &str) -> Vec<Value> {
    let mut list = api.get(path).unwrap_or_default();
    let Some(items) = list["items"].as_array_mut() else {
        return Vec::new();
    };
    let mut items = std::mem::take(items);
    for item in &mut items {
        item["kind"] = path.rsplit('/').next().into();
    }
    items
}

fn name(object: &Value) -> &str {
    object["metadata"]["name"].as_str().unwrap_or_default()
}

fn is_record(object: &Value) -> bool {
    object["metadata"]["labels"]["owner"] == "helm" && name(object).starts_with("sh.helm.release.v1.")
}

/// What is there anyway, or was made by a controller, is left out.
fn is_ours(object: &Value) -> bool {
    let is_made = object["metadata"]["ownerReferences"].is_array();
    !is_made && !matches!(name(object), "kube-root-ca.crt" | "default")
}

/// What the server or controllers write into objects by themselves.
fn plain(mut object: Value) -> Value {
    let fields = object.as_object_mut().expect("an object is a table");
    fields.remove("status");
    let metadata = object["metadata"].as_object_mut().expect("it has metadata");
    for field in ["uid", "resourceVersion", "creationTimestamp", "deletionTimestamp"] {
        if let Some(value) = metadata.get_mut(field) {
            *value = "set".into();
        }
    }
    if let Some(annotations) = metadata.get_mut("annotations").and_then(Value::as_object_mut) {
        annotations.retain(|key, _| {
            !key.starts_with("deployment.kubernetes.io/")
                && !key.starts_with("pv.kubernetes.io/")
                && !key.starts_with("volume.")
        });
    }
    if let Some(managers) = metadata.get_mut("managedFields").and_then(Value::as_array_mut) {
        managers.retain(|entry| !is_of_control_plane(entry));
        // Their order is that of the seconds in which they wrote.
        managers.sort_by_key(|entry| (entry["manager"].to_string(), entry["operation"].to_string()));
        for entry in managers {
            entry["time"] = "set".into();
        }
    }
    let kind = object["kind"].as_str().unwrap_or_default().to_owned();
    if let Some(spec) = object.get_mut("spec").and_then(Value::as_object_mut) {
        for field in [
            "clusterIP",
            "clusterIPs",
            "nodePort",
            "healthCheckNodePort",
            "volumeName",
            "nodeName",
        ] {
            if kind != "deployments" && spec.contains_key(field) {
                spec.insert(field.to_owned(), "set".into());
            }
        }
        for port in spec
            .get_mut("ports")
            .and_then(Value::as_array_mut)
            .into_iter()
            .flatten()
        {
            if !port["nodePort"].is_null() {
                port["nodePort"] = "set".into();
            }
        }
    }
    object
}

fn is_of_control_plane(entry: &Value) -> bool {
    let manager = entry["manager"].as_str().unwrap_or_default();
    let is_server =
        manager.starts_with("kube-") || manager.starts_with("kwok") || manager.contains("apiserver");
    is_server || entry["subresource"] == "status"
}

/// A record: its labels and what is packed into it.
fn record(object: Value) -> Value {
    let metadata = &object["metadata"];
    let mut labels = metadata["labels"].clone();
    if let Some(labels) = labels.as_object_mut() {
        labels.retain(|key, _| key != "createdAt" && key != "modifiedAt");
    }
    let text = object["data"]["release"].as_str().expect("a record has data");
    let is_secret = object["kind"] == "secrets";
    let inner = if is_secret {
        STANDARD.decode(text).expect("a Secret is base64")
    } else {
        text.as_bytes().to_vec()
    };
    let gzip = STANDARD.decode(inner).expect("a record is base64");
    let mut json = String::new();
    flate2::read::GzDecoder::new(gzip.as_slice())
        .read_to_string(&mut json)
        .expect("a record is gzip");
    let mut release: Value = serde_json::from_str(&json).expect("a record is JSON");
    without_times(&mut release);
    json!({
        "kind": object["kind"], "name": name(&object), "type": object["type"], "labels": labels, "release": release,
    })
}

/// When a file was changed says nothing; the other times are masked like all text, and so that they are, files are shown
/// as text.
fn without_times(release: &mut Value) {
    match release {
        Value::Object(fields) => {
            for (key, value) in fields {
                if (key == "modtime" || key == "schemamodtime") && !value.is_null() {
                    *value = "set".into();
                }
                if key == "data"
                    && let Some(bytes) = value.as_str().and_then(|text| STANDARD.decode(text).ok())
                {
                    *value = String::from_utf8_lossy(&bytes).into();
                }
                without_times(value);
            }
        }
        Value::Array(items) => items.iter_mut().for_each(without_times),
        _ => {}
    }
}
