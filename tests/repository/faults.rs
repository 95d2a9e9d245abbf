//! Servers and disks that fail: a clear error, and what was there is still there.

use std::time::Instant;

use super::site;
use crate::support::TestEnv;
use crate::support::patience::LONG;
use crate::support::web::{Fault, Web};

/// An environment with a repository `a`, and its server.
fn added() -> (TestEnv, Web) {
    let env = TestEnv::offline();
    let web = site(&env);
    env.cox(&format!("repo add a {}", web.url())).ok();
    (env, web)
}

#[test]
fn an_index_that_does_not_arrive_leaves_the_old_one() {
    let (env, web) = added();
    let url = web.url();
    let before = env.cox("search repo -l").ok();
    for (fault, words) in [
        (Fault::Cut, "unexpected EOF"),
        (
            Fault::Stall,
            "(Client.Timeout or context cancellation while reading body)",
        ),
        (Fault::Silence, "Client.Timeout exceeded"),
        (
            Fault::Redirect(format!("{url}/index.yaml")),
            "stopped after 10 redirects",
        ),
        (Fault::Redirect("file:///etc/passwd".to_owned()), "302"),
        (Fault::Status(404, 100), "404 File not found"),
        (Fault::Status(503, 100), "503 Service Unavailable"),
    ] {
        web.fail("/index.yaml", fault);
        // Otherwise it would be asked whether the index is still the same.
        let _ = std::fs::remove_file(env.path().join(".cache/helm/repository/a-index.cox"));
        let outcome = env.cox("repo update --timeout 5s");
        assert!(outcome.stdout.contains(words), "{words}: {}", outcome.stdout);
        assert!(
            outcome
                .failed()
                .contains("failed to update the following repositories")
        );
        assert_eq!(env.cox("search repo -l").ok(), before, "{words}");
    }
}

#[test]
fn a_server_that_is_busy_is_asked_again() {
    let (env, web) = added();
    web.requests();
    web.fail("/web-1.2.0.tgz", Fault::Status(503, 2));
    env.cox("pull a/web").ok();
    let statuses: Vec<u16> = web.requests().iter().map(|request| request.status).collect();
    assert_eq!(statuses, [503, 503, 200]);
}

#[test]
fn what_is_no_index_leaves_the_old_one() {
    let (env, _web) = added();
    let before = env.cox("search repo -l").ok();
    let good = std::fs::read_to_string(env.path().join("site/index.yaml")).unwrap();
    for (text, words) in [
        ("colour: red\n".to_owned(), "unknown field \"colour\""),
        ("entries: [\n".to_owned(), "error converting YAML to JSON"),
        (
            good.replace("apiVersion: v1\nentries", "entries"),
            "no API version specified",
        ),
        (
            good.replace("generated:", "entries:\n  web: []\ngenerated:"),
            "already set in map",
        ),
        (good.replace("  web:", "  db: []\n  web:"), "already set in map"),
    ] {
        env.write("site/index.yaml", &text);
        let outcome = env.cox("repo update");
        assert!(outcome.stdout.contains(words), "{words}: {}", outcome.stdout);
        outcome.failed();
        assert_eq!(env.cox("search repo -l").ok(), before, "{words}");
    }
}

#[test]
fn ten_thousand_broken_entries_are_left_out() {
    let (env, _web) = added();
    let mut text = std::fs::read_to_string(env.path().join("site/index.yaml")).unwrap();
    let mut broken = String::from("entries:\n  broken:\n");
    (0..10_000).for_each(|number| broken.push_str(&format!("  - {{name: broken, version: no.{number}}}\n")));
    text = text.replacen("entries:\n", &broken, 1);
    env.write("site/index.yaml", &text);
    let outcome = env.cox("repo update");
    assert_eq!(
        outcome
            .stderr
            .matches("skipping loading invalid entry for chart")
            .count(),
        10_000
    );
    outcome.ok();
    assert!(env.cox("search repo web").ok().contains("a/web"));
}

