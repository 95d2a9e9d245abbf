//! helm-diff: a plugin that gives the command lines that its source has (`cmd/helm.go` of 3.14) and reads the answers as
//! it does, on releases of both programs. The real one is no Go module that others can build.

use super::{copy, same_in_namespaces};
use crate::cli::plugins::Sides;
use crate::support::{Outcome, TestEnv};

const RENDERED: &[(&str, &str)] = &[];
const TRIED_OUT: &[(&str, &str)] = &[("HELM_DIFF_USE_UPGRADE_DRY_RUN", "true")];

#[test]
fn differences_are_those_that_helm_shows() {
    let Some(env) = TestEnv::on_cluster() else { return };
    let Some(sides) = Sides::in_environment(env) else {
        return;
    };
    copy("plugins/diff", &sides.env.path().join("plugin"));
    copy("project/charts/web", &sides.env.path().join("web"));
    sides.same("plugin install plugin").ok();
    let same = |line: &str, variables| same_in_namespaces(&sides, "differ", line, variables);
    same("diff version", RENDERED).ok();
    same(
        "install shop web -n NS --create-namespace --set replicas=2",
        RENDERED,
    )
    .ok();

    for way in [RENDERED, TRIED_OUT] {
        assert_eq!(
            same("diff upgrade shop web -n NS --detailed-exitcode", way).ok(),
            ""
        );
        let changed = same(
            "diff upgrade shop web -n NS --detailed-exitcode --set replicas=3,message=new",
            way,
        );
        assert_eq!(changed.code, 2, "{changed:?}");
        assert!(
            changed.stdout.contains("NS, shop, Deployment (v1) has changed:"),
            "{changed:?}"
        );
        assert!(changed.stdout.contains("> replicas: 3"), "{changed:?}");
        let added = same("diff upgrade other web -n NS --allow-unreleased", way).ok();
        assert!(
            added.contains("NS, other-test, Pod (v1) has been added:"),
            "{added}"
        );
        let added = same("diff upgrade other web -n NS --allow-unreleased --no-hooks", way).ok();
        assert!(added.contains("other, Service"), "{added}");
        same("diff upgrade other web -n NS", way).failed();
        same("diff upgrade shop nowhere -n NS", way).failed();
        same("diff upgrade shop web -n NS --set-json replicas={", way).failed();
    }
    called_cox(&sides);

    same("upgrade shop web -n NS --set port=81", RENDERED).ok();
    let changed = same("diff revision shop 1 2 -n NS", RENDERED).ok();
    assert!(changed.contains("has changed"), "{changed}");
    assert_eq!(same("diff revision shop 1 -n NS", RENDERED).ok(), changed);
    same("diff rollback shop 1 -n NS", RENDERED).ok();
    same("diff revision shop 1 7 -n NS", RENDERED);
    same("install other web -n NS", RENDERED).ok();
    same("diff release shop other -n NS", RENDERED).ok();
    for release in ["shop", "other"] {
        let line = format!("get all {release} -n NS --template {{{{.Release.Chart.Name}}}}");
        assert_eq!(same(&line, RENDERED).ok(), "web\n");
        same(&format!("uninstall {release} -n NS"), RENDERED).ok();
    }
}

/// Under its own name the program may say more, but not where a plugin reads.
fn called_cox(sides: &Sides) {
    let line = "diff upgrade shop web -n differ-c --set replicas=3";
    let mut command = sides.env.command(env!("CARGO_BIN_EXE_cox").as_ref());
    command
        .env("HELM_DATA_HOME", sides.env.path().join("data-b"))
        .args(line.split(' '));
    let outcome: Outcome = command.output().expect("the program starts").into();
    assert_eq!(outcome.ok(), sides.run(1, line, &[]).ok());
}
