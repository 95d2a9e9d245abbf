//! `--dry-run=server`: the cluster is asked and not changed, and the answer is Helm's.

use crate::support::TestEnv;

/// A chart that asks for all that a cluster can tell.
fn chart(env: &TestEnv) {
    env.write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    let asking = r#"apiVersion: v1
kind: ConfigMap
metadata:
  name: asked
data:
  version: "{{ .Capabilities.KubeVersion }}"
  apps: "{{ .Capabilities.APIVersions.Has "apps/v1/Deployment" }}"
  nonsense: "{{ .Capabilities.APIVersions.Has "nonsense/v1" }}"
  upgrade: "{{ .Release.IsUpgrade }} {{ .Release.IsInstall }} {{ .Release.Revision }}"
  found: "{{ (lookup "v1" "Namespace" "" "kube-system").metadata.name }}"
  none: {{ lookup "v1" "ConfigMap" "default" "no-such-thing" | toJson | quote }}
"#;
    env.write("web/templates/asking.yaml", asking);
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s\nstringData: {a: b}\n";
    env.write("web/templates/secret.yaml", secret);
    let hook = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: h\n  annotations: {helm.sh/hook: test}\n";
    env.write("web/templates/h.yaml", hook);
    let extra = "{{ with .Values.extra }}{{ . }}{{ end }}\n";
    env.write("web/templates/extra.yaml", extra);
    let crd = "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: foos.example.com\n";
    env.write("web/crds/c.yaml", crd);
    env.write(
        "bad.yaml",
        "extra: |\n  apiVersion: example.com/v1\n  kind: Foo\n  metadata: {name: x}\n",
    );
    env.write(
        "odd.yaml",
        "extra: |\n  apiVersion: v1\n  kind: ConfigMap\n  metadata: {name: x}\n  dat: {a: b}\n",
    );
    env.write("broken.yaml", "extra: |\n  a: b\n   c: d\n");
}

/// What both print, but for the time.
fn both(env: &TestEnv, line: &str) {
    let clean = |text: &str| -> String {
        text.lines()
            .filter(|line| !line.starts_with("LAST DEPLOYED: ") && !line.starts_with("level=ERROR"))
            .map(|line| format!("{line}\n"))
            .collect()
    };
    let [helm, cox] = [env.helm(line), env.cox(line)];
    assert_eq!(clean(&cox.stdout), clean(&helm.stdout), "{line}\n{}", cox.stderr);
    assert_eq!(clean(&cox.stderr), clean(&helm.stderr), "{line}");
    assert_eq!(cox.code, helm.code, "{line}");
}

#[test]
fn the_answers_are_helms() {
    let Some(env) = TestEnv::on_cluster() else { return };
    chart(&env);
    for line in [
        "template web --dry-run=server",
        "template web --dry-run=server --is-upgrade --include-crds",
        "template web --validate --no-hooks -s templates/asking.yaml",
        "template web --dry-run=server --kube-version 1.20 --api-versions nonsense/v1",
        "template web --dry-run=server -f bad.yaml",
        "template web --dry-run=server -f odd.yaml",
        "template web --dry-run=server -f odd.yaml --disable-openapi-validation",
        "template web --dry-run=server -f broken.yaml",
        "template web --dry-run=client -f bad.yaml",
        "install web web --dry-run=server",
        "install web web --dry-run=server --hide-secret --skip-crds",
        "install web web --dry-run=server -f bad.yaml",
        "install web web --dry-run=server --skip-crds --labels owner=me",
        "upgrade web web --dry-run=server",
        "upgrade web web --dry-run=server --install",
        "upgrade web web --dry-run=client --install",
    ] {
        both(&env, line);
    }
    assert_eq!(
        env.cox("list --all-namespaces --filter ^web$ -q -n default").code,
        0
    );
    assert!(
        env.cox("status web -n default")
            .failed()
            .contains("release: not found")
    );
}

#[test]
fn an_upgrade_is_tried_on_what_is_there() {
    let Some(env) = TestEnv::on_cluster() else { return };
    chart(&env);
    let flags = "-n dry-upgrade";
    env.helm(&format!("install web web {flags} --create-namespace --skip-crds"))
        .ok();
    both(&env, &format!("upgrade web web {flags} --dry-run=server"));
    both(
        &env,
        &format!("upgrade web web {flags} --dry-run=client --hide-secret"),
    );
    both(
        &env,
        &format!("upgrade web web {flags} --dry-run=server -f bad.yaml"),
    );
    both(&env, &format!("list {flags} --color always --time-format x"));
    both(
        &env,
        &format!(
            "get all web {flags} --template '{{{{.Release.Name}}}} {{{{.Release.Info.Status}}}} {{{{.Release.Chart.Metadata.Version}}}}'"
        ),
    );
    let history = env.cox(&format!("history web {flags} -o json")).ok();
    assert_eq!(history.matches("\"revision\"").count(), 1, "{history}");
}

#[test]
fn templates_over_a_release_see_helms_structs() {
    let Some(env) = TestEnv::on_cluster() else { return };
    chart(&env);
    let flags = "-n templated";
    env.helm(&format!("install web web {flags} --create-namespace --skip-crds"))
        .ok();
    for template in [
        "{{.Release.Nope}}",
        "{{.Nope}}",
        "{{.Release.Info.Nope}}",
        "{{.Release.Chart.Nope}}",
        "{{.Release.Chart.Metadata.Nope}}",
        "{{.Release.Config.nope}}",
        "{{.Release.Name.x}}",
        "{{.Release.Version.x}}",
        "{{range .Release.Hooks}}{{.Nope}}{{end}}",
        "{{range .Release.Hooks}}{{.Name}} {{.Weight}} {{.Events}} {{.LastRun.Phase}}{{end}}",
        "{{range .Release.Chart.Templates}}{{.Name}} {{len .Data}} {{printf \"%s\" .Data}}{{end}}",
        "{{range .Release.Chart.Files}}{{.Name}}{{end}}|{{len .Release.Chart.Schema}}",
        "{{.Release.Chart.Name}} {{.Release.Chart.IsRoot}} {{.Release.Chart.AppVersion}}",
        "{{.Release.Chart.Values}} {{.Release.Labels}} {{.Release.Config}} {{.Release.ApplyMethod}}",
        "{{.Release.Info.FirstDeployed}} {{.Release.Info.Deleted}} {{.Release.Info.Resources}}",
        "{{.Release.Chart.Metadata.Keywords}} {{.Release.Chart.Metadata.Annotations}}",
        "{{printf \"%T %T %T\" .Release .Release.Info .Release.Chart}}",
        "{{len .Release}}",
    ] {
        both(&env, &format!("get all web {flags} --template '{template}'"));
    }
    for template in [
        "{{.Nope}}",
        "{{.Version.x}}",
        "{{.}}",
        "{{printf \"%#v %T\" . .}}",
        "{{len .}}",
    ] {
        both(&env, &format!("version --template '{template}'"));
    }
}
