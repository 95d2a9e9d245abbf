//! Transfers that take their time are shown to who watches, and to nobody else.

use super::site;
use crate::support::screen::watched;
use crate::support::web::Fault;
use crate::support::{Outcome, TestEnv, words};

fn on_a_terminal(env: &TestEnv, line: &str) -> Outcome {
    let mut command = env.command(std::path::Path::new(env!("CARGO_BIN_EXE_cox")));
    command.args(words(line));
    watched(command)
}

#[test]
fn a_long_transfer_has_a_bar_on_a_terminal() {
    let env = TestEnv::offline();
    let web = site(&env);
    let url = web.url();
    web.fail("/index.yaml", Fault::Slow);
    let said = on_a_terminal(&env, &format!("repo add a {url}"));
    let drawn = said.stderr.clone();
    assert!(drawn.contains('█') && drawn.contains("KiB/s"), "{drawn:?}");
    // The last thing drawn is an empty line.
    assert!(drawn.ends_with("\u{1b}[2K") || drawn.ends_with('\r'), "{drawn:?}");
    assert_eq!(said.ok(), "\"a\" has been added to your repositories\n");
    web.fail("/web-1.2.0.tgz", Fault::Slow);
    let said = on_a_terminal(&env, "pull a/web");
    assert!(said.stderr.contains("B/s"), "{:?}", said.stderr);
    said.ok();
}

#[test]
fn nothing_is_shown_of_a_short_transfer_or_elsewhere() {
    let env = TestEnv::offline();
    let web = site(&env);
    let url = web.url();
    let said = on_a_terminal(&env, &format!("repo add a {url}"));
    assert_eq!(said.stderr, "");
    web.fail("/index.yaml", Fault::Slow);
    let _ = std::fs::remove_file(env.path().join(".cache/helm/repository/a-index.cox"));
    assert_eq!(env.cox("repo update").stderr, "");
    let mut helm = env.command(&crate::cli::create::called_helm(&env));
    helm.args(["repo", "add", "b", &url]);
    assert_eq!(watched(helm).stderr, "");
    let mut colourless = env.command(std::path::Path::new(env!("CARGO_BIN_EXE_cox")));
    colourless.args(["repo", "add", "c", &url, "--color", "never"]);
    assert_eq!(watched(colourless).stderr, "");
}

#[test]
fn lines_do_not_run_into_the_bar() {
    let env = TestEnv::offline();
    let web = site(&env);
    let url = web.url();
    for name in ["a", "b"] {
        env.cox(&format!("repo add {name} {url}")).ok();
        let _ = std::fs::remove_file(
            env.path()
                .join(format!(".cache/helm/repository/{name}-index.cox")),
        );
    }
    env.cox(&format!("repo add gone {url}/gone")).failed();
    web.fail("/index.yaml", Fault::Slow);
    let said = on_a_terminal(&env, "repo update --debug");
    assert!(said.stderr.contains("B/s"), "{:?}", said.stderr);
    let told = said.ok();
    assert_eq!(
        told.matches("...Successfully got an update from").count(),
        2,
        "{told}"
    );
}
