//! Plugins that get charts and values.

use super::Sides;

/// A getter for `test://`: what is behind a URL is below the folder `behind`.
fn install(sides: &Sides, script: &str) {
    sides.plugin(
        "test",
        "downloaders: [{command: run.sh down, protocols: [test, other]}]\n",
        script,
    );
    sides.same("plugin install source/test").ok();
}

const SCRIPT: &str =
    "echo \"$1|$2|$3|$4|$HELM_PLUGIN_USERNAME|$HELM_PLUGIN_PASSWORD\" >&2; cat \"behind/${5#*://}\"";

fn chart(sides: &Sides) {
    sides
        .env
        .write("web/Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    sides.env.write("web/values.yaml", "a: 1\nb: 2\n");
    sides.env.write(
        "web/templates/a.yaml",
        "a: {{ .Values.a }}\nb: {{ .Values.b }}\nc: {{ .Values.c | quote }}\n",
    );
}

#[test]
fn values_come_from_where_a_plugin_knows() {
    let Some(sides) = Sides::new() else { return };
    chart(&sides);
    install(&sides, SCRIPT);
    sides.env.write("behind/one.yaml", "a: one\n");
    sides.env.write("behind/sub/two.yaml", "b: two\n");
    let text = sides
        .same("template web -f test://one.yaml,other://sub/two.yaml --set-file c=test://one.yaml")
        .ok();
    assert!(text.contains("a: one\nb: two\n"), "{text}");
    for line in [
        "template web -f test://nothing.yaml",
        "template web -f unknown://one.yaml",
    ] {
        for side in [0, 1] {
            sides.run(side, line, &[]).failed();
        }
    }
}

#[test]
fn charts_come_from_where_a_plugin_knows() {
    let Some(sides) = Sides::new() else { return };
    chart(&sides);
    install(&sides, SCRIPT);
    sides.run(0, "package web -d behind/repository", &[]).ok();
    sides.run(0, "repo index behind/repository", &[]).ok();
    for folder in ["direct", "by-0", "by-1"] {
        std::fs::create_dir(sides.env.path().join(folder)).expect("a folder");
    }
    sides.same("pull test://repository/web-1.0.0.tgz -d direct").ok();
    for side in [0, 1] {
        let config = format!("config-{side}.yaml");
        let run = |line: &str| {
            sides.run(
                side,
                &format!("{line} --repository-config {config} --repository-cache c{side}"),
                &[],
            )
        };
        run("repo add r test://repository --username u --password p").ok();
        run("repo update").ok();
        assert!(run("search repo web").ok().contains("r/web"));
        assert!(run("template r/web").ok().contains("a: 1"));
        run(&format!("pull r/web --version 1.0.0 -d by-{side}")).ok();
        let failed = run("repo add s unknown://repository").failed();
        assert!(
            failed.contains("could not find protocol handler for: unknown"),
            "{failed}"
        );
    }
    let archive =
        |side: &str| std::fs::read(sides.env.path().join(side).join("web-1.0.0.tgz")).expect("an archive");
    assert_eq!(archive("by-0"), archive("by-1"));
}

#[test]
fn one_that_writes_without_end_is_ended() {
    let Some(sides) = Sides::new() else { return };
    chart(&sides);
    install(&sides, "exec yes");
    // Helm would take all the memory there is.
    let failed = sides.run(1, "template web -f test://one.yaml", &[]).failed();
    assert!(failed.contains("it writes more than 1 GiB"), "{failed}");
}
