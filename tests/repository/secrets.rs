//! Passwords: for whom they are meant, and for nobody else's eyes.

use std::os::unix::fs::PermissionsExt;

use super::site;
use crate::support::TestEnv;
use crate::support::web::{Fault, Web};

/// base64 of `me:hunter2`.
const ENCODED: &str = "bWU6aHVudGVyMg==";

#[test]
fn who_has_the_password_gets_in() {
    let env = TestEnv::offline();
    let web = site(&env);
    web.require(ENCODED);
    let url = web.url();
    let refused = env.cox(&format!("repo add a {url}")).failed();
    assert!(refused.contains("401 Unauthorized"), "{refused}");
    env.cox(&format!("repo add a {url} --username me --password hunter2"))
        .ok();
    env.cox("pull a/web").ok();
    env.cox(&format!("show chart {url}/db-0.3.1.tgz")).ok();
    env.cox(&format!(
        "show chart web --repo {url} --username me --password hunter2"
    ))
    .ok();
    env.cox(&format!("show chart web --repo {url}")).failed();
    let config = env.path().join(".config/helm/repositories.yaml");
    assert_eq!(
        std::fs::metadata(config).unwrap().permissions().mode() & 0o777,
        0o600
    );
}

#[test]
fn other_hosts_do_not_learn_it() {
    let env = TestEnv::offline();
    let web = site(&env);
    let other = Web::serve(&env.path().join("site"));
    let index = env.path().join("site/index.yaml");
    let text = std::fs::read_to_string(&index).unwrap();
    std::fs::write(
        &index,
        text.replace("- web-1.2.0.tgz", &format!("- {}/web-1.2.0.tgz", other.url())),
    )
    .unwrap();
    let add = format!(
        "repo add a {} --username me --password hunter2 --force-update",
        web.url()
    );
    env.cox(&add).ok();
    env.cox("pull a/web").ok();
    let asked = other.requests();
    assert!(!asked.is_empty());
    assert!(
        asked
            .iter()
            .all(|request| !request.headers.contains_key("authorization")),
        "{asked:?}"
    );
    env.cox(&format!("{add} --pass-credentials")).ok();
    env.cox("pull a/web").ok();
    assert!(
        other
            .requests()
            .iter()
            .all(|request| request.headers.contains_key("authorization"))
    );
    // A redirect is followed without it, whoever was meant to have it: `localhost` is another host.
    let port = other.url().rsplit(':').next().unwrap().to_owned();
    web.fail(
        "/db-0.3.1.tgz",
        Fault::Redirect(format!("http://localhost:{port}/db-0.3.1.tgz")),
    );
    env.cox("pull a/db").ok();
    assert!(
        other
            .requests()
            .iter()
            .all(|request| !request.headers.contains_key("authorization"))
    );
}

#[test]
fn nothing_that_is_printed_has_it() {
    let env = TestEnv::offline();
    let web = site(&env);
    let address = web.url().trim_start_matches("http://").to_owned();
    let url = format!("http://me:hunter2@{address}");
    env.cox(&format!(
        "repo add a {} --username me --password hunter2",
        web.url()
    ))
    .ok();
    for (path, fault) in [
        ("/nowhere", Fault::Silence),
        ("/index.yaml", Fault::Cut),
        ("/web-1.2.0.tgz", Fault::Status(404, 99)),
        ("/db-0.3.1.tgz", Fault::Cut),
    ] {
        web.fail(path, fault);
    }
    for line in [
        format!("repo add b {url}"),
        format!("repo add a {url} --password hunter2 --username you"),
        "repo update --timeout 1s".to_owned(),
        "repo list".to_owned(),
        "pull a/web".to_owned(),
        "pull a/db --verify".to_owned(),
        format!("pull {url}/web-1.2.0.tgz"),
        format!("pull web --repo {url}"),
        format!("show chart web --repo {url} --username me --password hunter2"),
        "repo add c http://me:hunter2@[nowhere".to_owned(),
        "repo add c http://me:hunter2@127.0.0.1:1".to_owned(),
    ] {
        let outcome = env.cox(&format!("{line} --debug"));
        let printed = outcome.stdout + &outcome.stderr;
        assert!(
            !printed.contains("hunter2") && !printed.contains(ENCODED),
            "{line}\n{printed}"
        );
    }
}
