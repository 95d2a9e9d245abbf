//! `create`: whose chart is written, and that both are whole. The words are those of the real Helm 4.2.4.

use std::os::unix::fs::symlink;
use std::path::PathBuf;

use crate::support::{TestEnv, real_helm};

/// The program under the name `helm`.
pub(crate) fn called_helm(env: &TestEnv) -> PathBuf {
    let path = env.path().join("link/helm");
    if !path.exists() {
        env.write("link/x", "");
        symlink(env!("CARGO_BIN_EXE_cox"), &path).expect("links can be made");
    }
    path
}

fn has(env: &TestEnv, file: &str) -> bool {
    env.path().join(file).exists()
}

#[test]
fn the_name_of_the_program_decides_whose_chart_it_is() {
    let env = TestEnv::offline();
    env.cox("create a").ok();
    assert!(has(&env, "a/templates/service.yaml.tera") && !has(&env, "a/templates/service.yaml"));
    env.cox("create b --engine gotpl").ok();
    assert!(has(&env, "b/templates/service.yaml") && !has(&env, "b/templates/service.yaml.tera"));
    let helm = called_helm(&env);
    env.run(&helm, "create c").ok();
    assert!(has(&env, "c/templates/service.yaml"));
    env.run(&helm, "create d --engine tera").ok();
    assert!(has(&env, "d/templates/service.yaml.tera"));
    assert_eq!(
        env.cox("create e --engine jinja").failed(),
        "Error: invalid argument \"jinja\" for \"--engine\" flag: must be one of: gotpl, tera\n"
    );
}

#[test]
fn names_that_tera_would_not_take_do() {
    let env = TestEnv::offline();
    for name in ["my-app", "3scale", "a.b", "true"] {
        env.cox(&format!("create {name}")).ok();
        let summary = "1 chart(s) linted, 0 chart(s) failed\n";
        assert!(env.cox(&format!("lint {name}")).ok().ends_with(summary));
        let text = env.cox(&format!("template web ./{name}")).ok();
        assert!(
            text.contains(&format!("app.kubernetes.io/name: {name}\n")),
            "{text}"
        );
    }
}

#[test]
fn a_tera_chart_says_that_it_needs_cox() {
    let env = TestEnv::offline();
    env.cox("create web").ok();
    let needed =
        "[INFO] templates/: has Tera templates (*.tera), which Helm cannot render: the chart needs cox\n";
    assert!(env.cox("lint web").ok().contains(needed));
    env.cox("package web").ok();
    assert!(env.cox("lint web-0.1.0.tgz").ok().contains(needed));
    env.cox("create classic --engine gotpl").ok();
    assert!(!env.cox("lint classic").ok().contains("needs cox"));
}

#[test]
fn real_helm_does_not_half_render_a_tera_chart() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    env.cox("create web").ok();
    let error = env.run(helm, "template web web").failed();
    assert!(error.contains("parse error at (web/templates/"), "{error}");
}

#[test]
fn the_classic_chart_is_helms() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    env.write("theirs/x", "");
    env.write("ours/x", "");
    env.run(helm, "create theirs/web").ok();
    env.cox("create ours/web --engine gotpl").ok();
    let diff = env.run("/usr/bin/diff".as_ref(), "-r theirs ours");
    assert_eq!((diff.code, diff.stdout.as_str()), (0, ""));
}

#[test]
fn versions_and_starters_are_those_of_helm() {
    let Some(helm) = real_helm() else { return };
    let env = TestEnv::offline();
    let ours = called_helm(&env);
    env.write(".local/share/helm/starters/x", "");
    env.cox("create .local/share/helm/starters/mine --engine tera")
        .ok();
    let lines = [
        "create web --chart-api-version v2".to_owned(),
        "create web --chart-api-version v3".to_owned(),
        "create web --chart-api-version v9".to_owned(),
        "create web --starter mine".to_owned(),
        "create web --starter ../starters//mine".to_owned(),
        format!(
            "create web -p {}/.local/share/helm/starters/mine",
            env.path().display()
        ),
        "create web --starter nope".to_owned(),
        "create web --starter /nope".to_owned(),
    ];
    for line in &lines {
        let run = |program| {
            let outcome = env.run(program, line);
            let files = env
                .run("/usr/bin/find".as_ref(), "web -type f -exec md5sum {} +")
                .stdout;
            let mut files: Vec<String> = files.lines().map(str::to_owned).collect();
            files.sort();
            let _ = std::fs::remove_dir_all(env.path().join("web"));
            (outcome, files)
        };
        assert_eq!(run(&ours), run(helm), "{line}");
    }
}
