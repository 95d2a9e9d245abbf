//! What plugins do that do as they should.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::super::Sides;
use super::{answer, install, plugin};

fn chart(sides: &Sides) {
    let env = &sides.env;
    env.write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    env.write("web/values.yaml", "a: 1\n");
    let map = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: ONE}\ndata: {a: \"<{{ .Values.a }}>\"}\n";
    env.write("web/templates/a.yaml", map);
}

/// What is said from some words on.
fn from<'a>(text: &'a str, words: &str) -> &'a str {
    let at = text.find(words).unwrap_or_else(|| panic!("{words} in {text}"));
    &text[at..]
}

#[test]
fn commands_have_arguments_streams_and_an_environment() {
    let Some(sides) = Sides::new() else { return };
    plugin(&sides.env, "tool", ("command", "cli"), "config: {usage: tool}\n");
    plugin(
        &sides.env,
        "quiet",
        ("command", "cli"),
        "config: {ignoreFlags: true}\n",
    );
    plugin(&sides.env, "exit", ("exit", "cli"), "");
    install(&sides, &["tool", "quiet", "exit"]);
    let said = sides.same("plugin list").ok();
    assert!(said.contains("tool \t0.1.0  \tcli/v1\tv1"), "{said}");
    for line in [
        "tool",
        "tool a -n x --set c=d --kube-context=k '<>&' --namespace y",
        "quiet a b",
    ] {
        let [helm, ours] = [0, 1].map(|side| {
            let mut outcome = sides.run(side, line, &[("A", "b")]);
            // Helm gives variables in any order.
            let mut lines: Vec<String> = outcome.stdout.split(['\0', '\n']).map(str::to_owned).collect();
            lines.sort();
            outcome.stdout = lines.join("\n");
            outcome
        });
        assert_eq!(ours, helm, "{line}");
        assert!(ours.ok().contains("\nA=b\n"));
    }
    sides.same("exit 0").ok();
    sides.same_with("tool", &[("HELM_NO_PLUGINS", "1")]).failed();
    // Helm does not survive any other number than 0.
    assert_eq!(sides.run(0, "tool 3", &[]).code, 2);
    let ended = sides.run(1, "tool 3", &[]);
    assert_eq!(ended.code, 3);
    assert!(
        ended
            .stderr
            .ends_with("Error: plugin \"tool\" exited with error\n"),
        "{ended:?}"
    );
    sides.same("plugin uninstall tool quiet exit").ok();
    sides.same("tool").failed();
    assert!(sides.same_files().is_empty());
}

#[test]
fn a_plugin_without_its_module_is_none() {
    let Some(sides) = Sides::new() else { return };
    plugin(&sides.env, "tool", ("command", "cli"), "");
    install(&sides, &["tool"]);
    std::fs::remove_file(sides.env.path().join("source/tool/plugin.wasm")).expect("a file");
    let listed = sides.run(1, "plugin list", &[]);
    assert_eq!(listed.stdout, sides.run(0, "plugin list", &[]).stdout);
    let why = "error=\"wasm binary missing for extism/v1 plugin: ";
    assert_eq!(listed.stderr.matches(why).count(), 1, "{listed:?}");
    assert!(sides.run(0, "plugin list", &[]).stderr.contains(why));
    for rest in ["runtimeConfig: [1]\n", "config: {what: 1}\n"] {
        plugin(&sides.env, "odd", ("command", "cli"), rest);
        sides.run(0, "plugin install source/odd", &[]).failed();
        sides.run(1, "plugin install source/odd", &[]).failed();
    }
    let Some(sides) = Sides::new() else { return };
    plugin(&sides.env, "tool", ("command", "cli"), "");
    std::fs::remove_file(sides.env.path().join("source/tool/plugin.wasm")).expect("a file");
    sides.same("plugin install source/tool").failed();
}

#[test]
fn getters_are_asked_what_helm_asks() {
    let Some(sides) = Sides::new() else { return };
    chart(&sides);
    plugin(
        &sides.env,
        "asks",
        ("refuse", "getter"),
        "config: {protocols: [asks, more]}\n",
    );
    install(&sides, &["asks"]);
    sides.env.write(
        "repositories.yaml",
        "repositories:\n- {name: r, url: 'asks://h/r', username: u, password: p, pass_credentials_all: true}\n",
    );
    sides.env.write(
        "cache/r-index.yaml",
        "apiVersion: v1\nentries:\n  web:\n  - {apiVersion: v2, name: web, version: 1.0.0, urls: [c/web-1.0.0.tgz]}\n",
    );
    for line in [
        "template web -f asks://h/values.yaml",
        "template web --set-file a=more://h/values.yaml?x=<y>",
        "pull asks://h/web-1.0.0.tgz",
        "pull asks://h/web-1.0.0.tgz --username u --password p --pass-credentials",
        "pull web --repo asks://h/charts --username u --password p",
        "repo add s asks://h/charts --username u --password p --ca-file c --insecure-skip-tls-verify",
        "pull r/web --repository-config repositories.yaml --repository-cache cache",
        "template n r/web --repository-config repositories.yaml --repository-cache cache",
    ] {
        let [helm, ours] = [0, 1].map(|side| sides.run(side, line, &[]).failed());
        let words = "failed to invoke: plugin error: {\"href\":";
        assert_eq!(from(&ours, words), from(&helm, words), "{line}");
        assert!(ours.contains("plugin \"asks\" failed to invoke: "), "{ours}");
    }
}

