//! `template`: rendering without a cluster.

use crate::support::{TestEnv, project};

fn chart(env: &TestEnv) {
    env.write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    env.write("web/values.yaml", "size: 1\n");
    env.write(
        "web/templates/b.yaml",
        "kind: Service\nsize: {{ .Values.size }}\n",
    );
    env.write(
        "web/templates/a.yaml",
        "kind: Deployment\nname: {{ .Release.Name }}\n",
    );
    env.write("web/crds/c.yaml", "kind: CustomResourceDefinition\n");
    let hook = "kind: Pod\nmetadata:\n  name: t\n  annotations:\n    helm.sh/hook: test\n";
    env.write("web/templates/tests/t.yaml", hook);
}

#[test]
fn objects_come_in_install_order_and_hooks_last() {
    let env = TestEnv::offline();
    chart(&env);
    let text = env.cox("template demo web --set size=2 --skip-tests").ok();
    let expected = "---\n# Source: web/templates/b.yaml\nkind: Service\nsize: 2\n\n---\n# Source: web/templates/a.yaml\n\
                    kind: Deployment\nname: demo\n";
    assert_eq!(text, expected);
    assert!(env.cox("template demo web").ok().contains("helm.sh/hook: test"));
}

#[test]
fn what_is_shown_can_be_chosen() {
    let env = TestEnv::offline();
    chart(&env);
    let text = env.cox("template demo web --show-only templates/a.yaml").ok();
    assert_eq!(
        text,
        "---\n# Source: web/templates/a.yaml\nkind: Deployment\nname: demo\n\n"
    );
    assert!(
        env.cox("template demo web --include-crds")
            .ok()
            .starts_with("---\n# Source: web/crds/c.yaml\n")
    );
    let error = env.cox("template demo web -s templates/z.yaml").failed();
    assert_eq!(
        error,
        "Error: could not find template templates/z.yaml in chart\n"
    );
}

#[test]
fn a_real_chart_with_a_library_renders() {
    let chart = project().join("testdata/charts/whoami-6.0.0.tgz");
    let text = TestEnv::offline()
        .cox(&format!("template web {}", chart.display()))
        .ok();
    assert!(
        text.contains("# Source: whoami/templates/deployment.yaml"),
        "{text}"
    );
}

/// Helm shuffles them (COMPATIBILITY.md), so there is nothing of its own to compare with.
#[test]
fn notes_of_several_charts_come_in_alphabetical_order() {
    let env = TestEnv::offline();
    chart(&env);
    env.write("web/templates/NOTES.txt", "Notes of web.\n");
    for name in ["beta", "alpha"] {
        let text = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n");
        env.write(&format!("web/charts/{name}/Chart.yaml"), &text);
        let text = format!("Notes of {name}.\n");
        env.write(&format!("web/charts/{name}/templates/NOTES.txt"), &text);
    }
    let text = env
        .cox("install demo web --dry-run=client --render-subchart-notes")
        .ok();
    let notes = text.split_once("NOTES:\n").map(|(_, notes)| notes);
    assert_eq!(
        notes,
        Some("Notes of alpha.\n\nNotes of beta.\n\nNotes of web.\n")
    );
}
