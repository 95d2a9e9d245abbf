//! Mirrors of repositories: asked first, passed over when they do not have it, and never told who we are elsewhere.

use super::site;
use crate::support::TestEnv;
use crate::support::web::{Fault, Web};

/// base64 of `me:hunter2` and of `you:secret3`.
const OURS: &str = "bWU6aHVudGVyMg==";
const THEIRS: &str = "eW91OnNlY3JldDM=";

/// A repository that wants a password, and another server with the same content.
fn sides() -> (TestEnv, Web, Web) {
    let env = TestEnv::offline();
    let origin = site(&env);
    let mirror = Web::serve(&env.path().join("site"));
    origin.require(OURS);
    (env, origin, mirror)
}

fn set(env: &TestEnv, origin: &Web, at: &str) {
    let text = format!("mirrors:\n- of: {}/\n  at: ['{at}']\n", origin.url());
    env.write(".config/helm/registry/mirrors.yaml", &text);
}

#[test]
fn a_mirror_is_asked_first_and_does_not_learn_who_we_are() {
    let (env, origin, mirror) = sides();
    set(&env, &origin, &mirror.url());
    let url = origin.url();
    env.cox(&format!(
        "repo add a {url} --username me --password hunter2 --pass-credentials"
    ))
    .ok();
    env.cox("pull a/web").ok();
    env.cox("repo update").ok();
    assert!(origin.requests().is_empty());
    let asked = mirror.requests();
    assert_eq!(
        asked.iter().map(|asked| asked.status).collect::<Vec<_>>(),
        [200, 200, 304]
    );
    assert!(
        asked
            .iter()
            .all(|asked| !asked.headers.contains_key("authorization")),
        "{asked:?}"
    );
}

#[test]
fn what_a_mirror_does_not_have_is_asked_for_at_the_origin() {
    let (env, origin, mirror) = sides();
    set(&env, &origin, &mirror.url());
    let url = origin.url();
    env.cox(&format!("repo add a {url} --username me --password hunter2"))
        .ok();
    mirror.fail("/web-1.2.0.tgz", Fault::Status(404, 9));
    mirror.fail("/index.yaml", Fault::Status(500, 99));
    let said = env.cox("pull a/web --debug");
    assert!(said.stderr.contains("mirror passed over: "), "{}", said.stderr);
    assert!(!said.stderr.contains("hunter2"), "{}", said.stderr);
    said.ok();
    // What the mirror said of its index is not said to the origin.
    env.cox("repo update").ok();
    let asked = origin.requests();
    assert_eq!(asked.last().unwrap().status, 200, "{asked:?}");
    assert!(asked.iter().all(|asked| asked.status == 200), "{asked:?}");
    // One that nobody runs any more is passed over as well.
    set(&env, &origin, "http://127.0.0.1:1");
    env.cox("repo update").ok();
    env.cox("show chart a/db").ok();
}

#[test]
fn a_mirror_has_credentials_of_its_own() {
    let (env, origin, mirror) = sides();
    mirror.require(THEIRS);
    let at = mirror.url().replace("http://", "http://you:secret3@");
    set(&env, &origin, &at);
    let url = origin.url();
    let line = format!("repo add a {url} --username me --password hunter2 --debug");
    let said = env.cox(&line);
    let printed = said.stdout.clone() + &said.stderr;
    assert!(
        !printed.contains("secret3") && !printed.contains("hunter2"),
        "{printed}"
    );
    said.ok();
    assert!(origin.requests().is_empty());
    let said = env.cox("pull a/web --offline").failed();
    assert!(said.contains("nobody is asked when offline"), "{said}");
}

/// A mirror where every file is what `text` says.
fn liar(text: &str) -> (TestEnv, Web) {
    let other = TestEnv::offline();
    for name in [
        "index.yaml",
        "web-1.2.0.tgz",
        "web-1.2.0.tgz.prov",
        "db-0.3.1.tgz",
    ] {
        other.write(&format!("site/{name}"), text);
    }
    let web = Web::serve(&other.path().join("site"));
    (other, web)
}

