//! `--offline`: nobody is asked, and what is missing is named.

use super::site;
use crate::support::TestEnv;
use crate::support::web::Web;

/// An environment in which everything newest was fetched once.
fn fetched() -> (TestEnv, Web) {
    let env = TestEnv::offline();
    let web = site(&env);
    let url = web.url();
    for line in [
        format!("repo add a {url}"),
        "show chart a/web".to_owned(),
        format!("show chart {url}/db-0.3.1.tgz"),
    ] {
        env.cox(&line).ok();
    }
    env.write(
        "app/Chart.yaml",
        &format!(
            "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies:\n- name: web\n  version: ^1\n  repository: \
             \"@a\"\n- name: db\n  version: '*'\n  repository: {url}\n"
        ),
    );
    web.requests();
    (env, web)
}

#[test]
fn what_was_fetched_is_there_without_a_request() {
    let (env, web) = fetched();
    let url = web.url();
    for line in [
        "show chart a/web".to_owned(),
        format!("show chart web --repo {url}"),
        format!("show chart {url}/db-0.3.1.tgz"),
        "template x a/web".to_owned(),
        "template x a/web --version ^1".to_owned(),
        "search repo web".to_owned(),
    ] {
        let online = env.cox(&line).ok();
        web.requests();
        assert_eq!(env.cox(&format!("{line} --offline")).ok(), online, "{line}");
        let asked = web.requests();
        assert!(asked.is_empty(), "{line}: {asked:?}");
    }
    env.cox("pull a/web --offline -d .").ok();
    let pulled = std::fs::read(env.path().join("web-1.2.0.tgz")).unwrap();
    assert!(pulled == std::fs::read(env.path().join("site/web-1.2.0.tgz")).unwrap());
    env.cox("dependency update app --offline").ok();
    let lock = std::fs::read_to_string(env.path().join("app/Chart.lock")).unwrap();
    std::fs::remove_dir_all(env.path().join("app/charts")).unwrap();
    env.cox("dependency build app --offline").ok();
    assert!(env.path().join("app/charts/web-1.2.0.tgz").exists());
    assert!(web.requests().is_empty());
    env.cox("dependency update app").ok();
    assert_eq!(
        std::fs::read_to_string(env.path().join("app/Chart.lock")).unwrap(),
        lock
    );
}

#[test]
fn a_repository_that_was_not_added_is_remembered() {
    let (env, web) = fetched();
    let url = web.url();
    env.cox("repo remove a").ok();
    let line = format!("show chart web --repo {url}");
    let online = env.cox(&line).ok();
    // The index is the one that is there: it is not sent again.
    env.cox(&line).ok();
    let asked = web.requests();
    assert_eq!(asked.last().unwrap().status, 304, "{asked:?}");
    assert_eq!(env.cox(&format!("{line} --offline")).ok(), online);
    assert!(web.requests().is_empty());
}

#[test]
fn what_is_missing_is_named() {
    let (env, web) = fetched();
    let url = web.url();
    let words = "it is not on this machine, and nobody is asked when offline";
    for (line, what) in [
        ("show chart a/web --version 1.0.0".to_owned(), "web-1.0.0.tgz"),
        (format!("pull {url}/web-1.0.0.tgz"), "web-1.0.0.tgz"),
        (format!("show chart web --repo {url}/other"), "/other/index.yaml"),
        ("pull a/web --verify".to_owned(), "web-1.2.0.tgz.prov"),
        (
            "template x oci://nowhere.example/web".to_owned(),
            "/v2/web/tags/list",
        ),
        (
            "push site/web-1.0.0.tgz oci://nowhere.example/web".to_owned(),
            "nowhere.example",
        ),
    ] {
        let said = env.cox(&format!("{line} --offline")).failed();
        assert!(said.contains(what), "{line}: {said}");
        let is_known = said.contains(words) || said.contains("failed to fetch provenance");
        assert!(is_known, "{line}: {said}");
    }
    std::fs::remove_file(env.path().join(".cache/helm/repository/a-index.yaml")).unwrap();
    let said = env.cox("show chart a/web --offline").failed();
    assert!(said.contains("a-index.yaml"), "{said}");
    assert!(web.requests().is_empty());
}

#[test]
fn frozen_says_what_differs() {
    let (env, _web) = fetched();
    env.cox("dependency update app").ok();
    let chart = std::fs::read_to_string(env.path().join("app/Chart.yaml")).unwrap();
    let says = |from: &str, to: &str| {
        env.write("app/Chart.yaml", &chart.replace(from, to));
        env.cox("dependency build app --frozen").failed()
    };
    let said = says("^1", "^2");
    assert!(said.contains("it has web 1.2.0, and ^2 is asked for"), "{said}");
    let said = says("name: db", "name: cache");
    assert!(
        said.contains("cache of ") && said.contains("nothing asks for its db of "),
        "{said}"
    );
    let said = says("version: ^1", "version: ~1");
    assert!(said.contains("it was written for other ranges"), "{said}");
    env.write("app/Chart.yaml", &chart);
    env.cox("dependency build app --frozen --offline").ok();
}
