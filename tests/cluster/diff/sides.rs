//! Revisions, charts and values beside each other; and who is called by `diff`.

use super::{differs, lines, write_chart};
use crate::support::TestEnv;

#[test]
fn revisions_are_compared() {
    let Some(env) = TestEnv::on_cluster() else { return };
    write_chart(&env, "web", "1.0.0", "");
    env.cox("install shop web -n revisions --create-namespace").ok();
    write_chart(
        &env,
        "web",
        "1.1.0",
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: new}\n",
    );
    env.cox("upgrade shop web -n revisions --set replicas=3,password=second-secret")
        .ok();
    let expected = [
        "update ConfigMap/shop-hook .data.replicas",
        "create ConfigMap/new .apiVersion",
        "create ConfigMap/new .kind",
        "create ConfigMap/new .metadata.name",
        "update Secret/shop .stringData.password",
        "update Deployment/shop .spec.replicas",
        "values .password",
        "values .replicas",
    ];
    let mut found = lines(&env, "diff shop 1 2 -n revisions");
    found.sort();
    let mut sorted = expected.map(str::to_owned);
    sorted.sort();
    assert_eq!(found, sorted);
    let mut newest = lines(&env, "diff shop 1 -n revisions");
    newest.sort();
    assert_eq!(newest, found);
    let back = lines(&env, "diff shop 2 1 -n revisions --no-hooks");
    assert!(
        back.contains(&"delete ConfigMap/new .kind".to_owned()),
        "{back:?}"
    );
    assert!(!back.iter().any(|line| line.contains("hook")), "{back:?}");
    assert!(!differs(&env.cox("diff shop 2 2 -n revisions --exit-code")));
    let outcome = env.cox("diff shop 1 2 -n revisions --exit-code -o markdown");
    assert!(differs(&outcome));
    assert!(
        outcome
            .stdout
            .contains("revision 1 (web 1.0.0) → revision 2 (web 1.1.0)"),
        "{outcome:?}"
    );
    for word in ["second-secret", "first-secret"] {
        assert!(!outcome.stdout.contains(word), "{word}: {}", outcome.stdout);
    }
    let error = env.cox("diff shop 1 7 -n revisions").failed();
    assert!(error.contains("release: not found"), "{error}");
}

#[test]
fn charts_are_compared() {
    let env = TestEnv::offline();
    write_chart(&env, "old", "1.0.0", "");
    write_chart(
        &env,
        "new",
        "2.0.0",
        "---\napiVersion: v1\nkind: Secret\nmetadata: {name: random}\ndata: {a: '{{ randAlphaNum 20 | b64enc }}'}\n",
    );
    env.write(
        "new/values.yaml",
        "replicas: 4\nimage: nginx:1.27\npassword: p\nargs: [-a, -b]\nhost: x\n",
    );
    env.write("more.yaml", "image: other:1\n");
    let found = lines(&env, "diff old new -f more.yaml --set args={}");
    for line in [
        "update Deployment/release-name .spec.replicas",
        "update ConfigMap/release-name-hook .data.replicas",
        "values .host",
    ] {
        assert!(found.contains(&line.to_owned()), "{line}: {found:?}");
    }
    assert!(
        !found
            .iter()
            .any(|line| line.starts_with("update") && line.contains(".image")),
        "{found:?}"
    );
    // What is random in both says nothing.
    let outcome = env.cox("diff new new --exit-code");
    assert!(!differs(&outcome), "{outcome:?}");
    assert!(
        outcome
            .stdout
            .contains("· different each time it is rendered: .data.a"),
        "{outcome:?}"
    );
    let error = env.cox("diff old nowhere").failed();
    assert!(error.contains("nowhere"), "{error}");
}

#[test]
fn versions_of_a_chart_are_named_behind_an_at_sign() {
    let env = TestEnv::offline();
    for version in ["1.0.0", "2.0.0"] {
        write_chart(
            &env,
            "web",
            version,
            &format!("---\napiVersion: v1\nkind: ConfigMap\nmetadata: {{name: v}}\ndata: {{v: {version}}}\n"),
        );
        env.cox("package web -d site").ok();
    }
    env.cox("repo index site").ok();
    let web = crate::support::web::Web::serve(&env.path().join("site"));
    env.cox(&format!("repo add shop {}", web.url())).ok();
    assert_eq!(
        lines(&env, "diff shop/web@1.0.0 shop/web@2.0.0"),
        ["update ConfigMap/v .data.v"]
    );
    assert_eq!(
        lines(&env, "diff shop/web@1.0.0 shop/web"),
        ["update ConfigMap/v .data.v"]
    );
}

#[test]
fn values_files_are_compared() {
    let env = TestEnv::offline();
    env.write(
        "a.yaml",
        "image: {tag: '1'}\nhosts: [a, b]\ndb: {password: hunter2}\n",
    );
    env.write(
        "b.yaml",
        "image: {tag: '2'}\nhosts: [a, x, b]\ndb: {password: hunter3}\n",
    );
    let expected = ["values .db.password", "values .hosts[1]", "values .image.tag"];
    assert_eq!(lines(&env, "diff a.yaml b.yaml"), expected);
    assert_eq!(lines(&env, "diff --values a.yaml b.yaml"), expected);
    let text = env.cox("diff a.yaml b.yaml").ok();
    assert!(
        text.contains("+ .hosts[1]: x") && !text.contains("hunter"),
        "{text}"
    );
    assert!(!differs(&env.cox("diff a.yaml a.yaml --exit-code")));
    let error = env.cox("diff a.yaml nowhere.yaml").failed();
    assert!(error.contains("nowhere.yaml"), "{error}");
}

/// A plugin that says how it was called.
const PLUGIN: &str = "name: diff\nversion: 1.0.0\nusage: says\ndescription: says\ncommand: \"echo plugin\"\n";

#[test]
fn the_plugin_of_that_name_keeps_its_commands() {
    let env = TestEnv::offline();
    env.write("a.yaml", "a: 1\n");
    let error = env.cox("diff upgrade web ./chart").failed();
    assert!(
        error.contains("which is not installed\nHint: cox plan upgrade"),
        "{error}"
    );
    assert!(
        env.run_as_helm("diff a.yaml a.yaml")
            .ok()
            .contains("no differences")
    );
    env.write("plugin/plugin.yaml", PLUGIN);
    env.cox("plugin install ./plugin").ok();
    for line in ["diff upgrade web ./chart", "diff version", "diff a.yaml a.yaml"] {
        assert_eq!(env.run_as_helm(line).ok(), format!("plugin {}\n", &line[5..]));
    }
    assert_eq!(env.cox("diff release a b -n x").ok(), "plugin release a b\n");
    assert!(env.cox("diff a.yaml a.yaml").ok().contains("no differences"));
}
