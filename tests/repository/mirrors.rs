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
    // An archive that is another one is refused, whoever sends it.
    let other = TestEnv::offline();
    let liar = site(&other);
    super::chart(&other, "web", "1.2.0");
    other.write("site/web-1.2.0.tgz", "something else");
    set(&env, &origin, &liar.url());
    let said = env.cox("pull a/web").failed();
    assert!(said.contains("is not what the index says"), "{said}");
    let said = env.cox("pull a/web --offline").failed();
    assert!(said.contains("nobody is asked when offline"), "{said}");
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
