//! `explain`, `--seed`, and the warning of values that nothing reads.

use crate::support::TestEnv;

/// A chart with a subchart, a global, an import and a key that is another one each time.
fn chart(env: &TestEnv) {
    for (name, text) in [
        (
            "web/Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies:\n- name: db\n  version: 1.0.0\n  alias: store\n  \
             condition: store.enabled\n  import-values:\n  - child: out\n    parent: from\n",
        ),
        (
            "web/values.yaml",
            "replicas: 1\nglobal:\n  zone: a\nstore:\n  enabled: true\n  size: 5Gi\n",
        ),
        (
            "web/templates/config.yaml",
            "kind: ConfigMap\nmetadata:\n  name: web\ndata:\n  replicas: {{ .Values.replicas | quote }}\n  port: {{ \
             .Values.from.port | quote }}\n  key: {{ randAlpha 8 }}\n",
        ),
        (
            "web/charts/db/Chart.yaml",
            "apiVersion: v2\nname: db\nversion: 1.0.0\n",
        ),
        ("web/charts/db/values.yaml", "size: 1Gi\nout:\n  port: 5432\n"),
        (
            "web/charts/db/templates/config.yaml",
            "kind: ConfigMap\nmetadata:\n  name: db\ndata:\n  size: {{ .Values.size }}\n  zone: {{ .Values.global.zone }}\n",
        ),
    ] {
        env.write(name, text);
    }
}

#[test]
fn values_are_followed_to_where_they_are_set() {
    let env = TestEnv::offline();
    chart(&env);
    env.write("mine.yaml", "\nreplicas: 2\n");
    let explain = |target: &str| {
        env.cox(&format!("explain web {target} -f mine.yaml --set global.zone=b"))
            .ok()
    };
    let text = explain("ConfigMap/web:.data.replicas");
    assert!(text.contains("web/templates/config.yaml:5:16"), "{text}");
    assert!(
        text.contains("mine.yaml:2 (your values)\n    over 1, web/values.yaml:1"),
        "{text}"
    );
    let text = explain("ConfigMap/db:.data.zone");
    assert!(
        text.contains("--set global.zone=b\n    over \"a\", web/values.yaml:3"),
        "{text}"
    );
    let text = explain("ConfigMap/db:.data.size");
    assert!(
        text.contains("web/values.yaml:6 (the parent chart's default)"),
        "{text}"
    );
    assert!(
        text.contains("over \"1Gi\", web/charts/store/values.yaml:1"),
        "{text}"
    );
    assert!(
        text.contains("condition store.enabled   web/Chart.yaml:"),
        "{text}"
    );
    let text = explain("ConfigMap/web:.data.port");
    assert!(
        text.contains("web/charts/store/values.yaml:3 (imported from the subchart)"),
        "{text}"
    );
    let json = explain("ConfigMap/web:.data.replicas -o json");
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json[0]["reads"][0]["setBy"][0]["line"], 2);
}

#[test]
fn what_is_not_there_is_answered_with_what_is() {
    let env = TestEnv::offline();
    chart(&env);
    let object = env.cox("explain web ConfigMap/wep").failed();
    assert!(
        object.contains("renders no ConfigMap/wep\nHint: there is ConfigMap/web"),
        "{object}"
    );
    let path = env.cox("explain web ConfigMap/web:.data.replica").failed();
    assert!(
        path.contains("has no .replica in .data\nHint: there is .replicas"),
        "{path}"
    );
    let form = env.cox("explain web nothing").failed();
    assert!(form.contains("is no Kind/name"), "{form}");
}

#[test]
fn values_that_nothing_reads_are_warned_of_on_standard_error() {
    let env = TestEnv::offline();
    chart(&env);
    let command = "template web --set replcas=3 --set store.size=2Gi --seed x";
    let outcome = env.cox(command);
    assert!(
        outcome.stderr.contains("replcas (did you mean replicas?)"),
        "{}",
        outcome.stderr
    );
    assert!(!outcome.stderr.contains("store"), "{}", outcome.stderr);
    let quiet = env.cox("template web --set store.size=2Gi --seed x");
    assert_eq!(
        (quiet.stderr.as_str(), quiet.stdout.as_str()),
        ("", outcome.stdout.as_str())
    );
    let as_helm = env.run_as_helm("template web --set replcas=3");
    assert_eq!(as_helm.stderr, "");
    let off = env.cox("template web --set store.enabled=false --set store.size=2Gi");
    assert!(!off.stderr.contains("store.size"), "{}", off.stderr);
    let values = env.cox("explain values web --set replcas=3").ok();
    assert!(values.contains("replcas (did you mean replicas?)"), "{values}");
    let lint = env.cox("lint web --set replcas=3");
    assert!(lint.stderr.contains("did you mean replicas?"), "{}", lint.stderr);
}

#[test]
fn seed_makes_renderings_equal() {
    let env = TestEnv::offline();
    chart(&env);
    let render = |flags: &str| env.cox(&format!("template web {flags}")).ok();
    assert_eq!(render("--seed a"), render("--seed a"));
    assert_ne!(render("--seed a"), render("--seed b"));
    assert_ne!(render(""), render(""));
    let calls = env.cox("explain determinism web").ok();
    assert!(
        calls.starts_with("randAlpha   web/templates/config.yaml:7:"),
        "{calls}"
    );
}
