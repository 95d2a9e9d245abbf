//! The state that is looked at: releases in every state that they can rest in, charts in folders and in a repository.

use crate::support::TestEnv;
use crate::support::web::Web;

const MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}'}\n";

const FILES: [(&str, &str); 12] = [
    (
        "web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 1.0.0\nappVersion: \"2.3\"\ndescription: A web of <things> & \
             \"more\"\nhome: https://x.org\nannotations: {a: b}\n",
    ),
    ("web/values.yaml", "# about\nmessage: hello\nlist: [1, 2]\n"),
    ("web/README.md", "# Web\n\nabout\n"),
    (
        "web/crds/c.yaml",
        "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: \
             webs.outputs.org}\nspec:\n  group: outputs.org\n  names: {kind: Web, plural: webs}\n  scope: Namespaced\n  \
             versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]\n",
    ),
    ("web/templates/NOTES.txt", "Hello {{ .Values.message }}\n\nbye\n"),
    (
        "web/templates/h.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: '{{ .Release.Name }}-h', annotations: {helm.sh/hook: \
             post-install}}\n",
    ),
    (
        "uni/Chart.yaml",
        "apiVersion: v2\nname: uni\nversion: 0.1.0+build.7\ndescription: ünï 漢字 wide ａ\ndependencies:\n- {name: \
             web, version: ^1, repository: \"file://../web\", condition: web.enabled}\n- {name: missing, version: 9, \
             repository: \"file://../nothing\"}\n",
    ),
    (
        "small/Chart.yaml",
        "apiVersion: v2\nname: small\nversion: 0.1.0+build.7\ndescription: ünï 漢字 wide ａ\n",
    ),
    (
        "broken/Chart.yaml",
        "apiVersion: v2\nname: broken\nversion: 1.0.0\n",
    ),
    ("broken/templates/a.yaml", "{{ .Values.a.b.c }\n"),
    (
        "failing/Chart.yaml",
        "apiVersion: v2\nname: failing\nversion: 1.0.0\n",
    ),
    (
        "failing/templates/a.yaml",
        "apiVersion: v1\nkind: Service\nmetadata: {name: f}\nspec: {}\n",
    ),
];

/// Makes all of it, with the real helm. The repository ends with what is returned.
pub(super) fn prepare(env: &TestEnv) -> Web {
    charts(env);
    for line in [
        "install o-web ./charts/web --create-namespace --labels team=blue",
        "upgrade o-web ./charts/web --set message=two --description 'second  time' --labels team=red",
        "rollback o-web 1",
        "install o-uni ./charts/small",
        "install o-kept ./charts/small",
        "uninstall o-kept --keep-history --description gone",
        "install o-long-name-that-is-as-long-as-names-of-releases-may ./charts/small",
        "install o-other ./charts/small --create-namespace -n outputs-two",
        "package ./charts/web -d site",
        "package ./charts/web --version 1.1.0 -d site",
        "package ./charts/web --version 2.0.0-rc.1 -d site",
        "package ./charts/small -d site",
        "package ./charts/web",
        "repo index site",
    ] {
        helm(env, line).ok();
    }
    helm(env, "install o-failing ./charts/failing").failed();
    let site = Web::serve(&env.path().join("site"));
    helm(env, &format!("repo add local {}", site.url())).ok();
    site
}

fn helm(env: &TestEnv, line: &str) -> crate::support::Outcome {
    let namespace = if line.contains(" -n ") { "" } else { " -n outputs" };
    env.helm(&format!("{line}{namespace}"))
}

fn charts(env: &TestEnv) {
    for (name, text) in FILES {
        env.write(&format!("charts/{name}"), text);
    }
    env.write(
        "charts/web/templates/a.yaml",
        &format!("{MAP}data: {{m: '{{{{ .Values.message }}}}'}}\n"),
    );
    for chart in ["uni", "small"] {
        env.write(
            &format!("charts/{chart}/templates/a.yaml"),
            &format!("{MAP}data: {{m: 漢字}}\n"),
        );
    }
    env.write("binary.bin", "\u{0}\u{1}\u{2}a: b");
    env.write("empty.yaml", "");
    env.write("list.yaml", "- 1\n");
    env.write("broken.yaml", "a: [1\nb: }\n");
    std::fs::write(env.path().join("latin.bin"), b"message: caf\xe9\n").expect("files can be written");
    env.write("out/x", "");
}
