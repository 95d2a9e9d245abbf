//! `dependency update` and `build` beside the real `helm`.

use std::collections::BTreeMap;

use super::site;
use crate::support::web::{Fault, Web};
use crate::support::{TestEnv, real_helm};

/// A chart with dependencies of every kind that needs no registry.
fn parent(env: &TestEnv, url: &str, extra: &str) {
    env.write(
        "app/source/local/Chart.yaml",
        "apiVersion: v2\nname: local\nversion: 0.1.0\n",
    );
    env.write(
        "app/Chart.yaml",
        &format!(
            "apiVersion: v2
name: app
version: 0.1.0
dependencies:
- name: web
  version: '>=1.0.0 <2'
  repository: '@a'
- name: web
  alias: older
  version: ~1.0
  repository: alias:a
- name: db
  version: 0.x
  repository: {url}/
- name: local
  version: '*'
  repository: file://source/local
{extra}"
        ),
    );
}

fn files(env: &TestEnv) -> BTreeMap<String, Vec<u8>> {
    let found = std::fs::read_dir(env.path().join("app/charts"))
        .into_iter()
        .flatten()
        .flatten();
    found
        .map(|file| {
            (
                file.file_name().to_string_lossy().into_owned(),
                std::fs::read(file.path()).expect("files can be read"),
            )
        })
        .collect()
}

fn lock(env: &TestEnv) -> String {
    let text = std::fs::read_to_string(env.path().join("app/Chart.lock")).unwrap_or_default();
    text.lines()
        .filter(|line| !line.starts_with("generated"))
        .map(|line| format!("{line}\n"))
        .collect()
}

#[test]
fn the_same_archives_and_the_same_lock_file() {
    let Some(helm) = real_helm() else { return };
    let (ours, theirs) = (TestEnv::offline(), TestEnv::offline());
    let web = site(&ours);
    for env in [&ours, &theirs] {
        parent(env, &web.url(), "");
        env.run(helm, &format!("repo add a {}", web.url())).ok();
        env.write("app/charts/_ignored", "no archive");
    }
    std::fs::copy(
        ours.path().join("site/web-2.0.0-rc.1.tgz"),
        ours.path().join("app/charts/web-0.0.1.tgz"),
    )
    .unwrap();
    std::fs::copy(
        ours.path().join("site/web-2.0.0-rc.1.tgz"),
        theirs.path().join("app/charts/web-0.0.1.tgz"),
    )
    .unwrap();
    for line in [
        "dependency build app --skip-refresh",
        "dependency update app",
        "dependency update app --skip-refresh",
        "dependency build app",
        "dependency list app",
    ] {
        let our = ours.run_as_helm(line);
        let their = theirs.run(helm, line);
        assert_eq!(our.code, their.code, "{line}\n{}{}", our.stderr, their.stderr);
        assert_eq!(sorted(&our.stdout), sorted(&their.stdout), "{line}");
        assert_eq!(lock(&ours), lock(&theirs), "{line}");
        let (our, their) = (files(&ours), files(&theirs));
        let names = |files: &BTreeMap<String, Vec<u8>>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&our), names(&their), "{line}");
        for (name, bytes) in our.iter().filter(|(name, _)| !name.starts_with("local")) {
            assert!(*bytes == their[name], "{line}: {name}");
        }
    }
    assert!(lock(&ours).contains("version: 1.2.0"));
    // Each reads what the other has written.
    std::fs::copy(
        ours.path().join("app/Chart.lock"),
        theirs.path().join("app/Chart.lock"),
    )
    .unwrap();
    theirs.run(helm, "dependency build app").ok();
}

fn sorted(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text
        .lines()
        // What is no chart is told of by Helm, with a path of its own.
        .filter(|line| !line.starts_with("Could not verify"))
        .map(str::to_owned)
        .collect();
    lines.sort();
    lines
}

#[test]
fn errors_are_helms() {
    let Some(helm) = real_helm() else { return };
    let (ours, theirs) = (TestEnv::offline(), TestEnv::offline());
    let web = site(&ours);
    for env in [&ours, &theirs] {
        env.run(helm, &format!("repo add a {}", web.url())).ok();
    }
    for extra in [
        "- {name: web, version: 9.x, repository: '@a', alias: w}\n",
        "- {name: nothing, version: 1.x, repository: '@a'}\n",
        "- {name: web, version: 1.x, repository: '@b', alias: w}\n",
        "- {name: web, version: 1.x, repository: stable, alias: w}\n",
        "- {name: web, version: one, repository: '@a', alias: w}\n",
        "- {name: gone, version: 1.x, repository: 'file://gone'}\n",
        "- {name: gone, version: 1.x}\n",
    ] {
        for env in [&ours, &theirs] {
            parent(env, &web.url(), extra);
        }
        let line = "dependency update app --skip-refresh";
        let (our, their) = (ours.run_as_helm(line).failed(), theirs.run(helm, line).failed());
        let place = |text: &str| {
            text.replace(&*ours.path().to_string_lossy(), "")
                .replace(&*theirs.path().to_string_lossy(), "")
        };
        assert_eq!(place(&our), place(&their), "{extra}");
        assert!(files(&ours).is_empty(), "{extra}");
    }
}

