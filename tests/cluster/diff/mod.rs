//! `diff`: drift of real objects, revisions, charts and values, in all forms.

mod browser;
mod drift;
mod sides;

use serde_json::Value;

use crate::support::{Outcome, TestEnv};

/// What is different, as lines: `~ Deployment/web .spec.replicas`.
fn lines(env: &TestEnv, line: &str) -> Vec<String> {
    let text = env.cox(&format!("{line} -o json")).ok();
    let document: Value = serde_json::from_str(&text).expect("JSON");
    assert_eq!(document["format"], "coxswain.diff/v1");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
    let mut lines = Vec::new();
    for change in list(&document["objects"]) {
        let object = &change["object"];
        let name = format!(
            "{} {}/{}",
            text(&change["effect"]),
            text(&object["gvk"]["kind"]),
            text(&object["name"])
        );
        let fields = list(&change["fields"]);
        lines.extend(
            fields
                .iter()
                .map(|field| format!("{name} {}", text(&field["path"]))),
        );
        if fields.is_empty() {
            lines.push(name);
        }
    }
    lines.extend(
        list(&document["values"])
            .iter()
            .map(|field| format!("values {}", text(&field["path"]))),
    );
    lines
}

/// A run that says whether something is different.
#[track_caller]
fn differs(outcome: &Outcome) -> bool {
    assert_eq!(outcome.stderr, "", "{outcome:?}");
    match outcome.code {
        0 => false,
        2 => true,
        _ => panic!("{outcome:?}"),
    }
}

/// A chart with an object of several kinds.
fn write_chart(env: &TestEnv, name: &str, version: &str, extra: &str) {
    let chart = format!("apiVersion: v2\nname: web\nversion: {version}\n");
    env.write(&format!("{name}/Chart.yaml"), &chart);
    env.write(
        &format!("{name}/values.yaml"),
        "replicas: 2\nimage: nginx:1.26\npassword: first-secret\nargs: [-a, -b]\n",
    );
    env.write(
        &format!("{name}/templates/all.yaml"),
        &format!("{TEMPLATE}{extra}"),
    );
    env.write(
        &format!("{name}/templates/hook.yaml"),
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}-hook\n  annotations: {helm.sh/hook: pre-upgrade}\n\
         data: {replicas: '{{ .Values.replicas }}'}\n",
    );
}

const TEMPLATE: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
  labels: {app: web}
  annotations: {}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {creationTimestamp: null, labels: {app: web}}
    spec:
      containers:
      - name: web
        image: {{ .Values.image }}
        args: {{ toJson .Values.args }}
        ports: [{containerPort: 80}]
        resources: {requests: {cpu: 1000m, memory: 1024Mi}, limits: {cpu: "2"}}
        env: [{name: MODE, value: fast}]
      volumes: [{name: scratch, emptyDir: {}}]
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data:
  app.conf: |
    one
    two
    three
---
apiVersion: v1
kind: Secret
metadata: {name: {{ .Release.Name }}}
stringData: {password: {{ .Values.password }}}
data: {fixed: Zml4ZWQ=}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec:
  selector: {app: web}
  ports: [{name: http, port: 80, targetPort: 80}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: {{ .Release.Name }}}
rules:
- {apiGroups: [""], resources: [pods], verbs: [get, list]}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: {{ .Release.Name }}, annotations: {example.com/owner: us}}
"#;