#[test]
fn an_index_of_a_hundred_megabytes_is_read() {
    let (env, _web) = added();
    let index = env.path().join("site/index.yaml");
    let mut text = std::fs::read_to_string(&index).unwrap();
    let words = "It runs a service that people know by its name, often and well. ".repeat(800);
    let versions: String = (0..2_000)
        .map(|number| {
            format!(
                "  - {{apiVersion: v2, name: big, version: {number}.0.0, urls: [big.tgz], description: '{words}'}}\n"
            )
        })
        .collect();
    text = text.replacen("entries:\n", &format!("entries:\n  big:\n{versions}"), 1);
    assert!(text.len() > 100_000_000);
    std::fs::write(&index, text).unwrap();
    env.cox("repo update").ok();
    assert!(env.cox("search repo big").ok().contains("a/big\t1999.0.0"));
    assert!(env.cox("search repo web").ok().contains("a/web\t1.2.0"));
    assert!(env.cox("show chart a/web").ok().contains("version: 1.2.0"));
}

#[test]
fn an_archive_that_is_another_one_is_refused() {
    let (env, web) = added();
    let place = env.path().join("site/web-1.2.0.tgz");
    let good = std::fs::read(&place).unwrap();
    std::fs::copy(env.path().join("site/db-0.3.1.tgz"), &place).unwrap();
    let error = env.cox("pull a/web").failed();
    assert!(
        error.contains("is not what the index says: its digest is "),
        "{error}"
    );
    assert!(
        env.cox("template x a/web")
            .failed()
            .contains("is not what the index says")
    );
    assert!(!env.path().join("web-1.2.0.tgz").exists());
    std::fs::write(&place, good).unwrap();
    for fault in [Fault::Cut, Fault::Status(404, 9)] {
        web.fail("/web-1.2.0.tgz", fault);
        env.cox("pull a/web").failed();
        assert!(!env.path().join("web-1.2.0.tgz").exists());
    }
    web.behave();
    env.cox("pull a/web").ok();
    let names: Vec<_> = std::fs::read_dir(env.path())
        .unwrap()
        .flatten()
        .map(|file| file.file_name())
        .collect();
    assert!(
        names
            .iter()
            .all(|name| !name.to_string_lossy().starts_with(".cox-")),
        "{names:?}"
    );
}

#[test]
fn a_damaged_archive_in_the_cache_is_fetched_again() {
    let (env, _web) = added();
    let shown = env.cox("show chart a/web").ok();
    let content = env.path().join(".cache/helm/content");
    let folder = std::fs::read_dir(&content)
        .unwrap()
        .flatten()
        .next()
        .unwrap()
        .path();
    let file = std::fs::read_dir(folder)
        .unwrap()
        .flatten()
        .next()
        .unwrap()
        .path();
    std::fs::write(&file, "damaged").unwrap();
    assert_eq!(env.cox("show chart a/web").ok(), shown);
}

#[test]
fn a_cache_that_cannot_be_written_is_an_error() {
    let (env, web) = added();
    env.write("file", "");
    let outcome = env.cox(&format!("repo add b {} --repository-cache file/cache", web.url()));
    assert!(outcome.failed().contains("not a directory"));
    assert!(!env.cox("repo list").ok().contains("b "));
    let error = env.cox("show chart a/web --content-cache file/cache").failed();
    assert!(error.contains("not a directory"), "{error}");
}

#[test]
fn many_processes_add_and_update_at_once() {
    let (env, web) = added();
    let url = web.url();
    let cox = std::path::Path::new(env!("CARGO_BIN_EXE_cox"));
    let began = Instant::now();
    let mut running: Vec<_> = (0..8)
        .map(|number| {
            let mut command = env.command(cox);
            command.stdout(std::process::Stdio::null());
            match number % 2 {
                0 => command.args(["repo", "add", &format!("n{number}"), &url]),
                _ => command.args(["repo", "update", "a"]),
            };
            command.spawn().unwrap()
        })
        .collect();
    for process in &mut running {
        assert!(process.wait().unwrap().success());
    }
    assert!(began.elapsed() < LONG);
    assert_eq!(env.cox("repo list --no-headers").ok().lines().count(), 5);
    assert!(env.cox("search repo db").ok().contains("n6/db"));
}