#[test]
fn a_repository_that_nobody_added_is_asked_once() {
    let env = TestEnv::offline();
    let web = site(&env);
    env.write(
        "app/Chart.yaml",
        &format!(
            "apiVersion: v2\nname: app\nversion: 0.1.0\ndependencies:\n- {{name: web, version: 1.x, repository: '{0}'}}\n- {{name: db, \
             version: '*', repository: '{0}/'}}\n",
            web.url()
        ),
    );
    web.requests();
    env.cox("dependency update app").ok();
    let mut paths: Vec<String> = web.requests().into_iter().map(|request| request.path).collect();
    paths.sort();
    assert!(
        paths.iter().filter(|path| *path == "/index.yaml").count() <= 2,
        "{paths:?}"
    );
    assert_eq!(
        files(&env).keys().filter(|name| name.ends_with(".tgz")).count(),
        2
    );
    let error = env.cox("dependency build app").failed();
    assert!(error.contains("no repository definition for"), "{error}");
}

#[test]
fn all_or_nothing() {
    let (env, web) = updated();
    let before = (files(&env), lock(&env));
    super::chart(&env, "web", "1.3.0");
    super::chart(&env, "db", "0.4.0");
    env.cox("repo index site").ok();
    for fault in [Fault::Cut, Fault::Status(404, 99)] {
        web.fail("/db-0.4.0.tgz", fault);
        env.cox("dependency update app").failed();
        assert_eq!((files(&env), lock(&env)), before);
    }
    web.behave();
    env.cox("dependency update app").ok();
    let names: Vec<String> = files(&env).into_keys().collect();
    assert_eq!(
        names,
        [
            ".sha256",
            "db-0.4.0.tgz",
            "local-0.1.0.tgz",
            "web-1.0.0.tgz",
            "web-1.3.0.tgz"
        ]
    );
    let left: Vec<_> = std::fs::read_dir(env.path().join("app"))
        .unwrap()
        .flatten()
        .map(|file| file.file_name())
        .collect();
    assert!(
        left.iter()
            .all(|name| !name.to_string_lossy().starts_with("tmpcharts")),
        "{left:?}"
    );
}

/// An environment whose chart has its dependencies.
fn updated() -> (TestEnv, Web) {
    let env = TestEnv::offline();
    let web = site(&env);
    env.cox(&format!("repo add a {}", web.url())).ok();
    parent(&env, &web.url(), "");
    env.cox("dependency update app").ok();
    (env, web)
}

#[test]
fn a_version_that_was_published_again_is_noticed() {
    let (env, _web) = updated();
    env.cox("dependency build app --frozen").ok();
    env.write("source/db/templates/a.yaml", "a: 2\n");
    env.cox("package source/db -d site").ok();
    env.cox("repo index site").ok();
    for flags in ["", "--frozen"] {
        let error = env.cox(&format!("dependency build app {flags}")).failed();
        assert!(
            error.contains("db-0.3.1.tgz is another archive than before"),
            "{error}"
        );
    }
    env.cox("dependency update app").ok();
    env.cox("dependency build app --frozen").ok();
    std::fs::remove_file(env.path().join("app/charts/.sha256")).unwrap();
    assert!(
        env.cox("dependency build app --frozen")
            .failed()
            .contains("no digest of")
    );
    std::fs::remove_file(env.path().join("app/Chart.lock")).unwrap();
    assert!(
        env.cox("dependency build app --frozen")
            .failed()
            .contains("there is no lock file")
    );
}

#[test]
fn missing_dependencies_are_fetched_on_the_way() {
    let (env, _web) = updated();
    std::fs::remove_dir_all(env.path().join("app/charts")).unwrap();
    env.cox("template x app").failed();
    env.cox("template x app --dependency-update").ok();
    assert!(env.path().join("app/charts/db-0.3.1.tgz").exists());
    std::fs::remove_dir_all(env.path().join("app/charts")).unwrap();
    let told = env.cox("package app -u").ok();
    assert!(told.starts_with("Successfully packaged chart"), "{told}");
}

#[test]
fn outdated_dependencies_are_listed() {
    let (env, _web) = updated();
    let rows = |flags: &str| -> serde_json::Value {
        serde_json::from_str(&env.cox(&format!("outdated app -o json {flags}")).ok()).unwrap()
    };
    assert_eq!(rows("").as_array().unwrap().len(), 0);
    super::chart(&env, "db", "0.4.0");
    env.cox("repo index site").ok();
    let found = rows("");
    assert_eq!(found[0]["name"], "db", "{found}");
    assert_eq!(found[0]["locked"], "0.3.1", "{found}");
    assert_eq!(found[0]["latest"], "0.4.0", "{found}");
    assert!(rows("--all").as_array().unwrap().len() > 1);
    let said = env.cox("outdated app --fail-on-outdated").failed();
    assert!(said.contains("outdated dependencies: 1"), "{said}");
}