#[test]
fn getters_give_values_charts_and_indexes() {
    let Some(sides) = Sides::new() else { return };
    chart(&sides);
    let data = |bytes: &[u8]| answer(&format!("{{\"data\":\"{}\"}}", STANDARD.encode(bytes)));
    let getter = |name: &str, rest: &str| {
        let rest = format!("config: {{protocols: [{name}]}}\n{rest}");
        plugin(&sides.env, name, ("answer", "getter"), &rest);
    };
    getter("values", &data(b"a: two\n"));
    sides.run(0, "package web", &[]).ok();
    let archive = std::fs::read(sides.env.path().join("web-1.0.0.tgz")).expect("an archive");
    getter("charts", &data(&archive));
    let index = "apiVersion: v1\nentries:\n  web:\n  - {apiVersion: v2, name: web, version: 1.0.0, urls: \
                 [charts://h/web-1.0.0.tgz]}\n";
    getter("index", &data(index.as_bytes()));
    getter("nothing", &answer("{}"));
    getter("numbers", &answer("{\"Data\":[97,58,32,51]}"));
    install(&sides, &["values", "charts", "index", "nothing", "numbers"]);
    for (line, expected) in [
        ("template web -f values://h/x", "a: \"<two>\""),
        ("template web -f nothing://h/x", "a: \"<1>\""),
        ("template web -f numbers://h/x", "a: \"<3>\""),
        ("template n charts://h/web-1.0.0.tgz", "a: \"<1>\""),
    ] {
        let text = sides.same(line).ok();
        assert!(text.contains(expected), "{line}: {text}");
    }
    for side in [0, 1] {
        let run = |line: &str| {
            let line = format!("{line} --repository-config config-{side}.yaml --repository-cache c{side}");
            sides.run(side, &line, &[])
        };
        run("repo add r index://h/repository").ok();
        assert!(run("search repo web").ok().contains("r/web"));
        std::fs::create_dir(sides.env.path().join(format!("by-{side}"))).expect("a folder");
        run(&format!("pull r/web -d by-{side}")).ok();
        let pulled = std::fs::read(sides.env.path().join(format!("by-{side}/web-1.0.0.tgz")));
        assert_eq!(pulled.expect("an archive"), archive);
    }
}

#[test]
fn post_renderers_get_the_objects_which_helm_does_not_give() {
    let Some(sides) = Sides::new() else { return };
    chart(&sides);
    plugin(&sides.env, "mark", ("mark", "postrenderer"), "");
    plugin(&sides.env, "asks", ("refuse", "postrenderer"), "");
    plugin(
        &sides.env,
        "fixed",
        ("answer", "postrenderer"),
        &answer("{\"manifests\":\"a: b\"}"),
    );
    plugin(
        &sides.env,
        "none",
        ("answer", "postrenderer"),
        &answer("{\"manifests\":{}}"),
    );
    install(&sides, &["mark", "asks", "fixed", "none"]);
    let text = sides.run(1, "template web --post-renderer mark", &[]).ok();
    assert!(
        text.contains("metadata: {name: TWO}") && text.contains("a: \"<1>\""),
        "{text}"
    );
    let line = "template web --post-renderer asks --post-renderer-args x --post-renderer-args y";
    let asked = sides.run(1, line, &[]).failed();
    assert!(
        asked.contains("plugin error: {\"manifests\":\"apiVersion: v1\\nkind: ConfigMap\\n"),
        "{asked}"
    );
    assert!(asked.contains("\"extraArgs\":[\"x\",\"y\"]}"), "{asked}");
    assert!(
        sides
            .run(1, "template web --post-renderer fixed", &[])
            .ok()
            .contains("a: b")
    );
    // An empty object is all that Helm understands, and it is what Helm writes.
    sides.same("template web --post-renderer none").failed();
    let asked = sides.run(0, line, &[]).failed();
    assert!(
        asked.contains("plugin error: {\"manifests\":{},\"extraArgs\":[\"x\",\"y\"]}"),
        "{asked}"
    );
    for name in ["mark", "fixed"] {
        sides
            .run(0, &format!("template web --post-renderer {name}"), &[])
            .failed();
    }
}