#[test]
fn a_mirror_with_other_content_is_named_and_the_next_one_asked() {
    let (env, origin, mirror) = sides();
    let (_other, liar) = liar("<html>log in first</html>");
    let url = origin.url();
    let at = format!("{}', '{}", liar.url(), mirror.url());
    set(&env, &origin, &at);
    let refused = |file: &str| {
        let liar = liar.url();
        format!("WARNING: what the mirror has at {liar}/{file} is not used: ")
    };
    for (line, file, why) in [
        (format!("repo add a {url}"), "index.yaml", "cannot unmarshal"),
        (
            "pull a/web".to_owned(),
            "web-1.2.0.tgz",
            "is not what the index says",
        ),
        (
            format!("pull {url}/web-1.2.0.tgz -d direct"),
            "web-1.2.0.tgz",
            "is no archive",
        ),
    ] {
        let said = env.cox(&line);
        let told: Vec<&str> = said.stderr.lines().collect();
        assert_eq!(told.len(), 1, "{told:?}");
        assert!(
            told[0].starts_with(&refused(file)) && told[0].contains(why),
            "{told:?}"
        );
        said.ok();
    }
    assert!(origin.requests().is_empty());
    let bytes = |file: &str| std::fs::read(env.path().join(file)).unwrap();
    assert_eq!(bytes("web-1.2.0.tgz"), bytes("site/web-1.2.0.tgz"));
    assert_eq!(bytes("direct/web-1.2.0.tgz"), bytes("site/web-1.2.0.tgz"));
    // A repository whose mirror has lost its index is updated from the one it stands for.
    let known = env.cox("search repo -l").ok();
    env.cox("repo update").ok();
    assert_eq!(env.cox("search repo -l").ok(), known);
}

#[test]
fn when_nobody_has_it_the_first_thing_that_was_wrong_is_the_error() {
    let (env, origin, _mirror) = sides();
    let url = origin.url();
    env.cox(&format!("repo add a {url} --username me --password hunter2"))
        .ok();
    let (_other, liar) = liar("something else");
    set(&env, &origin, &format!("http://127.0.0.1:1', '{}", liar.url()));
    origin.fail("/web-1.2.0.tgz", Fault::Status(404, 9));
    let said = env.cox("pull a/web").failed();
    let last = said.lines().last().unwrap_or_default();
    assert!(
        last.starts_with("Error: ") && last.contains("is not what the index says"),
        "{said}"
    );
    assert!(!env.path().join("web-1.2.0.tgz").exists());
}

#[test]
fn a_mirror_must_have_the_dependencies_that_were_there_before() {
    let (env, origin, _mirror) = sides();
    let url = origin.url();
    env.cox(&format!("repo add a {url} --username me --password hunter2"))
        .ok();
    let chart = format!(
        "apiVersion: v2\nname: app\nversion: 1.0.0\ndependencies: [{{name: db, version: 0.3.1, repository: '{url}'}}]\n"
    );
    env.write("app/Chart.yaml", &chart);
    env.cox("dependency update app").ok();
    let before = std::fs::read(env.path().join("app/charts/db-0.3.1.tgz")).unwrap();
    std::fs::remove_file(env.path().join("app/charts/db-0.3.1.tgz")).unwrap();
    std::fs::remove_dir_all(env.path().join(".cache/helm/content")).unwrap();
    // The mirror has published the version once more, with an index that agrees.
    let other = TestEnv::offline();
    let mirror = site(&other);
    other.write("source/db/values.yaml", "other: true\n");
    super::chart(&other, "db", "0.3.1");
    other.cox("repo index site").ok();
    set(&env, &origin, &mirror.url());
    let said = env.cox("dependency build app --frozen");
    assert!(
        said.stderr.contains("WARNING: what the mirror has at ") && said.stderr.contains("is not "),
        "{}",
        said.stderr
    );
    said.ok();
    assert_eq!(
        std::fs::read(env.path().join("app/charts/db-0.3.1.tgz")).unwrap(),
        before
    );
}

#[test]
fn a_file_that_is_none_is_an_error() {
    let (env, _origin, _mirror) = sides();
    env.write(".config/helm/registry/mirrors.yaml", "mirrors: [{from: x}]\n");
    let said = env.cox("show chart a/web").failed();
    assert!(
        said.contains("cannot read the mirrors of ") && said.contains("from"),
        "{said}"
    );
}
